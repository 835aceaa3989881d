"""The names of types in SQL, and the checks of their parameters."""

from __future__ import annotations

from collections.abc import Callable

from minispark.errors import ArithmeticException, ParseException
from minispark.sql.types.base import DataType
from minispark.sql.types.collationnames import collation_name
from minispark.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
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
from minispark.sql.types.times import DateType, TimestampNTZType, TimestampType, TimeType
from minispark.sql.types.variant import VariantType

_NAMED: dict[str, Callable[[], DataType]] = {
    "boolean": BooleanType,
    "tinyint": ByteType,
    "byte": ByteType,
    "smallint": ShortType,
    "short": ShortType,
    "int": IntegerType,
    "integer": IntegerType,
    "bigint": LongType,
    "long": LongType,
    "float": FloatType,
    "real": FloatType,
    "double": DoubleType,
    "date": DateType,
    "timestamp_ltz": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "binary": BinaryType,
    "void": NullType,
    "variant": VariantType,
}
INTERVAL_FIELDS = ("year", "month", "day", "hour", "minute", "second")
_PRECISION_MAX = 38


def named(name: str) -> DataType | None:
    """The type without parameters of this lower-case name."""
    make = _NAMED.get(name)
    return make() if make else None


def decimal(text: str, numbers: list[int]) -> DataType:
    """``DECIMAL``, ``DECIMAL(p)`` or ``DECIMAL(p, s)``. Raises ParseException for digits that no decimal has,
    ArithmeticException for too many."""
    if len(numbers) > 2:
        raise ParseException(
            f"{text!r:.200} is no type: a decimal has precision and scale",
            "PARSE_SYNTAX_ERROR",
            {"error": "','", "hint": ""},
        )
    precision, scale = [*numbers, 0][:2] if numbers else (10, 0)
    if precision > _PRECISION_MAX:
        raise ArithmeticException(
            f"{text!r:.200} is no type: a decimal has at most {_PRECISION_MAX} digits, not {precision}",
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            {"precision": str(precision), "maxPrecision": str(_PRECISION_MAX)},
        )
    if scale > precision:
        raise ParseException(
            f"{text!r:.200} is no type: of a decimal's {precision} digits, {scale} cannot be behind the point",
            "DECIMAL_SCALE_EXCEEDS_PRECISION",
            {"scale": str(scale), "precision": str(precision)},
        )
    return DecimalType(precision, scale)


def interval(text: str, start: str | None, end: str | None) -> DataType:
    """``INTERVAL``, ``INTERVAL start`` or ``INTERVAL start TO end``. Raises ParseException for fields out of order."""
    if start is None:
        return CalendarIntervalType()
    start, last = start.lower(), (end or start).lower()
    kind = YearMonthIntervalType if start in YearMonthIntervalType._inverted_fields else DayTimeIntervalType
    fields = kind._inverted_fields
    if last not in fields or (end is not None and fields[last] <= fields[start]):
        raise ParseException(
            f"{text!r:.200} is no type: an interval does not go from {start} to {last}",
            "UNSUPPORTED_FEATURE.INTERVAL" if last in INTERVAL_FIELDS else "PARSE_SYNTAX_ERROR",
            {"from": start, "to": last},
        )
    return kind(fields[start], fields[last])


def string_of(text: str, collation: str) -> DataType:
    """``STRING COLLATE collation``. Raises ParseException for a collation that Spark has not."""
    name = collation_name(collation)
    if name is None:
        raise ParseException(
            f"{text!r:.200} is no type: there is no collation {collation}; there are UTF8_BINARY, UTF8_LCASE, UNICODE "
            "and languages as de or zh_Hans, with _CI, _AI and _RTRIM after them",
            "COLLATION_INVALID_NAME",
            {"collationName": collation},
        )
    return StringType(name)


def parameterised(text: str, written: str, arguments: list[str] | None) -> DataType:
    """A type with one parameter in parentheses. Raises ParseException for one that there is not."""
    name = written.lower()
    number = int(arguments[0]) if arguments and len(arguments) == 1 and arguments[0].isdigit() else None
    if name in ("char", "character", "varchar"):
        if arguments is None:
            raise ParseException(
                f"{text!r:.200} is no type: {written} needs a length, as in {written}(10)",
                "DATATYPE_MISSING_SIZE",
                {"type": f'"{written.upper()}"'},
            )
        if number is not None:
            return VarcharType(number) if name == "varchar" else CharType(number)
    if name == "time":
        if arguments is None:
            return TimeType()
        if number is not None:
            return TimeType(number)
    if name in ("geography", "geometry") and arguments:
        kind = GeographyType if name == "geography" else GeometryType
        if number is not None or arguments[0].lower() == "any":
            return kind("ANY" if number is None else number)
    full = written if arguments is None else f"{written}({','.join(arguments)})"
    raise ParseException(
        f"{text!r:.200} is no type: there is none named {full}; there are {', '.join(_NAMED)}, string, decimal, char, "
        "varchar, time, timestamp, interval, array, map and struct",
        "UNSUPPORTED_DATATYPE",
        {"typeName": f'"{full.upper()}"'},
    )
