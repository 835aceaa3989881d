"""Casts to dates, times and intervals, for plain values: what ``casts.py`` calls for these targets."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from minispark.sql import types as t
from minispark.sql.exact import datetime_text, interval_text
from minispark.sql.exact.calendar import EPOCH
from minispark.sql.exact.casterrors import invalid_input, overflow
from minispark.sql.exact.zones import Zone, out_of_range

Convert = Callable[[Any], Any]
"""From a physical value that is not null to one of another type, or None."""
_WIDE = Context(prec=800, Emax=10**6, Emin=-(10**6))


# --- to dates and times ----------------------------------------------------------------------------------------------


def _reading(read: Callable[[str], Any], source: t.DataType, target: t.DataType, mode: str) -> Convert:
    def convert(text: str) -> Any:
        found = read(text)
        if found is None and mode != "legacy":
            raise invalid_input(text, source, target)
        return found

    return convert


def to_date(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    if isinstance(source, t.StringType):
        return _reading(datetime_text.read_date, source, target, mode)
    if isinstance(source, t.TimestampType):
        return lambda instant: at.local(instant).date()
    return lambda local: local.date()


LONG_MAX = (1 << 63) - 1


def to_timestamp(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    if isinstance(source, t.StringType):
        return _reading(lambda text: datetime_text.read_timestamp(text, at), source, target, mode)
    if isinstance(source, t.DateType):
        return at.start_of_day
    if isinstance(source, t.TimestampNTZType):
        return at.instant
    if isinstance(source, t.TimeType):
        return lambda clock: at.instant(datetime.combine(_today(at), clock))
    if isinstance(source, (t.DoubleType, t.FloatType)):
        return _seconds_to_timestamp(source, target, mode)
    if isinstance(source, t.DecimalType):
        return lambda number: of_micros(int(_WIDE.multiply(number, Decimal(1_000_000)).to_integral_value(ROUND_DOWN)))
    if isinstance(source, t.BooleanType):
        return lambda truth: of_micros(int(truth))
    return lambda number: of_micros(int(number) * 1_000_000)


def _today(at: Zone) -> date:
    return at.local(datetime.now(UTC).replace(tzinfo=None)).date()


def of_micros(micros: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise out_of_range(f"the timestamp of {micros} microseconds since 1970") from None


def _seconds_to_timestamp(source: t.DataType, target: t.DataType, mode: str) -> Convert:
    def convert(number: float) -> datetime | None:
        if not math.isfinite(number):
            if mode == "legacy":
                return None
            raise invalid_input(
                "NaN" if number != number else "Infinity" if number > 0 else "-Infinity", source, target
            )
        micros = int(number * 1_000_000)
        if -LONG_MAX - 1 <= micros <= LONG_MAX:
            return of_micros(micros)
        if mode != "legacy":
            raise overflow(number, source, target)
        return of_micros(LONG_MAX if micros > 0 else -LONG_MAX - 1)

    return convert


def to_timestamp_ntz(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    if isinstance(source, t.StringType):
        return _reading(datetime_text.read_timestamp_ntz, source, target, mode)
    if isinstance(source, t.TimestampType):
        return at.local
    if isinstance(source, t.TimeType):
        return lambda clock: datetime.combine(_today(at), clock)
    return lambda day: datetime(day.year, day.month, day.day)


def to_time(source: t.DataType, target: t.TimeType, mode: str, at: Zone) -> Convert:
    step = 10 ** (6 - target.precision)

    def cut(clock: time) -> time:
        return clock.replace(microsecond=clock.microsecond // step * step)

    if isinstance(source, t.StringType):
        read = _reading(datetime_text.read_time, source, target, mode)
        return lambda text: None if (clock := read(text)) is None else cut(clock)
    if isinstance(source, t.TimestampType):
        return lambda instant: cut(at.local(instant).time())
    if isinstance(source, t.TimestampNTZType):
        return lambda local: cut(local.time())
    return cut


# --- to intervals ----------------------------------------------------------------------------------------------------


def to_year_month(source: t.DataType, target: t.YearMonthIntervalType, mode: str, at: Zone) -> Convert:
    start, end = target.startField, target.endField
    size = 12 if end == 0 else 1
    if isinstance(source, t.StringType):
        return _interval_reading(interval_text.read_year_month, interval_text.YEAR_MONTH, start, end, mode)
    if isinstance(source, t.YearMonthIntervalType):
        return lambda months: months - int(math.fmod(months, size))
    return _scaled(source, target, size, 32)


def to_day_time(source: t.DataType, target: t.DayTimeIntervalType, mode: str, at: Zone) -> Convert:
    start, end = target.startField, target.endField
    size = interval_text.SIZES[end]
    if isinstance(source, t.StringType):
        return _interval_reading(interval_text.read_day_time, interval_text.DAY_TIME, start, end, mode)
    if isinstance(source, t.DayTimeIntervalType):
        return (lambda micros: micros) if end == 3 else (lambda micros: _toward_zero(micros, size) * size)
    return _scaled(source, target, size, 64)


def _interval_reading(
    read: Callable[[str, int, int], int], names: tuple[str, ...], start: int, end: int, mode: str
) -> Convert:
    def convert(text: str) -> int | None:
        try:
            return read(text, start, end)
        except interval_text.NoInterval:
            if mode == "try":
                return None
            raise interval_text.no_interval(text, names, start, end) from None

    return convert


def _toward_zero(number: int, size: int) -> int:
    return number // size if number >= 0 else -(-number // size)


def _scaled(source: t.DataType, target: t.DataType, size: int, bits: int) -> Convert:
    """A number of the interval's last field; a fraction is rounded to the smallest unit."""

    def convert(number: Any) -> int:
        product = _WIDE.multiply(Decimal(number), Decimal(size)).quantize(Decimal(1), ROUND_HALF_UP, _WIDE)
        if not interval_text.fits(int(product), bits):
            raise overflow(number, source, target)
        return int(product)

    return convert


def to_calendar(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    return interval_text.read_calendar
