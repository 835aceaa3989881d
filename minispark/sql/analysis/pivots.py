"""The values that a pivot makes columns of, and the names of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.aggregates import aggregate
from minispark.sql.analysis.naming import name_of
from minispark.sql.analysis.relations import named_items
from minispark.sql.analysis.resolver import is_aggregate
from minispark.sql.library import lookup
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Apply, Cast, Expression, SqlText, transform, walk
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer

_COUNTED = (t.IntegralType, t.FloatType, t.DoubleType, t.DecimalType, t.BooleanType)
"""The types of aggregates that are null where a group has no row of a value; others are those of no rows."""


def value_names(values: Sequence[Any], dtype: t.DataType, zone: str) -> tuple[tuple[Expression, str], ...]:
    """Each value, a Python value or an expression, as one of the column's type, and its text as Spark casts it."""
    found = []
    for one in values:
        item = one if isinstance(one, Expression) else literal(one)
        name = item.name if isinstance(item, Alias) else label(item, zone=zone)
        inner = item.child if isinstance(item, Alias) else item
        found.append((Cast(inner, dtype, "", given=False), "null" if name == "NULL" else name))
    return tuple(found)


def pivoted(
    analyzer: Analyzer,
    child: Node,
    keys: Sequence[Expression],
    column: Expression,
    values: Sequence[tuple[Expression, str]],
    items: Sequence[Expression],
) -> Node:
    """A column for each value and aggregate: of the rows where ``column`` has the value.

    ``values`` come with their names.
    """
    scope = analyzer.scope(child.output)
    resolved = named_items(analyzer, items, scope)
    for one in resolved:
        if not any(is_aggregate(part) for part in walk(one)):
            raise AnalysisException(
                f"pivot needs aggregate functions, which {one.name!r} is not",
                "_LEGACY_ERROR_TEMP_1006",
                {"sql": one.name},
            )
    sparse = all(isinstance(one.dtype, _COUNTED) for one in resolved)
    made: list[Expression] = []
    for item, name in values:
        condition = Apply("<=>", (column, item))
        for one in items:
            inner = one.child if isinstance(one, Alias) else one
            filtered = _filtered(analyzer, inner, condition)
            if sparse:
                filtered = Apply("case", (Apply(">", (Apply("count", where=condition), literal(0))), filtered))
            shown = f"{name}_{one.name if isinstance(one, Alias) else name_of(analyzer, one, scope)}"
            made.append(Alias(filtered, name if len(items) == 1 else shown))
    return aggregate(analyzer, child, keys, [*keys, *made])


def _filtered(analyzer: Analyzer, item: Expression, condition: Expression) -> Expression:
    """Every aggregate call in an unresolved expression, of the rows where a condition holds."""
    if isinstance(item, SqlText):
        item = analyzer.parse(item.text)

    def change(one: Expression) -> Expression:
        if isinstance(one, Apply):
            function = lookup(one.name)
            if function is not None and function.kind == "aggregate":
                both = condition if one.where is None else Apply("and", (one.where, condition))
                return replace(one, where=both)
        return one

    return transform(item, change)
