"""``sequence``: numbers, dates and timestamps in equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.nested import mismatch, once, shown
from minispark.sql.library.sides import convert
from minispark.sql.plan.expressions import Call

_STEPS = (t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)


def _temporal(kind: t.DataType) -> bool:
    return isinstance(kind, t.DateType) or k.is_timestamp(kind)


def _binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    first, last = args[0].dtype, args[1].dtype
    common = coercion.wider(first, last, settings.ansi)
    step = args[2].dtype if len(args) == 3 else None
    if common is not None and _temporal(common) and (step is None or isinstance(step, (*_STEPS, t.NullType))):
        return [convert(args[0], common), convert(args[1], common), *args[2:]]
    numbers = common is not None and k.is_integral(common)
    if numbers and step is not None and not isinstance(step, t.NullType):
        both = common
        common = coercion.wider(both, step, settings.ansi) if both is not None and k.is_integral(step) else None
    if not numbers or common is None:
        raise mismatch(
            "SEQUENCE_WRONG_INPUT_TYPES",
            "sequence goes from one whole number, date or timestamp to another, by a step that can be added to it, not "
            f"through {', '.join(shown(arg.dtype) for arg in args)}",
            functionName="`sequence`",
            startType='("TIMESTAMP" or "TIMESTAMP_NTZ" or "DATE")',
            otherStartType='"INTEGRAL"',
            stepType='("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")',
        )
    return [convert(arg, common) for arg in args]


def _type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[0].dtype, False)


@once
def _sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = call.dtype
    assert isinstance(kind, t.ArrayType)
    if not k.is_integral(kind.elementType):
        return emit.exact(call, args)
    start, stop = (f"CAST({arg} AS BIGINT)" for arg in args[:2])
    given = f"CAST({args[2]} AS BIGINT)" if len(args) == 3 else f"(CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END)"
    absent = " OR ".join(f"{arg} IS NULL" for arg in args)
    illegal = emit.failure(
        "IllegalArgumentException",
        "",
        f"'sequence cannot go from ' || {start} || ' to ' || {stop} || ' by ' || {given} || "
        "'; a step leads from the start to the end, and is not 0'",
    )
    wrong = f"{start} <> {stop} AND ({given} = 0 OR ({given} > 0) <> ({stop} > {start}))"
    made = f"CAST(generate_series({start}, {stop}, {given}) AS {emit.duck(kind)})"
    one = f"CAST([{start}] AS {emit.duck(kind)})"
    return (
        f"(CASE WHEN {absent} THEN NULL WHEN {wrong} THEN {illegal} WHEN {start} = {stop} THEN {one} ELSE {made} END)"
    )


FUNCTIONS: tuple[Function, ...] = (
    scalar("sequence", (k.ANY, k.ANY, k.ANY), _type, _sql, least=2, binds=_binds, factory="sequences:sequence"),
)
