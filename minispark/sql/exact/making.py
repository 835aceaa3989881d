"""Dates, times, timestamps and intervals made from numbers: the ``make_`` functions, for rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.errors import DateTimeException, PySparkException
from minispark.sql.exact.calendar import EPOCH, made_date, made_time, overflowed
from minispark.sql.exact.interval_text import SIZES, fits
from minispark.sql.exact.zones import Zone, out_of_range, zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Row = Callable[..., Any]


def _forgiving(row: Row, bound: Bound) -> Row:
    """The same, giving null where it may not raise: the ``try_`` functions, and others without ANSI mode."""
    if bound.settings.ansi and bound.extra != "try":
        return row

    def forgiving(*parts: Any) -> Any:
        try:
            return row(*parts)
        except PySparkException as error:
            if error.getCondition() in ("DATETIME_OVERFLOW", "INVALID_TIMEZONE"):
                raise
            return None

    return forgiving


def make_date(bound: Bound) -> Row:
    """``make_date(year, month, day)``."""
    return _forgiving(made_date, bound)


def make_timestamp(bound: Bound) -> Row:
    """``make_timestamp`` of six parts, or of a date and a time, each with a zone or in the session's."""
    from minispark.sql import types as t

    session = zone(bound.settings.zone)
    local = isinstance(bound.result, t.TimestampNTZType)

    def instant(moment: datetime, at: Zone) -> datetime:
        return moment if local else at.instant(moment)

    def of_parts(
        year: int, month: int, day: int, hour: int, minute: int, seconds: Decimal, name: str | None = None
    ) -> datetime:
        at = session if name is None else zone(name)
        clock, more = made_time(hour, minute, seconds)
        moment = datetime.combine(made_date(year, month, day), clock)
        return instant(moment + more, at)

    def of_date(day: date, clock: time | None = None, name: str | None = None) -> datetime:
        return instant(datetime.combine(day, clock or time()), session if name is None else zone(name))

    return _forgiving(of_date if isinstance(bound.types[0], t.DateType) else of_parts, bound)


def make_time(hour: int, minute: int, seconds: Decimal) -> time:
    """``make_time(hour, minute, second)``: 60 seconds are no time of day."""
    from minispark.sql.exact.calendar import out_of_bounds

    clock, more = made_time(hour, minute, seconds)
    if more:
        raise out_of_bounds("SecondOfMinute", 60, 0, 59)
    return clock


def make_interval(bound: Bound) -> Row:
    """``make_interval`` of up to seven numbers: months, days and nanoseconds."""
    quiet = bound.extra == "try" or not bound.settings.ansi

    def row(*parts: Any) -> tuple[int, int, int] | None:
        years, months, weeks, days, hours, minutes, seconds = parts
        micros = int(Decimal(seconds).scaleb(6)) + hours * SIZES[1] + minutes * SIZES[2]
        whole_months, whole_days = years * 12 + months, weeks * 7 + days
        if fits(whole_months, 32) and fits(whole_days, 32) and fits(micros, 64):
            return whole_months, whole_days, micros * 1000
        if quiet:
            return None
        raise overflowed(f"An interval of {whole_months} months, {whole_days} days and {micros} microseconds")

    return row


def make_dt_interval(days: int = 0, hours: int = 0, minutes: int = 0, seconds: Decimal | int = 0) -> int:
    """``make_dt_interval``: microseconds.

    >>> make_dt_interval(1, 2, 3, Decimal("4.5"))
    93784500000
    """
    micros = int(Decimal(seconds).scaleb(6)) + days * SIZES[0] + hours * SIZES[1] + minutes * SIZES[2]
    if not fits(micros, 64):
        from minispark.errors import ArithmeticException

        raise ArithmeticException(
            f"An interval of {micros} microseconds is too long.",
            "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION",
            {},
        )
    return micros


def make_ym_interval(years: int = 0, months: int = 0) -> int:
    """``make_ym_interval``: months."""
    total = years * 12 + months
    if not fits(total, 32):
        from minispark.errors import ArithmeticException

        raise ArithmeticException(
            f"An interval of {years} years and {months} months is too long.",
            "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION",
            {},
        )
    return total


# --- counts since 1970 or midnight -----------------------------------------------------------------------------------


def timestamp_seconds(seconds: Any) -> datetime | None:
    """The instant so many seconds after 1970; a fraction is exact in decimals, truncated to microseconds in floats."""
    if isinstance(seconds, float):
        if seconds != seconds or seconds in (float("inf"), float("-inf")):
            return None
        return _at(int(seconds * 1_000_000))
    micros = Decimal(seconds).scaleb(6)
    if micros != int(micros):
        from minispark.errors import ArithmeticException

        raise ArithmeticException("Rounding necessary: a timestamp has no part of a microsecond.", None, {})
    return _at(int(micros))


def timestamp_millis(millis: int) -> datetime:
    """The instant so many milliseconds after 1970."""
    return _at(millis * 1000)


def timestamp_micros(micros: int) -> datetime:
    """The instant so many microseconds after 1970."""
    return _at(micros)


def _at(micros: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise out_of_range(f"the timestamp of {micros} microseconds since 1970") from None


def clock_of(micros: int) -> time:
    """The time of day so many microseconds after midnight."""
    seconds, rest = divmod(micros, 1_000_000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest)


def clock_micros(clock: time) -> int:
    """Microseconds since midnight.

    >>> clock_micros(time(0, 1, 0, 5))
    60000005
    """
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def time_from(bound: Bound) -> Row:
    """``time_from_seconds`` and its like; ``extra`` is the number of microseconds in a unit."""
    size = bound.extra

    def row(count: Any) -> time:
        micros = int(count * size) if isinstance(count, float) else int(Decimal(count) * size)
        if not 0 <= micros < SIZES[0]:
            raise DateTimeException(
                f"{count} is no time of day: it lies before midnight or after the day's end.",
                "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION",
                {"rangeMessage": f"Invalid value for a time of day: {count}"},
            )
        return clock_of(micros)

    return row
