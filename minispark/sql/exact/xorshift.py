"""Spark's XORShiftRandom for many rows at once.

Each step of the generator is linear over the bits of its state, so that a jump of any length is a matrix: from n states
a jump by n gives n more. A matrix is kept as what each value of each of a state's bytes becomes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from minispark.sql.exact.generator import XorShift

Array = Any  # numpy's


def _stepped(states: Array) -> Array:
    import numpy as np

    states = states ^ states << np.uint64(21)
    states = states ^ states >> np.uint64(35)
    return states ^ states << np.uint64(4)


BLOCK_LEAST, BLOCK_MOST = 1 << 10, 1 << 15
"""How many numbers are made at once: few at first, more later on."""


@cache
def _jump(power: int) -> Array:
    """The table of a jump by ``2**power`` steps: row b, column v is what byte b of value v becomes."""
    import numpy as np

    bits = np.uint64(1) << np.arange(64, dtype=np.uint64)
    images = _stepped(bits) if power == 0 else _jumped(_jumped(bits, power - 1), power - 1)
    table = np.zeros((8, 256), np.uint64)
    for byte in range(8):
        for bit in range(8):
            table[byte, 1 << bit : 2 << bit] = table[byte, : 1 << bit] ^ images[8 * byte + bit]
    return table


def _jumped(states: Array, power: int) -> Array:
    import numpy as np

    table = _jump(power)
    found = table[0][states & np.uint64(255)]
    for byte in range(1, 8):
        found = found ^ table[byte][states >> np.uint64(8 * byte) & np.uint64(255)]
    return found


class Doubles:
    """The numbers of ``XorShift(seed).double()`` by their place from 0 on.

    >>> Doubles(42).between(0, 1).tolist(), XorShift(42).double()
    ([0.619189370225301], 0.619189370225301)
    """

    def __init__(self, seed: int) -> None:
        self._first = XorShift(seed).state
        self._place, self._state = 0, self._first
        self._start = 0
        self._block: Array = None

    def between(self, start: int, end: int) -> Array:
        """Those from one place to before another."""
        import numpy as np

        parts = []
        while start < end:
            size = max(BLOCK_LEAST, min(BLOCK_MOST, 1 << max(start.bit_length() - 1, 0)))
            first = start // size * size
            if self._block is None or first != self._start:
                self._start, self._block = first, self._made(first, size)
            stop = min(end, first + size)
            parts.append(self._block[start - first : stop - first])
            start = stop
        return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0), *parts])

    def _made(self, start: int, count: int) -> Array:
        import numpy as np

        if start < self._place:
            self._place, self._state = 0, self._first
        state = np.array([self._state], np.uint64)
        for power in range((start - self._place).bit_length()):
            if start - self._place >> power & 1:
                state = _jumped(state, power + 1)
        states, power = state, 1
        while len(states) < count:
            states = np.concatenate((states, _jumped(states, power)))
            power += 1
        first = _stepped(states)
        second = _stepped(first)
        self._place, self._state = start + count, int(second[-1])
        high, low = first & np.uint64((1 << 26) - 1), second & np.uint64((1 << 27) - 1)
        return ((high << np.uint64(27)) + low).astype(np.float64) * 2.0**-53
