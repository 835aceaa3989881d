"""Variants as values of Spark's types: ``variant_get`` and ``CAST(v AS type)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.errors import PySparkException, SparkRuntimeException
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.variant_encoding import Keys
from minispark.sql.exact.variant_reading import Variant
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
    NumericType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    VariantType,
)

Cast = Callable[[Variant], Any]


class _Impossible(Exception):
    """A value has no counterpart in the type."""


def caster(dtype: DataType, zone: str, trying: bool) -> Cast:
    """A function that gives a variant as a value of a type: None where it is JSON's null.

    Raises SparkRuntimeException (INVALID_VARIANT_CAST) where it cannot be, which is None too with ``trying``.
    """
    cast = _caster(dtype, zone)

    def checked(item: Variant) -> Any:
        try:
            return cast(item)
        except _Impossible:
            if trying:
                return None
        raise SparkRuntimeException(
            f"the variant value {item.text(zone):.200} is no {dtype.simpleString()}; try_variant_get gives null",
            "INVALID_VARIANT_CAST",
            {"value": item.text(zone), "dataType": f'"{dtype.simpleString().upper()}"'},
        )

    return checked


def _caster(dtype: DataType, zone: str) -> Cast:
    """The same, raising _Impossible."""
    if isinstance(dtype, VariantType):
        return _rebuilt
    if isinstance(dtype, ArrayType):
        element = _caster(dtype.elementType, zone)
        return lambda item: None if item.kind == "null" else [element(inner) for inner in _parts(item, "array")]
    if isinstance(dtype, MapType):
        inside = _caster(dtype.valueType, zone)
        return lambda item: (
            None if item.kind == "null" else [(name, inside(inner)) for name, inner in _parts(item, "object")]
        )
    if isinstance(dtype, StructType):
        names = physical_names(dtype)
        casts = [_caster(field.dataType, zone) for field in dtype.fields]
        fields = list(zip(names, dtype.names, casts, strict=True))

        def struct(item: Variant) -> Any:
            if item.kind == "null":
                return None
            found = dict(_parts(item, "object"))
            return {place: cast(found[name]) if name in found else None for place, name, cast in fields}

        return struct
    convert = _atomic(dtype, zone)

    def scalar(item: Variant) -> Any:
        kind = item.kind
        if kind == "null":
            return None
        if kind in ("object", "array"):
            if isinstance(dtype, StringType):
                return item.text(zone)
            raise _Impossible
        made = convert(kind, item.scalar())
        if made is None:
            raise _Impossible
        return made

    return scalar


def _rebuilt(item: Variant) -> dict[str, bytes]:
    keys = Keys()
    value = item.rebuilt(keys)
    return {"value": value, "metadata": keys.metadata()}


def _parts(item: Variant, kind: str) -> Any:
    if item.kind != kind:
        raise _Impossible
    return item.elements() if kind == "array" else item.fields()


_SOURCES: dict[str, DataType] = {
    "boolean": BooleanType(),
    "long": LongType(),
    "string": StringType(),
    "double": DoubleType(),
    "float": FloatType(),
    "date": DateType(),
    "timestamp": TimestampType(),
    "timestamp_ntz": TimestampNTZType(),
}


def _comparable(kind: str, dtype: DataType) -> bool:
    """Whether Spark's ANSI casts go from a kind of variant to a type at all."""
    times = ("date", "timestamp", "timestamp_ntz")
    if isinstance(dtype, StringType):
        return True
    if isinstance(dtype, BinaryType):
        return kind in ("string", "binary")
    if isinstance(dtype, BooleanType):
        return kind not in (*times, "binary")
    if isinstance(dtype, (DateType, TimestampNTZType)):
        return kind in ("string", *times)
    if isinstance(dtype, TimestampType):
        return kind not in ("boolean", "binary")
    if isinstance(dtype, NumericType):
        return kind not in ("date", "timestamp_ntz", "binary")
    return kind == "string"


def _atomic(dtype: DataType, zone: str) -> Callable[[str, Any], Any]:
    """A function of a variant's kind and plain value, None where Spark's cast gives none."""
    from minispark.sql.exact.casts import converter

    made: dict[Any, Callable[[Any], Any]] = {}

    def convert(kind: str, item: Any) -> Any:
        if not _comparable(kind, dtype):
            return None
        source: Any = kind
        if kind == "decimal":
            digits = item.as_tuple()
            source = (max(len(digits.digits), -digits.exponent), -digits.exponent)
        if source not in made:
            origin = DecimalType(*source) if kind == "decimal" else _SOURCES.get(kind)
            if origin is None:
                origin = BinaryType()
            made[source] = converter(origin, dtype, "try", zone)
        try:
            return made[source](item)
        except (PySparkException, OverflowError, ArithmeticError):
            return None

    return convert
