"""Spark's random numbers: the same sequence for the same seed and partition."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.generator import XorShift

_M32 = 0xFFFFFFFF
_M64 = 0xFFFFFFFFFFFFFFFF


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
