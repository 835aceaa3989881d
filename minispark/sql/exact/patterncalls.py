"""The functions that write and read by a pattern, for rows, in the session's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from minispark.errors import DateTimeException
from minispark.sql import types as t
from minispark.sql.exact import datetime_text, printing, reading
from minispark.sql.exact.calendar import EPOCH
from minispark.sql.exact.interval_text import SIZES
from minispark.sql.exact.making import timestamp_seconds
from minispark.sql.exact.zones import zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

DEFAULT = "yyyy-MM-dd HH:mm:ss"
Row = Callable[..., Any]


def unreadable(text: str, pattern: str, why: reading.Unreadable, function: str) -> DateTimeException:
    """The error for text that does not fit its pattern."""
    return DateTimeException(
        f"Text {text!r} could not be read by the pattern {pattern!r}: {why.told(text)}. "
        f"Use {function} for null instead.",
        "CANNOT_PARSE_TIMESTAMP",
        {"message": why.told(text), "func": f"`{function}`"},
    )


def date_format(bound: Bound) -> Row:
    """``date_format``: an instant in the session's zone, or a time of day."""
    if isinstance(bound.types[0], t.TimeType):
        return lambda clock, pattern: printing.format_local(datetime.combine(EPOCH.date(), clock), pattern)
    at = zone(bound.settings.zone)
    return lambda instant, pattern: printing.format_instant(instant, pattern, at)


def from_unixtime(bound: Bound) -> Row:
    """``from_unixtime``: seconds since 1970 written by a pattern."""
    at = zone(bound.settings.zone)

    def row(seconds: int, pattern: str = DEFAULT) -> str:
        micros = (seconds * 1_000_000 + (1 << 63)) % (1 << 64) - (1 << 63)
        instant = timestamp_seconds(micros // 1_000_000)
        assert instant is not None
        return printing.format_instant(instant, pattern, at)

    return row


def to_timestamp(bound: Bound) -> Row:
    """Text to an instant, or to a local time where that is the result's type."""
    return _reader(bound, "try_to_timestamp", not bound.settings.ansi)


def try_to_timestamp(bound: Bound) -> Row:
    """The same, with null for text that does not fit."""
    return _reader(bound, "try_to_timestamp", True)


def to_date(bound: Bound) -> Row:
    """Text to a date by a pattern."""
    return _reader(bound, "try_to_date", not bound.settings.ansi)


def try_to_date(bound: Bound) -> Row:
    """The same, with null for text that does not fit."""
    return _reader(bound, "try_to_date", True)


def unix_timestamp(bound: Bound) -> Row:
    """Text to whole seconds since 1970 by a pattern."""
    return _reader(bound, "try_to_timestamp", not bound.settings.ansi)


def _reader(bound: Bound, advice: str, quiet: bool) -> Row:
    """Days of dates, microseconds of timestamps (``extra`` is the type that is meant), else seconds."""
    target = bound.extra
    at = zone(bound.settings.zone)
    seen_in = at if isinstance(target, t.TimestampType) or target is None else None
    local = isinstance(target, t.TimestampNTZType)
    size = {t.DateType: SIZES[0], type(None): 1_000_000}.get(type(target), 1)

    def row(text: str, pattern: str = DEFAULT) -> Any:
        try:
            return reading.read_micros(text, pattern, seen_in, local) // size
        except reading.Unreadable as error:
            if quiet:
                return None
            raise unreadable(text, pattern, error, advice) from None

    return row


def to_time(bound: Bound) -> Row:
    """Text to a time of day, by a pattern if there is one."""
    return _time_reader(bound, False)


def try_to_time(bound: Bound) -> Row:
    """The same, with null for text that does not fit."""
    return _time_reader(bound, True)


def _time_reader(bound: Bound, quiet: bool) -> Row:
    def row(text: str, pattern: str | None = None) -> time | None:
        found = datetime_text.read_time(text) if pattern is None else _clock(text, pattern)
        if found is None and not quiet:
            shown = pattern or "HH:mm:ss.SSSSSS"
            raise DateTimeException(
                f"{text!r} cannot be read as a time of day by the pattern {shown!r}. Use try_to_time for null instead.",
                "CANNOT_PARSE_TIME",
                {"input": f"'{text}'", "format": f"'{shown}'"},
            )
        return found

    return row


def _clock(text: str, pattern: str) -> time | None:
    try:
        return reading.read_clock(text, pattern)
    except reading.Unreadable:
        return None


def shift_zone(bound: Bound) -> Row:
    """``from_utc_timestamp``: the instant at which the session's clocks show what a zone's show at an instant."""
    return lambda instant, name: zone(name).local(instant)


def shift_utc(bound: Bound) -> Row:
    """``to_utc_timestamp``: the reverse."""
    return lambda instant, name: zone(name).instant(instant)


def convert_timezone(bound: Bound) -> Row:
    """``convert_timezone([source,] target, local)``: what another zone's clocks show at a local time."""
    session = zone(bound.settings.zone)
    if len(bound.types) == 2:
        return lambda target, local: zone(target).local(session.instant(local))
    return lambda source, target, local: zone(target).local(zone(source).instant(local))
