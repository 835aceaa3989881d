"""The values that a pivot makes columns of, and the names of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.aggregates import aggregate
from minispark.sql.analysis.items import named_items
from minispark.sql.analysis.naming import name_of
from minispark.sql.analysis.resolver import is_aggregate
from minispark.sql.library import lookup
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Cast,
    Expression,
    Literal,
    SqlText,
    Star,
    holds,
    transform,
    walk,
)
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
        inner = item.child if isinstance(item, Alias) else item
        name = item.name if isinstance(item, Alias) else _text(inner, zone)
        found.append((Cast(inner, dtype, "", given=False), name))
    return tuple(found)


def _text(item: Expression, zone: str) -> str:
    if not isinstance(item, Literal):
        return label(item, zone=zone)
    if item.item is None:
        return "null"
    from minispark.sql.convert.text import cast_text

    return cast_text(item.dtype, zone)(item.item)


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
    for item in items:
        if holds(item, Star):
            raise AnalysisException(
                "'*' stands for no column in a pivot; count(1) counts rows",
                "INVALID_USAGE_OF_STAR_OR_REGEX",
                {"elem": "'*'", "prettyName": "Pivot"},
            )
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
