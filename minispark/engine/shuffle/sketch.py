"""The heaviest keys of a stream in bounded memory, fed with counts of batches (Misra and Gries, 1982)."""

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

    __slots__ = ("_capacity", "_credit", "_taken", "counts", "total")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._credit: dict[Any, int] = {}
        self._taken = 0
        self.counts: dict[Any, int] = {}
        self.total = 0

    def add(self, counts: Mapping[Any, int], scale: int, total: int) -> int:
        """A batch of weight ``total`` in which keys occur so often, each time for ``scale`` occurrences. Returns the
        largest of the counts."""
        self.total += total
        held = self.counts
        for key in held:
            if key in counts:
                held[key] += counts[key] * scale
        most = max(counts.values(), default=0)
        least = total // (self._capacity * scale)
        if most > least:
            for key, count in counts.items():
                if count > least and key not in held and deep_size(key) <= KEY_BYTES_MAX:
                    held[key] = count * scale
                    self._credit[key] = self._taken
            if len(held) > 2 * self._capacity:
                self._shrink()
        return most

    def heaviest(self, share_min: float, most: int) -> list[tuple[Any, int]]:
        """At most so many keys that have this share of everything, the heaviest first."""
        least = self.total * share_min
        found = [(key, count) for key, count in self.counts.items() if count >= least]
        return nlargest(most, found, key=lambda item: item[1])

    def _shrink(self) -> None:
        """Take from every key what the heaviest one has that is to go, and let go of those that have no more.

        What was taken is kept apart from the counts: of a key that stays, all occurrences since it came are counted.
        """
        credit, counts = self._credit, self.counts
        worth = {key: count + credit[key] for key, count in counts.items()}
        self._taken = max(self._taken, nlargest(self._capacity + 1, worth.values())[-1])
        self.counts = {key: count for key, count in counts.items() if worth[key] > self._taken}
        self._credit = {key: credit[key] for key in self.counts}
