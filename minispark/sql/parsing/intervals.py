"""Interval literals: ``INTERVAL 1 DAY``, ``INTERVAL '1-2' YEAR TO MONTH``, ``INTERVAL '1 day 2 hours'``."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from minispark.sql import types as t
from minispark.sql.parsing.literals import LiteralError
from minispark.sql.plan.expressions import Literal

_MICROS = {"DAY": 86_400_000_000, "HOUR": 3_600_000_000, "MINUTE": 60_000_000, "SECOND": 1_000_000}
_UNITS: dict[str, tuple[str, Decimal]] = {
    "YEAR": ("YEAR", Decimal(12)), "MONTH": ("MONTH", Decimal(1)), "WEEK": ("DAY", Decimal(7 * _MICROS["DAY"])),
    **{name: (name, Decimal(size)) for name, size in _MICROS.items()},
    "MILLISECOND": ("SECOND", Decimal(1000)), "MICROSECOND": ("SECOND", Decimal(1)),
    "NANOSECOND": ("SECOND", Decimal("0.001")),
}  # fmt: skip
UNITS = frozenset(_UNITS) | frozenset(name + "S" for name in _UNITS)
"""The words that are units of intervals."""

_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_DAY_TIME = _FIELDS[2:]


def of_units(parts: list[tuple[str, str]], shown: str) -> Literal:
    """The literal of amounts and their units. Raises LiteralError.

    >>> of_units([("1", "DAY"), ("2", "HOURS")], "").item, of_units([("1", "MONTH")], "").dtype.simpleString()
    (93600000000, 'interval month')
    """
    months = micros = Decimal(0)
    met: set[str] = set()
    for amount, unit in parts:
        field, size = _UNITS[unit if unit in _UNITS else unit.removesuffix("S")]
        met.add(field)
        try:
            found = Decimal(amount.strip())
        except InvalidOperation:
            raise _wrong(amount, shown) from None
        if found != found.to_integral_value() and field != "SECOND":
            raise _wrong(amount, shown)
        if field in ("YEAR", "MONTH"):
            months += found * size
        else:
            micros += found * size
    if met & {"YEAR", "MONTH"} and met & set(_DAY_TIME):
        raise LiteralError(
            f"Cannot mix year-month and day-time fields: {shown}", "_LEGACY_ERROR_TEMP_0029", {"literal": shown}
        )
    ordered = [field for field in _FIELDS if field in met]
    if ordered[0] in ("YEAR", "MONTH"):
        return _year_month(int(months), ordered[0], ordered[-1], shown)
    return _day_time(int(micros), ordered[0], ordered[-1], shown)


_TEXT = re.compile(r"\s*([+-]?\s*(?:\d+\.?\d*|\.\d+))\s*([a-zA-Z]+)")


def of_text(text: str, shown: str) -> Literal:
    """The literal of a text of amounts and units. Raises LiteralError."""
    rest = text.strip()
    if rest[:8].lower() == "interval" and rest[8:9].isspace():
        rest = rest[8:]
    parts: list[tuple[str, str]] = []
    place = 0
    while place < len(rest) and (found := _TEXT.match(rest, place)):
        unit = found.group(2).upper()
        if unit not in UNITS:
            break
        parts.append((re.sub(r"\s", "", found.group(1)), unit))
        place = found.end()
    if not parts or place != len(rest):
        raise LiteralError(
            f'The value of the typed literal "INTERVAL" is invalid: \'{text}\'', "INVALID_TYPED_LITERAL",
            {"valueType": '"INTERVAL"', "value": f"'{text}'"},
        )  # fmt: skip
    return of_units(parts, shown)


def of_range(text: str, first: str, last: str, shown: str) -> Literal:
    """The literal of a text of fields from one unit to another. Raises LiteralError.

    >>> of_range("1-2", "YEAR", "MONTH", "").item, of_range("1 2:03:04.5", "DAY", "SECOND", "").item
    (14, 93784500000)
    """
    if (first, last) == ("YEAR", "MONTH"):
        found = re.fullmatch(r"\s*([+-]?)(\d+)-(\d+)\s*", text)
        if found is None or int(found.group(3)) > 11:
            raise _no_match(text, first, last)
        months = int(found.group(2)) * 12 + int(found.group(3))
        return _year_month(-months if found.group(1) == "-" else months, first, last, shown)
    if first not in _DAY_TIME or last not in _DAY_TIME or _FIELDS.index(first) >= _FIELDS.index(last):
        raise LiteralError(
            f"Intervals FROM {first.lower()} TO {last.lower()} are not supported", "_LEGACY_ERROR_TEMP_0028",
            {"from": first.lower(), "to": last.lower()},
        )  # fmt: skip
    return _day_time(_clock(text, first, last), first, last, shown)


_PATTERNS = {
    "HOUR": r"(?P<HOUR>\d{1,2})", "MINUTE": r"(?P<MINUTE>\d{1,2})", "SECOND": r"(?P<SECOND>\d{1,2}(?:\.\d{1,9})?)",
}  # fmt: skip
_LIMITS = {"HOUR": 23, "MINUTE": 59, "SECOND": 59}


def _clock(text: str, first: str, last: str) -> int:
    fields = _DAY_TIME[_DAY_TIME.index(first) : _DAY_TIME.index(last) + 1]
    pattern = ""
    for index, field in enumerate(fields):
        part = (
            _PATTERNS[field]
            if index
            else f"(?P<{field}>\\d+(?:\\.\\d{{1,9}})?)"
            if field == "SECOND"
            else f"(?P<{field}>\\d+)"
        )
        pattern += part if not index else (r"\s+" if fields[index - 1] == "DAY" else ":") + part
    found = re.fullmatch(rf"\s*(?P<sign>[+-]?){pattern}\s*", text)
    if found is None:
        raise _no_match(text, first, last)
    total = Decimal(0)
    for index, field in enumerate(fields):
        amount = Decimal(found.group(field))
        if index and int(amount) > _LIMITS[field]:
            raise LiteralError(
                f"requirement failed: {field.lower()} {int(amount)} outside range [0, {_LIMITS[field]}] in {text!r}",
                "INVALID_INTERVAL_FORMAT.TIMESTAMP_ERROR", {"input": text},
            )  # fmt: skip
        total += amount * _MICROS[field]
    return -int(total) if found.group("sign") == "-" else int(total)


def _year_month(months: int, first: str, last: str, shown: str) -> Literal:
    if not -(1 << 31) <= months < 1 << 31:
        raise _wrong(str(months), shown)
    places = ("YEAR", "MONTH")
    return Literal(months, t.YearMonthIntervalType(places.index(first), places.index(last)))


def _day_time(micros: int, first: str, last: str, shown: str) -> Literal:
    if not -(1 << 63) <= micros < 1 << 63:
        raise _wrong(str(micros), shown)
    return Literal(micros, t.DayTimeIntervalType(_DAY_TIME.index(first), _DAY_TIME.index(last)))


def _wrong(amount: str, shown: str) -> LiteralError:
    return LiteralError(
        f"Error parsing '{shown}' to interval: {amount!r} is no number of its unit, or too large",
        "INVALID_INTERVAL_FORMAT.INVALID_VALUE", {"input": shown, "value": amount},
    )  # fmt: skip


def _no_match(text: str, first: str, last: str) -> LiteralError:
    return LiteralError(
        f"Interval string does not match {first.lower()}-{last.lower()} format when cast to interval: {text}",
        "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING",
        {"input": text, "intervalStr": f"{first.lower()}-{last.lower()}"},
    )
