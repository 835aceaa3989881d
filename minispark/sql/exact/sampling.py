"""Which rows a sample takes, as Spark decides it over one partition: by a row's place, whoever asks in what order."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minispark.sql.exact.counting import JavaRandom
from minispark.sql.exact.vectors import Vector, columnwise
from minispark.sql.exact.xorshift import Doubles

_WORDS, _M1, _M2, _M3 = 624, 70, 179, 449
_M32 = 0xFFFFFFFF


def chances(bound: Any) -> Callable[[Vector], Vector]:
    """For rows' numbers from 1 on: XORShift's numbers from a seed (``extra``)."""
    numbers = Doubles(bound.extra)

    @columnwise
    def called(places: Vector) -> Vector:
        import numpy as np

        wanted = places.values.astype(np.int64) - 1
        start = int(wanted.min()) if len(wanted) else 0
        drawn = numbers.between(start, int(wanted.max(initial=-1)) + 1)
        return Vector(drawn[wanted - start])

    return called


def copies(bound: Any) -> Callable[[Any], int]:
    """For each row in order: how often a sample with replacement has it; ``extra`` is the average and the seed.

    Poisson's distribution by multiplying uniform numbers (Knuth), as Apache Commons Math draws it.
    """
    mean, seed = bound.extra
    first = JavaRandom(seed)
    source, least = Well19937c((_signed(first.bits(32)) << 32) + _signed(first.bits(32))), math.exp(-mean)

    def called(_: Any) -> int:
        if mean <= 0:
            return 0
        count, product = 0, 1.0
        while count < 1000 * mean:
            product *= source.double()
            if product < least:
                break
            count += 1
        return count

    return called


def _signed(number: int) -> int:
    return number - (1 << 32) if number >> 31 else number


class Well19937c:
    """Panneton, L'Ecuyer and Matsumoto's generator of long period (2006), seeded as Commons Math seeds it."""

    def __init__(self, seed: int) -> None:
        words = [seed >> 32 & _M32, seed & _M32]
        for place in range(2, _WORDS):
            last = _signed(words[place - 2])
            words.append((1812433253 * (last ^ last >> 30) + place) & _M32)
        self._words, self._at = words, 0

    def bits(self, count: int) -> int:
        """The next number's highest bits."""
        words, at = self._words, self._at
        before, before2 = (at + _WORDS - 1) % _WORDS, (at + _WORDS - 2) % _WORDS
        v0, v1 = words[at], words[(at + _M1) % _WORDS]
        v2, v3 = words[(at + _M2) % _WORDS], words[(at + _M3) % _WORDS]
        z0 = words[before] & 0x80000000 ^ words[before2] & 0x7FFFFFFF
        z1 = (v0 ^ v0 << 25 & _M32) ^ (v1 ^ v1 >> 27)
        z2 = v2 >> 9 ^ (v3 ^ v3 >> 1)
        z3 = z1 ^ z2
        z4 = z0 ^ (z1 ^ z1 << 9 & _M32) ^ (z2 ^ z2 << 21 & _M32) ^ (z3 ^ z3 >> 21)
        words[at], words[before] = z3, z4
        words[before2] &= 0x80000000
        self._at = before
        z4 ^= z4 << 7 & 0xE46E1700
        z4 ^= z4 << 15 & 0x9B868000
        return z4 >> 32 - count

    def double(self) -> float:
        """Uniform over [0, 1), of 52 bits."""
        upper = self.bits(26) << 26
        return (upper | self.bits(26)) * 2.0**-52
