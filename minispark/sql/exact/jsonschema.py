"""``schema_of_json``: the type of a JSON text, as Spark's ``JsonInferSchema`` finds it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException, SparkRuntimeException
from minispark.sql.exact.jsontree import ABSENT, FloatText, IntText, JsonError, Members, reader_of, rules_of
from minispark.sql.exact.records import Options, Times, Unconvertible, flag, options_of
from minispark.sql.exact.variant_encoding import java_order
from minispark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DecimalType,
    DoubleType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound


def schema_of_json(bound: Bound) -> Callable[..., str]:
    """The type of JSON texts as DDL; the second literal holds the options as JSON."""
    options = options_of(bound.literals[1] if len(bound.literals) > 1 else None)
    return schema_text(options, bound.settings.zone)


def schema_text(options: Options, zone: str) -> Callable[[str], str]:
    """A function that gives the type of a JSON text as DDL. Raises SparkRuntimeException for what is no JSON.

    >>> schema_text({}, "UTC")('{"b": [1, 2.5], "a": null}')
    'STRUCT<a: STRING, b: ARRAY<DOUBLE>>'
    """
    from minispark.sql.types.toddl import sql_type

    parse = reader_of(rules_of(options))
    infer = inferrer(options, zone)
    drop = flag(options, "dropFieldIfAllNull", False)

    def describe(text: str) -> str:
        try:
            tree = parse(text)
        except JsonError as error:
            raise SparkRuntimeException(
                f"schema_of_json cannot read {text!r:.200} as JSON: {error}",
                "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                {"badRecord": text, "failFastMode": "FAILFAST"},
            ) from error
        found = infer(None if tree is ABSENT else tree)
        made = canonical(found, drop)
        if made is None and isinstance(found, ArrayType):
            made = ArrayType(StructType([])) if isinstance(found.elementType, StructType) else None
        return sql_type(made or (StructType([]) if isinstance(found, StructType) else StringType()))

    return describe


def inferrer(options: Options, zone: str) -> Callable[[Any], DataType]:
    """A function that gives the type of a tree (:mod:`jsontree`)."""
    as_string = flag(options, "primitivesAsString", False)
    decimals = flag(options, "prefersDecimal", False)
    times = Times(options, zone) if flag(options, "inferTimestamp", False) else None

    def infer(tree: Any) -> DataType:
        if tree is None or isinstance(tree, str) and tree == "":
            return NullType()
        if isinstance(tree, Members):
            fields = [StructField(name, infer(item)) for name, item in tree]
            return StructType(sorted(fields, key=lambda field: java_order(field.name)))
        if isinstance(tree, list):
            element: DataType = NullType()
            for item in tree:
                element = compatible(element, infer(item))
            return ArrayType(element)
        if isinstance(tree, (bool, IntText, FloatText)) and as_string:
            return StringType()
        if isinstance(tree, bool):
            return BooleanType()
        if isinstance(tree, IntText):
            return LongType() if -(1 << 63) <= int(tree) < 1 << 63 else _digits(tree)
        if isinstance(tree, FloatText):
            return _digits(tree) if decimals and tree[-1].isdigit() else DoubleType()
        return _of_text(tree, decimals, times)

    return infer


def _digits(text: str) -> DataType:
    """The decimal type of a number's digits, double where there are too many."""
    item = Decimal(str(text))
    digits, scale = len(item.as_tuple().digits), -int(item.as_tuple().exponent)
    size = max(digits, scale)
    if scale < 0 and digits <= 38:
        raise AnalysisException(
            f"{text} would be a decimal with the scale {scale}; leave prefersDecimal out",
            "NEGATIVE_SCALE_DISALLOWED",
            {"scale": str(scale)},
        )
    return DecimalType(size, scale) if size <= 38 else DoubleType()


def _of_text(text: str, decimals: bool, times: Times | None) -> DataType:
    if decimals:
        try:
            item = Decimal(text.replace(",", ""))
            digits, scale = len(item.as_tuple().digits), -int(item.as_tuple().exponent)
            return DecimalType(max(digits, scale), scale)
        except (InvalidOperation, TypeError, ValueError):
            pass
    if times is not None:
        for read in (times.read_ntz, times.read_timestamp):
            try:
                read(text)
                return TimestampType()
            except Unconvertible:
                pass
    return StringType()


def compatible(one: DataType, other: DataType) -> DataType:
    """The type that holds values of both: string if nothing narrower does.

    >>> compatible(LongType(), DoubleType()), compatible(LongType(), StringType())
    (DoubleType(), StringType())
    """
    if one == other or isinstance(other, NullType):
        return one
    if isinstance(one, NullType):
        return other
    if isinstance(one, StructType) and isinstance(other, StructType):
        return _merged(one, other)
    if isinstance(one, ArrayType) and isinstance(other, ArrayType):
        return ArrayType(compatible(one.elementType, other.elementType), one.containsNull or other.containsNull)
    numbers = (LongType, DoubleType, DecimalType)
    if isinstance(one, numbers) and isinstance(other, numbers):
        if isinstance(one, DoubleType) or isinstance(other, DoubleType):
            return DoubleType()
        return _wider(_as_decimal(one), _as_decimal(other))
    times = (TimestampType, TimestampNTZType)
    if isinstance(one, times) and isinstance(other, times):
        return TimestampType()
    return StringType()


def _as_decimal(kind: DataType) -> DecimalType:
    return kind if isinstance(kind, DecimalType) else DecimalType(20, 0)


def _wider(one: DecimalType, other: DecimalType) -> DataType:
    scale = max(one.scale, other.scale)
    size = max(one.precision - one.scale, other.precision - other.scale) + scale
    return DoubleType() if size > 38 else DecimalType(size, scale)


def _merged(one: StructType, other: StructType) -> StructType:
    """Fields of both, sorted by name; those of one name are merged."""
    found = {field.name: field.dataType for field in one.fields}
    for field in other.fields:
        found[field.name] = compatible(found[field.name], field.dataType) if field.name in found else field.dataType
    return StructType([StructField(name, found[name]) for name in sorted(found, key=java_order)])


def canonical(kind: DataType, drop: bool) -> DataType | None:
    """The type without structs that have no fields; null is string, or nothing with ``drop``."""
    if isinstance(kind, ArrayType):
        inner = canonical(kind.elementType, drop)
        return None if inner is None else ArrayType(inner, kind.containsNull)
    if isinstance(kind, StructType):
        fields = []
        for field in kind.fields:
            made = canonical(field.dataType, drop) if field.name else None
            if made is not None:
                fields.append(StructField(field.name, made, field.nullable))
        return StructType(fields) if fields else None
    if isinstance(kind, NullType):
        return None if drop else StringType()
    return kind
