"""The values that a pivot makes columns of, and the names of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Cast, Expression
from minispark.sql.plan.labels import label


def value_names(values: Sequence[Any], dtype: t.DataType, zone: str) -> tuple[tuple[Expression, str], ...]:
    """Each value (a Python value or an expression) as an expression of the column's type, and its text as Spark casts it to a string."""
    found = []
    for one in values:
        item = one if isinstance(one, Expression) else literal(one)
        name = item.name if isinstance(item, Alias) else label(item, zone=zone)
        inner = item.child if isinstance(item, Alias) else item
        found.append((Cast(inner, dtype, "", given=False), "null" if name == "NULL" else name))
    return tuple(found)
