"""Time zones as ``java.time.ZoneId`` names and resolves them.

A zone is named by a region (``Europe/Paris``), an offset (``+01:00``, ``-3``), ``UTC``/``GMT``/``UT`` with or without
an offset, ``Z``, or one of Java's old three-letter names. A local time that a clock skipped moves forward by the length
of the gap; one that occurs twice means the first occurrence.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from minispark.errors import ArithmeticException, DateTimeException
from minispark.sql.types.zonenamed import SHORT_NAMES, region

_OFFSET = re.compile(r"([+-])(?:([0-9]{1,2})|([0-9]{2})([0-9]{2})([0-9]{2})?|([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)")
_LONGEST_OFFSET_SECONDS = 18 * 3600


class Zone:
    """A time zone: turns instants (naive datetimes in UTC) into local times and back.

    >>> paris = zone("Europe/Paris")
    >>> paris.local(datetime(2024, 7, 1)), paris.instant(datetime(2024, 3, 31, 2, 30))
    (datetime.datetime(2024, 7, 1, 2, 0), datetime.datetime(2024, 3, 31, 1, 30))
    """

    __slots__ = ("fixed", "info", "name")

    def __init__(self, name: str, info: tzinfo, fixed: timedelta | None) -> None:
        self.name = name
        self.info = info
        self.fixed = fixed

    def offset(self, instant: datetime) -> timedelta:
        """How far local clocks are ahead of UTC at an instant."""
        if self.fixed is not None:
            return self.fixed
        try:
            moved = instant.replace(tzinfo=UTC).astimezone(self.info)
        except OverflowError:
            raise out_of_range(f"the local time of {instant} in {self.name}") from None
        offset = moved.utcoffset()
        assert offset is not None
        return offset

    def local(self, instant: datetime) -> datetime:
        """What clocks show at an instant."""
        try:
            return instant + self.offset(instant)
        except OverflowError:
            raise out_of_range(f"the local time of {instant} in {self.name}") from None

    def local_offset(self, local: datetime) -> timedelta:
        """The offset that a local time is read with."""
        if self.fixed is not None:
            return self.fixed
        offset = self.info.utcoffset(local)
        assert offset is not None
        return offset

    def instant(self, local: datetime) -> datetime:
        """The instant at which clocks show (or, in a gap, would have shown) a local time."""
        try:
            return local - self.local_offset(local)
        except OverflowError:
            raise out_of_range(f"the instant of {local} in {self.name}") from None

    def start_of_day(self, day: date) -> datetime:
        """The first instant of a day."""
        return self.instant(datetime(day.year, day.month, day.day))


def out_of_range(what: str) -> ArithmeticException:
    """The error for a date or time outside of the years 1 to 9999, all that Python's own types hold."""
    return ArithmeticException(
        f"Cannot compute {what}: the result lies outside of the years 1 to 9999.",
        "DATETIME_OVERFLOW",
        {"operation": what},
    )


@lru_cache(maxsize=1024)
def zone(name: str) -> Zone:
    """The zone of a name; a DateTimeException (INVALID_TIMEZONE) for a name that is none.

    >>> zone("+8:00").name, zone("GMT-3").name, zone("PST").name
    ('+08:00', 'GMT-03:00', 'America/Los_Angeles')
    """
    found = find_zone(name)
    if found is None:
        raise DateTimeException(
            f"The time zone {name!r} is not known: use a region such as 'Europe/Paris', or an offset such as '+01:00'.",
            "INVALID_TIMEZONE",
            {"timeZone": name},
        )
    return found


@lru_cache(maxsize=1024)
def find_zone(name: str) -> Zone | None:
    """The zone of a name, None if there is none."""
    padded = re.sub(r"([+-])([0-9]):", r"\g<1>0\2:", name, count=1)
    padded = re.sub(r"([+-])([0-9]{2}):([0-9])$", r"\1\2:0\3", padded)
    padded = SHORT_NAMES.get(padded, padded)
    if padded == "Z" or padded[:1] in ("+", "-"):
        return _offset_zone("", padded)
    for prefix in ("UTC", "GMT", "UT"):
        if padded == prefix:
            return Zone(prefix, UTC, timedelta())
        if padded.startswith((prefix + "+", prefix + "-")):
            return _offset_zone(prefix, padded[len(prefix) :])
    return _region(padded)


def _offset_zone(prefix: str, text: str) -> Zone | None:
    seconds = offset_seconds(text)
    if seconds is None:
        return None
    delta = timedelta(seconds=seconds)
    name = offset_text(seconds)
    if prefix and name == "Z":
        name = ""
    return Zone(prefix + name, timezone(delta), delta)


def offset_seconds(text: str) -> int | None:
    """The seconds of an offset's text (``Z``, ``+1``, ``+01:30``, ``-013000``), None if it is none."""
    if text == "Z":
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    sign, *numbers = match.groups()
    hours, minutes, seconds = _hours_minutes_seconds(numbers)
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > _LONGEST_OFFSET_SECONDS:
        return None
    return -total if sign == "-" else total


def _hours_minutes_seconds(numbers: list[str | None]) -> tuple[int, int, int]:
    alone, *rest = numbers
    if alone is not None:
        return int(alone), 0, 0
    parts = rest[:3] if rest[0] is not None else rest[3:]
    hours, minutes, seconds = (int(part or 0) for part in parts)
    return hours, minutes, seconds


def offset_text(seconds: int) -> str:
    """An offset as Java names it.

    >>> offset_text(0), offset_text(-5400), offset_text(561)
    ('Z', '-01:30', '+00:09:21')
    """
    if seconds == 0:
        return "Z"
    size = abs(seconds)
    text = f"{'-' if seconds < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}"
    return text + (f":{size % 60:02d}" if size % 60 else "")


def _region(name: str) -> Zone | None:
    info = region(name)
    if info is None:
        return None
    if name in ("Etc/UTC", "Etc/UCT", "Etc/GMT", "Zulu", "UCT", "Universal", "Etc/Universal", "Etc/Zulu"):
        return Zone(name, info, timedelta())
    return Zone(name, info, None)
