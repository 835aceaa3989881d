"""Datetime patterns that DuckDB's ``strftime`` and ``strptime`` have exactly: the usual ones, for the usual years.

Everything else, and every value out of those years, goes to the exact function.
"""

from __future__ import annotations

import re
from functools import lru_cache

from minispark.sql.exact import patterns

_WRITTEN = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "half day clock hour": "%I",
    "day of year": "%j",
}
_WORDS = {
    ("month", "short"): "%b",
    ("month", "full"): "%B",
    ("day of week", "short"): "%a",
    ("day of week", "full"): "%A",
    ("am pm", "short"): "%p",
}
_FRACTIONS = {3: "%g", 6: "%f"}
_READ = ("year", "month", "day", "hour", "minute", "second")


def formatted(local: str, pattern: str, exact: str) -> str:
    """SQL of a local time written by a pattern, ``exact`` where DuckDB does not do it alike."""
    form = _strftime(pattern)
    if form is None:
        return exact
    usual = f"{local} >= TIMESTAMP '1000-01-01' AND {local} < TIMESTAMP '10000-01-01'"
    return f"CASE WHEN {usual} THEN strftime({local}, '{form}') ELSE {exact} END"


def read(text: str, pattern: str, kind: str, exact: str) -> str:
    """SQL of a date or local time read by a pattern; what does not fit a plain form of it is for ``exact``."""
    quick = quickly(text, pattern)
    return exact if quick is None else f"coalesce(CAST({quick} AS {kind}), {exact})"


def quickly(text: str, pattern: str) -> str | None:
    """SQL of the local time of a text of a plain form, null for other texts; None for a pattern without one."""
    found = _strptime(pattern)
    if found is None:
        return None
    shape, form = found
    return f"CASE WHEN regexp_full_match({text}, '{shape}') THEN try_strptime({text}, '{form}') END"


@lru_cache(maxsize=256)
def _strftime(pattern: str) -> str | None:
    parts = _compiled(pattern, False)
    written = [_write(part) for part in parts or ()]
    return None if not parts or None in written else "".join(str(part) for part in written)


def _compiled(pattern: str, reading: bool) -> tuple[patterns.Part, ...] | None:
    from minispark.errors import PySparkException

    try:
        return patterns.compile_pattern(pattern, reading)
    except PySparkException:
        return None


def _write(part: patterns.Part) -> str | None:
    match part:
        case patterns.Literal(text):
            return _literal(text)
        case patterns.Number(field, least, _):
            return _number(field, least)
        case patterns.TwoDigitYear():
            return "%y"
        case patterns.Text(field, style):
            return _WORDS.get((field, style))
        case patterns.Fraction(_, digits):
            return _FRACTIONS.get(digits)
    return None


def _number(field: str, least: int) -> str | None:
    """Years from 1000 have four digits whatever is asked for; of other fields all digits, or those that there are."""
    form = _WRITTEN.get(field)
    if form is None or field == "year":
        return form if least <= 4 else None
    full = 3 if field == "day of year" else 2
    return form if least == full else form.replace("%", "%-") if least == 1 else None


def _literal(text: str) -> str | None:
    """Text that means itself in a format and in SQL, and but for the point in a regular expression."""
    return text if re.fullmatch(r"[A-Za-z0-9 :/_,.-]*", text) else None


@lru_cache(maxsize=256)
def _strptime(pattern: str) -> tuple[str, str] | None:
    """A regular expression and a format: all parts of a fixed width, a year, a month and a day among them."""
    shape, form, fields = "", "", set()
    for part in _compiled(pattern, True) or ():
        match part:
            case patterns.Literal(text):
                if _literal(text) is None:
                    return None
                shape, form = shape + text.replace(".", "[.]"), form + text
            case patterns.Number(field, least, _) if field in _READ and field not in fields:
                if least != (4 if field == "year" else 2):
                    return None
                shape += {"year": "[12][0-9]{3}", "hour": "([01][0-9]|2[0-3])"}.get(field, "[0-9]{2}")
                form += _WRITTEN[field]
                fields.add(field)
            case _:
                return None
    return (shape, form) if {"year", "month", "day"} <= fields else None
