"""Arrays cut, joined and put side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.conditions import common
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.nested import array_wanted, mismatch, once, shown
from minispark.sql.library.sides import convert, wrong_type
from minispark.sql.plan.expressions import Call

# --- cutting and joining --------------------------------------------------------------------------------------------


@once
def _slice(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, start, length = args[0], f"CAST({args[1]} AS BIGINT)", f"CAST({args[2]} AS BIGINT)"
    zero = emit.failure(
        "SparkRuntimeException",
        "INVALID_PARAMETER_VALUE.START",
        "'slice counts from 1, or from the end from -1; 0 is no start'",
    )
    negative = emit.failure(
        "SparkRuntimeException",
        "INVALID_PARAMETER_VALUE.LENGTH",
        f"'the length of a slice is not negative, as ' || {length} || ' is'",
    )
    begin = f"(CASE WHEN {start} > 0 THEN {start} ELSE len({array}) + {start} + 1 END)"
    return (
        f"(CASE WHEN {array} IS NULL OR {start} IS NULL OR {length} IS NULL THEN NULL WHEN {start} = 0 THEN {zero} "
        f"WHEN {length} < 0 THEN {negative} WHEN {begin} < 1 OR {begin} > len({array}) OR {length} = 0 "
        f"THEN CAST([] AS {emit.duck(call.dtype)}) ELSE list_slice({array}, {begin}, {begin} + {length} - 1) END)"
    )


@once
def _flatten(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array = args[0]
    return f"(CASE WHEN list_count({array}) = len({array}) THEN flatten({array}) END)"


def _flatten_check(args: Sequence[Any], settings: Settings) -> None:
    kind = args[0].dtype
    if not (isinstance(kind, t.ArrayType) and isinstance(kind.elementType, t.ArrayType)):
        raise array_wanted("flatten", 1, kind, '"ARRAY" of "ARRAY"')


def _flatten_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    inner: t.ArrayType = args[0].dtype.elementType
    return t.ArrayType(inner.elementType, inner.containsNull)


def _flatten_null(args: Sequence[Any]) -> bool:
    return bool(args[0].nullable or args[0].dtype.containsNull)


def _reverse(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, t.BinaryType):
        return emit.exact(call, args)
    if isinstance(call.dtype, t.ArrayType):
        return f"list_reverse({args[0]})"
    return f"array_to_string(list_reverse(string_split({args[0]}, '')), '')"


def _concat_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    kinds = [arg.dtype for arg in args]
    if any(isinstance(kind, t.ArrayType) for kind in kinds):
        _no_maps(kinds)
        if not _all_arrays(kinds, settings):
            raise _no_concat(kinds)
        return common(args, "`concat`", settings)
    _no_maps(kinds)
    texts = (settings.conf("spark.sql.function.concatBinaryAsString") or "false").lower() == "true"
    if kinds and not texts and all(isinstance(kind, t.BinaryType) for kind in kinds):
        return args
    return [convert(arg, t.StringType()) if not k.is_string(arg.dtype) else arg for arg in args]


def _no_maps(kinds: Sequence[t.DataType]) -> None:
    for place, kind in enumerate(kinds):
        if isinstance(kind, (t.MapType, t.StructType, t.VariantType)):
            raise wrong_type("concat", place, '("STRING" or "BINARY" or "ARRAY")', kind)


def _all_arrays(kinds: Sequence[t.DataType], settings: Settings) -> bool:
    return all(isinstance(kind, t.ArrayType) for kind in kinds) and coercion.widest(kinds, settings.ansi) is not None


def _no_concat(kinds: Sequence[t.DataType]) -> AnalysisException:
    names = " or ".join(shown(kind) for kind in kinds)
    return mismatch(
        "DATA_DIFF_TYPES",
        f"concat takes values of one type, texts, bytes or arrays, not {names}",
        functionName="`concat`",
        dataType=f"({names})",
    )


def _concat_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    if not args:
        return t.StringType()
    kind: t.DataType = args[0].dtype
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(kind.elementType, any(arg.dtype.containsNull for arg in args))
    return kind


_TOGETHER = 16
"""How many texts are joined at once."""


def _concat(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    while len(args) > _TOGETHER:  # DuckDB takes the square of a time for many
        args = [f"({' || '.join(args[at : at + _TOGETHER])})" for at in range(0, len(args), _TOGETHER)]
    return f"({' || '.join(args)})" if args else "''"


@once
def _join(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, between = args[:2]
    if len(args) == 3:
        array = f"list_transform({array}, lambda _hole: coalesce(_hole, {args[2]}))"
        absent = f"{args[0]} IS NULL OR {between} IS NULL OR {args[2]} IS NULL"
    else:
        absent = f"{array} IS NULL OR {between} IS NULL"
    return f"(CASE WHEN {absent} THEN NULL ELSE coalesce(array_to_string({array}, {between}), '') END)"


# --- side by side ---------------------------------------------------------------------------------------------------


def _zip_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    none = t.ArrayType(t.NullType())
    return [convert(arg, none) if isinstance(arg.dtype, t.NullType) else arg for arg in args]


def _zip_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    for place, arg in enumerate(args):
        if not isinstance(arg.dtype, t.ArrayType):
            raise array_wanted("arrays_zip", place + 1, arg.dtype)
    fields = [t.StructField(_zip_name(arg, place), arg.dtype.elementType, True) for place, arg in enumerate(args)]
    return t.ArrayType(t.StructType(fields), False)


def _zip_name(arg: Any, place: int) -> str:
    """A column's own name, a field's, or the position."""
    from minispark.sql.library.structs import name_of

    return name_of(arg) or str(place)


@once
def _zip(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = emit.duck(call.dtype)
    if not args:
        return f"CAST([] AS {kind})"
    absent = " OR ".join(f"{arg} IS NULL" for arg in args)
    zipped = f"list_zip({', '.join(args)})"
    if len(args) == 1:
        zipped = f"list_transform({args[0]}, lambda _one: row(_one))"
    return f"(CASE WHEN {absent} THEN NULL ELSE CAST({zipped} AS {kind}) END)"


FUNCTIONS: tuple[Function, ...] = (
    scalar("slice", (k.ARRAY, k.INT, k.INT), 0, _slice),
    scalar("flatten", (k.ANY,), _flatten_type, _flatten, check=_flatten_check, null=_flatten_null),
    scalar("reverse", (k.one_of(k.STRING, k.BINARY, k.ARRAY),), 0, _reverse, exact="arrays:reversed_bytes"),
    scalar("concat", (), _concat_type, _concat, more=k.ANY, binds=_concat_binds),
    scalar("array_join", (k.array_of(k.STRING), k.STRING, k.STRING), t.StringType(), _join, least=2),
    scalar("arrays_zip", (), _zip_type, _zip, more=k.ANY, binds=_zip_binds),
)  # fmt: skip
