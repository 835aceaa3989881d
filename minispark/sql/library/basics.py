"""What the operators of DataFrames themselves lean on: counting, places of rows, types of sums and averages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Settings, aggregate, scalar
from minispark.sql.plan.expressions import Call


def sum_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    """The type of a sum: longs of whole numbers, ten more digits of decimals."""
    kind = args[0].dtype
    if isinstance(kind, t.DecimalType):
        return t.DecimalType(min(kind.precision + 10, 38), kind.scale)
    if k.is_integral(kind):
        return t.LongType()
    return kind if isinstance(kind, (t.DayTimeIntervalType, t.YearMonthIntervalType)) else t.DoubleType()


def average_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    """The type of an average: four more digits of decimals before and after the point."""
    kind = args[0].dtype
    if isinstance(kind, t.DecimalType):
        return t.DecimalType(min(kind.precision + 4, 38), min(kind.scale + 4, 38))
    return kind if isinstance(kind, (t.DayTimeIntervalType, t.YearMonthIntervalType)) else t.DoubleType()


def _count(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if not args:
        return "count(*){f}"
    if len(args) == 1:
        return f"count({{d}}{args[0]}){{f}}"
    every = " AND ".join(f"({arg}) IS NOT NULL" for arg in args)
    return f"count({{d}}CASE WHEN {every} THEN row({', '.join(args)}) END){{f}}"


FUNCTIONS = (
    aggregate("count", (), t.LongType(), _count, more=k.ANY, null="never"),
    scalar("row_index", (), t.LongType(), "(row_number() OVER () - 1)", null="never", deterministic=False),
)
