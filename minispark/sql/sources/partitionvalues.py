"""The types and values of texts in partition directories (Spark's ``PartitioningUtils``)."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.sources.hive import NULL_NAME, unescaped

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DOUBLE = re.compile(r"[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?|NaN|Infinity)", re.ASCII)
_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d)?", re.ASCII)
_LOOSE_TIMESTAMP = re.compile(
    r"(\d{4,6})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,6})?)?)?", re.ASCII
)
_DATE = re.compile(r"(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?", re.ASCII)
_PLAIN_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
"""What suggests a date: a given schema's dates are read with more lenience, ``2024-02`` among them."""
_TRUE = ("t", "true", "y", "yes", "1")
_FALSE = ("f", "false", "n", "no", "0")


def inferred_type(raw: str) -> t.DataType:
    """The type that a directory's text suggests; NullType for null.

    >>> [inferred_type(raw).simpleString() for raw in ("1", "12345678901", "1.5", "2020-01-01", "2020-01", "1e3")]
    ['int', 'bigint', 'double', 'date', 'string', 'decimal(4,0)']
    """
    if raw == NULL_NAME:
        return t.NullType()
    if _INTEGER.fullmatch(raw):
        number = int(raw)
        if -(1 << 31) <= number < 1 << 31:
            return t.IntegerType()
        if -(1 << 63) <= number < 1 << 63:
            return t.LongType()
    if _DECIMAL.fullmatch(raw):
        precision = _whole_digits(raw)
        if precision is not None:
            return t.DecimalType(precision, 0)
    if _DOUBLE.fullmatch(raw):
        return t.DoubleType()
    plain = unescaped(raw)
    if _TIMESTAMP.fullmatch(plain) and _timestamp(plain, None) is not None:
        return t.TimestampType()
    if _PLAIN_DATE.fullmatch(raw) and _date(raw) is not None:
        return t.DateType()
    return t.StringType()


def _whole_digits(raw: str) -> int | None:
    """How many digits a whole number has that is written as a decimal of no fraction; None for others, and above 38."""
    try:
        sign, digits, exponent = Decimal(raw).as_tuple()
    except InvalidOperation:
        return None
    if not isinstance(exponent, int) or exponent < 0:
        return None
    count = len(digits) + exponent
    return count if count <= 38 else None


def wider_type(one: t.DataType, other: t.DataType) -> t.DataType:
    """The type of a column whose directories suggest both.

    >>> wider_type(t.IntegerType(), t.DoubleType()), wider_type(t.LongType(), t.DoubleType())
    (DoubleType(), StringType())
    """
    if one == other or isinstance(other, t.NullType):
        return one
    if isinstance(one, t.NullType):
        return other
    kinds = {type(one), type(other)}
    if kinds == {t.IntegerType, t.LongType}:
        return t.LongType()
    if kinds == {t.IntegerType, t.DoubleType}:
        return t.DoubleType()
    if kinds == {t.DateType, t.TimestampType}:
        return t.TimestampType()
    digits = [_digits(each) for each in (one, other)]
    if all(digits):
        return t.DecimalType(max(digits), 0)
    return t.StringType()


def _digits(dtype: t.DataType) -> int:
    if isinstance(dtype, t.DecimalType):
        return dtype.precision
    return 10 if isinstance(dtype, t.IntegerType) else 20 if isinstance(dtype, t.LongType) else 0


def partition_value(raw: str, dtype: t.DataType, column: str, zone: str) -> Any:
    """The physical value of a directory's text. Raises SparkRuntimeException where it is none of the type."""
    if raw == NULL_NAME or isinstance(dtype, t.NullType):
        return None
    found = _value(unescaped(raw), dtype, zone)
    if found is None:
        raise SparkRuntimeException(
            f"{raw!r} in the name of a directory is no {dtype.simpleString()}, which column {column} is",
            "_LEGACY_ERROR_TEMP_2058",
            {"value": raw, "dataType": dtype.simpleString(), "columnName": column},
        )
    return found


def _value(text: str, dtype: t.DataType, zone: str) -> Any:
    if isinstance(dtype, t.StringType):
        return text
    if isinstance(dtype, t.IntegralType):
        return int(text) if _INTEGER.fullmatch(text) else None
    if isinstance(dtype, (t.DoubleType, t.FloatType)):
        return float(text.rstrip("fFdD") if text[-1:] in "fFdD" else text) if _DOUBLE.fullmatch(text) else None
    if isinstance(dtype, t.DecimalType):
        return _decimal(text, dtype)
    if isinstance(dtype, t.DateType):
        return _date(text)
    if isinstance(dtype, (t.TimestampType, t.TimestampNTZType)):
        return _timestamp(text, zone if isinstance(dtype, t.TimestampType) else None)
    if isinstance(dtype, t.BooleanType):
        return True if text.lower() in _TRUE else False if text.lower() in _FALSE else None
    if isinstance(dtype, t.BinaryType):
        return text.encode()
    return None


def _decimal(text: str, dtype: t.DecimalType) -> Decimal | None:
    if not _DECIMAL.fullmatch(text):
        return None
    from decimal import ROUND_HALF_UP, Context

    found = Decimal(text).quantize(Decimal(1).scaleb(-dtype.scale), ROUND_HALF_UP, Context(prec=80))
    return found if len(found.as_tuple().digits) <= dtype.precision else None


def _date(text: str) -> datetime.date | None:
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def _timestamp(text: str, zone: str | None) -> datetime.datetime | None:
    """UTC, of a local time of ``zone``; as it is without a zone."""
    found = _LOOSE_TIMESTAMP.fullmatch(text.strip())
    if not found:
        return None
    micros = int(((found[7] or ".0")[1:] + "000000")[:6])
    year, month, day, hour, minute, second = (int(found[at] or 0) for at in range(1, 7))
    try:
        moment = datetime.datetime(year, month, day, hour, minute, second, micros)
    except ValueError:
        return None
    if zone is None or zone == "UTC":
        return moment
    from minispark.sql.convert.localzone import zone_of

    return moment.replace(tzinfo=zone_of(zone) or datetime.UTC).astimezone(datetime.UTC).replace(tzinfo=None)


def partition_text(item: Any, dtype: t.DataType, zone: str) -> str | None:
    """How Spark names the directory of a physical value: as its cast to string; None and "" are null."""
    if item is None or item == "" or item == b"":
        return None
    from minispark.sql.convert.text import cast_text

    return cast_text(dtype, zone)(item)
