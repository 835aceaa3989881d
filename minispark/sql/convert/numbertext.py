"""Floats as Java writes them."""

from __future__ import annotations

import math
import struct

_SINGLE = struct.Struct("<f")


def double_text(item: float) -> str:
    """``Double.toString``: the shortest digits that read back the same, but two at least; scientific outside of
    [0.001, 10,000,000).

    >>> [double_text(x) for x in (1.0, 1e7, 0.001, 1.5e-7, -0.0, 5e-324, float("inf"))]
    ['1.0', '1.0E7', '0.001', '1.5E-7', '-0.0', '4.9E-324', 'Infinity']
    """
    if not math.isfinite(item):
        return _unbounded(item)
    shortest = repr(item)
    if "e" not in shortest and (0.001 <= abs(item) < 1e7 or item == 0):
        return shortest
    mantissa, _, _ = shortest.partition("e")
    if len(mantissa.lstrip("-")) == 1:
        two = f"{item:.1e}"
        shortest = two if float(two) == item else shortest
    return _laid_out(shortest)


def float_text(item: float) -> str:
    """``Float.toString`` of a float of 32 bits.

    >>> float_text(0.10000000149011612), float_text(1e10), float_text(1.401298464324817e-45)
    ('0.1', '1.0E10', '1.4E-45')
    """
    if not math.isfinite(item):
        return _unbounded(item)
    for digits in range(1, 9):
        text = f"{item:.{digits}e}"
        if _SINGLE.unpack(_SINGLE.pack(float(text)))[0] == item:
            return _laid_out(text)
    return double_text(item)


def _unbounded(item: float) -> str:
    return "NaN" if item != item else "Infinity" if item > 0 else "-Infinity"


def _laid_out(text: str) -> str:
    sign, body = ("-", text[1:]) if text[0] == "-" else ("", text)
    mantissa, _, power = body.partition("e")
    whole, _, fraction = mantissa.partition(".")
    given = whole + fraction
    digits = given.lstrip("0")
    if not digits:
        return f"{sign}0.0"
    exponent = int(power or 0) + len(whole) - 1 - (len(given) - len(digits))
    digits = digits.rstrip("0")
    if -3 <= exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    if 0 <= exponent < 7:
        digits = digits.ljust(exponent + 2, "0")
        return f"{sign}{digits[: exponent + 1]}.{digits[exponent + 1 :]}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"
