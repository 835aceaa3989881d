"""Maps: made, taken apart, filtered and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.byplace import by_place
from minispark.sql.library.conditions import common
from minispark.sql.library.function import EMPTY_OF_TEXTS, Emitting, Function, Settings, flag, scalar
from minispark.sql.library.lambdas import over_parts, returning, wanting
from minispark.sql.library.nested import BOOLEAN, array_wanted, let, mismatch, once, shown, together
from minispark.sql.library.sides import convert, fitted
from minispark.sql.plan.expressions import Call, Lambda

# --- building -------------------------------------------------------------------------------------------------------


def build(emit: Emitting, call: Call, keys: str, values: str, kind: t.MapType | None = None) -> str:
    """SQL of the map of two arrays, null if one is. Null keys are an error, as are equal ones unless the session lets
    the last win."""
    dtype = kind or call.dtype
    assert isinstance(dtype, t.MapType)
    duck = emit.duck(dtype)
    if isinstance(dtype.keyType, (t.DoubleType, t.FloatType)):
        keys = f"list_transform({keys}, lambda _zero: _zero + 0)"
    null_key = emit.failure(
        "SparkRuntimeException",
        "NULL_MAP_KEY",
        "'null cannot be a key of a map; leave null keys out, or coalesce them'",
    )
    if (emit.settings.conf("spark.sql.mapKeyDedupPolicy") or "EXCEPTION").upper() == "LAST_WIN":
        twice = ""
        made = f"CAST({emit.exact(call, ['_pair.k', '_pair.v'], 'maps:last_wins')} AS {duck})"
    else:
        failure = emit.failure(
            "SparkRuntimeException",
            "DUPLICATED_MAP_KEY",
            "'a map would have a key twice; set spark.sql.mapKeyDedupPolicy to LAST_WIN to keep the last'",
        )
        twice = f"WHEN len(list_distinct(_pair.k)) < len(_pair.k) THEN {failure} "
        made = f"CAST(map(_pair.k, _pair.v) AS {duck})"
    return (
        f"list_transform([{{'k': {keys}, 'v': {values}}}], lambda _pair: (CASE WHEN _pair.k IS NULL OR _pair.v IS NULL "
        f"THEN NULL WHEN list_count(_pair.k) < len(_pair.k) THEN {null_key} {twice}ELSE {made} END))[1]"
    )


def checked_key(name: str, kind: t.DataType) -> None:
    """Raises AnalysisException for a type that keys cannot have."""
    if _holds_map(kind):
        raise mismatch(
            "INVALID_MAP_KEY_TYPE",
            f"the keys that {name} would make hold maps, which have no equality",
            keyType=shown(kind),
        )


def _holds_map(kind: t.DataType) -> bool:
    if isinstance(kind, t.ArrayType):
        return _holds_map(kind.elementType)
    if isinstance(kind, t.StructType):
        return any(_holds_map(field.dataType) for field in kind.fields)
    return isinstance(kind, (t.MapType, t.VariantType))


def _map_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if len(args) % 2:
        raise AnalysisException(
            f"map takes keys and values in turn, an even number of arguments, not {len(args)}",
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            {"functionName": "`map`", "expectedNum": "2n (n > 0)", "actualNum": str(len(args))},
        )
    keys, values = _alike(args[::2], "KEY", settings), _alike(args[1::2], "VALUE", settings)
    return [part for pair in zip(keys, values, strict=True) for part in pair]


def _alike(args: Sequence[Any], what: str, settings: Settings) -> list[Any]:
    """Keys, or values, in their common type."""
    target = coercion.widest((arg.dtype for arg in args), settings.ansi)
    if target is None:
        names = ", ".join(shown(arg.dtype) for arg in args)
        raise mismatch(
            f"CREATE_MAP_{what}_DIFF_TYPES",
            f"map takes {what.lower()}s of one type; here are {names}: cast them",
            functionName="`map`", dataType=f"[{names}]",
        )  # fmt: skip
    return [convert(arg, target) for arg in args]


def _map_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    if not args:
        kind = t.StringType() if flag(settings, EMPTY_OF_TEXTS) else t.NullType()
        return t.MapType(kind, kind, False)
    return t.MapType(args[0].dtype, args[1].dtype, any(arg.nullable for arg in args[1::2]))


def _map(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = call.dtype
    assert isinstance(kind, t.MapType)
    keys = f"CAST([{', '.join(args[::2])}] AS {emit.duck(kind.keyType)}[])"
    return build(emit, call, keys, f"CAST([{', '.join(args[1::2])}] AS {emit.duck(kind.valueType)}[])")


def _check_keys(name: str) -> Callable[..., None]:
    def check(args: Sequence[Any], settings: Settings) -> None:
        if args:
            checked_key(name, args[0].dtype)

    return check


def _arrays_check(args: Sequence[Any], settings: Settings) -> None:
    for place in (0, 1):
        if not isinstance(args[place].dtype, t.ArrayType):
            raise array_wanted("map_from_arrays", place + 1, args[place].dtype)
    checked_key("map_from_arrays", args[0].dtype.elementType)


def _arrays_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.MapType(args[0].dtype.elementType, args[1].dtype.elementType, args[1].dtype.containsNull)


@once
def _from_arrays(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    keys, values = args
    uneven = emit.failure(
        "SparkRuntimeException", "_LEGACY_ERROR_TEMP_2128", "'map_from_arrays takes as many keys as values'"
    )
    return f"(CASE WHEN len({keys}) <> len({values}) THEN {uneven} ELSE {build(emit, call, keys, values)} END)"


def _entries_check(args: Sequence[Any], settings: Settings) -> None:
    kind = args[0].dtype
    inner = kind.elementType if isinstance(kind, t.ArrayType) else None
    if not isinstance(inner, t.StructType) or len(inner.fields) != 2:
        raise array_wanted("map_from_entries", 1, kind, '"ARRAY" of pair "STRUCT"')
    checked_key("map_from_entries", inner.fields[0].dataType)


def _entries_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    key, item = args[0].dtype.elementType.fields
    return t.MapType(key.dataType, item.dataType, item.nullable)


@once
def _from_entries(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.library.structs import field_sql

    array = args[0]
    pair: t.StructType = call.args[0].dtype.elementType
    keys = f"list_transform({array}, lambda _entry: {field_sql('_entry', pair, 0)})"
    values = f"list_transform({array}, lambda _entry: {field_sql('_entry', pair, 1)})"
    return f"(CASE WHEN list_count({array}) = len({array}) THEN {build(emit, call, keys, values)} END)"


def _concat_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    for arg in args:
        if not isinstance(arg.dtype, t.MapType):
            raise mismatch(
                "MAP_CONCAT_DIFF_TYPES",
                f"map_concat takes maps, not {shown(arg.dtype)}",
                functionName="`map_concat`",
                dataType="[" + ", ".join(shown(each.dtype) for each in args) + "]",
            )
    return common(args, "`map_concat`", settings)


def _concat_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    if not args:
        return t.MapType(t.StringType(), t.StringType())
    kind = args[0].dtype
    if not isinstance(kind, t.MapType):
        return t.MapType(t.NullType(), t.NullType())
    return t.MapType(kind.keyType, kind.valueType, any(arg.dtype.valueContainsNull for arg in args))


@once
def _concat(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if not args:
        return f"CAST(map([], []) AS {emit.duck(call.dtype)})"
    keys = " || ".join(f"map_keys({arg})" for arg in args)
    return build(emit, call, keys, " || ".join(f"map_values({arg})" for arg in args))


# --- taking apart ---------------------------------------------------------------------------------------------------


def _item(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"{args[0]}[{args[1]}]"


def _no_pair(name: str, whole: Any, key: Any) -> AnalysisException:
    return mismatch(
        "MAP_FUNCTION_DIFF_TYPES",
        f"{name} takes a map and a key of its keys' type, not {shown(whole.dtype)} and {shown(key.dtype)}",
        functionName=f"`{name}`",
        dataType='"MAP"',
        leftType=shown(whole.dtype),
        rightType=shown(key.dtype),
    )


def key_binds(name: str) -> Callable[..., Any]:
    """A rule for functions of a map and a key."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        whole, key = args
        if isinstance(whole.dtype, t.NullType) or isinstance(key.dtype, t.NullType) and name == "map_contains_key":
            raise mismatch("NULL_TYPE", f"{name} takes no NULL without a type; cast it", functionName=f"`{name}`")
        if not isinstance(whole.dtype, t.MapType):
            raise (
                _no_pair(name, whole, key) if name == "map_contains_key" else array_wanted(name, 1, whole.dtype, "MAP")
            )
        if name == "get_map_value" and by_place((whole.dtype.keyType, key.dtype)) is not None:
            return [whole, convert(key, whole.dtype.keyType)]
        if name == "get_map_value":
            return [whole, fitted(name, args, 1, k.of(whole.dtype.keyType), settings)]
        target = together(whole.dtype.keyType, key.dtype, settings)
        if target is None:
            raise _no_pair(name, whole, key)
        kind = t.MapType(target, whole.dtype.valueType, whole.dtype.valueContainsNull)
        return [convert(whole, kind), convert(key, target)]

    return binds


def _value_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    found: t.DataType = args[0].dtype.valueType
    return found


def entry_type(kind: t.MapType) -> t.StructType:
    """The struct of a map's key and value."""
    fields = [
        t.StructField("key", kind.keyType, False),
        t.StructField("value", kind.valueType, kind.valueContainsNull),
    ]
    return t.StructType(fields)


# --- lambdas --------------------------------------------------------------------------------------------------------


def map_of(name: str, args: Sequence[Any], place: int = 0) -> t.MapType:
    """The type of an argument that must be a map."""
    kind = args[place].dtype
    if not isinstance(kind, t.MapType):
        raise array_wanted(name, place + 1, kind, "MAP")
    return kind


def _each(name: str, test: bool = False) -> Callable[..., Any]:
    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        kind = map_of(name, args)
        bound = wanting(args, 1).bind([(kind.keyType, False), (kind.valueType, kind.valueContainsNull)])
        bound = returning(name, bound, BOOLEAN) if test else bound
        return [args[0], over_parts(bound, ("key", "value"))]

    return binds


def _filter(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"map_from_entries(list_filter(map_entries({args[0]}), {args[1]}))"


def _keys_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    checked_key("transform_keys", args[1].dtype)
    return t.MapType(args[1].dtype, args[0].dtype.valueType, args[0].dtype.valueContainsNull)


@once
def _transform_keys(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = call.dtype
    assert isinstance(kind, t.MapType)
    keys = f"CAST(list_transform(map_entries({args[0]}), {args[1]}) AS {emit.duck(kind.keyType)}[])"
    return build(emit, call, keys, f"map_values({args[0]})")


def _values_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.MapType(args[0].dtype.keyType, args[1].dtype, args[1].nullable)


@once
def _transform_values(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = call.dtype
    assert isinstance(kind, t.MapType)
    values = f"CAST(list_transform(map_entries({args[0]}), {args[1]}) AS {emit.duck(kind.valueType)}[])"
    return f"(CASE WHEN {args[0]} IS NOT NULL THEN map(map_keys({args[0]}), {values}) END)"


def _zip_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    left, right = map_of("map_zip_with", args, 0), map_of("map_zip_with", args, 1)
    key = together(left.keyType, right.keyType, settings)
    if key is None:
        raise mismatch(
            "MAP_ZIP_WITH_DIFF_TYPES",
            f"map_zip_with takes maps with keys of one type, not {shown(left)} and {shown(right)}",
            functionName="`map_zip_with`",
            leftType=shown(left.keyType),
            rightType=shown(right.keyType),
        )
    bound: Lambda = wanting(args, 2).bind([(key, False), (left.valueType, True), (right.valueType, True)])
    first = convert(args[0], t.MapType(key, left.valueType, left.valueContainsNull))
    second = convert(args[1], t.MapType(key, right.valueType, right.valueContainsNull))
    return [first, second, over_parts(bound, ("key", "one", "two"))]


def _zip_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.MapType(args[0].dtype.keyType, args[2].dtype, args[2].nullable)


@once
def _zip_with(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = call.dtype
    assert isinstance(kind, t.MapType)
    items = f"{emit.duck(kind.valueType)}[]"
    one, two, function = args
    keys = f"map_keys({one}) || list_filter(map_keys({two}), lambda _new: NOT map_contains({one}, _new))"

    def made(them: str) -> str:
        rows = f"list_transform({them}, lambda _key: {{'key': _key, 'one': {one}[_key], 'two': {two}[_key]}})"
        values = f"CAST(list_transform({rows}, {function}) AS {items})"
        return f"map({them}, {values})"

    return f"(CASE WHEN {one} IS NULL OR {two} IS NULL THEN NULL ELSE {let(keys, made, '_keys')} END)"


def _first_null(args: Sequence[Any]) -> bool:
    return bool(args[0].nullable)


_TWO = (k.ANY, k.function(2))

FUNCTIONS: tuple[Function, ...] = (
    scalar("map", (), _map_type, _map, more=k.ANY, binds=_map_binds, check=_check_keys("map"), null="never",
           aliases=("create_map",)),
    scalar("map_from_arrays", (k.ARRAY, k.ARRAY), _arrays_type, _from_arrays, check=_arrays_check),
    scalar("map_from_entries", (k.ANY,), _entries_type, _from_entries, check=_entries_check,
           null=lambda args: args[0].nullable or args[0].dtype.containsNull),
    scalar("map_concat", (), _concat_type, _concat, more=k.ANY, binds=_concat_binds),
    scalar("map_keys", (k.MAP,), lambda args, settings: t.ArrayType(args[0].dtype.keyType), "map_keys({0})"),
    scalar("map_values", (k.MAP,),
           lambda args, settings: t.ArrayType(args[0].dtype.valueType, args[0].dtype.valueContainsNull),
           "map_values({0})"),
    scalar("map_entries", (k.MAP,), lambda args, settings: t.ArrayType(entry_type(args[0].dtype), False),
           "map_entries({0})"),
    scalar("map_contains_key", (k.ANY, k.ANY), BOOLEAN,
           "(CASE WHEN {1} IS NOT NULL THEN map_contains({0}, {1}) END)", binds=key_binds("map_contains_key")),
    scalar("get_map_value", (k.ANY, k.ANY), _value_type, _item, binds=key_binds("get_map_value"), null="always"),
    scalar("with_sorted_maps", (k.ANY,), 0, factory="maps:sorted_maps"),
    scalar("map_filter", _TWO, 0, _filter, binds=_each("map_filter", True), null=_first_null),
    scalar("transform_keys", _TWO, _keys_type, _transform_keys, binds=_each("transform_keys"), null=_first_null),
    scalar("transform_values", _TWO, _values_type, _transform_values, binds=_each("transform_values"),
           null=_first_null),
    scalar("map_zip_with", (k.ANY, k.ANY, k.function(3)), _zip_type, _zip_with, binds=_zip_binds,
           null=lambda args: args[0].nullable or args[1].nullable),
    scalar("str_to_map", (k.STRING, k.STRING, k.STRING), t.MapType(t.StringType(), t.StringType()), least=1,
           factory="maps:str_to_map"),
)  # fmt: skip
