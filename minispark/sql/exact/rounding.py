"""``round``, ``bround``, ``ceil`` and ``floor`` to a number of digits after the point (before it, if negative)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from minispark.errors import ArithmeticException

_WIDE = Context(prec=700, Emax=10_000, Emin=-10_000)
_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}


def half_up(bound: Any) -> Callable[[Any, Any], Any]:
    """To the nearest, halves away from zero."""
    return _rounding(bound, ROUND_HALF_UP)


def half_even(bound: Any) -> Callable[[Any, Any], Any]:
    """To the nearest, halves to the even digit."""
    return _rounding(bound, ROUND_HALF_EVEN)


def upwards(bound: Any) -> Callable[[Any, Any], Any]:
    """To the next not below."""
    return _rounding(bound, ROUND_CEILING)


def downwards(bound: Any) -> Callable[[Any, Any], Any]:
    """To the next not above."""
    return _rounding(bound, ROUND_FLOOR)


def _rounding(bound: Any, mode: str) -> Callable[[Any, Any], Any]:
    """As Spark, doubles are rounded by their shortest decimal text, floats by that of the double they are."""
    kind = bound.result.simpleString()

    def rounded(number: Any, scale: int | None) -> Any:
        return None if number is None or scale is None else _of_kind(number, scale)

    def of_fraction(number: float, scale: int) -> float:
        if number != number or number in (float("inf"), float("-inf")):
            return number
        return float(to_digits(Decimal(repr(number)), scale, mode)) + 0.0

    def of_float(number: float, scale: int) -> float:
        found = of_fraction(number, scale)
        return float(struct.unpack("f", struct.pack("f", found))[0]) if found == found else found

    def of_integer(number: int, scale: int) -> int:
        found = int(to_digits(Decimal(number), scale, mode)) if scale < 0 else number
        return _in_range(found, _BITS[kind], bound.settings.ansi)

    def of_decimal(number: Decimal, scale: int) -> Decimal:
        return to_digits(number, min(scale, bound.result.scale) if scale > 0 else scale, mode).quantize(
            Decimal(1).scaleb(-bound.result.scale), context=_WIDE
        )

    _of_kind: Callable[[Any, int], Any] = (
        of_fraction
        if kind == "double"
        else of_float
        if kind == "float"
        else of_integer
        if kind in _BITS
        else of_decimal
    )
    return rounded


def to_digits(number: Decimal, scale: int, mode: str) -> Decimal:
    """The number with ``scale`` digits after its point."""
    return number.quantize(Decimal(1).scaleb(-scale), mode, _WIDE)


def _in_range(number: int, bits: int, ansi: bool) -> int:
    half = 1 << bits - 1
    if -half <= number < half:
        return number
    if ansi:
        raise ArithmeticException(
            f"{number} does not fit {bits} bits after rounding; cast to a larger type first",
            "ARITHMETIC_OVERFLOW",
            {"message": "Overflow", "alternative": "", "config": '"spark.sql.ansi.enabled"'},
        )
    return (number + half) % (half << 1) - half
