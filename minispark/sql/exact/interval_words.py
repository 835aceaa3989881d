"""Calendar intervals in words, ``1 year -2 days 3.5 seconds``, and what is wrong with a text that is none.

The errors are those of Spark's ``stringToInterval``: which one depends on where reading stops.
"""

from __future__ import annotations

import re
from typing import NoReturn

from minispark.errors import IllegalArgumentException

BLANKS = "".join(map(chr, range(33))) + "\x7f"
_WHITE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f "
_WORDS = re.compile(rf"[{_WHITE}]+")
_UNIT = re.compile("year|month|week|day|hour|minute|second|millisecond|microsecond")
_MONTHS = {"year": 12, "month": 1}
_DAYS = {"week": 7, "day": 1}
_MICROS = {"hour": 3_600_000_000, "minute": 60_000_000, "second": 1_000_000, "millisecond": 1000, "microsecond": 1}


def read(text: str) -> tuple[int, int, int]:
    """Months, days and microseconds of ``[interval] number unit ...``; IllegalArgumentException for other text.

    >>> read("interval 1 year -2 months 3.5 seconds")
    (10, 0, 3500000)
    """
    return _Reader(text).all()


def _fits(number: int, bits: int) -> bool:
    return -(1 << bits - 1) <= number < 1 << bits - 1


class _Reader:
    """The state of reading one text."""

    def __init__(self, given: str) -> None:
        self.given = given
        self.text = given.strip(BLANKS).lower()
        self.at = 0
        self.months = self.days = self.micros = 0

    def wrong(self, name: str, parameter: str = "") -> NoReturn:
        word = self.word()
        raise IllegalArgumentException(
            f"{self.given!r} is no interval: reading stopped at {word!r}. Write numbers and their units, as in "
            "'1 year 2 days 3.5 seconds'.",
            f"INVALID_INTERVAL_FORMAT.{name}",
            {"input": self.given, **({parameter: word} if parameter else {})},
        )

    def word(self) -> str:
        """The word at the place."""
        words = _split(self.text)
        rest = len(_split(self.text[self.at :]))
        return words[max(len(words) - rest, 0)] if words else ""

    def all(self) -> tuple[int, int, int]:
        text = self.text
        if text in ("", "interval"):
            self.wrong("INPUT_IS_EMPTY")
        if text.startswith("interval"):
            if text[8] not in _WHITE:
                self.wrong("INVALID_PREFIX", "prefix")
            self.at = 9
        self.skip()
        while self.at < len(text):
            self.amount_and_unit()
            self.skip()
        return self.months, self.days, self.micros

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _WHITE:
            self.at += 1

    def amount_and_unit(self) -> None:
        sign = self.text[self.at]
        if sign in "+-":
            self.at += 1
            self.skip()
            if self.at == len(self.text):
                self.at -= 1
                self.wrong("MISSING_NUMBER", "word")
        elif sign not in "0123456789.":
            self.wrong("UNRECOGNIZED_NUMBER", "number")
        alone = sign == "."
        whole = self.digits(0 if alone else None)
        fraction = self.fraction(alone)
        self.skip()
        self.add(-1 if sign == "-" else 1, whole, fraction)

    def digits(self, none: int | None) -> int:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            self.at += 1
        if not _fits(int(self.text[start : self.at] or 0), 64):
            self.wrong("ARITHMETIC_EXCEPTION")
        if self.at == len(self.text):
            self.at -= 1
            self.wrong("MISSING_UNIT", "word")
        if self.text[self.at] not in _WHITE and self.text[self.at] != ".":
            self.wrong("INVALID_VALUE", "value")
        return int(self.text[start : self.at] or 0)

    def fraction(self, alone: bool) -> int | None:
        """Microseconds after the point, None without one."""
        if self.text[self.at] != ".":
            return None
        self.at += 1
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "0123456789":
            if self.at - start == 9:
                self.wrong("INVALID_PRECISION", "value")
            self.at += 1
        if self.at == len(self.text):
            self.at -= 1
            self.wrong("MISSING_UNIT", "word")
        if self.text[self.at] not in _WHITE or (alone and self.at == start):
            self.wrong("INVALID_VALUE", "value")
        return int(self.text[start : self.at][:6].ljust(6, "0"))

    def add(self, sign: int, whole: int, fraction: int | None) -> None:
        if fraction is not None and self.text[self.at] != "s":
            self.wrong("INVALID_FRACTION", "unit")
        unit = _UNIT.match(self.text, self.at)
        if unit is None:
            self.wrong("INVALID_UNIT", "unit")
        name, number = unit[0], sign * whole
        self.months += number * _MONTHS.get(name, 0)
        self.days += number * _DAYS.get(name, 0)
        self.micros += number * _MICROS.get(name, 0) + sign * (fraction or 0)
        if not (_fits(self.months, 32) and _fits(self.days, 32) and _fits(self.micros, 64)):
            self.wrong("ARITHMETIC_EXCEPTION")
        self.at = unit.end() + (self.text[unit.end() : unit.end() + 1] == "s")
        if self.at < len(self.text) and self.text[self.at] not in _WHITE:
            self.wrong("INVALID_UNIT", "unit")


def _split(text: str) -> list[str]:
    words = _WORDS.split(text)
    while words and not words[-1]:
        words.pop()
    return words
