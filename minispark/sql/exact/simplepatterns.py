"""Patterns of Java's ``SimpleDateFormat``, by which Spark 2.4 wrote and read dates: what
``spark.sql.legacy.timeParserPolicy=LEGACY`` brings back.

Its letters are others than those of ``patterns.py`` in part: ``u`` is the number of the weekday, ``Y``, ``w`` and ``W``
count weeks from Sunday, ``S`` is a number of milliseconds, and every letter may be repeated as often as one likes.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.words import WORDS

if TYPE_CHECKING:
    from minispark.sql.exact.zones import Zone

Token = tuple[str, int] | tuple[str]
"""A letter and how often it stands there; or text that stands for itself."""
_LETTERS = frozenset("GyMdkHmsSEDFwWahKzZYuXL")


@lru_cache(maxsize=256)
def tokens(pattern: str) -> tuple[Token, ...]:
    """The letters and texts of a pattern; SparkRuntimeException for what Java refuses.

    >>> tokens("d/MM 'of' yyyy")
    (('d', 1), ('/',), ('M', 2), (' of ',), ('y', 4))
    """
    found: list[Token] = []
    text = ""
    at = 0
    while at < len(pattern):
        char = pattern[at]
        end = at + 1
        if char == "'":
            quoted, end = _quoted(pattern, at)
            text += quoted
        elif not (char.isascii() and char.isalpha()):
            text += char
        else:
            while pattern[end : end + 1] == char:
                end += 1
            if char not in _LETTERS or (char == "X" and end - at > 3):
                raise _wrong(pattern)
            if text:
                found.append((text,))
                text = ""
            found.append((char, end - at))
        at = end
    return (*found, (text,)) if text else tuple(found)


def _quoted(pattern: str, start: int) -> tuple[str, int]:
    if pattern[start + 1 : start + 2] == "'":
        return "'", start + 2
    text, at = "", start + 1
    while at < len(pattern):
        if pattern[at] != "'":
            text, at = text + pattern[at], at + 1
        elif pattern[at + 1 : at + 2] == "'":
            text, at = text + "'", at + 2
        else:
            return text, at + 1
    raise _wrong(pattern)


def _wrong(pattern: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        f"The datetime pattern {pattern!r} is none of SimpleDateFormat's: its letters are GyYMLwWDdFEuaHkKhmsSzZX.",
        "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
        {"pattern": f"'{pattern}'", "docroot": "https://spark.apache.org/docs/latest"},
    )


# --- weeks that begin on Sunday, the first of a year having its first day -------------------------------------------


Day = tuple[int, int, int]
"""Year, month and day, of Julius Caesar's calendar until 4 October 1582."""


def is_gregorian(day: Day) -> bool:
    """Whether a day is one of today's calendar, before which there was another."""
    return day >= (1582, 10, 15)


def iso_weekday(day: Day) -> int:
    """1 for Monday to 7 for Sunday.

    >>> iso_weekday((1582, 10, 4)), iso_weekday((1582, 10, 15))
    (4, 5)
    """
    if is_gregorian(day):
        return date(*day).isoweekday()
    year, month, number = day
    early = (14 - month) // 12
    years, months = year + 4800 - early, month + 12 * early - 3
    return (number + (153 * months + 2) // 5 + 365 * years + years // 4 - 32083) % 7 + 1


def days_of_month(year: int, month: int) -> int:
    """How many days a month had, with a leap year every four years until 1582."""
    if month == 2 and year < 1582:
        return 29 if year % 4 == 0 else 28
    return (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days if month < 12 else 31


def day_of_year(day: Day) -> int:
    """The number of a day in its year; in 1582 ten days were left out."""
    lost = 10 if day[0] == 1582 and is_gregorian(day) else 0
    return sum(days_of_month(day[0], month) for month in range(1, day[1])) + day[2] - lost


def weekday(day: date) -> int:
    """0 for Sunday to 6 for Saturday."""
    return day.isoweekday() % 7


def week_of_year(day: date) -> tuple[int, int]:
    """The year that a week belongs to, and its number.

    >>> week_of_year(date(2018, 12, 30)), week_of_year(date(2018, 12, 29))
    ((2019, 1), (2018, 52))
    """
    last = day + timedelta(6 - weekday(day))
    if last.year > day.year:
        return last.year, 1
    return day.year, (day.timetuple().tm_yday - 1 + weekday(date(day.year, 1, 1))) // 7 + 1


def week_of_month(day: date) -> int:
    """The number of the week in its month."""
    return (day.day - 1 + weekday(day.replace(day=1))) // 7 + 1


# --- writing ---------------------------------------------------------------------------------------------------------


def write(local: datetime, pattern: str, at: Zone, offset: timedelta) -> str:
    """A local time, its zone and offset, written by a pattern.

    >>> from minispark.sql.exact.zones import zone
    >>> write(datetime(2018, 11, 17, 13, 5), "EEE u w F SSSS z", zone("UTC"), timedelta())
    'Sat 6 46 3 0000 UTC'
    """
    return "".join(
        token[0] if len(token) == 1 else _written(token[0], token[1], local, at, offset) for token in tokens(pattern)
    )


def _written(letter: str, count: int, local: datetime, at: Zone, offset: timedelta) -> str:
    if letter == "G":
        return "AD" if local.year > 0 else "BC"
    if letter in "yY":
        year = local.year if letter == "y" else week_of_year(local.date())[0]
        year = year if year > 0 else 1 - year
        return f"{year % 100:02d}" if count == 2 else str(year).rjust(count, "0")
    if letter in "ML" and count > 2:
        return WORDS["month", "full" if count > 3 else "short"][local.month]
    if letter == "E":
        return WORDS["day of week", "full" if count > 3 else "short"][iso_weekday(_day(local))]
    if letter == "a":
        return WORDS["am pm", "short"][local.hour // 12]
    if letter in "zZX":
        return _zone(letter, count, local, at, offset)
    return str(_number(letter, local)).rjust(count, "0")


def _day(local: datetime) -> Day:
    return local.year, local.month, local.day


def _number(letter: str, local: datetime) -> int:
    hour = local.hour
    if letter in "HkKh":
        return {"H": hour, "k": hour or 24, "K": hour % 12, "h": hour % 12 or 12}[letter]
    if letter in "wWDFu":
        day = local.date()
        if letter in "wW":
            return week_of_year(day)[1] if letter == "w" else week_of_month(day)
        known = _day(local)
        return {"D": day_of_year(known), "F": (day.day - 1) // 7 + 1, "u": iso_weekday(known)}[letter]
    return {
        "M": local.month,
        "L": local.month,
        "d": local.day,
        "m": local.minute,
        "s": local.second,
        "S": local.microsecond // 1000,
    }[letter]


def _zone(letter: str, count: int, local: datetime, at: Zone, offset: timedelta) -> str:
    from minispark.sql.exact.printing import zone_name

    if local.year < 1900 and at.fixed is None:
        offset = standard(at)  # java.util.TimeZone knows no local mean time
        local = datetime(2000, 1, 1)
    if letter == "z":
        return zone_name((local, at, offset), count > 3)
    minutes = int(offset.total_seconds()) // 60 if offset >= timedelta() else -(int(-offset.total_seconds()) // 60)
    if letter == "X" and minutes == 0:
        return "Z"
    hours, rest = divmod(abs(minutes), 60)
    text = f"{'-' if minutes < 0 else '+'}{hours:02d}"
    if letter == "X" and count == 1:
        return text
    return f"{text}:{rest:02d}" if letter == "X" and count == 3 else f"{text}{rest:02d}"


def standard(at: Zone) -> timedelta:
    """A zone's offset without summer time, as of today."""
    moment = datetime(2024, 1, 1)
    return at.local_offset(moment) - (at.info.dst(moment) or timedelta())
