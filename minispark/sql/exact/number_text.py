"""Numbers and truth values from text, by the grammars of Spark and of Java's parsers. None for text that is none."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal

from minispark.sql.exact.datetime_text import BLANKS

_JAVA_BLANKS = BLANKS[:33]
_INTEGER = re.compile(r"[+-]?[0-9]+")
_INTEGER_WITH_FRACTION = re.compile(r"([+-]?[0-9]*)(?:\.[0-9]*)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX_FLOAT = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?[0-9]+[dDfF]?")
_FLOAT_NAMES = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}
_TRUE = frozenset(("t", "true", "y", "yes", "1"))
_FALSE = frozenset(("f", "false", "n", "no", "0"))


def read_integer(text: str, fraction: bool = False) -> int | None:
    """Digits with or without a sign; with ``fraction``, one is read and cut off.

    >>> read_integer(" +12 "), read_integer("1.9"), read_integer("1.9", fraction=True)
    (12, None, 1)
    """
    trimmed = text.strip(BLANKS)
    if fraction:
        match = _INTEGER_WITH_FRACTION.fullmatch(trimmed)
        if match is None or trimmed in ("", "+", "-"):
            return None
        return int(match[1]) if match[1] not in ("", "+", "-") else 0
    return int(trimmed) if _INTEGER.fullmatch(trimmed) else None


def read_decimal(text: str) -> Decimal | None:
    """What Java's BigDecimal reads.

    >>> read_decimal(" 1e3 "), read_decimal("5d")
    (Decimal('1E+3'), None)
    """
    trimmed = text.strip(BLANKS)
    return Decimal(trimmed) if _DECIMAL.fullmatch(trimmed) else None


def read_float(text: str, single: bool = False) -> float | None:
    """What ``Double.parseDouble`` (or ``Float.parseFloat``) reads, and names of infinity and NaN in any case.

    >>> read_float("1.5d"), read_float("0x1p3"), read_float("-INF"), read_float("1,5")
    (1.5, 8.0, -inf, None)
    """
    trimmed = text.strip(_JAVA_BLANKS)
    number = trimmed[:-1] if trimmed[-1:] in tuple("dDfF") else trimmed
    if _DECIMAL.fullmatch(number):
        return nearest_single(Decimal(number)) if single else float(number)
    if _HEX_FLOAT.fullmatch(trimmed):
        found = float.fromhex(number if number[-1:] not in tuple("dDfF") else trimmed)
        return nearest_single(Decimal(found)) if single else found
    return _named(trimmed)


def _named(text: str) -> float | None:
    lowered = text.lower()
    signed = lowered[1:] if lowered[:1] in ("+", "-") else lowered
    found = _FLOAT_NAMES.get(signed)
    if found is None or (signed != lowered and signed == "nan" and text[1:] != "NaN"):
        return None
    return -found if lowered.startswith("-") else found


_SINGLE = struct.Struct("<f")


def nearest_single(number: Decimal) -> float:
    """The float of 32 bits that is nearest to a decimal, in one rounding; infinity past the largest."""
    found = float(number)
    if not math.isfinite(found):
        return found
    try:
        rounded: float = _SINGLE.unpack(_SINGLE.pack(found))[0]
    except OverflowError:
        return math.copysign(math.inf, found)
    if Decimal(found) == number or rounded == found:
        return rounded
    return _between(number, found, rounded)


def _between(number: Decimal, found: float, rounded: float) -> float:
    """Whether rounding to 64 bits hid on which side of the middle of two floats the number lies."""
    for other in (_neighbour(rounded, 1), _neighbour(rounded, -1)):
        if (rounded + other) / 2 == found:
            above = number > Decimal(found)
            return max(rounded, other) if above else min(rounded, other)
    return rounded


def _neighbour(single: float, step: int) -> float:
    bits = struct.unpack("<i", _SINGLE.pack(single))[0]
    moved: float = _SINGLE.unpack(struct.pack("<i", bits + step))[0]
    return moved


def read_boolean(text: str) -> bool | None:
    """``t``, ``true``, ``y``, ``yes``, ``1`` and their opposites in any case."""
    word = text.strip(BLANKS).lower()
    return True if word in _TRUE else False if word in _FALSE else None
