"""The few functions that the operators of DataFrames themselves lean on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Settings, aggregate, scalar
from minispark.sql.library.quotients import quotient
from minispark.sql.plan.expressions import Call


def _sum_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = args[0].dtype
    if isinstance(kind, t.DecimalType):
        return t.DecimalType(min(kind.precision + 10, 38), kind.scale)
    if k.is_integral(kind):
        return t.LongType()
    return kind if isinstance(kind, (t.DayTimeIntervalType, t.YearMonthIntervalType)) else t.DoubleType()


def _sum(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, t.DoubleType):
        return f"sum({{d}}CAST({args[0]} AS DOUBLE)){{f}}"
    return f"CAST(sum({{d}}{args[0]}){{f}} AS {emit.duck(call.dtype)})"


def _avg_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = args[0].dtype
    if isinstance(kind, t.DecimalType):
        from minispark.sql.library.operators import adjusted

        return adjusted(kind.precision + 4, kind.scale + 4)
    return kind if isinstance(kind, (t.DayTimeIntervalType, t.YearMonthIntervalType)) else t.DoubleType()


def _avg(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, t.DoubleType):
        return f"avg({{d}}CAST({args[0]} AS DOUBLE)){{f}}"
    total, count = f"sum({{d}}{args[0]}){{f}}", f"count({{d}}{args[0]}){{f}}"
    if emit.wide or not isinstance(call.dtype, t.DecimalType):
        return emit.exact(call, [total, count], "decimals:average")
    scale: int = call.args[0].dtype.scale  # type: ignore[attr-defined]
    return quotient(total, scale, f"nullif({count}, 0)", 0, call.dtype)


def _count(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if not args:
        return "count(*){f}"
    if len(args) == 1:
        return f"count({{d}}{args[0]}){{f}}"
    every = " AND ".join(f"({arg}) IS NOT NULL" for arg in args)
    return f"count({{d}}CASE WHEN {every} THEN row({', '.join(args)}) END){{f}}"


_SUMMED = k.one_of(k.NUMERIC, k.DAY_TIME, k.YEAR_MONTH)

FUNCTIONS = (
    aggregate("count", (), t.LongType(), _count, more=k.ANY, null="never"),
    aggregate("sum", (_SUMMED,), _sum_type, _sum),
    aggregate("avg", (_SUMMED,), _avg_type, _avg, aliases=("mean",)),
    aggregate("min", (k.ORDERABLE,), 0, "min({0}){f}"),
    aggregate("max", (k.ORDERABLE,), 0, "max({0}){f}"),
    scalar("upper", (k.STRING,), 0, "upper({0})", aliases=("ucase",)),
    scalar("lower", (k.STRING,), 0, "lower({0})", aliases=("lcase",)),
    scalar("length", (k.STRING_OR_BINARY,), t.IntegerType(), "CAST(length({0}) AS INTEGER)"),
    scalar("row_index", (), t.LongType(), "(row_number() OVER () - 1)", null="never", deterministic=False),
)
