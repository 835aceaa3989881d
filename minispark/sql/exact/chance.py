"""Spark's random numbers: the same sequence for the same seed and partition."""

from __future__ import annotations

import math
import random
import struct
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from minispark.errors import SparkRuntimeException

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


class Uuids:
    """Version 4 UUIDs from the Mersenne twister, as ``uuid(seed)`` makes them.

    >>> Uuids(0).next()
    '269567e9-5d09-4af5-b20f-16851fc4a81a'
    """

    def __init__(self, seed: int) -> None:
        seed &= _M64
        self._random = random.Random()
        self._random.setstate((3, (*_twister((seed >> 32, seed & _M32)), 624), None))

    def next(self) -> str:
        """One more, as text."""
        bits = self._random.getrandbits
        high, low = bits(32) << 32 | bits(32), bits(32) << 32 | bits(32)
        high = high & 0xFFFFFFFFFFFF0FFF | 0x4000
        low = low & 0x3FFFFFFFFFFFFFFF | 0x8000000000000000
        text = f"{high << 64 | low:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


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


def _twister(key: tuple[int, ...]) -> list[int]:
    """MT19937's state of a key of several words (``random.seed`` drops leading zeros of its key)."""
    mt = [19650218]
    for at in range(1, 624):
        mt.append((1812433253 * (mt[-1] ^ mt[-1] >> 30) + at) & _M32)
    at, place = 1, 0
    for _ in range(624):
        mt[at] = (mt[at] ^ (mt[at - 1] ^ mt[at - 1] >> 30) * 1664525) + key[place] + place & _M32
        at, place = at + 1, (place + 1) % len(key)
        if at == 624:
            mt[0], at = mt[623], 1
    for _ in range(623):
        mt[at] = (mt[at] ^ (mt[at - 1] ^ mt[at - 1] >> 30) * 1566083941) - at & _M32
        at += 1
        if at == 624:
            mt[0], at = mt[623], 1
    mt[0] = 1 << 31
    return mt


Made = TypeVar("Made")


def _source(bound: Any, make: Callable[[int], Made]) -> Callable[[Any], Made]:
    """The generator, made when its seed is known: at once, or from the first row's where it is to be computed."""
    made: list[Made] = [make(bound.literals[-1])] if bound.constant[-1] else []

    def source(seed: Any) -> Made:
        if not made:
            made.append(make(int(seed or 0)))
        return made[0]

    return source


def uniform_bound(bound: Any) -> Callable[..., Any]:
    """``rand``'s next numbers, one for each of a column's rows; the second column is the seed."""
    from minispark.sql.exact.vectors import Vector, columnwise
    from minispark.sql.exact.xorshift import Doubles

    source, given, lock = _source(bound, Doubles), [0], threading.Lock()

    @columnwise
    def called(column: Vector, seeds: Vector) -> Vector:
        known = len(seeds.values) and (seeds.valid is None or seeds.valid[0])
        with lock:
            numbers = source(seeds.values[0] if known else 0)
            first, given[0] = given[0], given[0] + len(column.values)
            return Vector(numbers.between(first, given[0]))

    return called


def gaussian_bound(bound: Any) -> Callable[..., float]:
    """``randn``'s next number for each call."""
    source = _source(bound, XorShift)
    return lambda _, seed: source(seed).gaussian()


def uuid_bound(bound: Any) -> Callable[..., str]:
    """``uuid``'s next text for each call."""
    source = _source(bound, Uuids)
    return lambda _, seed: source(seed).next()


def letters_bound(bound: Any) -> Callable[..., str]:
    """``randstr``'s next text for each call."""
    source = _source(bound, XorShift)

    def called(_: Any, length: int | None, seed: int | None) -> str:
        if length is not None and length < 0:
            raise SparkRuntimeException(
                f"randstr: the length must not be negative, as {length} is",
                "INVALID_PARAMETER_VALUE.LENGTH",
                {"parameter": "`length`", "functionName": "`randstr`", "length": str(length)},
            )
        return source(seed).letters(length or 0)

    return called
