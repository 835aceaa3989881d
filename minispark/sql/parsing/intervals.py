"""Interval literals: ``INTERVAL 1 DAY``, ``INTERVAL '1-2' YEAR TO MONTH``, ``INTERVAL '1 day 2 hours'``."""

from __future__ import annotations

from typing import Any

from minispark.errors import ArithmeticException, IllegalArgumentException
from minispark.sql import types as t
from minispark.sql.exact import interval_words
from minispark.sql.exact.interval_text import (
    DAY_TIME,
    SIZES,
    NoInterval,
    fits,
    no_interval,
    read_day_time,
    read_year_month,
)
from minispark.sql.exact.interval_text import YEAR_MONTH as _YEAR_MONTH
from minispark.sql.parsing.literals import LiteralError
from minispark.sql.plan.expressions import Literal

_FIELDS = (*_YEAR_MONTH, *DAY_TIME)
_UNITS = {
    **{field: field for field in _FIELDS},
    "WEEK": "DAY", "MILLISECOND": "SECOND", "MICROSECOND": "SECOND", "NANOSECOND": "SECOND",
}  # fmt: skip
UNITS = frozenset(_UNITS) | frozenset(name + "S" for name in _UNITS)
"""The words that are units of intervals."""


def of_units(parts: list[tuple[str, str]], shown: str, calendar: bool = False) -> Literal:
    """The literal of amounts and their units; ``calendar`` asks for one of months, days and time in any mixture.

    Raises LiteralError, and the errors of reading and of too large a number.

    >>> of_units([("1", "DAY"), ("2", "HOURS")], "").item, of_units([("1", "MONTH")], "").dtype.simpleString()
    (93600000000, 'interval month')
    """
    for amount, _ in parts:
        if any(letter.isalpha() for letter in amount):
            raise LiteralError(
                f"Can only use numbers in the interval value part, not {amount!r}",
                "_LEGACY_ERROR_TEMP_0026", {"value": amount},
            )  # fmt: skip
    found = interval_words.read("".join(f" {amount} {unit.lower()}" for amount, unit in parts))
    return _literal(found, [_field(unit) for _, unit in parts], shown, calendar)


def _field(unit: str) -> str:
    return _UNITS.get(unit if unit in _UNITS else unit.removesuffix("S"), unit)


def _literal(found: tuple[int, int, int], fields: list[str], shown: str, calendar: bool) -> Literal:
    months, days, micros = found
    if calendar:
        return Literal((months, days, micros * 1000), t.CalendarIntervalType())
    ordered = [field for field in _FIELDS if field in fields]
    if ordered[0] not in _YEAR_MONTH:
        return _day_time(days * SIZES[0] + micros, ordered[0], ordered[-1])
    if ordered[-1] not in _YEAR_MONTH:
        raise LiteralError(
            f"Cannot mix year-month and day-time fields: {shown}", "_LEGACY_ERROR_TEMP_0029", {"literal": shown}
        )
    return _year_month(months, ordered[0], ordered[-1])


def of_text(text: str, shown: str, calendar: bool = False) -> Literal:
    """The literal of a text of amounts and units. Raises LiteralError."""
    try:
        found = interval_words.read(text)
    except IllegalArgumentException:
        raise LiteralError(
            f'The value of the typed literal "INTERVAL" is invalid: \'{text}\'', "INVALID_TYPED_LITERAL",
            {"valueType": '"INTERVAL"', "value": f"'{text}'"},
        ) from None  # fmt: skip
    words = [word for word in text.upper().split() if word.isalpha() and word != "INTERVAL"]
    return _literal(found, [_field(word) for word in words], shown, calendar)


def of_range(text: str, first: str, last: str, calendar: bool = False) -> Literal:
    """The literal of a text of fields from one unit to another. Raises LiteralError.

    >>> of_range("1-2", "YEAR", "MONTH").item, of_range("1 2:03:04.5", "DAY", "SECOND").item
    (14, 93784500000)
    """
    pairs = [
        (names, names.index(first), names.index(last)) for names in (_YEAR_MONTH, DAY_TIME) if {first, last} <= {*names}
    ]
    if not pairs or pairs[0][1] >= pairs[0][2]:
        raise LiteralError(
            f"Intervals FROM {first.lower()} TO {last.lower()} are not supported",
            "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
            {"input": text, "from": first.lower(), "to": last.lower()},
        )
    names, start, end = pairs[0]
    try:
        if names is _YEAR_MONTH:
            months = read_year_month(text, start, end)
            return Literal((months, 0, 0), t.CalendarIntervalType()) if calendar else _year_month(months, first, last)
        micros = read_day_time(text, start, end, bounded=True)
    except NoInterval:
        error: Any = no_interval(text, names, start, end)
        raise LiteralError(
            str(error._message).rstrip("."), error.getCondition(), error.getMessageParameters()
        ) from None
    except IllegalArgumentException as error:
        told = error.getMessageParameters() or {}
        condition = error.getCondition() or "_LEGACY_ERROR_TEMP_0063"
        said = str(error._message).rstrip(".")
        raise LiteralError(said, condition, told or {"msg": said}) from None
    if not calendar:
        return _day_time(micros, first, last)
    days = abs(micros) // SIZES[0] * (1 if micros > 0 else -1)
    return Literal((0, days, (micros - days * SIZES[0]) * 1000), t.CalendarIntervalType())


def _year_month(months: int, first: str, last: str) -> Literal:
    return Literal(months, t.YearMonthIntervalType(_YEAR_MONTH.index(first), _YEAR_MONTH.index(last)))


def _day_time(micros: int, first: str, last: str) -> Literal:
    if not fits(micros, 64):
        raise ArithmeticException(
            f"An interval of {micros} microseconds is too long: 64 bits hold no more than 106751991 days.",
            "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION",
            {},
        )
    return Literal(micros, t.DayTimeIntervalType(DAY_TIME.index(first), DAY_TIME.index(last)))
