"""Pipe syntax: ``query |> WHERE ... |> SELECT ...``. Each function reads one step over the query before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Alias, Apply, Name, Over, Star, walk

if TYPE_CHECKING:
    from minispark.sql.parsing.queries import QueryParser


def _source(query: Any) -> Any:
    """The query as what FROM names: relations as they are, so that their names are still there."""
    if isinstance(query, s.Select) and query == s.Select((Star(),), query.source) and query.source is not None:
        return query.source
    return s.Aliased(query, None) if isinstance(query, (s.Joined, s.Table)) else s.Stepped(query)


def _select(parser: QueryParser, query: Any) -> Any:
    viewed = isinstance(query, s.Select) and query == s.Select((Star(),), query.source, query.views)
    found = parser._select(query.source if viewed else _source(query))
    if found.where is not None or found.having is not None:
        parser.fail("|> SELECT takes neither WHERE nor HAVING: make steps of them")
    if viewed:
        found = replace(found, views=(*query.views, *found.views))
    return s.Piped(found, "select")


def _where(parser: QueryParser, query: Any) -> Any:
    start = parser.next()
    found = s.Select((Star(),), _source(query), where=parser.expression())
    if parser.at("WINDOW"):
        raise parser.error(start, "|> WHERE takes no WINDOW clause", "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE")
    return found


def _extend(parser: QueryParser, query: Any) -> Any:
    parser.next()
    return s.Piped(_source(query), "extend", parser.named_expressions())


def _set(parser: QueryParser, query: Any) -> Any:
    start = parser.next()

    def one() -> Any:
        name = parser.parts()
        if len(name) != 1:
            raise parser.error(
                start, f"|> SET takes plain column names, which {'.'.join(name)} is not", "_LEGACY_ERROR_TEMP_0035",
                {"message": "SQL pipe syntax |> SET operator with multi-part assignment key (only single-part keys "
                 "are allowed)"},
            )  # fmt: skip
        parser.expect("=")
        return Alias(parser.expression(), name[0])

    return s.Piped(_source(query), "set", tuple(parser.listed(one)))


def _drop(parser: QueryParser, query: Any) -> Any:
    parser.next()
    names = parser.listed(parser.parts)
    if len({tuple(map(str.lower, name)) for name in names}) < len(names):
        listed = ", ".join(map(".".join, names))
        raise AnalysisException(
            f"|> DROP names a column twice: {listed}", "EXCEPT_OVERLAPPING_COLUMNS", {"columns": listed}
        )
    return s.Piped(_source(query), "drop", tuple(map(Name, names)))


def _as(parser: QueryParser, query: Any) -> Any:
    parser.next()
    return s.Select((Star(),), s.Aliased(_source(query), parser.strict_name()))


def _aggregate(parser: QueryParser, query: Any) -> Any:
    start = parser.next()
    items = () if parser.at("GROUP", "BY") else parser.named_expressions()
    grouping = parser.pipe_grouping() if parser.accept("GROUP", "BY") else None
    case = _refused(items, grouping, parser)
    if case is not None:
        raise parser.error(
            start, f"|> AGGREGATE takes no {case}", "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE",
            {"case": case},
        )  # fmt: skip
    return s.Piped(_source(query), "aggregate", (items, grouping))


def _refused(items: Sequence[Any], grouping: s.Grouping | None, parser: QueryParser) -> str | None:
    """What Spark's |> AGGREGATE does not take, if there is any of it."""
    for item in items:
        for one in walk(item):
            if isinstance(one, Apply) and one.name.lower() in ("grouping", "grouping_id"):
                return one.name.upper()
            if isinstance(one, Over):
                return (
                    "window functions; please update the query to move the window functions to a subsequent |> SELECT "
                    "operator instead"
                )
    if grouping is None:
        return None
    only = grouping.keys[0] if len(grouping.keys) == 1 else None
    if grouping.everything or (isinstance(only, Name) and only.parts[0].lower() == "all"):
        return "GROUP BY ALL"
    if grouping.sets is not None:
        words = [token.key for token in parser.tokens[: parser.place]]
        last = {word: len(words) - words[::-1].index(word) for word in ("ROLLUP", "CUBE", "SETS") if word in words}
        word = max(last, key=last.__getitem__)
        return "GROUPING SETS" if word == "SETS" else f"GROUP BY {word}"
    return None


def _organize(parser: QueryParser, query: Any) -> Any:
    start = parser.token
    if start.key == "WINDOW":
        raise parser.error(
            start, "A step of pipes takes no WINDOW clause: name the window after the SELECT that uses it",
            "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", {"clauses": "the WINDOW clause"},
        )  # fmt: skip
    found = parser._organized(s.Select((Star(),), _source(query)))
    if isinstance(found, s.Organized):
        clauses = (found.order, found.cluster, found.distribute, found.sort, found.limit or found.offset)
        if sum(map(bool, clauses[:4])) > 1:
            raise parser.error(
                start, "ORDER BY, SORT BY, DISTRIBUTE BY and CLUSTER BY exclude one another",
                "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES",
            )  # fmt: skip
        if sum(map(bool, clauses)) > 1:
            raise parser.error(
                start, "A step of pipes takes one of ORDER BY, SORT BY, LIMIT and their like: make several steps",
                "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS", {"clause1": "ORDER BY", "clause2": "LIMIT"},
            )  # fmt: skip
    return found


def _set_operation(parser: QueryParser, query: Any) -> Any:
    kind = parser.next().key.lower()
    every = parser.accept_any("ALL", "DISTINCT") == "ALL"
    return s.SetOperation(kind, every, query, parser.primary_query())


def _join(parser: QueryParser, query: Any) -> Any:
    return parser.join(_source(query)) or parser.fail()


def _pivot(parser: QueryParser, query: Any) -> Any:
    return _only(parser, parser.aliased(parser.pivot(_source(query))), "UNPIVOT")


def _unpivot(parser: QueryParser, query: Any) -> Any:
    return _only(parser, parser.aliased(parser.unpivot(_source(query))), "PIVOT")


def _only(parser: QueryParser, relation: Any, other: str) -> Any:
    """The step alone: no second pivot may follow in it."""
    if parser.at(other) and parser.ahead().key in ("(", "INCLUDE", "EXCLUDE"):
        raise parser.error(
            parser.token,
            "UNPIVOT and PIVOT cannot stand together: make several steps",
            "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT",
        )
    return s.Select((Star(),), relation)


def _sample(parser: QueryParser, query: Any) -> Any:
    return s.Select((Star(),), parser._sample(_source(query)))


def _lateral(parser: QueryParser, query: Any) -> Any:
    if parser.ahead().key != "VIEW":
        return _join(parser, query)
    return s.Select((Star(),), _source(query), views=parser.lateral_views())


PIPES: dict[str, Callable[[QueryParser, Any], Any]] = {
    "SELECT": _select, "WHERE": _where, "EXTEND": _extend, "SET": _set, "DROP": _drop, "AS": _as,
    "AGGREGATE": _aggregate,
    "PIVOT": _pivot, "UNPIVOT": _unpivot, "TABLESAMPLE": _sample, "LATERAL": _lateral,
    **dict.fromkeys(("ORDER", "LIMIT", "OFFSET", "SORT", "CLUSTER", "DISTRIBUTE", "WINDOW"), _organize),
    **dict.fromkeys(("UNION", "INTERSECT", "EXCEPT"), _set_operation),
    **dict.fromkeys(("JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "NATURAL"), _join),
}  # fmt: skip
"""By the word after ``|>``."""
