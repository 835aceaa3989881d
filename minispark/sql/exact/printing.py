"""Dates and times written by a pattern: ``date_format``, ``from_unixtime`` and their like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from minispark.errors import DateTimeException
from minispark.sql.exact import patterns
from minispark.sql.exact.words import WORDS
from minispark.sql.exact.zones import Zone, offset_text, zone

Moment = tuple[datetime, Zone, timedelta]
"""What is written: the local time, its zone, and the offset from UTC at that instant."""
Writer = Callable[[Moment], str]


def format_instant(instant: datetime, pattern: str, at: Zone) -> str:
    """An instant as the clocks of a zone show it, written by a pattern.

    >>> format_instant(datetime(2024, 7, 1, 22), "EEE d MMM yyyy h:mm a XXX", zone("Europe/Paris"))
    'Tue 2 Jul 2024 12:00 AM +02:00'
    """
    offset = at.offset(instant)
    return format_moment(instant + offset, pattern, at, offset)


def format_moment(local: datetime, pattern: str, at: Zone, offset: timedelta) -> str:
    """A local time with its zone and offset, written by a pattern."""
    return _writer(pattern)((local, at, offset))


def format_local(local: datetime, pattern: str) -> str:
    """A local time written by a pattern; a DateTimeException where the pattern asks for a zone."""
    return _writer(pattern)((local, zone("UTC"), timedelta()))


def check_pattern(pattern: str) -> None:
    """Raise Spark's error for a pattern that cannot be written by, before there is a value."""
    patterns.compile_pattern(pattern, False)


@lru_cache(maxsize=512)
def _writer(pattern: str) -> Writer:
    return _sequence(patterns.compile_pattern(pattern, False))


def _sequence(parts: tuple[patterns.Part, ...]) -> Writer:
    writers = [_part(part) for part in parts]
    if len(writers) == 1:
        return writers[0]
    return lambda moment: "".join([write(moment) for write in writers])


def _part(part: patterns.Part) -> Writer:
    match part:
        case patterns.Literal(text):
            return lambda moment: text
        case patterns.Optional(parts):
            return _sequence(parts)
        case patterns.Number():
            return _number(part)
        case patterns.TwoDigitYear(field):
            read = FIELDS[field]
            return lambda moment: f"{read(moment[0]) % 100:02d}"
        case patterns.Fraction(_, digits):
            return lambda moment: f"{moment[0].microsecond:06d}000"[:digits]
        case patterns.Text(field, style):
            read, words = FIELDS[field], WORDS[field, style]
            return lambda moment: words[read(moment[0])]
        case patterns.Offset(form, zero):
            return lambda moment: _offset(moment[2], form, zero)
        case patterns.GmtOffset(full):
            return lambda moment: gmt_offset(int(moment[2].total_seconds()), full)
        case patterns.ZoneId():
            return lambda moment: moment[1].name
        case patterns.ZoneName(full, generic):
            return lambda moment: zone_name(moment, full, generic)


def _number(part: patterns.Number) -> Writer:
    read, least, most, grows = FIELDS[part.field], part.least, part.most, part.sign == patterns.EXCEEDS_PAD

    def write(moment: Moment) -> str:
        number = read(moment[0])
        text = str(abs(number)).rjust(least, "0")
        if len(text) > most:
            raise DateTimeException(
                f"The {part.field} {number} does not fit into the {most} places of the pattern.",
                "_LEGACY_ERROR_TEMP_DATETIME",
                {"field": part.field, "value": str(number)},
            )
        if number < 0:
            return "-" + text
        return "+" + text if grows and len(text) > least else text

    return write


FIELDS: dict[str, Callable[[datetime], int]] = {
    "era": lambda at: int(at.year > 0),
    "year": lambda at: at.year,
    "year of era": lambda at: at.year if at.year > 0 else 1 - at.year,
    "quarter": lambda at: (at.month + 2) // 3,
    "month": lambda at: at.month,
    "day of year": lambda at: at.timetuple().tm_yday,
    "day": lambda at: at.day,
    "day of aligned week": lambda at: (at.day - 1) % 7 + 1,
    "day of week": lambda at: at.isoweekday(),
    "am pm": lambda at: at.hour // 12,
    "hour": lambda at: at.hour,
    "clock hour": lambda at: at.hour or 24,
    "half day hour": lambda at: at.hour % 12,
    "half day clock hour": lambda at: at.hour % 12 or 12,
    "minute": lambda at: at.minute,
    "second": lambda at: at.second,
    "modified julian day": lambda at: at.toordinal() - 678576,
}
"""The fields of a local time that patterns write."""


def _offset(offset: timedelta, form: str, zero: str) -> str:
    """``form`` in Java's way: mm in lower case is left out when it is zero, ss always is; small colons stay."""
    seconds = int(offset.total_seconds())
    size = abs(seconds)
    hours, minutes, rest = size // 3600, size // 60 % 60, size % 60
    if hours == minutes == 0 and ("ss" not in form or rest == 0):
        return zero
    colon = ":" if ":" in form else ""
    text = f"{'-' if seconds < 0 else '+'}{hours:02d}"
    if "MM" in form or minutes:
        text += f"{colon}{minutes:02d}"
    if "ss" in form and rest:
        text += f"{colon}{rest:02d}"
    return text


def gmt_offset(seconds: int, full: bool) -> str:
    """``GMT``, and the offset if there is one.

    >>> gmt_offset(28800, False), gmt_offset(-12600, False), gmt_offset(28800, True), gmt_offset(0, True)
    ('GMT+8', 'GMT-3:30', 'GMT+08:00', 'GMT')
    """
    if seconds == 0:
        return "GMT"
    size = abs(seconds)
    hours, minutes, rest = size // 3600, size // 60 % 60, size % 60
    text = f"GMT{'-' if seconds < 0 else '+'}{hours:02d}" if full else f"GMT{'-' if seconds < 0 else '+'}{hours}"
    if full or minutes or rest:
        text += f":{minutes:02d}"
    return text + (f":{rest:02d}" if rest else "")


def zone_name(moment: Moment, full: bool, generic: bool = False) -> str:
    """What English calls a zone at a time: its abbreviation or its name in full."""
    from minispark.sql.exact.zonenames import zone_names

    local, at, offset = moment
    names = zone_names().get(at.name)
    if names is None:
        if at.name.startswith("Etc/GMT"):
            return gmt_offset(int(offset.total_seconds()), True)
        return at.name
    if generic:
        return names[4 + full]
    summer = at.fixed is None and at.info.dst(local.replace(fold=_fold(local, at, offset))) != timedelta()
    return names[2 * summer + full]


def _fold(local: datetime, at: Zone, offset: timedelta) -> int:
    return 0 if at.local_offset(local.replace(fold=0)) == offset else 1


__all__ = [
    "FIELDS",
    "check_pattern",
    "format_instant",
    "format_local",
    "format_moment",
    "gmt_offset",
    "offset_text",
    "zone_name",
]
