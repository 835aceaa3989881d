"""Types from their JSON form (``DataType.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql.types.base import DataType
from minispark.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.plain import (
    BinaryType,
    BooleanType,
    ByteType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    ShortType,
)
from minispark.sql.types.spatial import GeographyType, GeometryType
from minispark.sql.types.strings import CharType, StringType, VarcharType
from minispark.sql.types.struct import StructType
from minispark.sql.types.times import DateType, TimestampNTZType, TimestampType, TimeType
from minispark.sql.types.udt import UserDefinedType
from minispark.sql.types.variant import VariantType

_NAMED: dict[str, Callable[[], DataType]] = {
    "string": StringType,
    "binary": BinaryType,
    "boolean": BooleanType,
    "decimal": DecimalType,
    "float": FloatType,
    "double": DoubleType,
    "byte": ByteType,
    "short": ShortType,
    "integer": IntegerType,
    "long": LongType,
    "date": DateType,
    "timestamp": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "void": NullType,
    "variant": VariantType,
    "interval": CalendarIntervalType,
}


def _day_time(start: str, end: str | None) -> DataType:
    fields = DayTimeIntervalType._inverted_fields
    return DayTimeIntervalType(fields[start], fields[end or start])


def _year_month(start: str, end: str | None) -> DataType:
    fields = YearMonthIntervalType._inverted_fields
    return YearMonthIntervalType(fields[start], fields[end or start])


def _geography(crs: str | None, alg: str | None) -> DataType:
    return GeographyType._from_crs(crs or GeographyType.DEFAULT_CRS, alg or GeographyType.DEFAULT_ALG)


_WRITTEN: tuple[tuple[str, Callable[..., DataType]], ...] = (
    (r"decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)", lambda p, s: DecimalType(int(p), int(s))),
    (r"time\(\s*(\d+)\s*\)", lambda p: TimeType(int(p))),
    (r"interval (day|hour|minute|second)(?: to (day|hour|minute|second))?", _day_time),
    (r"interval (year|month)(?: to (year|month))?", _year_month),
    (r"string\s+collate\s+(\w+)", StringType),
    (r"char\(\s*(\d+)\s*\)", lambda n: CharType(int(n))),
    (r"varchar\(\s*(\d+)\s*\)", lambda n: VarcharType(int(n))),
    (r"geometry$", lambda: GeometryType._from_crs(GeometryType.DEFAULT_CRS)),
    (r"geometry\(\s*(\w+:-?\w+)\s*\)", GeometryType._from_crs),
    (r"geography$", lambda: _geography(None, None)),
    (r"geography\(\s*(\w+:-?\w+)\s*(?:,\s*(\w+)\s*)?\)", _geography),
    (r"geography\(\s*(\w+)\s*\)", lambda alg: _geography(None, alg)),
)


def parse_json(text: str) -> DataType:
    """The type that JSON text describes. Raises PySparkValueError for what is no type.

    >>> parse_json('{"type":"array","elementType":"decimal(10,2)","containsNull":false}')
    ArrayType(DecimalType(10,2), False)
    """
    return parse_json_value(json.loads(text))


def parse_json_value(item: Any, path: str = "", collations: dict[str, str] | None = None) -> DataType:
    """The type of parsed JSON; strings at ``path`` take their collation from ``collations``."""
    if isinstance(item, dict):
        return _composed(item, path, collations)
    if item in _NAMED:
        if collations and path in collations:
            _check_collated(item)
            return StringType(collations[path])
        return _NAMED[item]()
    for pattern, make in _WRITTEN:
        if found := re.match(pattern, item):
            return make(*found.groups())
    raise PySparkValueError(f"{item!r:.200} names no type in JSON", "CANNOT_PARSE_DATATYPE", {"msg": str(item)})


def _composed(item: dict[str, Any], path: str, collations: dict[str, str] | None) -> DataType:
    kind = item["type"]
    if kind in ("array", "map", "struct") and collations and path in collations:
        _check_collated(kind)
    if kind == "array":
        return ArrayType.fromJson(item, path, collations)
    if kind == "map":
        return MapType.fromJson(item, path, collations)
    if kind == "struct":
        return StructType.fromJson(item)
    if kind == "udt":
        return UserDefinedType.fromJson(item)
    raise PySparkValueError(
        f"{kind!r:.200} is no type made of others; there are array, map, struct and udt",
        "UNSUPPORTED_DATA_TYPE",
        {"data_type": str(kind)},
    )


def _check_collated(kind: str) -> None:
    if kind != "string":
        raise PySparkTypeError(
            f"a collation is noted for a {kind}, and only strings have one",
            "INVALID_JSON_DATA_TYPE_FOR_COLLATIONS",
            {"jsonType": kind},
        )
