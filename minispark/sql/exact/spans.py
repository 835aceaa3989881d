"""Intervals, for rows: added to dates and times, between them, scaled and taken apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from minispark.errors import ArithmeticException, IllegalArgumentException
from minispark.sql import types as t
from minispark.sql.exact import calendar
from minispark.sql.exact.calendar import MICRO
from minispark.sql.exact.interval_text import SIZES, fits
from minispark.sql.exact.making import clock_micros, clock_of
from minispark.sql.exact.zones import Zone, out_of_range, zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Row = Callable[..., Any]
_WIDE = Context(prec=400)
_MICROS = {
    "MICROSECOND": 1,
    "MILLISECOND": 1000,
    "SECOND": SIZES[3],
    "MINUTE": SIZES[2],
    "HOUR": SIZES[1],
}
_DAYS = {"DAY": 1, "DAYOFYEAR": 1, "WEEK": 7}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
UNITS = (*_MICROS, *_DAYS, *_MONTHS)


def zone_of(kind: t.DataType, bound: Bound) -> Zone:
    """The zone whose clocks count a moment's days: the session's, but of local times none."""
    return zone("UTC") if isinstance(kind, t.TimestampNTZType) else zone(bound.settings.zone)


def _unit(name: str, function: str) -> str:
    unit = name.upper()
    if unit not in UNITS:
        raise IllegalArgumentException(
            f"{name!r} is no unit for {function}: use one of {', '.join(UNITS)}.",
            "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
            {"functionName": f"`{function}`", "parameter": "`unit`", "invalidValue": f"'{name}'"},
        )
    return unit


def fixed_size(name: str) -> int | None:
    """The microseconds of a unit that always has as many; None for others.

    >>> fixed_size("week"), fixed_size("month")
    (604800000000, None)
    """
    unit = name.upper()
    days = _DAYS.get(unit)
    return _MICROS.get(unit) if days is None else days * SIZES[0]


def timestampadd(bound: Bound) -> Row:
    """``timestampadd(unit, amount, timestamp)``."""
    at = zone_of(bound.types[2], bound)

    def row(name: str, amount: int, instant: datetime) -> datetime:
        try:
            return calendar.plus(instant, *unit_parts(name, amount), at)
        except OverflowError:
            raise out_of_range(f"{instant} plus {amount} {name}") from None

    return row


def unit_parts(name: str, amount: int) -> tuple[int, int, int]:
    """Months, days and microseconds of so many of a unit."""
    unit = _unit(name, "TIMESTAMPADD")
    return _MONTHS.get(unit, 0) * amount, _DAYS.get(unit, 0) * amount, _MICROS.get(unit, 0) * amount


def months_of(name: str) -> int:
    """How many months a unit of months has."""
    return _MONTHS[_unit(name, "TIMESTAMPDIFF")]


def _days_and_rest(micros: int) -> tuple[int, int]:
    """Whole days, which clocks count, and what is left."""
    days = _toward_zero(micros, SIZES[0])
    return days, micros - days * SIZES[0]


def timestampdiff(bound: Bound) -> Row:
    """``timestampdiff(unit, start, end)``: how many whole units, by what the session's clocks show."""
    at = zone_of(bound.types[1], bound)

    def row(name: str, start: datetime, end: datetime) -> int:
        unit = _unit(name, "TIMESTAMPDIFF")
        first, last = at.local(start), at.local(end)
        if unit in _MICROS:
            return _toward_zero((last - first) // MICRO, _MICROS[unit])
        if unit in _DAYS:
            return _toward_zero((last - first) // MICRO, SIZES[0] * _DAYS[unit])
        return _toward_zero(_whole_months(first, last), _MONTHS[unit])

    return row


def _toward_zero(number: int, size: int) -> int:
    return number // size if number >= 0 else -(-number // size)


def _whole_months(first: datetime, last: datetime) -> int:
    if last < first:
        return -_months_back(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - ((last.day, last.time()) < (first.day, first.time()))


def _months_back(earlier: datetime, later: datetime) -> int:
    """Months from the later to the earlier: a month is whole when the earlier's day and time are reached."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - ((earlier.day, earlier.time()) > (later.day, later.time()))


# --- dates and times plus intervals ----------------------------------------------------------------------------------


def add_interval(bound: Bound) -> Row:
    """A date, timestamp or time plus an interval."""
    return _adder(bound, 1)


def subtract_interval(bound: Bound) -> Row:
    """The same minus one."""
    return _adder(bound, -1)


def _adder(bound: Bound, sign: int) -> Row:
    moment, span = bound.types
    split = splitter(span, sign)
    if isinstance(moment, t.TimeType):
        return lambda clock, micros: _clock_plus(clock, sign * micros)
    if isinstance(moment, t.DateType):
        if isinstance(bound.result, t.DateType):
            ansi = bound.settings.ansi
            return lambda day, interval: _date_plus(day, *split(interval), ansi)
        at = zone(bound.settings.zone)
        return lambda day, interval: calendar.plus(at.start_of_day(day), *split(interval), at)
    at = zone_of(moment, bound)
    return lambda instant, interval: calendar.plus(instant, *split(interval), at)


def splitter(span: t.DataType, sign: int) -> Callable[[Any], tuple[int, int, int]]:
    """Months, days and microseconds of an interval."""
    if isinstance(span, t.YearMonthIntervalType):
        return lambda months: (sign * months, 0, 0)
    if isinstance(span, t.DayTimeIntervalType):
        return lambda micros: (0, *_days_and_rest(sign * micros))
    return lambda item: (sign * item[0], sign * item[1], sign * _toward_zero(item[2], 1000))


def _date_plus(day: date, months: int, days: int, micros: int, ansi: bool) -> date:
    check_whole_days(micros, ansi)
    if months:
        day = calendar.plus_months(day, months)
    moment = calendar.plus(datetime(day.year, day.month, day.day), 0, days, micros, zone("UTC"))
    return moment.date()


def check_whole_days(micros: int, ansi: bool) -> None:
    """A date has no time of day to add to, which is an error in ANSI mode."""
    if ansi and micros % SIZES[0]:
        raise IllegalArgumentException(
            "An interval with hours, minutes or seconds cannot be added to a date: cast the date to a timestamp.",
            "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION",
            {"ansiConfig": '"spark.sql.ansi.enabled"'},
        )


def _clock_plus(clock: time, micros: int) -> time:
    total = clock_micros(clock) + micros
    if not 0 <= total < SIZES[0]:
        raise ArithmeticException(
            f"{clock} plus {micros} microseconds is no time of the same day.",
            "DATETIME_OVERFLOW",
            {"operation": f"add {micros} microseconds to the time value {clock}"},
        )
    return clock_of(total)


def subtract_timestamps(bound: Bound) -> Row:
    """The microseconds between two timestamps; days are those of the session's clocks."""
    one, other = (zone_of(kind, bound) for kind in bound.types)
    return lambda end, start: (one.local(end) - other.local(start)) // MICRO


def months_and_days(end: date, start: date) -> tuple[int, int, int]:
    """The calendar interval between two dates: whole months from the earlier one, and the days that are left.

    >>> months_and_days(date(2020, 3, 5), date(2020, 1, 31)), months_and_days(date(2020, 1, 31), date(2020, 3, 5))
    ((1, 5, 0), (-1, -5, 0))
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    days = end.day - start.day
    if months > 0 and days < 0:
        months -= 1
        return months, (end - calendar.plus_months(start, months)).days, 0
    if months < 0 and days > 0:
        months += 1
        days -= calendar.days_of_month(end.year, end.month)
    return months, days, 0


# --- intervals among themselves --------------------------------------------------------------------------------------


def _bits(kind: t.DataType) -> int:
    return 32 if isinstance(kind, t.YearMonthIntervalType) else 64


def overflow(function: str) -> ArithmeticException:
    """The error for an interval too long for its type."""
    return ArithmeticException(
        f"The interval that results is too long for its type; use {function} for null instead.",
        "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
        {"functionName": f"`{function}`"},
    )


def sum_of(bound: Bound) -> Row:
    """Two intervals of a kind, added or (``extra``) subtracted."""
    sign = -1 if bound.extra == "-" else 1
    if isinstance(bound.result, t.CalendarIntervalType):
        return lambda one, other: _calendar(
            one[0] + sign * other[0], one[1] + sign * other[1], one[2] + sign * other[2], sign
        )
    bits = _bits(bound.result)

    def row(one: int, other: int) -> int:
        total = one + sign * other
        if not fits(total, bits):
            raise overflow("try_add" if sign > 0 else "try_subtract")
        return total

    return row


def _calendar(months: int, days: int, nanos: int, sign: int) -> tuple[int, int, int]:
    if not (fits(months, 32) and fits(days, 32) and fits(_toward_zero(nanos, 1000), 64)):
        raise overflow("try_add" if sign > 0 else "try_subtract")
    return months, days, nanos


def negated(bound: Bound) -> Row:
    """An interval the other way round."""
    if isinstance(bound.result, t.CalendarIntervalType):
        return lambda item: _calendar(-item[0], -item[1], -item[2], -1)
    bits = _bits(bound.result)

    def row(size: int) -> int:
        if not fits(-size, bits):
            raise overflow("try_subtract")
        return -size

    return row


def multiplied(bound: Bound) -> Row:
    """An interval times a number: rounded half up to its smallest unit."""
    return _scaler(bound, False)


def divided(bound: Bound) -> Row:
    """An interval by a number."""
    return _scaler(bound, True)


def _scaler(bound: Bound, dividing: bool) -> Row:
    if isinstance(bound.types[0], t.CalendarIntervalType):
        return lambda item, number: _calendar_scaled(item, float(number), dividing)
    bits = _bits(bound.result)

    def row(size: int, number: Any) -> int:
        if dividing and number == 0:
            raise ArithmeticException(
                "An interval is divided by zero; use try_divide for null instead.", "INTERVAL_DIVIDED_BY_ZERO", {}
            )
        found = _rounded(size, number, dividing)
        if not fits(found, bits):
            if dividing and isinstance(number, int):
                raise overflow("try_divide")
            raise ArithmeticException(
                f"{'integer' if bits == 32 else 'long'} overflow: the interval is too long for its type", None, {}
            )
        return found

    return row


def _rounded(size: int, number: Any, dividing: bool) -> int:
    if isinstance(number, float):
        product = size / number if dividing else size * number
        if not math.isfinite(product):
            raise ArithmeticException("input is infinite or NaN", None, {})
        return int(Decimal(product).quantize(Decimal(1), ROUND_HALF_UP, _WIDE))
    exact = _WIDE.divide(Decimal(size), Decimal(number)) if dividing else _WIDE.multiply(Decimal(size), Decimal(number))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP, _WIDE))


def _calendar_scaled(item: tuple[int, int, int], number: float, dividing: bool) -> tuple[int, int, int]:
    """A fraction of a day becomes microseconds; one of a month is lost, as months have no fixed length."""
    months, days, nanos = item
    micros = _toward_zero(nanos, 1000)
    if dividing and number == 0:
        raise ArithmeticException(
            "An interval is divided by zero; use try_divide for null instead.", "INTERVAL_DIVIDED_BY_ZERO", {}
        )
    parts = [part / number if dividing else number * part for part in (months, days, micros)]
    whole_months, whole_days = math.trunc(parts[0]), math.trunc(parts[1])
    rest = parts[2] + SIZES[0] * (parts[1] - whole_days)
    return _calendar(whole_months, whole_days, math.floor(rest + 0.5) * 1000, 1)


def whole_times(one: int, other: int) -> int:
    """How often an interval goes into another."""
    if other == 0:
        raise ArithmeticException("An interval is divided by an empty one.", "INTERVAL_DIVIDED_BY_ZERO", {})
    size = abs(one) // abs(other)
    return size if (one < 0) == (other < 0) else -size


# --- fields ----------------------------------------------------------------------------------------------------------


def calendar_field(bound: Bound) -> Row:
    """A field of a calendar interval; ``extra`` names it."""
    name = bound.extra

    def row(item: tuple[int, int, int]) -> Any:
        months, days, nanos = item
        micros = _toward_zero(nanos, 1000)
        if name == "year":
            return _toward_zero(months, 12)
        if name == "month":
            return months - 12 * _toward_zero(months, 12)
        return days if name == "day" else clock_field(name, micros, _toward_zero(micros, SIZES[1]))

    return row


def day_time_field(bound: Bound) -> Row:
    """A field of a day-time interval."""
    name = bound.extra

    def row(micros: int) -> Any:
        days = _toward_zero(micros, SIZES[0])
        return days if name == "day" else clock_field(name, micros, _toward_zero(micros - days * SIZES[0], SIZES[1]))

    return row


def clock_field(name: str, micros: int, hours: int) -> Any:
    """Hours, minutes of the hour or seconds of the minute, as a decimal."""
    if name == "hour":
        return hours
    minutes = _toward_zero(micros, SIZES[2])
    if name == "minute":
        return minutes - 60 * _toward_zero(micros, SIZES[1])
    return Decimal(micros - minutes * SIZES[2]).scaleb(-6)
