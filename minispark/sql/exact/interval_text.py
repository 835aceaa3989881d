"""Intervals from text: what casts to interval types read.

Calendar intervals are words and numbers in any order (``1 day 2 hours``); the others are fields with their separators
(``1 02:03:04``), alone or as a whole literal (``INTERVAL '1 02:03:04' DAY TO SECOND``).
"""

from __future__ import annotations

import re

from minispark.errors import ArithmeticException, IllegalArgumentException
from minispark.sql.exact.datetime_text import BLANKS

DAY_TIME = ("DAY", "HOUR", "MINUTE", "SECOND")
YEAR_MONTH = ("YEAR", "MONTH")
SIZES = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000)
"""The microseconds of each field of a day-time interval."""
LIMITS = (None, 23, 59, 59)
"""The largest value of a field that is not the first."""

_SPACE = r"[\s\x1c-\x1f]"
_PART = re.compile(
    rf"([+-]?){_SPACE}*(?:([0-9]+)(?:\.([0-9]{{0,9}}))?|\.([0-9]{{1,9}})){_SPACE}+"
    rf"(year|month|week|day|hour|minute|second|millisecond|microsecond)s?(?={_SPACE}|$)"
)
_MONTHS = {"year": 12, "month": 1}
_DAYS = {"week": 7, "day": 1}
_MICROS = {"hour": SIZES[1], "minute": SIZES[2], "second": SIZES[3], "millisecond": 1000, "microsecond": 1}
_LITERAL = re.compile(r"INTERVAL\s+([+-]?)'(.*)'\s+([A-Z]+)(?:\s+TO\s+([A-Z]+))?", re.IGNORECASE | re.DOTALL)
_SEPARATORS = " ::"


class NoInterval(Exception):
    """Text is not an interval of the fields that are wanted."""


def read_calendar(text: str) -> tuple[int, int, int] | None:
    """Months, days and nanoseconds of ``[interval] number unit ...``; None for other text or too large a number.

    >>> read_calendar("interval 1 year -2 months 3.5 seconds"), read_calendar("1 day 2"), read_calendar("2 fortnights")
    ((10, 0, 3500000000), None, None)
    """
    rest = text.strip(BLANKS).lower()
    if re.match(rf"interval{_SPACE}", rest):
        rest = rest[8:].strip(BLANKS)
    if not rest:
        return None
    months = days = micros = 0
    at = 0
    while at < len(rest):
        match = _PART.match(rest, at)
        if match is None or (match[3] is not None or match[4] is not None) and match[5] != "second":
            return None
        sign, whole, fraction, alone, unit = match.groups()
        size = -1 if sign == "-" else 1
        number = size * int(whole or 0)
        months += number * _MONTHS.get(unit, 0)
        days += number * _DAYS.get(unit, 0)
        micros += number * _MICROS.get(unit, 0) + size * int((fraction or alone or "")[:6].ljust(6, "0"))
        if not (fits(months, 32) and fits(days, 32) and fits(micros, 64) and fits(number, 64)):
            return None
        at = match.end()
        while at < len(rest) and rest[at] in BLANKS:
            at += 1
    return months, days, micros * 1000


def fits(number: int, bits: int) -> bool:
    """Whether a number is one of Java's integers of so many bits."""
    return -(1 << bits - 1) <= number < 1 << bits - 1


def read_year_month(text: str, start: int, end: int) -> int:
    """Months of an interval from field ``start`` to ``end`` (0 years, 1 months); NoInterval for other text.

    >>> read_year_month("1-2", 0, 1), read_year_month("interval '-3' year", 0, 0)
    (14, -36)
    """
    sign, body = _body(text, YEAR_MONTH, start, end)
    match = re.fullmatch(r"([+-]?)([0-9]+)" + ("-([0-9]+)" if start != end else ""), body)
    if match is None:
        raise NoInterval
    first = int(match[2])
    months = first * 12 + int(match[3]) if start != end else first * 12 if start == 0 else first
    number = -months if (sign == "-") != (match[1] == "-") else months
    if (start != end and int(match[3]) > 11) or not fits(number, 32):
        raise IllegalArgumentException(
            f"Error parsing interval year-month string: {text!r} has more than 11 months beside years, or is too long.",
            "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING",
            {"input": text, "interval": "year-month"},
        )
    return number


def read_day_time(text: str, start: int, end: int) -> int:
    """Microseconds of an interval from field ``start`` to ``end`` (0 days ... 3 seconds); NoInterval for other text.

    >>> read_day_time("1 02:03:04.5", 0, 3), read_day_time("-90", 2, 2)
    (93784500000, -5400000000)
    """
    sign, body = _body(text, DAY_TIME, start, end)
    pattern = "([+-]?)([0-9]+)"
    for field in range(start, end):
        pattern += f"{_SEPARATORS[field]}([0-9]{{1,2}})"
    if end == 3:
        pattern += r"(?:\.([0-9]{1,9}))?"
    match = re.fullmatch(pattern, body)
    if match is None:
        raise NoInterval
    numbers = [int(number) for number in match.groups()[1 : end - start + 2]]
    for field, number in zip(range(start + 1, end + 1), numbers[1:], strict=True):
        if number > (LIMITS[field] or 0):
            raise IllegalArgumentException(
                f"requirement failed: {DAY_TIME[field].lower()} {number} outside range [0, {LIMITS[field]}]", None, {}
            )
    micros = sum(number * size for number, size in zip(numbers, SIZES[start : end + 1], strict=True))
    if end == 3:
        micros += int((match.groups()[-1] or "")[:6].ljust(6, "0"))
    number = -micros if (sign == "-") != (match[1] == "-") else micros
    if not fits(number, 64):
        raise ArithmeticException(f"long overflow: {text!r} is too long an interval", None, {})
    return number


def _body(text: str, names: tuple[str, ...], start: int, end: int) -> tuple[str, str]:
    """The sign before the quotes of a literal, and what is between them; or the text itself."""
    trimmed = text.strip(BLANKS)
    match = _LITERAL.fullmatch(trimmed)
    if match is None:
        return "", trimmed
    first, last = match[3].upper(), (match[4] or match[3]).upper()
    if (first, last) != (names[start], names[end]):
        raise NoInterval
    return match[1], match[2]


def no_interval(text: str, names: tuple[str, ...], start: int, end: int) -> IllegalArgumentException:
    """The error for text that is not an interval of the wanted fields."""
    wanted = names[start] if start == end else f"{names[start]} TO {names[end]}"
    kind = "year-month" if names is YEAR_MONTH else "day-time"
    notice = "" if names is YEAR_MONTH else "_WITH_NOTICE"
    return IllegalArgumentException(
        f"Cannot read {text!r} as an interval of {wanted}: write its fields with their separators, "
        f"or a literal such as INTERVAL '...' {wanted}.",
        f"INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING{notice}",
        {"input": text, "intervalStr": kind, "typeName": f"interval {wanted.lower()}"},
    )
