"""Timestamps and times of day."""

from __future__ import annotations

from typing import Any

from minispark.errors import PySparkValueError
from minispark.sql.column import Column, expression_of, unexpected
from minispark.sql.functions.making import ColumnOrName, call, given, given_lit, lit, plain, text_or_column

__all__ = [
    "convert_timezone",
    "current_time",
    "current_timestamp",
    "current_timezone",
    "date_format",
    "date_trunc",
    "from_unixtime",
    "from_utc_timestamp",
    "localtimestamp",
    "make_time",
    "make_timestamp",
    "make_timestamp_ltz",
    "make_timestamp_ntz",
    "now",
    "session_window",
    "time_bucket",
    "time_diff",
    "time_from_micros",
    "time_from_millis",
    "time_from_seconds",
    "time_to_micros",
    "time_to_millis",
    "time_to_seconds",
    "time_trunc",
    "timestamp_add",
    "timestamp_diff",
    "timestamp_micros",
    "timestamp_millis",
    "timestamp_nanos",
    "timestamp_seconds",
    "to_time",
    "to_timestamp",
    "to_timestamp_ltz",
    "to_timestamp_ntz",
    "to_unix_timestamp",
    "to_utc_timestamp",
    "try_make_timestamp",
    "try_make_timestamp_ltz",
    "try_make_timestamp_ntz",
    "try_to_time",
    "try_to_timestamp",
    "unix_micros",
    "unix_millis",
    "unix_nanos",
    "unix_seconds",
    "unix_timestamp",
    "window",
    "window_time",
]


def convert_timezone(sourceTz: Column | None, targetTz: Column, sourceTs: ColumnOrName) -> Column:
    """A timestamp without zone of one zone (the session's if None), as it reads in another."""
    return call("convert_timezone", *given(sourceTz), targetTz, sourceTs)


def current_time(precision: int | None = None) -> Column:
    """The time of day at which the query began, with ``precision`` digits of the second."""
    return call("current_time", *given_lit(precision))


def current_timestamp() -> Column:
    """The moment at which the query began."""
    return call("current_timestamp")


def current_timezone() -> Column:
    """The session's time zone."""
    return call("current_timezone")


def date_format(date: ColumnOrName, format: str) -> Column:
    """A date or timestamp as text by a pattern."""
    return call("date_format", date, lit(format))


def date_trunc(format: str, timestamp: ColumnOrName) -> Column:
    """The timestamp cut to a unit: year, quarter, month, week, day, hour, minute, second and below.

    >>> date_trunc("month", "at")
    Column<'date_trunc('month', at)'>
    """
    return call("date_trunc", lit(format), timestamp)


def from_unixtime(timestamp: ColumnOrName, format: str = "yyyy-MM-dd HH:mm:ss") -> Column:
    """The text, by a pattern, of the moment so many seconds after 1970."""
    return call("from_unixtime", timestamp, lit(format))


def from_utc_timestamp(timestamp: ColumnOrName, tz: Column | str) -> Column:
    """A timestamp read as UTC's, as it reads in another zone."""
    return call("from_utc_timestamp", timestamp, lit(tz))


def localtimestamp() -> Column:
    """The timestamp without zone at which the query began."""
    return call("localtimestamp")


def make_time(hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName) -> Column:
    """The time of day of an hour, minute and second."""
    return call("make_time", hour, minute, second)


def now() -> Column:
    """The moment at which the query began."""
    return call("now")


def time_bucket(bucket_size: Column, ts: ColumnOrName, origin: Column | None = None) -> Column:
    """The beginning of the bucket of a size, counted from an origin, that a timestamp falls in."""
    return call("time_bucket", bucket_size, ts, *given(origin))


def time_diff(unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName) -> Column:
    """How many whole units lie between two times of day."""
    return call("time_diff", unit, start, end)


def time_from_micros(col: ColumnOrName) -> Column:
    """The time of day so many microseconds after midnight."""
    return call("time_from_micros", col)


def time_from_millis(col: ColumnOrName) -> Column:
    """The time of day so many milliseconds after midnight."""
    return call("time_from_millis", col)


def time_from_seconds(col: ColumnOrName) -> Column:
    """The time of day so many seconds after midnight."""
    return call("time_from_seconds", col)


def time_to_micros(col: ColumnOrName) -> Column:
    """The microseconds since midnight."""
    return call("time_to_micros", col)


def time_to_millis(col: ColumnOrName) -> Column:
    """The milliseconds since midnight."""
    return call("time_to_millis", col)


def time_to_seconds(col: ColumnOrName) -> Column:
    """The seconds since midnight."""
    return call("time_to_seconds", col)


def time_trunc(unit: ColumnOrName, time: ColumnOrName) -> Column:
    """The time of day cut to a unit."""
    return call("time_trunc", unit, time)


def timestamp_add(unit: str, quantity: ColumnOrName, ts: ColumnOrName) -> Column:
    """The timestamp moved by a number of units."""
    return call("timestampadd", lit(unit), quantity, ts)


def timestamp_diff(unit: str, start: ColumnOrName, end: ColumnOrName) -> Column:
    """How many whole units lie between two timestamps."""
    return call("timestampdiff", lit(unit), start, end)


def timestamp_micros(col: ColumnOrName) -> Column:
    """The moment so many microseconds after 1970."""
    return call("timestamp_micros", col)


def timestamp_millis(col: ColumnOrName) -> Column:
    """The moment so many milliseconds after 1970."""
    return call("timestamp_millis", col)


def timestamp_nanos(col: ColumnOrName) -> Column:
    """The moment so many nanoseconds after 1970."""
    return call("timestamp_nanos", col)


def timestamp_seconds(col: ColumnOrName) -> Column:
    """The moment so many seconds after 1970."""
    return call("timestamp_seconds", col)


def to_time(str: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The time of day that a text stands for, by a pattern."""
    return call("to_time", str, *given(format))


def to_timestamp(col: ColumnOrName, format: str | None = None) -> Column:
    """The timestamp that a text stands for, by a pattern; as a cast without one."""
    return call("to_timestamp", col, *given_lit(format))


def to_timestamp_ltz(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The timestamp with the session's zone that a text stands for."""
    return call("to_timestamp_ltz", timestamp, *given(format))


def to_timestamp_ntz(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The timestamp without zone that a text stands for."""
    return call("to_timestamp_ntz", timestamp, *given(format))


def to_unix_timestamp(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The seconds since 1970 of a timestamp, or of a text by a pattern."""
    return call("to_unix_timestamp", timestamp, *given(format))


def to_utc_timestamp(timestamp: ColumnOrName, tz: Column | str) -> Column:
    """A timestamp read as that of a zone, as it reads in UTC."""
    return call("to_utc_timestamp", timestamp, lit(tz))


def try_to_time(str: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """As ``to_time``, but null for texts that do not fit."""
    return call("try_to_time", str, *given(format))


def try_to_timestamp(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """As ``to_timestamp``, but null for texts that do not fit."""
    return call("try_to_timestamp", col, *given(format))


def unix_micros(col: ColumnOrName) -> Column:
    """The microseconds since 1970."""
    return call("unix_micros", col)


def unix_millis(col: ColumnOrName) -> Column:
    """The milliseconds since 1970."""
    return call("unix_millis", col)


def unix_nanos(col: ColumnOrName) -> Column:
    """The nanoseconds since 1970."""
    return call("unix_nanos", col)


def unix_seconds(col: ColumnOrName) -> Column:
    """The seconds since 1970."""
    return call("unix_seconds", col)


def make_timestamp_ltz(
    years: ColumnOrName,
    months: ColumnOrName,
    days: ColumnOrName,
    hours: ColumnOrName,
    mins: ColumnOrName,
    secs: ColumnOrName,
    timezone: ColumnOrName | None = None,
) -> Column:
    """A timestamp with the session's zone of its parts, read in ``timezone``."""
    return call("make_timestamp_ltz", years, months, days, hours, mins, secs, *given(timezone))


def try_make_timestamp_ltz(
    years: ColumnOrName,
    months: ColumnOrName,
    days: ColumnOrName,
    hours: ColumnOrName,
    mins: ColumnOrName,
    secs: ColumnOrName,
    timezone: ColumnOrName | None = None,
) -> Column:
    """As ``make_timestamp_ltz``, but null for parts that do not fit."""
    return call("try_make_timestamp_ltz", years, months, days, hours, mins, secs, *given(timezone))


def unix_timestamp(timestamp: ColumnOrName | None = None, format: str = "yyyy-MM-dd HH:mm:ss") -> Column:
    """The seconds since 1970 of a timestamp, or of a text by a pattern; of now without any."""
    if timestamp is None:
        return call("unix_timestamp", call("current_timestamp"))
    return call("unix_timestamp", timestamp, lit(format))


def window(
    timeColumn: ColumnOrName,
    windowDuration: str,
    slideDuration: str | None = None,
    startTime: str | None = None,
) -> Column:
    """The window, a struct of ``start`` and ``end``, that a timestamp falls in; several if they overlap.

    Windows are ``windowDuration`` long, begin each ``slideDuration`` (as long, without it), counted from ``startTime``
    after 1970. Raises PySparkTypeError for durations that are no texts.
    """
    column = Column(expression_of(timeColumn))
    _duration("windowDuration", windowDuration)
    if slideDuration:
        _duration("slideDuration", slideDuration)
    if startTime:
        _duration("startTime", startTime)
    return call(
        "window", column, lit(windowDuration), lit(slideDuration or windowDuration), lit(startTime or "0 second")
    )


def _duration(argument: str, given: Any) -> None:
    given = plain(given)
    if not given or type(given) is not str:
        raise unexpected(argument, "str", given)


def window_time(windowColumn: ColumnOrName) -> Column:
    """The last moment of a window that ``window`` made."""
    return call("window_time", windowColumn)


def session_window(timeColumn: ColumnOrName, gapDuration: Column | str) -> Column:
    """The session, a struct of ``start`` and ``end``, that a timestamp is in: they end after a gap without another."""
    column = Column(expression_of(timeColumn))
    return call("session_window", column, text_or_column(gapDuration, "gapDuration"))


def make_timestamp(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    timezone: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """A timestamp of its parts, or of a date and a time of day; read in ``timezone``, or the session's."""
    return _of_parts("make_timestamp", (years, months, days, hours, mins, secs), (date, time), timezone)


def try_make_timestamp(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    timezone: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """As ``make_timestamp``, but null for parts that do not fit."""
    return _of_parts("try_make_timestamp", (years, months, days, hours, mins, secs), (date, time), timezone)


def make_timestamp_ntz(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """A timestamp without zone of its parts, or of a date and a time of day."""
    return _of_parts("make_timestamp_ntz", (years, months, days, hours, mins, secs), (date, time), None)


def try_make_timestamp_ntz(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """As ``make_timestamp_ntz``, but null for parts that do not fit."""
    return _of_parts("try_make_timestamp_ntz", (years, months, days, hours, mins, secs), (date, time), None)


def _of_parts(name: str, parts: tuple[Any, ...], date_and_time: tuple[Any, ...], timezone: Any) -> Column:
    first, other = (parts, date_and_time) if parts[0] is not None else (date_and_time, parts)
    if any(one is not None for one in other):
        raise PySparkValueError(
            f"{name} takes years to seconds, or date and time, not some of both",
            "CANNOT_SET_TOGETHER",
            {"arg_list": "years|months|days|hours|mins|secs and date|time"},
        )
    for one in first:
        if not isinstance(one, (Column, str)):
            raise unexpected("arg", "Column or str", one)
    return call(name, *first, *given(timezone))
