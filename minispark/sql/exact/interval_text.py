"""Intervals from text: what casts to interval types read.

Calendar intervals are words and numbers in any order (``1 day 2 hours``); the others are fields with their separators
(``1 02:03:04``), alone or as a whole literal (``INTERVAL '1 02:03:04' DAY TO SECOND``).
"""

from __future__ import annotations

import re

from minispark.errors import ArithmeticException, IllegalArgumentException
from minispark.sql.exact import interval_words
from minispark.sql.exact.datetime_text import BLANKS

DAY_TIME = ("DAY", "HOUR", "MINUTE", "SECOND")
YEAR_MONTH = ("YEAR", "MONTH")
SIZES = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000)
"""The microseconds of each field of a day-time interval."""
LIMITS = (None, 23, 59, 59)
"""The largest value of a field that is not the first."""
DIGITS = (9, 10, 12, 13)
"""The most digits of the first field: as many as the largest value has that 64 bits hold."""
_LETTERS = ("d", "h", "m", "s.n")

_LITERAL = re.compile(r"INTERVAL\s+([+-]?)'(.*)'\s+([A-Z]+)(?:\s+TO\s+([A-Z]+))?", re.IGNORECASE | re.DOTALL)
_SEPARATORS = " ::"


class NoInterval(Exception):
    """Text is not an interval of the fields that are wanted."""


def read_calendar(text: str) -> tuple[int, int, int] | None:
    """Months, days and nanoseconds of ``[interval] number unit ...``; None for other text or too large a number.

    >>> read_calendar("interval 1 year -2 months 3.5 seconds"), read_calendar("1 day 2"), read_calendar("2 fortnights")
    ((10, 0, 3500000000), None, None)
    """
    try:
        months, days, micros = interval_words.read(text)
    except IllegalArgumentException:
        return None
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


def read_day_time(text: str, start: int, end: int, bounded: bool = False) -> int:
    """Microseconds of an interval from field ``start`` to ``end`` (0 days ... 3 seconds); NoInterval for other text.

    The first field of a literal is ``bounded``; a cast of one field alone overflows as Java's numbers do.

    >>> read_day_time("1 02:03:04.5", 0, 3), read_day_time("-90", 2, 2)
    (93784500000, -5400000000)
    """
    sign, body = _body(text, DAY_TIME, start, end)
    pattern = f"([+-]?)([0-9]{{1,{DIGITS[start]}}})"
    for field in range(start, end):
        pattern += f"{_SEPARATORS[field]}([0-9]{{1,2}})"
    if end == 3:
        pattern += r"(?:\.([0-9]{1,9}))?"
    match = re.fullmatch(pattern, body)
    if match is None:
        raise NoInterval
    numbers = [int(number) for number in match.groups()[1 : end - start + 2]]
    largest = ((1 << 63) - 1) // SIZES[start]
    if bounded and numbers[0] > largest:
        raise IllegalArgumentException(
            f"requirement failed: {DAY_TIME[start].lower()} {numbers[0]} outside range [0, {largest}]", None, {}
        )
    for field, number in zip(range(start + 1, end + 1), numbers[1:], strict=True):
        if number > (LIMITS[field] or 0):
            raise IllegalArgumentException(
                f"requirement failed: {DAY_TIME[field].lower()} {number} outside range [0, {LIMITS[field]}]", None, {}
            )
    micros = sum(number * size for number, size in zip(numbers, SIZES[start : end + 1], strict=True))
    if end == 3:
        micros += int((match.groups()[-1] or "")[:6].ljust(6, "0"))
    number = -micros if (sign == "-") != (match[1] == "-") else micros
    if start == end and not bounded:
        return (number + (1 << 63)) % (1 << 64) - (1 << 63)
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
        {
            "input": text,
            "intervalStr": kind,
            "typeName": f"interval {wanted.lower()}",
            "supportedFormat": _format(names, start, end, wanted),
        },
    )


def _format(names: tuple[str, ...], start: int, end: int, wanted: str) -> str:
    """How an interval of these fields is written.

    >>> _format(DAY_TIME, 0, 1, "DAY TO HOUR")
    "`[+|-]d h`, `INTERVAL [+|-]'[+|-]d h' DAY TO HOUR`"
    """
    if names is YEAR_MONTH:
        body = "-".join(("y", "m")[start : end + 1])
    else:
        body = _LETTERS[start]
        for field in range(start, end):
            body += _SEPARATORS[field] + _LETTERS[field + 1]
    return f"`[+|-]{body}`, `INTERVAL [+|-]'[+|-]{body}' {wanted}`"
