"""The functions that write and read dates as Spark 2.4 did, for rows: ``spark.sql.legacy.timeParserPolicy``.

``LEGACY`` uses the patterns of ``SimpleDateFormat``. ``EXCEPTION`` uses today's, and raises where a text that these
do not read would have been read by the old ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from minispark.errors import DateTimeException, PySparkException, SparkUpgradeException
from minispark.sql import types as t
from minispark.sql.exact import patterncalls, reading, simplepatterns, simplereading
from minispark.sql.exact.calendar import EPOCH, MICRO
from minispark.sql.exact.far import day_number
from minispark.sql.exact.making import timestamp_seconds
from minispark.sql.exact.zones import Zone, zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Row = Callable[..., Any]


def date_format(bound: Bound) -> Row:
    """``date_format`` of an instant in the session's zone."""
    at = zone(bound.settings.zone)
    return lambda instant, pattern: _written(instant, pattern, at)


def from_unixtime(bound: Bound) -> Row:
    """``from_unixtime``: seconds since 1970 written by a pattern."""
    at = zone(bound.settings.zone)

    def row(seconds: int, pattern: str = patterncalls.DEFAULT) -> str:
        instant = timestamp_seconds(seconds)
        assert instant is not None
        return _written(instant, pattern, at)

    return row


def _written(instant: datetime, pattern: str, at: Zone) -> str:
    offset = at.offset(instant)
    return simplepatterns.write(instant + offset, pattern, at, offset)


def to_date(bound: Bound) -> Row:
    """Text to days since 1970 by a pattern."""
    return _reader(bound, "try_to_date", not bound.settings.ansi)


def try_to_date(bound: Bound) -> Row:
    """The same, with null for text that does not fit."""
    return _reader(bound, "try_to_date", True)


def to_timestamp(bound: Bound) -> Row:
    """Text to microseconds since 1970."""
    return _reader(bound, "try_to_timestamp", not bound.settings.ansi)


def try_to_timestamp(bound: Bound) -> Row:
    """The same, with null for text that does not fit."""
    return _reader(bound, "try_to_timestamp", True)


def unix_timestamp(bound: Bound) -> Row:
    """Text to whole seconds since 1970."""
    return _reader(bound, "try_to_timestamp", not bound.settings.ansi)


def _reader(bound: Bound, advice: str, quiet: bool) -> Row:
    at, target = zone(bound.settings.zone), bound.extra

    def row(text: str, pattern: str = patterncalls.DEFAULT) -> int | None:
        try:
            local = simplereading.read(text, pattern, at)
        except reading.Unreadable:
            if quiet:
                return None
            raise _unparseable(text, pattern, advice) from None
        if isinstance(target, t.DateType):
            return day_number(local.date())
        micros = (at.instant(local) - EPOCH) // MICRO
        return micros if target is not None else micros // 1_000_000

    return row


def _unparseable(text: str, pattern: str, advice: str) -> DateTimeException:
    return DateTimeException(
        f"Text {text!r} could not be read by the old pattern {pattern!r}. Use {advice} for null instead.",
        "CANNOT_PARSE_TIMESTAMP",
        {"message": f'Unparseable date: "{text}"', "func": f"`{advice}`"},
    )


# --- today's patterns, with an error where the old ones would have done more ------------------------------------------


def checked(name: str) -> Callable[[Bound], Row]:
    """A reader of today's patterns that raises where only the old ones read a text."""

    def factory(bound: Bound) -> Row:
        new, at = getattr(patterncalls, name)(bound), zone(bound.settings.zone)

        def row(text: str, pattern: str = patterncalls.DEFAULT) -> Any:
            try:
                found = new(text, pattern)
            except DateTimeException:
                same_as_before(text, pattern, at)
                raise
            if found is None:
                same_as_before(text, pattern, at)
            return found

        return row

    return factory


def same_as_before(text: str, pattern: str, at: Zone, lenient: bool = False) -> None:
    """Raise SparkUpgradeException for a text that the old patterns read."""
    try:
        simplereading.read(text, pattern, at, lenient)
    except reading.Unreadable:
        return
    except PySparkException as error:
        if error.getCondition() != "DATETIME_OVERFLOW":
            return
    raise SparkUpgradeException(
        f"Spark 2.4 read {text!r} by the pattern {pattern!r}, Spark 3 and later do not. Set "
        "spark.sql.legacy.timeParserPolicy to LEGACY for the old reading, or to CORRECTED to take the text as invalid.",
        "INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER",
        {"datetime": f"'{text}'", "config": '"spark.sql.legacy.timeParserPolicy"'},
    )


checked_to_date, checked_try_to_date = checked("to_date"), checked("try_to_date")
checked_to_timestamp, checked_try_to_timestamp = checked("to_timestamp"), checked("try_to_timestamp")
checked_unix_timestamp = checked("unix_timestamp")
