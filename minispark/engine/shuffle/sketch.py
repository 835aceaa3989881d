"""The heaviest keys of a stream, in bounded memory: the sketch of Misra and Gries (1982), fed with counts of batches."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest
from typing import Any

from minispark.engine.storage.sizes import deep_size

KEY_BYTES_MAX = 1024
"""Larger keys are not counted: holding some hundred of them would take more memory than a task may have."""

CAPACITY = 256
"""A key's count is too low by at most twice the ``CAPACITY``-th part of everything, and never too high."""


class HeavyKeys:
    """Counts of the keys that may be heavy. ``total`` is the weight of everything that was added.

    Of a batch only keys above its ``CAPACITY``-th part are looked at, or those known already: of a batch of uniform
    keys none, which costs one pass in C.

    >>> heavy = HeavyKeys(capacity=4)
    >>> for start in range(0, 1000, 100):
    ...     _ = heavy.add({"os": 30} | {n: 1 for n in range(start, start + 70)}, 1, 100)
    >>> heavy.counts, heavy.total
    ({'os': 300}, 1000)
    """

    __slots__ = ("_capacity", "counts", "total")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self.counts: dict[Any, int] = {}
        self.total = 0

    def add(self, counts: Mapping[Any, int], scale: int, total: int) -> int:
        """A batch of weight ``total`` in which keys occur so often, each time for ``scale`` occurrences. Returns the
        largest of the counts."""
        self.total += total
        most = max(counts.values(), default=0)
        held = self.counts
        for key in held:
            if key in counts:
                held[key] += counts[key] * scale
        least = total // (self._capacity * scale)
        if most > least:
            for key, count in counts.items():
                if count > least and key not in held and deep_size(key) <= KEY_BYTES_MAX:
                    held[key] = count * scale
            if len(held) > 2 * self._capacity:
                self._shrink()
        return most

    def heaviest(self, share_min: float, most: int) -> list[tuple[Any, int]]:
        """At most so many keys that have this share of everything, the heaviest first."""
        least = self.total * share_min
        found = [(key, count) for key, count in self.counts.items() if count >= least]
        return nlargest(most, found, key=lambda item: item[1])

    def _shrink(self) -> None:
        """Take from every count that of the heaviest key which is to go."""
        less = nlargest(self._capacity + 1, self.counts.values())[-1]
        self.counts = {key: count - less for key, count in self.counts.items() if count > less}
