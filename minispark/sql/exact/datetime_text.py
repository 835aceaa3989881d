"""Dates, timestamps and times from text and to text without a pattern: Spark's casts.

Every reader gives None for text that it cannot read; whether that is an error is its caller's matter. Blanks and
control characters around the text do not count.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from minispark.sql.exact.zones import Zone, find_zone, out_of_range

BLANKS = "".join(map(chr, range(33))) + "\x7f"
"""What Spark trims around text before it reads a value: white space and control characters of ASCII."""

_DATE = re.compile(r"([+-]?)([0-9]{4,7})(?:-([0-9]{1,2})(?:-([0-9]{1,2})(?:[ T].*)?)?)?", re.DOTALL)
_CLOCK = r"([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]*))?([^0-9].*)?)?)?"
_TIMESTAMP = re.compile(rf"([+-]?)([0-9]{{4,6}})(?:-([0-9]{{1,2}})(?:-([0-9]{{1,2}})(?:[ T]{_CLOCK})?)?)?", re.DOTALL)
_TIME = re.compile(rf"(?:T(?=[0-9])|(?=[0-9]{{1,2}}:)){_CLOCK}", re.DOTALL)
_HALF_DAY = re.compile(r"(.*?)[\x00-\x20\x7f]*([AaPp])[Mm]", re.DOTALL)


def read_date(text: str) -> date | None:
    """``yyyy``, ``yyyy-[m]m``, ``yyyy-[m]m-[d]d`` and, after a blank or ``T``, anything.

    >>> read_date(" 2024-2-9T10 "), read_date("2024"), read_date("2024-02-30")
    (datetime.date(2024, 2, 9), datetime.date(2024, 1, 1), None)
    """
    match = _DATE.fullmatch(text.strip(BLANKS))
    if match is None:
        return None
    sign, year, month, day = match.groups()
    return _date(sign, int(year), int(month or 1), int(day or 1))


def _date(sign: str, year: int, month: int, day: int) -> date | None:
    if sign == "-" or not 1 <= year <= 9999:
        # a leap year is one by its remainder: 2000 stands in for a year that Python's calendar does not have
        stand_in = 2000 + (-year if sign == "-" else year) % 400
        if _date("", stand_in, month, day) is None:
            return None
        raise out_of_range(f"the date {sign}{year:04d}-{month:02d}-{day:02d}")
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_timestamp(text: str, zone: Zone, now: datetime | None = None) -> datetime | None:
    """The instant of a date with or without a time, read in ``zone`` unless the text names another.

    A time alone is today's: of ``now``, an instant, in its zone.

    >>> from minispark.sql.exact.zones import zone
    >>> read_timestamp("2024-07-01 10:30:00.5 Europe/Paris", zone("UTC"))
    datetime.datetime(2024, 7, 1, 8, 30, 0, 500000)
    """
    parts = timestamp_parts(text)
    if parts is None:
        return None
    day, clock, named, _ = parts
    if named is not None:
        zone = named
    if day is None:
        day = zone.local(now or datetime.now(UTC).replace(tzinfo=None)).date()
    return zone.instant(datetime.combine(day, clock))


def read_timestamp_ntz(text: str, allow_zone: bool = True) -> datetime | None:
    """A date with or without a time, as clocks show it; a zone is left out of account, or refused.

    >>> read_timestamp_ntz("2024-07-01T10:30+02:00"), read_timestamp_ntz("2024-07-01 10:30:00+02:00")
    (None, datetime.datetime(2024, 7, 1, 10, 30))
    """
    parts = timestamp_parts(text)
    if parts is None or parts[0] is None or (not allow_zone and parts[2] is not None):
        return None
    return datetime.combine(parts[0], parts[1])


def read_time(text: str) -> time | None:
    """A time of day: ``[T]h:m[:s[.f]]`` of 24 hours, or of 12 with ``AM`` or ``PM`` behind it, without a zone.

    >>> read_time("12:30"), read_time("T7:5:3.25"), read_time("1:30 pm"), read_time("24:00")
    (datetime.time(12, 30), datetime.time(7, 5, 3, 250000), datetime.time(13, 30), None)
    """
    half = _HALF_DAY.fullmatch(text.strip(BLANKS))
    parts = timestamp_parts(half[1] if half else text)
    if parts is None or parts[0] is not None or parts[2] is not None:
        return None
    clock = parts[1]
    if half is None:
        return clock
    if not 1 <= clock.hour <= 12:
        return None
    return clock.replace(hour=clock.hour % 12 + (12 if half[2] in "Pp" else 0))


def timestamp_parts(text: str) -> tuple[date | None, time, Zone | None, bool] | None:
    """The date (None of a time alone), time and zone of a text, and whether it is a time alone."""
    trimmed = text.strip(BLANKS)
    match = _TIMESTAMP.fullmatch(trimmed)
    if match is not None:
        sign, year, month, day, *clock = match.groups()
        found = _clock_parts(clock)
        if found is None:
            return None
        whole = _date(sign, int(year), int(month or 1), int(day or 1))
        return None if whole is None else (whole, *found, False)
    match = _TIME.fullmatch(trimmed)
    if match is None or (trimmed[0] == "T" and text[0] != "T"):
        return None
    found = _clock_parts(list(match.groups()))
    return None if found is None else (None, *found, True)


def _clock_parts(parts: list[str | None]) -> tuple[time, Zone | None] | None:
    hour, minute, second, fraction, zone_name = parts
    zone = None
    if zone_name is not None:
        zone = find_zone(zone_name.strip(BLANKS[:33]))
        if zone is None:
            return None
    micros = int((fraction or "")[:6].ljust(6, "0"))
    try:
        return time(int(hour or 0), int(minute or 0), int(second or 0), micros), zone
    except ValueError:
        return None


def timestamp_ntz_text(local: datetime) -> str:
    """``yyyy-MM-dd HH:mm:ss`` and the fraction without its trailing zeros.

    >>> timestamp_ntz_text(datetime(2024, 7, 1, 8, 30, 0, 500000))
    '2024-07-01 08:30:00.5'
    """
    text = local.isoformat(" ")
    return text.rstrip("0") if local.microsecond else text


def timestamp_text(instant: datetime, zone: Zone) -> str:
    """An instant as the clocks of a zone show it."""
    return timestamp_ntz_text(zone.local(instant))


def time_text(clock: time) -> str:
    """``HH:mm:ss`` and the fraction without its trailing zeros."""
    text = clock.isoformat()
    return text.rstrip("0") if clock.microsecond else text
