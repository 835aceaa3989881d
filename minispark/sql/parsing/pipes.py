"""Pipe syntax: ``query |> WHERE ... |> SELECT ...``. Each function reads one step over the query before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Alias, Name, Star

if TYPE_CHECKING:
    from minispark.sql.parsing.queries import QueryParser


def _source(query: Any) -> Any:
    """The query as what FROM names: relations as they are, so that their names are still there."""
    if isinstance(query, s.Select) and query == s.Select((Star(),), query.source) and query.source is not None:
        return query.source
    return s.Aliased(query, None)


def _select(parser: QueryParser, query: Any) -> Any:
    found = parser._select(_source(query))
    if found.grouping is not None or found.where is not None or found.having is not None:
        parser.fail("|> SELECT takes neither WHERE nor GROUP BY: make steps of them")
    return s.Piped(found, "select")


def _where(parser: QueryParser, query: Any) -> Any:
    parser.next()
    return s.Select((Star(),), _source(query), where=parser.expression())


def _extend(parser: QueryParser, query: Any) -> Any:
    parser.next()
    return s.Piped(_source(query), "extend", parser.named_expressions())


def _set(parser: QueryParser, query: Any) -> Any:
    parser.next()

    def one() -> Any:
        name = parser.parts()
        if len(name) != 1:
            parser.fail("|> SET takes plain column names")
        parser.expect("=")
        return Alias(parser.expression(), name[0])

    return s.Piped(_source(query), "set", tuple(parser.listed(one)))


def _drop(parser: QueryParser, query: Any) -> Any:
    parser.next()
    return s.Piped(_source(query), "drop", tuple(Name((name,)) for name in parser.listed(parser.strict_name)))


def _as(parser: QueryParser, query: Any) -> Any:
    parser.next()
    return s.Select((Star(),), s.Aliased(_source(query), parser.strict_name()))


def _aggregate(parser: QueryParser, query: Any) -> Any:
    parser.next()
    items = () if parser.at("GROUP", "BY") else parser.named_expressions()
    grouping = parser.pipe_grouping() if parser.accept("GROUP", "BY") else None
    return s.Piped(_source(query), "aggregate", (items, grouping))


def _organize(parser: QueryParser, query: Any) -> Any:
    start = parser.token
    found = parser._organized(s.Select((Star(),), _source(query)))
    if isinstance(found, s.Organized):
        clauses = (found.order, found.cluster, found.distribute, found.sort, found.limit or found.offset)
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
    found = parser.join(_source(query))
    if found is None:
        parser.fail()
    return s.Select((Star(),), found)


def _pivot(parser: QueryParser, query: Any) -> Any:
    return _only(parser, parser.aliased(parser.pivot(_source(query))))


def _unpivot(parser: QueryParser, query: Any) -> Any:
    return _only(parser, parser.aliased(parser.unpivot(_source(query))))


def _only(parser: QueryParser, relation: Any) -> Any:
    """The step alone: no second pivot may follow in it."""
    if parser.at_any("PIVOT", "UNPIVOT") and parser.ahead().key in ("(", "INCLUDE", "EXCLUDE"):
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
