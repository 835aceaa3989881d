"""Spark's XORShiftRandom, a number at a time."""

from __future__ import annotations

import math
import struct

_M32 = 0xFFFFFFFF
_M64 = 0xFFFFFFFFFFFFFFFF
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class XorShift:
    """Marsaglia's generator with Spark's hashed seed; a partition's seed is the query's plus its number.

    >>> XorShift(42).double(), XorShift(42).gaussian()
    (0.619189370225301, 2.384479054241165)
    """

    def __init__(self, seed: int) -> None:
        text = struct.pack(">q", _signed(seed, 64))
        low = _murmur(text, 0x3C074A61)
        self.state = _murmur(text, low) << 32 | low
        self._spare: float | None = None

    def bits(self, count: int) -> int:
        """The next number's lowest bits, unsigned."""
        state = self.state
        state ^= state << 21 & _M64
        state ^= state >> 35
        state ^= state << 4 & _M64
        self.state = state
        return state & (1 << count) - 1

    def double(self) -> float:
        """Uniform over [0, 1)."""
        high = self.bits(26)
        return ((high << 27) + self.bits(27)) * 2.0**-53

    def gaussian(self) -> float:
        """Of the standard normal distribution, by Marsaglia's polar method: two at a time."""
        if self._spare is not None:
            spare, self._spare = self._spare, None
            return spare
        size = 0.0
        while not 0 < size < 1:
            left, right = 2 * self.double() - 1, 2 * self.double() - 1
            size = left * left + right * right
        factor = math.sqrt(-2 * math.log(size) / size)
        self._spare = right * factor
        return left * factor

    def letters(self, length: int) -> str:
        """That many digits and letters, as ``randstr`` picks them."""
        return "".join([_LETTERS[abs(_signed(self.bits(32), 32)) % 62] for _ in range(length)])


def _signed(number: int, bits: int) -> int:
    half = 1 << bits - 1
    return (number + half & (half << 1) - 1) - half


def _murmur(text: bytes, seed: int) -> int:
    """Murmur3_32 of whole words."""
    state = seed
    for (word,) in struct.iter_unpack("<I", text):
        word = word * 0xCC9E2D51 & _M32
        state ^= (word << 15 | word >> 17) * 0x1B873593 & _M32
        state = (state << 13 | state >> 19) * 5 + 0xE6546B64 & _M32
    state ^= len(text)
    state = (state ^ state >> 16) * 0x85EBCA6B & _M32
    state = (state ^ state >> 13) * 0xC2B2AE35 & _M32
    return state ^ state >> 16
