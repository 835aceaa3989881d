"""Builders of operators over one plan: lists of columns, conditions, orders, limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.filecolumns import with_metadata
from minispark.sql.analysis.groupable import check_comparable
from minispark.sql.analysis.hidden import resolve_reaching
from minispark.sql.analysis.items import aggregates_in, named_item, named_items, projected, read
from minispark.sql.analysis.pythoncalls import with_python
from minispark.sql.analysis.resolver import is_generator
from minispark.sql.analysis.stars import expanded
from minispark.sql.analysis.telling import of_table, text_of
from minispark.sql.analysis.windows import refuse_windows
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    Call,
    Cast,
    Expression,
    Literal,
    Outer,
    Over,
    SortOrder,
    Subquery,
    find,
    fresh_id,
    holds,
    transform,
    walk,
)
from minispark.sql.plan.labels import label, order_text
from minispark.sql.plan.nodes import Distinct, Filter, Limit, Named, Node, Project, Sort
from minispark.sql.plan.nodes import project as project_node
from minispark.sql.plan.written import located

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def select(analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None = None) -> Node:
    """``SELECT items``: a projection; of aggregates over the whole child; with generators and Python functions.

    Raises AnalysisException as the expressions' resolution does.
    """
    from minispark.sql.analysis.aggregates import aggregate
    from minispark.sql.analysis.lateral import with_lateral_aliases
    from minispark.sql.analysis.timewindows import has_windows, with_windows

    items = expand_items(analyzer, child, items, outer)
    child = with_metadata(child, items)
    if has_windows(items):
        child, items = with_windows(analyzer, child, items, outer)
    child, items = with_lateral_aliases(analyzer, child, items, outer)
    named = named_items(analyzer, items, analyzer.scope(child.output, outer))
    if any(map(aggregates_in, named)):
        return aggregate(analyzer, child, (), items, outer=outer)
    return projected(analyzer, child, named)


def expand_items(analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None) -> list[Expression]:
    """A list with SQL texts read and stars expanded."""
    return expanded(analyzer, read(analyzer, items), analyzer.scope(child.output, outer))


def where(
    analyzer: Analyzer, child: Node, condition: Expression, outer: Scope | None = None, clause: str = "WHERE"
) -> Node:
    """``WHERE condition`` or HAVING. Raises AnalysisException where it is none, or has aggregates or windows in it."""
    from minispark.sql.analysis.timewindows import has_windows, with_windows

    (condition,) = read(analyzer, [condition])
    if has_windows([condition]):
        child, (condition,) = with_windows(analyzer, child, [condition], outer)
    child_out = child.output
    extended, resolved = resolve_reaching(analyzer, with_metadata(child, [condition]), [condition], outer, clause)
    one = resolved[0]
    if holds(one, Over):
        raise AnalysisException(
            "a window function cannot stand in a condition on rows; compute it as a column first, then filter by that",
            "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE",
            {"clauseName": clause},
        )
    if any(map(is_generator, find(one, Call))):
        raise AnalysisException(
            "a generator such as explode makes rows, which cannot be in a condition on rows; select it first",
            "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
            {"plan": f"Filter {text_of(condition)[1:-1]}"},
        )
    if _own_aggregates(one, outer):
        raise AnalysisException(
            "an aggregate function cannot stand in a condition on rows; use it in agg() first, then filter by "
            "its column",
            "INVALID_WHERE_CONDITION",
            {"condition": text_of(condition), "expressionList": _aggregates_text(one)},
        )
    if clause == "HAVING" and not isinstance(one.dtype, t.BooleanType):
        one = analyzer.cast(Cast(one, t.BooleanType()))
    if clause == "HAVING" and isinstance(extended, Project) and any(map(_has_window, extended.items)):
        return _before_windows(extended, len(child_out), boolean(one, condition))
    extended, checked = with_python(extended, [boolean(one, condition)])
    made: Node = Filter(extended, checked[0])
    return made if len(made.output) == len(child_out) else project_node(made, child_out)


def _has_window(one: Expression) -> bool:
    return holds(one, Over)


def _before_windows(listed: Project, width: int, condition: Expression) -> Node:
    """HAVING below a list with window functions, which see the groups that are left."""
    meanings = {item.id: item.child for item in listed.items if isinstance(item, Alias)}

    def before(one: Expression) -> Expression | None:
        return meanings.get(one.id) if isinstance(one, Attribute) else None

    below, checked = with_python(listed.child, [transform(condition, lambda one: one, before)])
    return project_node(Filter(below, checked[0]), listed.items[:width])


def _own_aggregates(one: Expression, outer: Scope | None) -> bool:
    """Whether a condition calls aggregate functions; those of the groups around a query in HAVING are no matter."""
    if outer is not None and outer.grouped:
        one = transform(one, lambda each: each, lambda each: Literal(None, t.NullType()) if _around(each) else None)
    return aggregates_in(one)


def _around(one: Expression) -> bool:
    from minispark.sql.analysis.outeraggregates import is_outer_aggregate

    return is_outer_aggregate(one)


def _aggregates_text(one: Any) -> str:
    """The aggregate functions and generators in a condition, as its error lists them."""
    found = [part for part in find(one, Call) if part.function.kind in ("aggregate", "generator")]
    return ", ".join(text_of(transform(part, of_table))[1:-1] for part in found)


def boolean(one: Any, shown: Expression) -> Any:
    """A resolved condition. Raises AnalysisException for a value of another type."""
    if isinstance(one.dtype, t.BooleanType):
        return one
    if isinstance(one.dtype, t.NullType):
        return Literal(None, t.BooleanType())
    raise AnalysisException(
        f"the condition {label(shown)} is of type {one.dtype.simpleString()}, not boolean",
        "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
        {
            "sqlExpr": f'"{label(shown)}"',
            "filter": f'"{label(shown)}"',
            "type": shown_type(one.dtype),
        },
    )


def order(
    analyzer: Analyzer, child: Node, keys: Sequence[Expression], everywhere: bool = True, outer: Scope | None = None
) -> Node:
    """``ORDER BY keys``: also by columns that the list below left out.

    Raises AnalysisException for a key without an order.
    """
    keys = [key if isinstance(key, SortOrder) else SortOrder(key) for key in read(analyzer, keys)]
    extended, resolved = resolve_reaching(analyzer, child, keys, outer, "ORDER BY")
    for key, one in zip(keys, resolved, strict=True):
        _sortable(key, one)
        if not k.is_orderable(one.dtype):
            error = AnalysisException(
                f"values of {one.dtype.simpleString()} have no order to sort by",
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                {
                    "functionName": "`sortorder`",
                    "dataType": shown_type(one.dtype),
                    "sqlExpr": f'"{order_text(SortOrder(key.children[0], one.ascending, one.nulls_first))}"',
                },
            )
            raise located(error, key)
    resolved = [one for one in resolved if not isinstance(one.child, Literal)]  # a constant orders nothing
    extended, resolved = with_python(extended, resolved)
    made: Node = Sort(extended, tuple(resolved), everywhere)
    return made if len(made.output) == len(child.output) else project_node(made, child.output)


def _sortable(key: Expression, one: Any) -> None:
    for part in walk(one):
        if isinstance(part, Subquery) and (part.kind != "scalar" or part.outer):
            kind = "CORRELATED_SCALAR" if part.kind == "scalar" else "IN_EXISTS"
            raise AnalysisException(
                f"{label(key)} has a query that is no value of its own, which cannot be sorted by; make it a column",
                f"UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_{kind}_SUBQUERY",
                {"treeNode": ""},
            )
        if isinstance(part, Outer):
            from minispark.sql.analysis.aggregates import correlated

            raise correlated(key)
    if any(map(is_generator, find(one, Call))):
        raise AnalysisException(
            f"{label(key)} has a generator, which stands in a list of columns only",
            "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
            {"plan": "Sort"},
        )
    refuse_windows(one, "Sort")
    if aggregates_in(one):
        raise AnalysisException(
            f"{label(key)} has an aggregate function, and what is sorted is no aggregation",
            "UNSUPPORTED_EXPR_FOR_OPERATOR",
            {"operator": "Sort", "invalidExprSqls": f'"{label(key.child if isinstance(key, SortOrder) else key)}"'},
        )


def limit(child: Node, count: int | None, offset: int = 0) -> Node:
    """At most ``count`` rows, after the first ``offset``."""
    return Limit(child, count, offset)


def distinct(child: Node, keys: Sequence[Attribute] | None = None) -> Node:
    """Each row once, or each combination of keys. Raises AnalysisException for columns that cannot be compared."""
    check_comparable(child.output if keys is None else keys)
    return Distinct(child, None if keys is None else tuple(keys))


def alias(child: Node, name: str | tuple[str, ...]) -> Node:
    """The child under a table's name: its columns may be asked for as ``name.column``."""
    parts = (name,) if isinstance(name, str) else name
    return Named(child, parts, tuple(replace(one, qualifier=parts) for one in child.output))


def with_columns(analyzer: Analyzer, child: Node, columns: Sequence[tuple[str, Expression]]) -> Node:
    """Columns added; one of the same name as another (by the session's rule of case) takes its place."""
    scope = analyzer.scope(child.output)
    new = {scope.fold(name): Alias(column, name) for name, column in columns}
    if len(new) < len(columns):
        names = ", ".join(name for name, _ in columns)
        raise AnalysisException(
            f"withColumns got a name twice: {names}", "COLUMN_ALREADY_EXISTS", {"columnName": names}
        )
    taken: set[str] = set()
    items: list[Expression] = []
    for one in child.output:
        folded = scope.fold(one.name)
        if folded in new:
            items.append(replace(new[folded], name=new[folded].name))
            taken.add(folded)
        else:
            items.append(one)
    items += [item for folded, item in new.items() if folded not in taken]
    from minispark.sql.analysis.lateral import with_lateral_aliases

    child, items = with_lateral_aliases(analyzer, child, items, None)
    return keeping(analyzer, child, items)


def keeping(analyzer: Analyzer, child: Node, items: Sequence[Expression]) -> Node:
    """As ``select``, where attributes stand for themselves even if two have one name."""
    scope = analyzer.scope(child.output)
    named = [item if isinstance(item, Attribute) else named_item(analyzer, item, scope) for item in items]
    if any(map(aggregates_in, named)):
        from minispark.sql.analysis.aggregates import aggregate

        return aggregate(analyzer, child, (), items)
    return projected(analyzer, child, named)


def renamed(analyzer: Analyzer, child: Node, names: Sequence[tuple[str, str]]) -> Node:
    """Columns under other names; names that no column has are let be."""
    scope = analyzer.scope(child.output)
    items: list[Expression] = list(child.output)
    for old, new in names:
        for place, item in enumerate(items):
            if scope.fold(item.name) == scope.fold(old):  # type: ignore[attr-defined]  # each has one
                base = item.child if isinstance(item, Alias) else item
                items[place] = Alias(base, new, None, fresh_id())
    return project_node(child, tuple(items))


def cast_to(analyzer: Analyzer, one: Any, dtype: t.DataType) -> Any:
    """A resolved expression as another type, by an implicit cast."""
    return one if one.dtype == dtype else analyzer.cast(Cast(one, dtype, "", given=False))


__all__ = ["Apply", "Call", "Project", "select", "where"]
