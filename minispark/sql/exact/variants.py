"""Functions of variants: made of JSON or of values, looked into by paths, described."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact import variant_encoding as encoding
from minispark.sql.exact.jsonschema import compatible
from minispark.sql.exact.jsontree import ABSENT, JsonError, JsonRules, reader_of
from minispark.sql.exact.variant_casts import caster
from minispark.sql.exact.variant_encoding import Keys
from minispark.sql.exact.variant_reading import Variant, of_value
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    VariantType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Physical = dict[str, bytes]

_STRICT = JsonRules(single_quotes=False, non_numeric=False)
_read = reader_of(_STRICT)
_STEP = re.compile(r"\[([0-9]+)\]|\.([^.\[]+)|\['([^']*)'\]|\[\"([^\"]*)\"\]")


def parse_json(text: str, twice: bool = False) -> Physical:
    """A JSON text as a variant; what follows its first value is not looked at. ``twice`` lets the last of two members
    of one name count, which is an error otherwise.

    >>> parse_json('{"a": 1}')
    {'value': b'\\x02\\x01\\x00\\x00\\x02\\x0c\\x01', 'metadata': b'\\x01\\x01\\x00\\x01a'}
    """
    try:
        tree = _read(text)
    except JsonError as error:
        raise _malformed(text) from error
    if tree is ABSENT:
        raise _malformed(text)
    return of_json_tree(tree, twice)


def of_json_tree(tree: Any, twice: bool = False) -> Physical:
    """A tree of :mod:`jsontree` as a variant."""
    keys = Keys()
    value = encoding.checked(encoding.of_tree(tree, keys, twice))
    return {"value": value, "metadata": keys.metadata()}


def try_parse_json(text: str, twice: bool = False) -> Physical | None:
    """The same, None for what is no JSON or no variant."""
    try:
        return parse_json(text, twice)
    except SparkRuntimeException:
        return None


def json_parser(bound: Bound) -> Callable[..., Physical | None]:
    """``parse_json`` under a session's settings."""
    twice = (bound.settings.conf("spark.sql.variant.allowDuplicateKeys") or "").lower() == "true"
    return lambda text: parse_json(text, twice)


def json_trier(bound: Bound) -> Callable[..., Physical | None]:
    """``try_parse_json`` under a session's settings."""
    twice = (bound.settings.conf("spark.sql.variant.allowDuplicateKeys") or "").lower() == "true"
    return lambda text: try_parse_json(text, twice)


def _malformed(text: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        f"{text!r:.200} is not JSON; try_parse_json gives null instead",
        "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
        {"badRecord": text, "failFastMode": "FAILFAST"},
    )


# --- paths -----------------------------------------------------------------------------------------------------------


@lru_cache(512)
def variant_path(path: str, function: str) -> tuple[int | str, ...]:
    """The steps of a path: names and places. Raises SparkRuntimeException for what is no path.

    >>> variant_path("$.a['b c'][0]", "variant_get")
    ('a', 'b c', 0)
    """
    steps: list[int | str] = []
    place = 1 if path.startswith("$") else -1
    while 0 <= place < len(path):
        found = _STEP.match(path, place)
        if not found:
            place = -1
            break
        index, dotted, single, double = found.groups()
        steps.append(int(index) if index else next(name for name in (dotted, single, double) if name is not None))
        place = found.end()
    if place < 0:
        raise SparkRuntimeException(
            f"{path!r} is no path into a variant: {function} takes $ with steps such as .name, ['name'] or [0]",
            "INVALID_VARIANT_GET_PATH",
            {"path": path, "functionName": f"`{function}`"},
        )
    return tuple(steps)


def found_at(root: Variant, steps: tuple[int | str, ...]) -> Variant | None:
    """What the steps lead to, None for nothing."""
    here = root
    for step in steps:
        kind = here.kind
        if isinstance(step, int):
            if kind != "array":
                return None
            elements = here.elements()
            if step >= len(elements):
                return None
            here = elements[step]
        else:
            if kind != "object":
                return None
            found = next((item for name, item in here.fields() if name == step), None)
            if found is None:
                return None
            here = found
    return here


def variant_getter(bound: Bound) -> Callable[..., Any]:
    """``variant_get(v, path, type)``; ``bound.extra`` is ``"try"`` for ``try_variant_get``."""
    trying = bound.extra == "try"
    function = "try_variant_get" if trying else "variant_get"
    cast = caster(bound.result, bound.settings.zone, trying)

    def get(item: Physical, path: str, *_: Any) -> Any:
        found = found_at(of_value(item), variant_path(path, function))
        return None if found is None else cast(found)

    return get


def try_variant_getter(bound: Bound) -> Callable[..., Any]:
    """``try_variant_get(v, path, type)``."""
    from minispark.engine.core.values import replace

    return variant_getter(replace(bound, extra="try"))


def is_variant_null(item: Physical | None) -> bool:
    """Whether a variant holds JSON's null. A null column does not.

    >>> is_variant_null(parse_json("null")), is_variant_null(parse_json("1")), is_variant_null(None)
    (True, False, False)
    """
    return item is not None and item["value"][:1] == encoding.NULL_VALUE


# --- of values -------------------------------------------------------------------------------------------------------


def variant_maker(dtype: DataType) -> Callable[[Any, Keys], bytes]:
    """A function that encodes values of a type."""
    if isinstance(dtype, StructType):
        fields = [(field.name, variant_maker(field.dataType)) for field in dtype.fields]

        def of_struct(item: dict[str, Any], keys: Keys) -> bytes:
            made = []
            for (name, make), inner in zip(fields, item.values(), strict=False):
                keys.number(name)
                made.append((name, encoding.NULL_VALUE if inner is None else make(inner, keys)))
            return encoding.of_object(made, keys)

        return of_struct
    if isinstance(dtype, ArrayType):
        of_element = variant_maker(dtype.elementType)
        return lambda item, keys: encoding.of_array(
            [encoding.NULL_VALUE if inner is None else of_element(inner, keys) for inner in item]
        )
    if isinstance(dtype, MapType):
        of_item = variant_maker(dtype.valueType)

        def of_map(item: list[tuple[str, Any]], keys: Keys) -> bytes:
            made = []
            for name, inner in item:
                keys.number(name)
                made.append((name, encoding.NULL_VALUE if inner is None else of_item(inner, keys)))
            return encoding.of_object(made, keys)

        return of_map
    if isinstance(dtype, VariantType):
        return lambda item, keys: of_value(item).rebuilt(keys)
    make = _MAKERS[dtype.typeName()]
    return lambda item, keys: make(item)


_MAKERS: dict[str, Callable[[Any], bytes]] = {
    "void": lambda item: encoding.NULL_VALUE,
    "boolean": encoding.of_boolean,
    **dict.fromkeys(("byte", "short", "integer", "long", "tinyint", "smallint", "int", "bigint"), encoding.of_integer),
    "float": encoding.of_float,
    "double": encoding.of_double,
    "decimal": encoding.of_decimal,
    "string": encoding.of_string,
    "char": encoding.of_string,
    "varchar": encoding.of_string,
    "binary": encoding.of_binary,
    "date": encoding.of_date,
    "timestamp": encoding.of_timestamp,
    "timestamp_ntz": lambda item: encoding.of_timestamp(item, True),
}


def to_variant(bound: Bound) -> Callable[[Any], Physical]:
    """``to_variant_object`` and ``CAST(x AS VARIANT)``: a value of the first argument's type as a variant."""
    return value_encoder(bound.types[0])


def value_encoder(dtype: DataType) -> Callable[[Any], Physical]:
    """A function that makes variants of values of a type."""
    make = variant_maker(dtype)

    def encode(item: Any) -> Physical:
        keys = Keys()
        value = encoding.checked(make(item, keys))
        return {"value": value, "metadata": keys.metadata()}

    return encode


def variant_explode(item: Physical | None) -> list[dict[str, Any]]:
    """The elements of an array or the members of an object: ``pos``, ``key`` and ``value`` of each.

    >>> [(row["pos"], row["key"], row["value"]["value"]) for row in variant_explode(parse_json('{"b": 1, "a": null}'))]
    [(0, 'a', b'\\x00'), (1, 'b', b'\\x0c\\x01')]
    """
    root = None if item is None else of_value(item)
    kind = None if root is None else root.kind
    pairs: list[tuple[str | None, Variant]] = []
    if root is not None and kind == "array":
        pairs = [(None, element) for element in root.elements()]
    elif root is not None and kind == "object":
        pairs = list(root.fields())
    return [{"pos": at, "key": key, "value": inner.own()} for at, (key, inner) in enumerate(pairs)]


# --- schemas ---------------------------------------------------------------------------------------------------------

_SCHEMAS: dict[str, DataType] = {
    "null": NullType(), "boolean": BooleanType(), "long": LongType(), "string": StringType(), "double": DoubleType(),
    "float": FloatType(), "date": DateType(), "timestamp": TimestampType(), "timestamp_ntz": TimestampNTZType(),
    "binary": BinaryType(),
}  # fmt: skip


def variant_schema(item: Variant) -> DataType:
    """The type of a variant: structs stand for objects, the type variant for values that have no common type."""
    kind = item.kind
    if kind == "object":
        return StructType([StructField(name, variant_schema(inner)) for name, inner in item.fields()])
    if kind == "array":
        element: DataType = NullType()
        for inner in item.elements():
            element = merged_schemas(element, variant_schema(inner))
        return ArrayType(element)
    if kind == "decimal":
        digits = item.scalar().as_tuple()
        scale = -int(digits.exponent)
        return DecimalType(max(len(digits.digits), scale), scale)
    return _SCHEMAS.get(kind, VariantType())


def merged_schemas(one: DataType, other: DataType) -> DataType:
    """The type of both, variant where only that holds them."""
    if one == other or isinstance(other, NullType):
        return one
    if isinstance(one, NullType):
        return other
    if isinstance(one, ArrayType) and isinstance(other, ArrayType):
        return ArrayType(merged_schemas(one.elementType, other.elementType))
    if isinstance(one, StructType) and isinstance(other, StructType):
        found = {field.name: field.dataType for field in one.fields}
        for field in other.fields:
            known = found.get(field.name)
            found[field.name] = field.dataType if known is None else merged_schemas(known, field.dataType)
        return StructType([StructField(name, found[name]) for name in sorted(found, key=encoding.java_order)])
    if isinstance(one, FloatType) and isinstance(other, FloatType):
        return one
    numbers = (LongType, DoubleType, FloatType, DecimalType)
    times = (DateType, TimestampType, TimestampNTZType)
    if isinstance(one, numbers) and isinstance(other, numbers):
        if isinstance(one, FloatType) or isinstance(other, FloatType):
            return FloatType() if isinstance(one, LongType) or isinstance(other, LongType) else DoubleType()
        return compatible(one, other)
    if isinstance(one, times) and isinstance(other, times):
        zoned = isinstance(one, TimestampType) or isinstance(other, TimestampType)
        return TimestampType() if zoned else TimestampNTZType()
    return VariantType()


def schema_sql(kind: DataType) -> str:
    """The type as DDL, with OBJECT for structs.

    >>> schema_sql(variant_schema(of_value(parse_json('{"a": [1, 2.5], "b": [1, "x"]}'))))
    'OBJECT<a: ARRAY<DECIMAL(21,1)>, b: ARRAY<VARIANT>>'
    """
    if isinstance(kind, ArrayType):
        return f"ARRAY<{schema_sql(kind.elementType)}>"
    if isinstance(kind, StructType):
        from minispark.sql.types.toddl import quoted_if_needed

        fields = [f"{quoted_if_needed(field.name)}: {schema_sql(field.dataType)}" for field in kind.fields]
        return f"OBJECT<{', '.join(fields)}>"
    return "VOID" if isinstance(kind, NullType) else kind.simpleString().upper()


def schema_of_variant(item: Physical) -> str:
    """The type of a variant as DDL."""
    return schema_sql(variant_schema(of_value(item)))


def schema_of_variants(items: list[Physical | None]) -> str:
    """The type of all variants of a group as DDL; VOID of none."""
    found: DataType = NullType()
    for item in items or ():
        if item is not None:
            found = merged_schemas(found, variant_schema(of_value(item)))
    return schema_sql(found)
