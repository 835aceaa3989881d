"""Arrays: made, looked into, cut and put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.conditions import common
from minispark.sql.library.function import EMPTY_OF_TEXTS, Emitting, Function, Settings, flag, macro, scalar
from minispark.sql.library.nested import (
    BOOLEAN,
    INT,
    LONG,
    array_wanted,
    element,
    exactly,
    is_int,
    mismatch,
    once,
    shown,
    together,
    with_element,
)
from minispark.sql.library.sides import convert, fitted
from minispark.sql.plan.expressions import Apply, Call, Expression

# --- making arrays --------------------------------------------------------------------------------------------------


def _array(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"CAST([{', '.join(args)}] AS {emit.duck(call.dtype)})"


def _array_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    if not args:
        return t.ArrayType(t.StringType() if flag(settings, EMPTY_OF_TEXTS) else t.NullType(), False)
    return t.ArrayType(args[0].dtype, any(arg.nullable for arg in args))


@once
def _repeat(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    item, times = args
    size = f"CAST(CASE WHEN {times} BETWEEN 0 AND {_ELEMENTS_MAX} THEN {times} ELSE 0 END AS BIGINT)"
    made = f"list_resize(CAST([] AS {emit.duck(call.dtype)}), {size}, {item})"
    failure = emit.failure(
        "SparkRuntimeException",
        "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
        f"'array_repeat cannot make an array of ' || {times} || ' elements: {_ELEMENTS_MAX} is the most'",
    )
    return f"(CASE WHEN {times} IS NULL THEN NULL WHEN {times} > {_ELEMENTS_MAX} THEN {failure} ELSE {made} END)"


_ELEMENTS_MAX = 2**31 - 16


def _appended(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"({args[0]} || CAST([{args[1]}] AS {emit.duck(call.dtype)}))"


def _prepended(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"(CAST([{args[1]}] AS {emit.duck(call.dtype)}) || {args[0]})"


@once
def _insert(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """Places from 1, or from the end below 0; what lies beyond either end is reached through nulls."""
    array, place, item = args
    kind = emit.duck(call.dtype)
    one = f"CAST([{item}] AS {kind})"
    place = f"CAST({place} AS BIGINT)"
    zero = emit.failure(
        "SparkRuntimeException",
        "INVALID_INDEX_OF_ZERO",
        "'array_insert counts from 1, or from the end from -1; 0 is no place'",
    )
    none = f"CAST([] AS {kind})"
    before = (emit.settings.conf("spark.sql.legacy.negativeIndexInArrayInsert") or "false").lower() == "true"
    last = 0 if before else 1  # -1 was the place before the last element until Spark 3.5
    return (
        f"(CASE WHEN {array} IS NULL OR {place} IS NULL THEN NULL WHEN {place} = 0 THEN {zero} "
        f"WHEN {place} > len({array}) THEN {array} || list_resize({none}, {place} - 1 - len({array})) || {one} "
        f"WHEN {place} > 0 THEN list_slice({array}, 1, {place} - 1) || {one} "
        f"|| list_slice({array}, {place}, len({array})) "
        f"WHEN len({array}) + {place} + {last} < 0 THEN {one} "
        f"|| list_resize({none}, -(len({array}) + {place} + {last})) || {array} "
        f"ELSE list_slice({array}, 1, len({array}) + {place} + {last}) || {one} "
        f"|| list_slice({array}, len({array}) + {place} + {last} + 1, len({array})) END)"
    )


# --- looking into arrays --------------------------------------------------------------------------------------------


@once
def _contains(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, item = args
    found = f"WHEN list_contains({array}, {item}) THEN true"
    may = call.args[0].dtype.containsNull
    holes = f" WHEN list_count({array}) < len({array}) THEN NULL" if may else ""
    return f"(CASE WHEN {array} IS NULL OR {item} IS NULL THEN NULL {found}{holes} ELSE false END)"


def _contains_null(args: Sequence[Any]) -> bool:
    return bool(args[0].nullable or args[1].nullable or args[0].dtype.containsNull)


@once
def _position(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, item = args
    return (
        f"(CASE WHEN {array} IS NULL OR {item} IS NULL THEN NULL "
        f"ELSE CAST(coalesce(list_position({array}, {item}), 0) AS BIGINT) END)"
    )


@once
def _remove(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, item = args
    return f"(CASE WHEN {item} IS NOT NULL THEN list_filter({array}, lambda _gone: _gone IS DISTINCT FROM {item}) END)"


def _at(array: str, place: str) -> str:
    """An element by its place from 1 or, below 0, from the end; null beyond."""
    return f"{array}[CAST({place} AS BIGINT)]"


def _index_zero(emit: Emitting, name: str) -> str:
    return emit.failure(
        "SparkRuntimeException",
        "INVALID_INDEX_OF_ZERO",
        f"'{name} counts from 1, or from the end from -1; 0 is no place'",
    )


def _element_at(trying: bool) -> Callable[..., str]:
    name = "try_element_at" if trying else "element_at"

    @once
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        whole, place = args
        if isinstance(call.args[0].dtype, t.MapType):
            return f"{whole}[{place}]"
        beyond = ""
        if not trying and emit.settings.ansi:
            failure = emit.failure(
                "ArrayIndexOutOfBoundsException",
                "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
                f"'the index ' || {place} || ' is out of bounds: the array has ' || len({whole}) "
                "|| ' elements; try_element_at gives null instead'",
            )
            beyond = f" WHEN abs({place}) > len({whole}) THEN {failure}"
        return (
            f"(CASE WHEN {whole} IS NULL OR {place} IS NULL THEN NULL WHEN {place} = 0 THEN "
            f"{_index_zero(emit, name)}{beyond} ELSE {_at(whole, place)} END)"
        )

    return sql


def _element_binds(name: str) -> Callable[..., Any]:
    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        whole, key = args
        if isinstance(whole.dtype, t.MapType):
            target = together(whole.dtype.keyType, key.dtype, settings)
            if target is None or isinstance(key.dtype, t.NullType):
                raise mismatch(
                    "MAP_FUNCTION_DIFF_TYPES",
                    f"{name} takes a map and a key of its keys' type, not {shown(whole.dtype)} and {shown(key.dtype)}",
                    functionName=f"`{name}`",
                    dataType='"MAP"',
                    leftType=shown(whole.dtype),
                    rightType=shown(key.dtype),
                )
            kind = t.MapType(target, whole.dtype.valueType, whole.dtype.valueContainsNull)
            return [convert(whole, kind), convert(key, target)]
        if not isinstance(whole.dtype, t.ArrayType):
            raise array_wanted(name, 1, whole.dtype, "ARRAY or MAP")
        if not k.is_integral(key.dtype) or isinstance(key.dtype, t.LongType):
            raise array_wanted(name, 2, key.dtype, "INT")
        return [whole, convert(key, INT)]

    return binds


def _part_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = args[0].dtype
    return kind.valueType if isinstance(kind, t.MapType) else kind.elementType


@once
def _get(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, place = args
    return f"(CASE WHEN {place} >= 0 THEN {array}[CAST({place} AS BIGINT) + 1] END)"


@once
def _item(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, place = args
    if not emit.settings.ansi:
        return _get(emit, call, args)
    failure = emit.failure(
        "ArrayIndexOutOfBoundsException",
        "INVALID_ARRAY_INDEX",
        f"'the index ' || {place} || ' is out of bounds: the array has ' || len({array}) "
        "|| ' elements; get() gives null instead'",
    )
    return (
        f"(CASE WHEN {place} < 0 OR {place} >= len({array}) THEN {failure} "
        f"ELSE {array}[CAST({place} AS BIGINT) + 1] END)"
    )


def _size(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.args[0].dtype, t.NullType):
        return "-1" if _old_size(emit.settings) else "CAST(NULL AS INTEGER)"
    count = "cardinality" if isinstance(call.args[0].dtype, t.MapType) else "len"
    made = f"CAST({count}({args[0]}) AS INTEGER)"
    return f"coalesce({made}, -1)" if call.function.name == "size" and _old_size(emit.settings) else made


def _old_size(settings: Settings) -> bool:
    """Whether the size of null is -1, as it was in Hive."""
    return not settings.ansi and (settings.conf("spark.sql.legacy.sizeOfNull") or "true").lower() == "true"


def _size_check(args: Sequence[Any], settings: Settings) -> None:
    if not isinstance(args[0].dtype, (t.ArrayType, t.MapType, t.NullType)):
        raise array_wanted("size", 1, args[0].dtype, "ARRAY or MAP")


def _compact_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[0].dtype.elementType, False)


def _with_nulls(args: Sequence[Any], settings: Settings) -> t.ArrayType:
    return t.ArrayType(args[0].dtype.elementType, True)


def _item_macro(args: tuple[Expression, ...], settings: Settings) -> Expression:
    return Apply("size", args)


def _get_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if not isinstance(args[0].dtype, t.ArrayType):
        raise array_wanted("get", 1, args[0].dtype)
    return [args[0], fitted("get", args, 1, k.INT, settings)]


def _index_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if not isinstance(args[1].dtype, t.NullType) and not k.is_integral(args[1].dtype):
        raise array_wanted("get_array_item", 2, args[1].dtype, "INTEGRAL")
    return [args[0], convert(args[1], t.IntegerType()) if isinstance(args[1].dtype, t.NullType) else args[1]]


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "array", (), _array_type, _array, more=k.ANY, null="never",
        binds=lambda args, settings: common(args, "`array`", settings),
    ),  # fmt: skip
    scalar("array_repeat", (k.ANY, k.ANY), lambda args, settings: t.ArrayType(args[0].dtype, args[0].nullable), _repeat,
           null=lambda args: args[1].nullable, check=exactly("array_repeat", is_int, "INT")),
    scalar("array_append", (k.ANY, k.ANY), _with_nulls, _appended, binds=with_element("array_append", True),
           null=lambda args: args[0].nullable),
    scalar("array_prepend", (k.ANY, k.ANY), _with_nulls, _prepended, binds=with_element("array_prepend", True),
           null=lambda args: args[0].nullable),
    scalar("array_insert", (k.ANY, k.ANY, k.ANY), _with_nulls, _insert,
           binds=lambda args, settings: _insert_binds(args, settings),
           null=lambda args: args[0].nullable or args[1].nullable),
    scalar("array_contains", (k.ANY, k.ANY), BOOLEAN, _contains, binds=with_element("array_contains", nulls=False),
           null=_contains_null),
    scalar("array_position", (k.ANY, k.ANY), LONG, _position, binds=with_element("array_position", nulls=False)),
    scalar("array_remove", (k.ANY, k.ANY), 0, _remove, binds=with_element("array_remove")),
    scalar("array_compact", (k.ARRAY,), _compact_type, "list_filter({0}, lambda _held: _held IS NOT NULL)"),
    scalar("array_size", (k.ARRAY,), INT, _size),
    scalar("size", (k.ANY,), INT, _size, check=_size_check, null=lambda args: args[0].nullable),
    macro("cardinality", 1, 1, _item_macro),
    scalar("element_at", (k.ANY, k.ANY), _part_type, _element_at(False), binds=_element_binds("element_at"),
           null="always"),
    scalar("try_element_at", (k.ANY, k.ANY), _part_type, _element_at(True), binds=_element_binds("try_element_at"),
           null="always"),
    Function("get", (k.ARRAY, k.INT), element, _get, null="always", binds=_get_binds),
    Function("get_array_item", (k.ARRAY, k.ANY), element, _item, null="always", binds=_index_binds),
)  # fmt: skip


def _insert_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if not k.is_integral(args[1].dtype) or isinstance(args[1].dtype, t.LongType):
        raise array_wanted("array_insert", 2, args[1].dtype, "INT")
    bound = list(with_element("array_insert", True, at=2)(args, settings))
    bound[1] = convert(args[1], INT)
    return bound
