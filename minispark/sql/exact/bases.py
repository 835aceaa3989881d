"""Numbers in other bases: ``conv``, ``bin``, ``unhex``, for rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from minispark.errors import ArithmeticException

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORD = 1 << 64


def conv(bound: Bound) -> Callable[[str, int, int], str | None]:
    """``conv(number, from base, to base)``: unsigned numbers of 64 bits; a negative base shows a sign."""
    ansi = bound.settings.ansi

    def row(text: str, source: int, target: int) -> str | None:
        trimmed = text.strip(" ")
        if not trimmed or not 2 <= source <= 36 or not 2 <= abs(target) <= 36:
            return None
        negative = trimmed[0] == "-"
        number = _read(trimmed[negative:].upper(), source)
        if number >= _WORD:
            if ansi:
                raise ArithmeticException(
                    f"conv() of {text!r} from base {source}: the number has more than 64 bits.",
                    "ARITHMETIC_OVERFLOW",
                    {"message": "Overflow in function conv()", "alternative": "", "config": '"spark.sql.ansi.enabled"'},
                )
            number = _WORD - 1
        if negative and target > 0:
            number = _WORD - 1 if number >= _WORD // 2 else (-number) % _WORD
        if target < 0 and number >= _WORD // 2:
            number, negative = _WORD - number, True
        shown = in_base(number, abs(target))
        return "-" + shown if negative and target < 0 else shown

    return row


def _read(text: str, base: int) -> int:
    """The digits at the start, up to the first that is none in the base."""
    number = 0
    for char in text:
        digit = _DIGITS.find(char)
        if not 0 <= digit < base:
            break
        number = number * base + digit
    return number


def in_base(number: int, base: int) -> str:
    """A natural number's digits.

    >>> in_base(1295, 36), in_base(0, 2)
    ('ZZ', '0')
    """
    digits = ""
    while number:
        number, digit = divmod(number, base)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def unhex(text: str) -> bytes | None:
    """Bytes of hexadecimal digits, an odd one first alone; None for other characters.

    >>> unhex("abc"), unhex("zz")
    (b'\\n\\xbc', None)
    """
    try:
        return bytes.fromhex(text if len(text) % 2 == 0 else "0" + text) if text.isalnum() or not text else None
    except ValueError:
        return None
