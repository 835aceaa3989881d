"""Dates and times in years that Python's own types do not reach, as numbers since 1970: days, or microseconds.

The calendar repeats every 400 years, so that a year from 2400 to 2799 stands in for any other, also for the rules of
summer time; of zones, years before 1 have the oldest offset.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from minispark.errors import ArithmeticException
from minispark.sql import types as t
from minispark.sql.convert import timetext
from minispark.sql.exact import datetime_text
from minispark.sql.exact.calendar import EPOCH, MICRO
from minispark.sql.exact.casterrors import invalid_input
from minispark.sql.exact.interval_text import SIZES, fits
from minispark.sql.exact.zones import Zone, zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_CYCLE_DAYS = 146_097
_YEAR = re.compile(r"([\x00-\x20\x7f]*)([+-]?)([0-9]{4,7})")
_EPOCH_DAY = 719_163


def days_text(days: int) -> str:
    """The date so many days after 1970-01-01.

    >>> days_text(2932897), days_text(-719529)
    ('+10000-01-01', '-0001-12-31')
    """
    return timetext.date_text(days)


def micros_text(micros: int) -> str:
    """The local time so many microseconds after 1970-01-01.

    >>> micros_text(253402300800000000)
    '+10000-01-01 00:00:00'
    """
    return timetext.timestamp_text(micros, None)


def stand_in(year: int) -> tuple[int, int]:
    """A year of Python's that has the same days, and how many days later the year itself is.

    >>> stand_in(12020), stand_in(-1)
    ((2420, 3506328), (2799, -1022679))
    """
    found = 2400 + year % 400
    return found, (year - found) // 400 * _CYCLE_DAYS


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _EPOCH_DAY


def micros(day: date, clock: time, year: int, at: Zone | None) -> int:
    """Microseconds since 1970 of a local time; ``day`` may stand in for the same day of ``year``."""
    local = datetime.combine(day, clock)
    span = local - EPOCH
    if at is not None:
        span -= at.local_offset(local if year > 0 else datetime(1, 1, 2))
    return span // MICRO + (0 if day.year == year else stand_in(year)[1] * SIZES[0])


def text_cast(bound: Bound) -> Callable[[str], int | None]:
    """Text to a date or timestamp as a number; ``extra`` is the way of failing and the type that is meant."""
    mode, target = bound.extra
    read = _reader(target, zone(bound.settings.zone))

    def row(text: str) -> int | None:
        found = read(text)
        if found is None and mode == "ansi":
            raise invalid_input(text, bound.types[0], target)
        return found

    return row


def number(text: str, target: t.DataType, at: Zone) -> int | None:
    """The days or microseconds since 1970 of a text in any year; None for text that names no date or timestamp.

    >>> number("+20000-01-01", t.DateType(), zone("UTC"))
    6585322
    """
    return _reader(target, at)(text)


def names_zone(text: str) -> bool:
    """Whether the text of a timestamp in a far year names its zone."""
    parts = datetime_text.timestamp_parts(_other_year(text)[1])
    return parts is not None and parts[2] is not None


def _reader(target: t.DataType, at: Zone) -> Callable[[str], int | None]:
    if isinstance(target, t.DateType):
        return _read_days
    local = isinstance(target, t.TimestampNTZType)

    def near(text: str) -> datetime | None:
        return datetime_text.read_timestamp_ntz(text) if local else datetime_text.read_timestamp(text, at)

    def read(text: str) -> int | None:
        try:
            found = near(text)
            return None if found is None else number_of(found)
        except ArithmeticException:
            return _read_far(text, None if local else at)

    return read


def _read_days(text: str) -> int | None:
    try:
        found = datetime_text.read_date(text)
        return None if found is None else day_number(found)
    except ArithmeticException:
        year, other = _other_year(text)
        found = datetime_text.read_date(other)
        days = None if found is None else day_number(found) + stand_in(year)[1]
        return days if days is not None and fits(days, 32) else None


def _read_far(text: str, at: Zone | None) -> int | None:
    year, other = _other_year(text)
    parts = datetime_text.timestamp_parts(other)
    if parts is None or parts[0] is None:
        return None
    named = None if at is None else parts[2] or at
    found = micros(parts[0], parts[1], year, named)
    return found if fits(found, 64) else None


def _other_year(text: str) -> tuple[int, str]:
    """The year of a text, and the text with the year that stands in for it."""
    match = _YEAR.match(text)
    assert match is not None
    year = int(match[2] + match[3])
    return year, f"{match[1]}{stand_in(year)[0]}{text[match.end() :]}"


def number_of(moment: Any) -> int:
    """A date as days, an instant or local time as microseconds."""
    return (moment - EPOCH) // MICRO if isinstance(moment, datetime) else day_number(moment)
