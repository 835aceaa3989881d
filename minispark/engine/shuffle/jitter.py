"""Which records of a batch are looked at: one of each so many, at a place among them that chance decides.

Looking at every n-th would mislead where data repeat after n records, and looking at neighbours where equal keys stand
together. The chance is seeded, so that a task computed again looks at the same records.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import add
from random import Random

RARE_STRIDE = 256


class Jitter:
    """Places in batches.

    >>> Jitter(seed=7).places(count=10, stride=3)
    [2, 5, 6]
    """

    __slots__ = ("_generator", "_seed")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._generator: Random | None = None

    def places(self, count: int, stride: int) -> Sequence[int]:
        """One place in each ``stride`` of ``count``, but for an incomplete last; all places where the stride is 1."""
        if stride == 1:
            return range(count)
        starts = range(0, count - stride + 1, stride)
        if stride > RARE_STRIDE:
            draw = self._random().random
            return [start + int(draw() * stride) for start in starts]
        return list(map(add, starts, self._random().randbytes(len(starts)).translate(_remainders(stride))))

    def _random(self) -> Random:
        """Made when it is needed: small tasks look at everything."""
        if self._generator is None:
            self._generator = Random(self._seed)
        return self._generator


@lru_cache(maxsize=RARE_STRIDE)
def _remainders(stride: int) -> bytes:
    """For each byte a number below ``stride``, all about as often."""
    return bytes(byte * stride >> 8 for byte in range(256))
