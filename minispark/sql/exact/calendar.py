"""Arithmetic of dates and instants as Spark's: months that end early, truncation, differences, parts put together."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.errors import ArithmeticException, DateTimeException, IllegalArgumentException
from minispark.sql.exact.words import MONTHS
from minispark.sql.exact.zones import Zone, out_of_range, zone

if TYPE_CHECKING:
    from collections.abc import Callable

    from minispark.sql.library.function import Bound

EPOCH = datetime(1970, 1, 1)
MICRO = timedelta(microseconds=1)
_WEEKDAYS = {
    name[:size]: number
    for number, name in enumerate(("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"))
    for size in (2, 3, len(name))
}
_DATE_UNITS = {
    "YEAR": "year", "YYYY": "year", "YY": "year", "QUARTER": "quarter",
    "MONTH": "month", "MM": "month", "MON": "month", "WEEK": "week",
}  # fmt: skip
_TIME_UNITS = {
    "DAY": "day", "DD": "day", "HOUR": "hour", "MINUTE": "minute", "SECOND": "second",
    "MILLISECOND": "millisecond", "MICROSECOND": "microsecond",
}  # fmt: skip


def date_unit(name: str | None) -> str | None:
    """The unit that a name means in ``trunc``; None if it means none there.

    >>> date_unit("mm"), date_unit("day")
    ('month', None)
    """
    return None if name is None else _DATE_UNITS.get(name.upper())


def timestamp_unit(name: str | None) -> str | None:
    """The unit that a name means in ``date_trunc``."""
    return None if name is None else date_unit(name) or _TIME_UNITS.get(name.upper())


def days_of_month(year: int, month: int) -> int:
    """How many days a month has.

    >>> days_of_month(2024, 2)
    29
    """
    return (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days if month < 12 else 31


def plus_months(day: date, months: int) -> date:
    """So many months later, on the month's last day where it has no such day.

    >>> plus_months(date(2024, 1, 31), 1), plus_months(date(2024, 3, 31), -13)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28))
    """
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise out_of_range(f"{day} plus {months} months")
    return day.replace(year=year, month=month + 1, day=min(day.day, days_of_month(year, month + 1)))


def plus(instant: datetime, months: int, days: int, micros: int, at: Zone) -> datetime:
    """An instant plus months and days as a zone's clocks count them, and a span that they do not see.

    >>> plus(datetime(2024, 3, 30, 9), 0, 1, 0, zone("Europe/Paris"))
    datetime.datetime(2024, 3, 31, 8, 0)
    """
    if months or days:
        offset = at.offset(instant)
        local = at.local(instant)
        if months:
            local = datetime.combine(plus_months(local.date(), months), local.time())
        instant = nearest(_later(local, timedelta(days=days)), offset, at)
    return _later(instant, timedelta(microseconds=micros))


def _later(moment: datetime, span: timedelta) -> datetime:
    try:
        return moment + span
    except OverflowError:
        raise out_of_range(f"{moment} plus {span}") from None


def nearest(local: datetime, offset: timedelta, at: Zone) -> datetime:
    """The instant of a local time; of one that occurs twice, that with the offset if it has it."""
    if at.fixed is None:
        wanted = _later(local, -offset)
        if at.local(wanted) == local:
            return wanted
    return at.instant(local)


def months_between(one: datetime, other: datetime, round_off: bool, at: Zone) -> float:
    """Months from the second instant to the first, a fraction counting 31 days a month.

    Whole where both are the same day of the month, or both the last.
    """
    passed = _seconds_of_day(one, at) - _seconds_of_day(other, at)
    one, other = at.local(one), at.local(other)
    months = (one.year - other.year) * 12 + one.month - other.month
    last = one.day == days_of_month(one.year, one.month) and other.day == days_of_month(other.year, other.month)
    if one.day == other.day or last:
        return float(months)
    seconds = (one.day - other.day) * 86400 + passed
    difference = months + seconds / (31 * 86400)
    if not round_off:
        return difference
    # Math.round: halves go up, also below zero
    import math

    return math.floor(difference * 1e8 + 0.5) / 1e8


def _seconds_of_day(instant: datetime, at: Zone) -> int:
    """Whole seconds since the local midnight, an hour less or more where the clock was changed."""
    midnight = datetime.combine(at.local(instant).date(), time())
    return (instant - at.instant(midnight)) // timedelta(seconds=1)


def months_between_in(bound: Bound) -> Callable[..., float]:
    """``months_between`` in the session's zone."""
    at = zone(bound.settings.zone)
    return lambda one, other, round_off=True: months_between(one, other, round_off, at)


def weekday_number(name: str) -> int | None:
    """0 for Monday to 6 for Sunday, from two or three letters or the whole word; None for other text."""
    return _WEEKDAYS.get(name.upper())


def next_day(bound: Bound) -> Callable[[date, str], date | None]:
    """The first date later than a date that is a day of the week."""
    ansi = bound.settings.ansi

    def row(day: date, name: str) -> date | None:
        number = weekday_number(name)
        if number is None:
            if not ansi:
                return None
            raise IllegalArgumentException(
                f"{name!r} is no day of the week: use a name as 'Monday', 'Mon' or 'MO'.",
                "ILLEGAL_DAY_OF_WEEK",
                {"string": name},
            )
        return day + timedelta((number - day.weekday() - 1) % 7 + 1)

    return row


def trunc_date(day: date, name: str) -> date | None:
    """The first day of the year, quarter, month or week; None for another unit.

    >>> trunc_date(date(2024, 5, 17), "quarter"), trunc_date(date(2024, 5, 17), "day")
    (datetime.date(2024, 4, 1), None)
    """
    unit = date_unit(name)
    return None if unit is None else _truncated(day, unit)


def _truncated(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(day.weekday())
    month = 1 if unit == "year" else (day.month - 1) // 3 * 3 + 1 if unit == "quarter" else day.month
    return date(day.year, month, 1)


def trunc_timestamp(bound: Bound) -> Callable[[str, datetime], datetime | None]:
    """An instant truncated to a unit of the session zone's clocks; None for what is no unit."""
    at = zone(bound.settings.zone)

    def row(name: str, instant: datetime) -> datetime | None:
        unit = timestamp_unit(name)
        if unit is None or unit == "microsecond":
            return instant if unit else None
        if unit == "millisecond":
            return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
        local = at.local(instant)
        offset = local - instant
        if unit in ("second", "minute", "hour"):
            return nearest(_clock_truncated(local, unit), offset, at)
        day = local.date() if unit == "day" else _truncated(local.date(), unit)
        start = datetime(day.year, day.month, day.day)
        return nearest(start, offset, at) if unit == "day" else at.instant(start)

    return row


def _clock_truncated(local: datetime, unit: str) -> datetime:
    local = local.replace(second=0, microsecond=0) if unit != "second" else local.replace(microsecond=0)
    return local.replace(minute=0) if unit == "hour" else local


# --- from parts ------------------------------------------------------------------------------------------------------


def out_of_bounds(field: str, number: Any, least: int, most: int | str) -> DateTimeException:
    """The error for a part of a date or time that no calendar or clock has."""
    return _no_such(f"Invalid value for {field} (valid values {least} - {most}): {number}")


def _no_such(message: str) -> DateTimeException:
    return DateTimeException(
        f"{message}. Use try_make_timestamp or turn off ANSI mode for null instead.",
        "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION",
        {"rangeMessage": message},
    )


def made_date(year: int, month: int, day: int) -> date:
    """A date from its parts; DateTimeException for one that does not exist."""
    for field, number, least, most in (("MonthOfYear", month, 1, 12), ("DayOfMonth", day, 1, 31)):
        if not least <= number <= most:
            raise out_of_bounds(field, number, least, "28/31" if most == 31 else most)
    if not 1 <= year <= 9999:
        raise out_of_range(f"the date {year}-{month}-{day}")
    if day > days_of_month(year, month):
        if (month, day) == (2, 29):
            raise _no_such(f"Invalid date 'February 29' as '{year}' is not a leap year")
        raise _no_such(f"Invalid date '{MONTHS[month - 1].upper()} {day}'")
    return date(year, month, day)


def made_time(hour: int, minute: int, seconds: Decimal) -> tuple[time, timedelta]:
    """A time of day from its parts, and what is to be added: 60 seconds are the next minute's start."""
    whole = int(seconds)
    micros = int((seconds - whole).scaleb(6))
    for field, number, most in (("HourOfDay", hour, 23), ("MinuteOfHour", minute, 59)):
        if not 0 <= number <= most:
            raise out_of_bounds(field, number, 0, most)
    if whole == 60 and micros == 0:
        return time(hour, minute), timedelta(minutes=1)
    if whole == 60:
        raise DateTimeException(
            f"seconds go from 0 to 60, and 60 itself has no fraction; here they are {seconds.normalize():f}",
            "INVALID_FRACTION_OF_SECOND",
            {"secAndMicros": f"{seconds.normalize():f}"},
        )
    if not 0 <= whole <= 59 or micros < 0:
        raise out_of_bounds("SecondOfMinute", whole, 0, 59)
    return time(hour, minute, whole, micros), timedelta()


def overflowed(what: str) -> ArithmeticException:
    """The error for a number of an interval or date that Java's integers do not hold."""
    return ArithmeticException(
        f"{what} is out of range; use try_make_interval or smaller numbers.",
        "ARITHMETIC_OVERFLOW",
        {"message": what, "alternative": "", "config": '"spark.sql.ansi.enabled"'},
    )
