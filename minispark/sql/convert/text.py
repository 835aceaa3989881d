"""Values as text: as ``CAST(x AS STRING)`` makes it, and as ``show`` prints it. Physical values go in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from minispark.sql.convert.localzone import zone_of
from minispark.sql.convert.numbertext import double_text, float_text
from minispark.sql.convert.timetext import (
    calendar_text,
    date_text,
    day_time_text,
    months_days_nanos,
    time_text,
    timestamp_text,
    year_month_text,
)
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    Geography,
    GeographyType,
    Geometry,
    MapType,
    SpatialType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VariantType,
    YearMonthIntervalType,
)

Writer = Callable[[Any], str]
"""From a physical value, not None, to its text."""

BINARY: dict[str, Writer] = {
    "UTF-8": lambda item: item.decode("utf-8", "replace"),
    "BASIC": lambda item: f"[{', '.join(str(byte - 256 if byte > 127 else byte) for byte in item)}]",
    "BASE64": lambda item: base64.b64encode(item).decode("ascii").rstrip("="),
    "HEX": lambda item: item.hex().upper(),
    "HEX_DISCRETE": lambda item: f"[{item.hex(' ').upper()}]",
}
"""The values of ``spark.sql.binaryOutputStyle``."""


def cast_text(dtype: DataType, zone: str = "UTC", ansi: bool = True) -> Writer:
    """How ``CAST(x AS STRING)`` writes values of ``dtype``; without ``ansi`` small decimals are scientific.

    >>> from decimal import Decimal
    >>> cast_text(DataType.fromDDL("array<int>"))([1, None]), cast_text(DecimalType(8, 7), ansi=False)(Decimal("1E-7"))
    ('[1, null]', '1E-7')
    """
    return _Texts(zone, "null", BINARY["UTF-8"], ansi).of(dtype)


def pretty_text(dtype: DataType, zone: str = "UTC", binary: str = "HEX_DISCRETE") -> Writer:
    """How ``show`` writes values of ``dtype``.

    >>> pretty_text(DataType.fromDDL("map<string, binary>"))([("a", b"ab"), ("b", None)])
    '{a -> [61 62], b -> NULL}'
    """
    return _Texts(zone, "NULL", BINARY[binary.upper()], True).of(dtype)


class _Texts:
    def __init__(self, zone: str, null: str, binary: Writer, plain_decimals: bool) -> None:
        self.zone = zone
        self.null = null
        self.binary = binary
        self.plain_decimals = plain_decimals

    def of(self, dtype: DataType) -> Writer:
        if isinstance(dtype, (ArrayType, MapType, StructType)):
            return self.of_composed(dtype)
        if isinstance(dtype, DecimalType):
            return (lambda item: f"{item:f}") if self.plain_decimals else str
        if isinstance(dtype, TimestampType):
            here = zone_of(self.zone)
            return lambda item: timestamp_text(item, here)
        if isinstance(dtype, BinaryType):
            return self.binary
        if isinstance(dtype, DayTimeIntervalType):
            return lambda item: day_time_text(item, dtype)
        if isinstance(dtype, YearMonthIntervalType):
            return lambda item: year_month_text(item, dtype)
        if isinstance(dtype, VariantType):
            from minispark.sql.exact.variant_reading import of_value  # variants hold values of many types

            return lambda item: of_value(item).text(self.zone)
        if isinstance(dtype, UserDefinedType):
            return self.of(dtype.sqlType())
        if isinstance(dtype, SpatialType):
            shape = Geography if isinstance(dtype, GeographyType) else Geometry
            return lambda item: str(shape(item["wkb"], item["srid"]))
        return _WRITERS.get(type(dtype), str)

    def or_null(self, dtype: DataType) -> Callable[[Any], str]:
        write, null = self.of(dtype), self.null
        return lambda item: null if item is None else write(item)

    def of_composed(self, dtype: ArrayType | MapType | StructType) -> Writer:
        if isinstance(dtype, ArrayType):
            element = self.or_null(dtype.elementType)
            return lambda item: f"[{', '.join(map(element, item))}]"
        if isinstance(dtype, MapType):
            key, value = self.of(dtype.keyType), self.or_null(dtype.valueType)
            return lambda item: f"{{{', '.join(f'{key(k)} -> {value(v)}' for k, v in _pairs(item))}}}"
        fields = [self.or_null(field.dataType) for field in dtype.fields]

        def struct(item: Any) -> str:
            parts = item.values() if isinstance(item, dict) else item
            return f"{{{', '.join(write(part) for write, part in zip(fields, parts, strict=False))}}}"

        return struct


def _pairs(item: Any) -> Any:
    return item.items() if isinstance(item, dict) else item


_WRITERS: dict[type[DataType], Writer] = {
    StringType: lambda item: item,
    BooleanType: lambda item: "true" if item else "false",
    FloatType: float_text,
    DoubleType: double_text,
    DateType: date_text,
    TimestampNTZType: lambda item: timestamp_text(item, None),
    TimeType: time_text,
    CalendarIntervalType: lambda item: calendar_text(months_days_nanos(item)),
}
