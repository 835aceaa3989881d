"""Bits: operators, shifts as Java's, counts, and bitmaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.operators import wrapped
from minispark.sql.library.sides import checked, fitted, integers
from minispark.sql.plan.expressions import Call

_INT, _LONG = t.IntegerType(), t.LongType()
_BITS: dict[type[t.DataType], int] = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}


def _operator(symbol: str, sql: str) -> Function:
    return Function(symbol, (k.ANY, k.ANY), 0, sql, binds=integers, check=checked(symbol, k.is_integral, '"INTEGRAL"'))


_SHIFTED = k.Kind('("INT" or "BIGINT")', lambda kind: isinstance(kind, (t.IntegerType, t.LongType)), _INT, single=True)


def _shift_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    number = args[0] if isinstance(args[0].dtype, t.LongType) else fitted("shiftleft", args, 0, _SHIFTED, settings)
    return [number, fitted("shiftleft", args, 1, k.INT, settings)]


def _places(call: Call, by: str) -> str:
    return f"({by} & {_BITS[type(call.dtype)] - 1})"


def _left(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return wrapped(f"({args[0]})::HUGEINT * (1::HUGEINT << {_places(call, args[1])})", call.dtype)


def _right(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"({args[0]} >> {_places(call, args[1])}::{emit.duck(call.dtype)})"


def _unsigned(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    whole = 1 << _BITS[type(call.dtype)]
    positive = f"(CASE WHEN {args[0]} < 0 THEN {args[0]}::HUGEINT + {whole}::HUGEINT ELSE {args[0]}::HUGEINT END)"
    return wrapped(f"{positive} >> {_places(call, args[1])}", call.dtype)


def _shift(name: str, symbol: str, sql: Any) -> Function:
    return Function(name, (k.INTEGRAL, k.INT), 0, sql, binds=_shift_binds, aliases=(symbol,))


def _count(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.args[0].dtype, t.BooleanType):
        return f"CAST({args[0]} AS INTEGER)"
    return f"CAST(bit_count(({args[0]})::BIGINT) AS INTEGER)"


def _get(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    number, place = args
    bits = _BITS[type(call.args[0].dtype)]
    said = f"'bit_get: there are the bits 0 to {bits - 1}, not ' || {place}"
    failure = emit.failure("IllegalArgumentException", "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", said, t.ByteType())
    found = f"CAST((({number})::BIGINT >> ({place})::BIGINT) & 1 AS TINYINT)"
    missing = f"{number} IS NULL OR {place} IS NULL"
    return f"(CASE WHEN {missing} THEN NULL WHEN {place} NOT BETWEEN 0 AND {bits - 1} THEN {failure} ELSE {found} END)"


_WIDTH = 8 * 4096
_POSITION = f"(CASE WHEN {{0}} > 0 THEN ({{0}} - 1) % {_WIDTH} ELSE (-({{0}} % {_WIDTH})) END)"
_BUCKET = f"(CASE WHEN {{0}} > 0 THEN 1 + ({{0}} - 1) // {_WIDTH} ELSE -((-({{0}} + 1) + 1) // {_WIDTH}) END)"
_BINARY = k.Kind("BINARY", lambda given: isinstance(given, t.BinaryType))

FUNCTIONS = (
    _operator("&", "({0} & {1})"),
    _operator("|", "({0} | {1})"),
    _operator("^", "xor({0}, {1})"),
    scalar("~", (k.INTEGRAL,), 0, "(~{0})"),
    _shift("shiftleft", "<<", _left),
    _shift("shiftright", ">>", _right),
    _shift("shiftrightunsigned", ">>>", _unsigned),
    scalar("bit_count", (k.one_of(k.INTEGRAL, k.BOOLEAN),), _INT, _count),
    scalar("bit_get", (k.INTEGRAL, k.INT), t.ByteType(), _get, aliases=("getbit",)),
    scalar("bitmap_bit_position", (k.LONG,), _LONG, _POSITION),
    scalar("bitmap_bucket_number", (k.LONG,), _LONG, _BUCKET),
    scalar("bitmap_count", (_BINARY,), _LONG, exact="numbers:bitmap_count"),
)
