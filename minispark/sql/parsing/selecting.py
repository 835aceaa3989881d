"""SELECT: from its source to its list of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis import relations
from minispark.sql.analysis.aggregates import aggregate
from minispark.sql.analysis.lateral import with_lateral_aliases
from minispark.sql.analysis.naming import name_of
from minispark.sql.library import lookup
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.fromclause import lateral_view
from minispark.sql.parsing.hinting import hinted
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    Expression,
    Literal,
    MultiAlias,
    Name,
    Over,
    Star,
    Subquery,
    transform,
    walk,
)
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node, OneRow
from minispark.sql.plan.nodes import project as project_node
from minispark.sql.plan.written import placed

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


def selected(planner: Planner, query: s.Select, outer: Scope | None) -> Node:
    """The plan of a SELECT."""
    analyzer = planner.analyzer
    made: Node = OneRow() if query.source is None else planner.source(query.source, outer)
    for view in query.views:
        made = lateral_view(planner, made, view, outer)
    if query.having is not None and query.grouping is None and _having_is_where(analyzer):
        where = query.having if query.where is None else Apply("and", (query.where, query.having))
        query = replace(query, where=where, having=None)
    for hint in query.hints:
        made = hinted(planner, made, hint, outer)
    if query.where is not None:
        made = relations.where(analyzer, made, query.where, outer)
    items: Sequence[Expression] = query.items
    if query.qualify is not None:
        if not any(map(_has_window, (query.qualify, *items))):
            raise AnalysisException(
                "QUALIFY filters by window functions, and there is none in the SELECT list or the condition; use WHERE",
                "QUALIFY_REQUIRES_WINDOW_FUNCTION", {},
            )  # fmt: skip
        items = (*items, Alias(query.qualify, _QUALIFY))
    if query.grouping is not None and any(isinstance(item, Star) for item in items):
        _no_positions(analyzer, query.grouping)
    items = relations.expand_items(analyzer, made, items, outer)
    if query.grouping is not None or query.having is not None or _aggregates(items):
        made = _grouped(planner, made, items, query.grouping, outer)
    else:
        made = relations.select(analyzer, made, items, outer)
    if query.having is not None:
        made = relations.where(analyzer, made, query.having, outer, "HAVING")
    if query.qualify is not None:
        made = _qualified(planner, made, query.qualify)
    return relations.distinct(made) if query.distinct else made


def _no_positions(analyzer: Analyzer, grouping: s.Grouping) -> None:
    if analyzer.settings.conf("spark.sql.groupByOrdinal") != "false" and any(
        isinstance(key, Literal) and isinstance(key.dtype, t.IntegerType) for key in grouping.keys
    ):
        raise AnalysisException(
            "a list with * in it has no positions for GROUP BY; name the columns", "STAR_GROUP_BY_POS", {}
        )


def _having_is_where(analyzer: Analyzer) -> bool:
    setting = analyzer.settings.conf("spark.sql.legacy.parser.havingWithoutGroupByAsWhere")
    return str(setting or "false").lower() == "true"


_QUALIFY = "__qualify"


def _has_window(one: Expression) -> bool:
    return any(isinstance(part, Over) for part in walk(one))


def _qualified(planner: Planner, made: Node, condition: Expression) -> Node:
    kept = relations.where(planner.analyzer, made, Name((_QUALIFY,)))
    return project_node(kept, tuple(one for one in made.output if one.name != _QUALIFY))


def _grouped(
    planner: Planner, child: Node, items: Sequence[Expression], grouping: s.Grouping | None, outer: Scope | None
) -> Node:
    analyzer = planner.analyzer
    listed = list(items)
    child, items = with_lateral_aliases(analyzer, child, items, outer)
    if grouping is None:
        return aggregate(analyzer, child, (), items, outer=outer)
    scope = analyzer.scope(child.output, outer)
    if grouping.everything and (scope.find(("all",)) or _item_named(analyzer, ("all",), items, scope)):
        grouping = s.Grouping((Name(("all",)),))
    if grouping.everything:
        for old, new in zip(listed, items, strict=True):
            if old is not new and not _aggregates([old]):
                raise _lateral_key()
        return aggregate(analyzer, child, _all_keys(planner, child, items, outer), items, outer=outer)

    def key(one: Expression) -> Expression:
        return _key(planner, one, items, listed, scope)

    meant = [key(one) for one in grouping.keys]
    if grouping.sets is None:
        return aggregate(analyzer, child, meant, items, outer=outer)
    places = {one: place for place, one in enumerate(grouping.keys)}
    sets = tuple(tuple(places.setdefault(one, len(places)) for one in group) for group in grouping.sets)
    further = [key(one) for one in list(places)[len(meant) :]]
    return aggregate(analyzer, child, (*meant, *further), items, sets, outer)


def _lateral_key() -> AnalysisException:
    return AnalysisException(
        "a key of GROUP BY is a column that uses another one of the same list by its alias; write it out",
        "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY", {},
    )  # fmt: skip


def _key(
    planner: Planner, key: Expression, items: Sequence[Expression], listed: Sequence[Expression], scope: Scope
) -> Expression:
    """A key of GROUP BY: a position or an alias of the list stands for that column's expression.

    ``listed`` are the items before aliases in them were replaced.
    """
    conf = planner.analyzer.settings.conf
    if (
        isinstance(key, Literal)
        and isinstance(key.dtype, t.IntegerType)
        and conf("spark.sql.groupByOrdinal") != "false"
    ):
        with placed(key):
            return _at(key, items)
    if conf("spark.sql.groupByAliases") == "false":
        return key

    def named(one: Expression) -> Expression:
        if not isinstance(one, Name) or scope.find(one.parts) is not None:
            return one
        place = _item_named(planner.analyzer, one.parts, items, scope)
        if place is None:
            return one
        if items[place] is not listed[place]:
            raise _lateral_key()
        return _bare(items[place])

    return transform(key, named)


def _bare(item: Expression) -> Expression:
    return item.child if isinstance(item, Alias) else item


def _item_named(analyzer: Analyzer, parts: tuple[str, ...], items: Sequence[Expression], scope: Scope) -> int | None:
    """The place of the first item with a name of its own."""
    for place, item in enumerate(items):
        if len(parts) > 1 or isinstance(item, (MultiAlias, Attribute)):
            continue
        name = item.name if isinstance(item, Alias) else name_of(analyzer, item, scope)
        if scope.fold(name) == scope.fold(parts[0]):
            return place
    return None


def _at(key: Literal, items: Sequence[Expression]) -> Expression:
    """The item at a position. Raises AnalysisException where there is none, and for an aggregate function."""
    if not 1 <= key.item <= len(items):
        raise AnalysisException(
            f"GROUP BY {key.item}: positions are those of SELECT's columns, from 1 to {len(items)}",
            "GROUP_BY_POS_OUT_OF_RANGE", {"index": str(key.item), "size": str(len(items))},
        )  # fmt: skip
    item = items[key.item - 1]
    if _aggregates([item]):
        raise AnalysisException(
            f"GROUP BY {key.item} stands for {label(item)}, and an aggregate function cannot be a key; group by others",
            "GROUP_BY_POS_AGGREGATE",
            {"index": str(key.item), "aggExpr": label(item)},
        )  # fmt: skip
    return _bare(item)


def _all_keys(planner: Planner, child: Node, items: Sequence[Expression], outer: Scope | None) -> list[Expression]:
    """The keys of GROUP BY ALL: the items without aggregates. Raises AnalysisException where others are mixed."""
    keys = []
    for item in items:
        bare = item.child if isinstance(item, (Alias, MultiAlias)) else item
        if not _aggregates([bare]):
            keys.append(bare)
    for item in () if keys else items:
        if _aggregates([item]):
            _covered(item)
    return keys


def _covered(item: Expression) -> None:
    """Raises AnalysisException for a column beside an aggregate where no item could be a key."""
    waiting = [item.child if isinstance(item, Alias) else item]
    while waiting:
        one = waiting.pop()
        if (isinstance(one, Apply) and _is_aggregate(one)) or isinstance(one, Subquery):
            continue
        if isinstance(one, (Name, Attribute)):
            raise AnalysisException(
                "Cannot infer grouping columns for GROUP BY ALL based on the select clause. Please explicitly specify "
                "the grouping columns", "UNRESOLVED_ALL_IN_GROUP_BY", {},
            )  # fmt: skip
        waiting += one.children


def _is_aggregate(one: Apply) -> bool:
    function = lookup(one.name)
    return function is not None and function.kind == "aggregate"


def _aggregates(items: Sequence[Expression]) -> bool:
    """Whether an aggregate function is called outside of a window, in expressions before analysis."""
    waiting = list(items)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Over):
            waiting += (*one.child.children, *one.partition, *one.order)
            continue
        if isinstance(one, Apply) and _is_aggregate(one):
            return True
        waiting += one.children
    return False


# --- pipes -----------------------------------------------------------------------------------------------------------


def piped(planner: Planner, query: s.Piped, outer: Scope | None) -> Node:
    """The plan of a step of pipe syntax."""
    if query.step == "select":
        return planner.plan(query.query, outer)
    made = planner.source(query.query, outer)
    analyzer = planner.analyzer
    if query.step == "extend":
        if _aggregates(query.parts):
            raise AnalysisException(
                "|> EXTEND takes no aggregate functions: use |> AGGREGATE", "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION",
                {"clause": "EXTEND", "expr": label(next(item for item in query.parts if _aggregates([item])))},
            )  # fmt: skip
        if any(isinstance(part, Star) for part in query.parts):
            raise AnalysisException(
                "|> EXTEND adds single columns, and * is all of them", "INVALID_USAGE_OF_STAR_OR_REGEX",
                {"elem": "'*'", "prettyName": "expression `pipeexpression`"},
            )  # fmt: skip
        return relations.select(analyzer, made, (Star(), *query.parts), outer)
    if query.step == "set":
        for part in query.parts:
            if _aggregates([part.child]):
                raise AnalysisException(
                    "|> SET takes no aggregate functions: use |> AGGREGATE",
                    "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION", {"clause": "SET", "expr": label(part.child)},
                )  # fmt: skip
        scope = analyzer.scope(made.output)
        for part in query.parts:
            if scope.find((part.name,)) is None:
                raise scope.missing((part.name,))
            made = relations.with_columns(analyzer, made, [(part.name, part.child)])
        return made
    if query.step == "drop":
        return relations.select(analyzer, made, (Star(without=tuple(part.parts for part in query.parts)),), outer)
    items, grouping = query.parts
    for item in items:
        if not _aggregates([item]):
            raise AnalysisException(
                f"{label(item)} in |> AGGREGATE has no aggregate function; group by it",
                "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION", {"expr": label(item)},
            )  # fmt: skip
    if grouping is None:
        return aggregate(analyzer, made, (), items, outer=outer)
    keys = [key.child if isinstance(key, Alias) else key for key in grouping.keys]
    shown = list(grouping.keys)
    keys = [_pipe_key(made, key) for key in keys]
    shown = [_pipe_key(made, key) for key in shown] if shown else keys
    everything = [*shown, *relations.expand_items(analyzer, made, items, outer)]
    return _grouped(planner, made, everything, replace(grouping, keys=tuple(keys)), outer)


def _pipe_key(made: Node, key: Any) -> Any:
    """A position among the columns of the step before stands for that column."""
    if isinstance(key, Literal) and isinstance(key.dtype, t.IntegerType) and 1 <= key.item <= len(made.output):
        return made.output[key.item - 1]
    return key
