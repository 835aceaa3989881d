"""Casts between plain values as Spark's TRY_CAST makes them: None where the value has no counterpart."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from minispark.sql.exact.jsontext import double_text
from minispark.sql.types import (
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

Cast = Callable[[Any], Any]
BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
"""The width of whole numbers."""
_BLANKS = "".join(map(chr, range(33)))
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]?")
_NAMES = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}
_TRUE = {"t", "true", "y", "yes", "1"}
_FALSE = {"f", "false", "n", "no", "0"}
_EPOCH = datetime(1970, 1, 1)
_WIDE = Context(prec=400, Emax=10**6, Emin=-(10**6))


def plain_cast(source: DataType, target: DataType, zone: str) -> Cast:
    """The cast from one atomic type to another. ``zone`` is the session's.

    >>> to_int = plain_cast(StringType(), IntegerType(), "UTC")
    >>> to_int(" 12 "), to_int("1.5"), to_int("3000000000")
    (12, None, None)
    """
    if isinstance(target, StringType):
        return _to_text(source, zone)
    if isinstance(target, BooleanType):
        return _to_boolean(source)
    if type(target) in BITS:
        return _to_whole(source, BITS[type(target)])
    if isinstance(target, (FloatType, DoubleType)):
        return _to_float(source, isinstance(target, FloatType))
    if isinstance(target, DecimalType):
        return _to_decimal(source, target)
    if isinstance(target, (DateType, TimestampType, TimestampNTZType, TimeType)):
        return _to_datetime(source, target, zone)
    if isinstance(target, BinaryType):
        if isinstance(source, BinaryType):
            return _same
        return str.encode if isinstance(source, StringType) else _never
    return _never


def _same(item: Any) -> Any:
    return item


def _never(item: Any) -> None:
    return None


def _to_text(source: DataType, zone: str) -> Cast:
    if isinstance(source, StringType):
        return _same
    if isinstance(source, BooleanType):
        return lambda item: "true" if item else "false"
    if isinstance(source, DoubleType):
        return double_text
    if isinstance(source, FloatType):
        from minispark.sql.exact.variant_reading import float_text

        return float_text
    if isinstance(source, DecimalType):
        return lambda item: f"{item:f}"
    if isinstance(source, BinaryType):
        return lambda item: item.decode("utf-8", "replace")
    if isinstance(source, (TimestampType, TimestampNTZType)):
        from minispark.sql.exact import datetime_text, zones

        if isinstance(source, TimestampNTZType):
            ntz_text: Cast = datetime_text.timestamp_ntz_text
            return ntz_text
        here = zones.zone(zone)
        return lambda item: datetime_text.timestamp_text(item, here)
    return str


def _to_boolean(source: DataType) -> Cast:
    if isinstance(source, StringType):

        def read(item: str) -> bool | None:
            word = item.strip(_BLANKS).lower()
            return True if word in _TRUE else False if word in _FALSE else None

        return read
    if isinstance(source, BooleanType):
        return _same
    return (
        _never
        if isinstance(source, (BinaryType, DateType, TimestampType, TimestampNTZType))
        else lambda item: item != 0
    )


def _to_whole(source: DataType, bits: int) -> Cast:
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def fitting(item: int) -> int | None:
        return item if low <= item <= high else None

    if isinstance(source, StringType):

        def read(item: str) -> int | None:
            word = item.strip(_BLANKS)
            return fitting(int(word)) if _INTEGER.fullmatch(word) else None

        return read
    if isinstance(source, TimestampType):
        return lambda item: fitting((item - _EPOCH) // timedelta(seconds=1))
    if isinstance(source, (BinaryType, DateType, TimestampNTZType)):
        return _never
    return lambda item: fitting(int(item)) if math.isfinite(item) else None


def _to_float(source: DataType, single: bool) -> Cast:
    def fitting(number: float) -> float:
        if not single:
            return number
        try:
            return float(struct.unpack("<f", struct.pack("<f", number))[0])
        except OverflowError:
            return math.copysign(math.inf, number)

    if isinstance(source, StringType):

        def read(item: str) -> float | None:
            word = item.strip(_BLANKS)
            if _NUMBER.fullmatch(word):
                return fitting(float(word.rstrip("fFdD")))
            sign = -1.0 if word.startswith("-") else 1.0
            named = _NAMES.get(word.lower().lstrip("+-") if word[1:2] not in ("+", "-") else "")
            return None if named is None else sign * named

        return read
    if isinstance(source, TimestampType):
        return lambda item: fitting((item - _EPOCH) / timedelta(seconds=1))
    if isinstance(source, (BinaryType, DateType, TimestampNTZType)):
        return _never
    return lambda item: fitting(float(item))


def _to_decimal(source: DataType, target: DecimalType) -> Cast:
    if isinstance(source, (BinaryType, DateType, TimestampNTZType)):
        return _never

    def convert(item: Any) -> Decimal | None:
        if isinstance(item, str):
            word = item.strip(_BLANKS)
            if not _NUMBER.fullmatch(word) or word[-1] in "fFdD":
                return None
            item = Decimal(word)
        elif isinstance(item, float):
            if not math.isfinite(item):
                return None
            item = Decimal(repr(item))
        elif isinstance(item, datetime):
            item = Decimal((item - _EPOCH) // timedelta(microseconds=1)).scaleb(-6)
        return fitted(Decimal(item), target.precision, target.scale)

    return convert


def fitted(item: Decimal, precision: int, scale: int) -> Decimal | None:
    """A decimal rounded half up to a scale, None where it has more digits than the precision.

    >>> fitted(Decimal("1.25"), 5, 1), fitted(Decimal("12345.6"), 5, 1)
    (Decimal('1.3'), None)
    """
    if item.adjusted() > 400:
        return None
    made = item.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE)
    return made if made == 0 or made.adjusted() + scale < precision else None


def _to_datetime(source: DataType, target: DataType, zone: str) -> Cast:
    from minispark.sql.exact import datetime_text, zones

    here = zones.zone(zone)
    if isinstance(source, StringType):
        if isinstance(target, TimestampType):
            return lambda item: datetime_text.read_timestamp(item, here)
        reader: Cast = datetime_text.read_timestamp_ntz
        if isinstance(target, DateType):
            reader = datetime_text.read_date
        elif isinstance(target, TimeType):
            reader = datetime_text.read_time
        return reader
    if type(source) is type(target):
        return _same
    if isinstance(source, DateType):
        if isinstance(target, TimestampType):
            start: Cast = here.start_of_day
            return start
        return _midnight if isinstance(target, TimestampNTZType) else _never
    if isinstance(source, (TimestampType, TimestampNTZType)):
        return _between_timestamps(source, target, here)
    if isinstance(target, TimestampType) and not isinstance(source, (BinaryType, TimeType)):
        return _moment
    return _never


def _midnight(item: date) -> datetime:
    return datetime.combine(item, time())


def _between_timestamps(source: DataType, target: DataType, here: Any) -> Cast:
    if isinstance(source, TimestampType):
        local: Cast = here.local
    else:
        local = _same
    if isinstance(target, DateType):
        return lambda item: local(item).date()
    if isinstance(target, TimestampNTZType):
        return local
    if isinstance(target, TimestampType):
        instant: Cast = here.instant
        return instant
    return _never


def _moment(item: Any) -> datetime | None:
    """A number as seconds since 1970."""
    if isinstance(item, float) and not math.isfinite(item):
        return None
    micros = int(Decimal(repr(item) if isinstance(item, float) else item).scaleb(6, _WIDE))
    return _EPOCH + timedelta(microseconds=micros) if -(1 << 63) <= micros < 1 << 63 else None
