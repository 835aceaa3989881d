"""Dates, times and intervals as Spark writes them, also those of years that Python's own classes do not reach."""

from __future__ import annotations

import datetime
from typing import Any

from minispark.sql.types import DayTimeIntervalType, YearMonthIntervalType

_EPOCH = datetime.datetime(1970, 1, 1)
_DAY_MICROS = 86_400_000_000
_CYCLE = 146_097 * _DAY_MICROS
_SIZES = (_DAY_MICROS, 3_600_000_000, 60_000_000, 1_000_000)


def date_text(item: datetime.date | int) -> str:
    """A date, or its days since 1970.

    >>> date_text(datetime.date(12, 3, 4)), date_text(2932897), date_text(-719529)
    ('0012-03-04', '+10000-01-01', '-0001-12-31')
    """
    if not isinstance(item, int):
        return item.isoformat()
    year, month, day = civil(item)
    shown = f"{year:04d}" if 0 <= year <= 9999 else f"+{year}" if year > 0 else f"-{-year:04d}"
    return f"{shown}-{month:02d}-{day:02d}"


def timestamp_text(item: datetime.datetime | int, zone: datetime.tzinfo | None) -> str:
    """A physical timestamp, or its microseconds since 1970, as the clocks of ``zone`` showed it; as it is without one.

    >>> timestamp_text(datetime.datetime(2024, 1, 2, 3, 4, 5, 600000), None), timestamp_text(-1, None)
    ('2024-01-02 03:04:05.6', '1969-12-31 23:59:59.999999')
    """
    if isinstance(item, int):
        moment = _datetime(item)
        if moment is None:
            days, rest = divmod(item + _offset_far(item, zone), _DAY_MICROS)
            return f"{date_text(days)} {time_text(rest)}"
        item = moment
    if zone is not None:
        try:
            item = item + (item.replace(tzinfo=datetime.UTC).astimezone(zone).utcoffset() or _EPOCH - _EPOCH)
        except OverflowError:
            micros = (item - _EPOCH) // datetime.timedelta(microseconds=1)
            return timestamp_text(micros + _offset_far(micros, zone), None)
    text = item.isoformat(" ")
    return text.rstrip("0") if item.microsecond else text


def time_text(item: datetime.time | int) -> str:
    """A time of day, or its microseconds since midnight."""
    if isinstance(item, int):
        seconds, micros = divmod(item, 1_000_000)
        item = datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60, micros)
    text = item.isoformat()
    return text.rstrip("0") if item.microsecond else text


def _datetime(micros: int) -> datetime.datetime | None:
    try:
        return _EPOCH + datetime.timedelta(microseconds=micros)
    except OverflowError:
        return None


def _offset_far(micros: int, zone: datetime.tzinfo | None) -> int:
    """A zone's offset in microseconds long before or after the years that Python knows: that of such a year it knows.

    The calendar repeats every 400 years, and so do the rules of summer time, which no zone changes that far ahead.
    """
    if zone is None:
        return 0
    near = micros % _CYCLE + (_CYCLE if micros > 0 else -3 * _CYCLE)
    offset = (_EPOCH + datetime.timedelta(microseconds=near)).replace(tzinfo=datetime.UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) * 1_000_000 if offset else 0


def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970 in the proleptic Gregorian calendar."""
    era, rest = divmod(days + 719468, 146097)
    year = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    day = rest - (365 * year + year // 4 - year // 100)
    shifted = (5 * day + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, day - (153 * shifted + 2) // 5 + 1


def year_month_text(months: int, dtype: YearMonthIntervalType) -> str:
    """Months as an interval's literal.

    >>> year_month_text(-14, YearMonthIntervalType()), year_month_text(14, YearMonthIntervalType(0))
    ("INTERVAL '-1-2' YEAR TO MONTH", "INTERVAL '1' YEAR")
    """
    sign = "-" if months < 0 else ""
    years, rest = divmod(abs(months), 12)
    if (dtype.startField, dtype.endField) == (0, 1):
        return f"INTERVAL '{sign}{years}-{rest}' YEAR TO MONTH"
    return f"INTERVAL '{sign}{years}' YEAR" if dtype.startField == 0 else f"INTERVAL '{months}' MONTH"


def day_time_text(micros: int, dtype: DayTimeIntervalType) -> str:
    """Microseconds as an interval's literal; what is below its last field is left out.

    >>> day_time_text(-93_784_500_000, DayTimeIntervalType()), day_time_text(3_600_000_000, DayTimeIntervalType(1, 1))
    ("INTERVAL '-1 02:03:04.5' DAY TO SECOND", "INTERVAL '01' HOUR")
    """
    start, end = int(dtype.startField or 0), int(dtype.endField or 0)
    sign, rest = ("-", -micros) if micros < 0 else ("", micros)
    parts = []
    for field in range(start, end + 1):
        count, rest = divmod(rest, _SIZES[field])
        parts.append(str(count) if field == 0 else f"{count:02d}")
        if field == 3 and rest:
            parts[-1] += f".{rest:06d}".rstrip("0")
    text = parts[0] if start or end == 0 else f"{parts[0]} {':'.join(parts[1:])}"
    if start:
        text = ":".join(parts)
    names = [name.upper() for name in DayTimeIntervalType._fields.values()]
    return f"INTERVAL '{sign}{text}' {names[start] if start == end else f'{names[start]} TO {names[end]}'}"


def calendar_text(item: tuple[int, int, int]) -> str:
    """Months, days and nanoseconds in words.

    >>> calendar_text((14, -3, 3_723_500_000_000)), calendar_text((0, 0, 0))
    ('1 years 2 months -3 days 1 hours 2 minutes 3.5 seconds', '0 seconds')
    """
    months, days, nanos = item
    micros = _toward_zero(nanos, 1000)
    years, months = _parts(months, 12)
    hours, rest = _parts(micros, 3_600_000_000)
    minutes, rest = _parts(rest, 60_000_000)
    named: list[tuple[int, str]] = [(years, "years"), (months, "months"), (days, "days"), (hours, "hours")]
    words = [f"{count} {name}" for count, name in (*named, (minutes, "minutes")) if count]
    if rest:
        seconds, fraction = divmod(abs(rest), 1_000_000)
        decimals = f".{fraction:06d}".rstrip("0") if fraction else ""
        words.append(f"{'-' if rest < 0 else ''}{seconds}{decimals} seconds")
    return " ".join(words) or "0 seconds"


def _toward_zero(number: int, size: int) -> int:
    return number // size if number >= 0 else -(-number // size)


def _parts(number: int, size: int) -> tuple[int, int]:
    whole = _toward_zero(number, size)
    return whole, number - whole * size


def months_days_nanos(item: Any) -> tuple[int, int, int]:
    """A calendar interval's parts, from a tuple, or from what Arrow gives."""
    return int(item[0]), int(item[1]), int(item[2])
