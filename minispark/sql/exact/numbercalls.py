"""``to_number`` and ``to_char`` of numbers and bytes, for rows."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from minispark.errors import IllegalArgumentException
from minispark.sql.exact.numberpatterns import number_format, read_number, write_number

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound


def to_number(bound: Bound) -> Callable[[str, str], Decimal]:
    """Text by a number format; an error for text that does not fit."""

    def row(text: str, pattern: str) -> Decimal:
        found = read_number(text, number_format(pattern))
        if found is None:
            raise IllegalArgumentException(
                f"The text {text!r} does not fit the number format {pattern!r}; use try_to_number for null instead.",
                "INVALID_FORMAT.MISMATCH_INPUT",
                {"inputType": '"STRING"', "input": text, "format": pattern},
            )
        return found

    return row


def try_to_number(bound: Bound) -> Callable[[str, str], Decimal | None]:
    """The same, null for text that does not fit."""
    return lambda text, pattern: read_number(text, number_format(pattern))


def to_char(number: Decimal, pattern: str) -> str:
    """A number by a number format."""
    return write_number(number, number_format(pattern))


def bytes_text(item: bytes, form: str) -> str:
    """Bytes as base64, hex or UTF-8.

    >>> bytes_text(b"abc", "hex")
    '616263'
    """
    name = form.lower()
    if name == "base64":
        return b64encode(item).decode("ascii")
    return item.hex().upper() if name == "hex" else item.decode("utf-8", "replace")
