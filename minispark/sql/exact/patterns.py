"""Datetime patterns: Spark's letters (a part of Java's ``DateTimeFormatter``), compiled to a tuple of parts.

A pattern is compiled once per use, formatting or parsing, since some letters only make sense one way, and since
fractions of a second have a fixed width when written and up to that width when read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from minispark.engine.core.values import replace, value
from minispark.errors import IllegalArgumentException, SparkRuntimeException, SparkUpgradeException

GUIDE = "https://spark.apache.org/docs/latest/sql-ref-datetime-pattern.html"
_WEEK_BASED = frozenset("YWwuec")
_NEVER = frozenset("ABnNp")
_NOT_READ = frozenset("EFqQ")
_TOO_LONG = ("GGGGG", "MMMMM", "LLLLL", "EEEEE", "QQQQQ", "qqqqq", "yyyyyyy")
_LEGACY_LETTERS = frozenset("GyMdkHmsSEDFwWahKzZYuXL")

NORMAL, NOT_NEGATIVE, EXCEEDS_PAD = "normal", "not negative", "exceeds pad"


@value
class Literal:
    """Text that stands for itself, in either case when read."""

    text: str


@value
class Number:
    """An integer field of ``least`` to ``most`` digits; ``following`` digits belong to the numbers right behind.

    ``fixed`` says that the number is read as exactly ``most`` digits, being one of several that touch each other.
    """

    field: str
    least: int = 1
    most: int = 19
    sign: str = NORMAL
    following: int = 0
    fixed: bool = False


@value
class TwoDigitYear:
    """The last two digits of a year from 2000 to 2099."""

    field: str
    following: int = 0
    fixed: bool = False


@value
class Fraction:
    """The digits of a second's fraction."""

    least: int
    most: int


@value
class Text:
    """A field as a word of English: ``style`` is short or full."""

    field: str
    style: str


@value
class Offset:
    """An offset from UTC: ``form`` as in Java (``+HH:MM``), ``zero`` the text of none."""

    form: str
    zero: str


@value
class GmtOffset:
    """``GMT+8`` or, in full, ``GMT+08:00``."""

    full: bool


@value
class ZoneId:
    """The name of the time zone."""


@value
class ZoneName:
    """The zone's English name: its abbreviation or in full, of the season or, if generic, of the year."""

    full: bool
    generic: bool = False


@value
class Optional:
    """A section that is left out where it does not fit."""

    parts: tuple[Part, ...]


Part = Literal | Number | TwoDigitYear | Fraction | Text | Offset | GmtOffset | ZoneId | ZoneName | Optional

_FIELDS = {
    "G": "era",
    "y": "year of era",
    "u": "year",
    "Q": "quarter",
    "q": "quarter",
    "M": "month",
    "L": "month",
    "D": "day of year",
    "d": "day",
    "F": "day of aligned week",
    "E": "day of week",
    "a": "am pm",
    "H": "hour",
    "k": "clock hour",
    "K": "half day hour",
    "h": "half day clock hour",
    "m": "minute",
    "s": "second",
    "S": "fraction",
    "g": "modified julian day",
}
_OFFSET_FORMS = ("+HHmm", "+HHMM", "+HH:MM", "+HHMMss", "+HH:MM:ss")


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, reading: bool, local: bool = False) -> tuple[Part, ...]:
    """The parts of a pattern; Spark's error for a pattern that it refuses.

    SparkUpgradeException where the pattern meant something to Spark 2.4, which had no ``local`` timestamps;
    IllegalArgumentException for a letter that Spark rules out, SparkRuntimeException for what Java does not know.

    >>> compile_pattern("d[ MMM]", False)
    (Number(field='day', ...), Optional(parts=(Literal(text=' '), Text(field='month', style='short'))))
    """
    try:
        adapted = _adapt(pattern, reading)
        return _Compiler(reading and "S" in adapted).compile(adapted)
    except IllegalArgumentException:
        if local:
            raise _unknown(pattern) from None
        if _legacy_accepts(pattern):
            raise _upgrade(pattern) from None
        raise
    except _BadPattern:
        if not local and _legacy_accepts(pattern):
            raise _upgrade(pattern) from None
        raise _unknown(pattern) from None


class _BadPattern(Exception):
    """Java would not accept the pattern."""


def _unknown(pattern: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        f"The datetime pattern {pattern!r} is not one. See {GUIDE} for the letters and how often each may stand.",
        "INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
        {"pattern": f"'{pattern}'", "docroot": "https://spark.apache.org/docs/latest"},
    )


def _upgrade(pattern: str) -> SparkUpgradeException:
    return SparkUpgradeException(
        f"The datetime pattern {pattern!r} meant something before Spark 3.0 and does not since. The letters: {GUIDE}",
        "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
        {
            "pattern": f"'{pattern}'",
            "config": '"spark.sql.legacy.timeParserPolicy"',
            "docroot": GUIDE.rpartition("/")[0],
        },
    )


def _legacy_accepts(pattern: str) -> bool:
    """Whether Java's SimpleDateFormat, which Spark 2.4 used, would have taken the pattern."""
    pieces = pattern.split("'")
    if len(pieces) % 2 == 0:
        return False
    unquoted = pieces[::2]
    letters = {char for piece in unquoted for char in piece if char.isascii() and char.isalpha()}
    return letters <= _LEGACY_LETTERS and not any("XXXX" in piece for piece in unquoted)


def _adapt(pattern: str, reading: bool) -> str:
    """Refuse Spark's forbidden letters; a year is a proleptic one (``u``) unless the pattern has an era."""
    pieces = pattern.split("'")
    has_era = any("G" in piece for piece in pieces[::2])
    for index in range(0, len(pieces), 2):
        _check_letters(pattern, pieces[index], reading)
        if not has_era:
            pieces[index] = pieces[index].replace("y", "u")
    return "'".join(pieces)


def _check_letters(pattern: str, piece: str, reading: bool) -> None:
    for char in piece:
        if char in _WEEK_BASED:
            raise IllegalArgumentException(
                f"The week-based letter {char!r} is not supported since Spark 3.0; use extract or weekofyear.",
                "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN",
                {"c": char},
            )
    for char in piece:
        if char in _NEVER or (reading and char in _NOT_READ):
            raise IllegalArgumentException(
                f"The datetime pattern {pattern!r} has the letter {char!r}, which cannot be used here.",
                "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
                {"c": char, "pattern": pattern},
            )
    for run in _TOO_LONG:
        if run in piece:
            raise IllegalArgumentException(
                f"The datetime pattern {pattern!r} repeats a letter too often: {run!r}.",
                "INVALID_DATETIME_PATTERN.LENGTH",
                {"pattern": run},
            )


class _Compiler:
    """Builds the parts of one pattern; sections that are open wait on a stack."""

    def __init__(self, short_fractions: bool) -> None:
        self.short_fractions = short_fractions
        self.stack: list[list[Part]] = [[]]
        self.leading: list[int] = [-1]

    def compile(self, pattern: str) -> tuple[Part, ...]:
        for kind, text in _tokens(pattern, self.short_fractions):
            if kind == "letter":
                self._letters(text[0], len(text))
            elif kind == "text":
                self._add(Literal(text))
            elif text == "[":
                self.leading[-1] = -1
                self.stack.append([])
                self.leading.append(-1)
            else:
                self._close()
        while len(self.stack) > 1:
            self._close()
        return tuple(self.stack[0])

    def _close(self) -> None:
        if len(self.stack) == 1:
            raise _BadPattern
        parts = tuple(self.stack.pop())
        self.leading.pop()
        if parts:
            self._add(Optional(parts))

    def _add(self, part: Part) -> None:
        self.stack[-1].append(part)
        self.leading[-1] = -1

    def _add_number(self, part: Number | TwoDigitYear) -> None:
        """Numbers that touch: the first takes what those behind it, each of its own fixed width, leave."""
        parts = self.stack[-1]
        first = self.leading[-1]
        width = part.most if isinstance(part, Number) else 2
        fixed_width = isinstance(part, TwoDigitYear) or (part.least == part.most and part.sign == NOT_NEGATIVE)
        if first < 0:
            parts.append(part)
            self.leading[-1] = len(parts) - 1
            return
        base = parts[first]
        assert isinstance(base, Number | TwoDigitYear)
        if fixed_width:
            parts[first] = replace(base, following=base.following + width)
            parts.append(replace(part, fixed=True))
        else:
            parts[first] = replace(base, fixed=True)
            parts.append(part)
            self.leading[-1] = len(parts) - 1

    def _letters(self, letter: str, count: int) -> None:
        if letter in "VzOXxZv":
            self._add(_zone_part(letter, count))
        elif letter == "S":
            if count > 9:
                raise _BadPattern
            self._fraction(count)
        elif letter in _FIELDS:
            self._field(letter, count)
        else:
            raise _BadPattern

    def _fraction(self, count: int) -> None:
        """A fraction of a fixed width that is read right behind other numbers is one of them."""
        first = self.leading[-1]
        self._add(Fraction(1 if self.short_fractions else count, count))
        if self.short_fractions and count == 1 and first >= 0:
            base = self.stack[-1][first]
            assert isinstance(base, Number | TwoDigitYear)
            self.stack[-1][first] = replace(base, following=base.following + 1)
            self.leading[-1] = first

    def _field(self, letter: str, count: int) -> None:
        field = _FIELDS[letter]
        if letter in "uy":
            if count == 2:
                self._add_number(TwoDigitYear(field))
            else:
                self._add_number(Number(field, count, 19, NORMAL if count < 4 else EXCEEDS_PAD))
        elif letter in "GEa" or (letter in "MLQq" and count > 2):
            if count > 4 or (letter == "a" and count > 1):
                raise _BadPattern
            self._add(Text(field, "full" if count == 4 else "short"))
        elif letter == "D":
            if count > 3:
                raise _BadPattern
            self._add_number(Number(field) if count == 1 else Number(field, count, 3, NOT_NEGATIVE))
        elif letter == "g":
            self._add_number(Number(field, count, 19, NORMAL))
        elif count == 1:
            self._add_number(Number(field))
        elif count == 2 and letter != "F":
            self._add_number(Number(field, 2, 2, NOT_NEGATIVE))
        else:
            raise _BadPattern


def _zone_part(letter: str, count: int) -> Part:
    if letter == "V" and count == 2:
        return ZoneId()
    if letter == "z" and count <= 4:
        return ZoneName(count == 4)
    if letter == "v" and count in (1, 4):
        return ZoneName(count == 4, True)
    if (letter == "O" and count in (1, 4)) or (letter == "Z" and count == 4):
        return GmtOffset(count == 4)
    if letter == "Z" and count < 4:
        return Offset("+HHMM", "+0000")
    if letter in "XZ" and count <= 5:
        return Offset(_OFFSET_FORMS[count - 1], "Z")
    if letter == "x" and count <= 5:
        return Offset(_OFFSET_FORMS[count - 1], "+00" if count == 1 else "+0000" if count % 2 == 0 else "+00:00")
    raise _BadPattern


def _tokens(pattern: str, lenient_quotes: bool) -> Iterator[tuple[str, str]]:
    """Runs of a letter, literal text, and the brackets of optional sections."""
    at = 0
    while at < len(pattern):
        char = pattern[at]
        end = at + 1
        if char.isascii() and char.isalpha():
            while end < len(pattern) and pattern[end] == char:
                end += 1
            yield "letter", pattern[at:end]
        elif char == "'":
            text, end = _quoted(pattern, at, lenient_quotes)
            yield "text", text
        elif char in "[]":
            yield "section", char
        elif char in "{}#":
            raise _BadPattern
        else:
            yield "text", char
        at = end


def _quoted(pattern: str, start: int, lenient: bool) -> tuple[str, int]:
    """The text of quotes that open at ``start``, and where they end; two quotes are one that is meant."""
    if pattern[start + 1 : start + 2] == "'":
        return "'", start + 2
    text = ""
    at = start + 1
    while at < len(pattern):
        if pattern[at] != "'":
            text += pattern[at]
            at += 1
        elif pattern[at + 1 : at + 2] == "'":
            text += "'"
            at += 2
        else:
            return text, at + 1
    if lenient:
        return text, at
    raise _BadPattern
