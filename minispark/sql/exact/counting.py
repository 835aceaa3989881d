"""Count-min sketches and bitmaps."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from minispark.errors import ArrayIndexOutOfBoundsException
from minispark.sql.exact.mixing import murmur3

_BITMAP = 4096


class JavaRandom:
    """``java.util.Random``: a linear congruence of 48 bits.

    >>> JavaRandom(1).below_largest()
    1569548985
    """

    def __init__(self, seed: int) -> None:
        self._state = (seed ^ 0x5DEECE66D) & (1 << 48) - 1

    def bits(self, count: int) -> int:
        """The next number's highest bits, unsigned."""
        self._state = self._state * 0x5DEECE66D + 0xB & (1 << 48) - 1
        return self._state >> 48 - count

    def below_largest(self) -> int:
        """``nextInt(Integer.MAX_VALUE)``."""
        while True:
            found = self.bits(31)
            if found < 0x7FFFFFFF:
                return found

    def double(self) -> float:
        """Uniform over [0, 1)."""
        return ((self.bits(26) << 27) + self.bits(27)) * 2.0**-53


def count_min_sketch(items: list[Any] | None, error: float, confidence: float, seed: int) -> bytes:
    """Spark's CountMinSketch of a group's values, as ``writeTo`` writes it."""
    width = math.ceil(2 / error)
    depth = math.ceil(-math.log(1 - confidence) / math.log(2))
    chance = JavaRandom(_signed(seed))  # Spark makes an int of it
    factors = [chance.below_largest() for _ in range(depth)]
    table = [[0] * width for _ in range(depth)]
    total = 0
    for item in items or ():
        if item is None:
            continue
        total += 1
        for row, place in enumerate(_places(item, factors, width)):
            table[row][place] += 1
    numbers = [cell for row in table for cell in row]
    return struct.pack(f">iqii{depth}q{len(numbers)}q", 1, total, depth, width, *factors, *numbers)


def _places(item: Any, factors: list[int], width: int) -> list[int]:
    if isinstance(item, int):
        return [_of_long(item, factor, width) for factor in factors]
    text = item.encode() if isinstance(item, str) else bytes(item)
    first = _signed(murmur3.raw(text, 0))
    second = _signed(murmur3.raw(text, first & 0xFFFFFFFF))
    return [int(abs(math.fmod(_signed(first + row * second), width))) for row in range(len(factors))]


def _of_long(item: int, factor: int, width: int) -> int:
    product = (factor * item + (1 << 63)) % (1 << 64) - (1 << 63)
    product = (product + (product >> 32) + (1 << 63)) % (1 << 64) - (1 << 63)
    return (product & 0x7FFFFFFF) % width


def _signed(number: int) -> int:
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


# --- bitmaps ---------------------------------------------------------------------------------------------------------


def bitmap_construct_agg(positions: list[int | None] | None) -> bytes:
    """A bitmap of 32768 bits with those at these positions set."""
    bits = bytearray(_BITMAP)
    for place in positions or ():
        if place is None:
            continue
        if not 0 <= place < 8 * _BITMAP:
            raise ArrayIndexOutOfBoundsException(
                f"bitmap_construct_agg: a bitmap has the positions 0 to {8 * _BITMAP - 1}, not {place}",
                "INVALID_BITMAP_POSITION",
                {"bitPosition": str(place), "bitmapNumBytes": str(_BITMAP), "bitmapNumBits": str(8 * _BITMAP)},
            )
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def _combined(bitmaps: list[bytes | None] | None, start: int, combine: Callable[[int, int], int]) -> bytes:
    found = start
    for bitmap in bitmaps or ():
        if bitmap is not None:
            found = combine(found, int.from_bytes(bytes(bitmap)[:_BITMAP].ljust(_BITMAP, b"\0"), "big"))
    return found.to_bytes(_BITMAP, "big")


def bitmap_or_agg(bitmaps: list[bytes | None] | None) -> bytes:
    """The bits that any bitmap has."""
    return _combined(bitmaps, 0, int.__or__)


def bitmap_and_agg(bitmaps: list[bytes | None] | None) -> bytes:
    """The bits that all bitmaps have."""
    return _combined(bitmaps, (1 << 8 * _BITMAP) - 1, int.__and__)
