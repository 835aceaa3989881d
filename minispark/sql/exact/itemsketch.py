"""Sketches of frequent items (Apache DataSketches' ItemsSketch): Misra and Gries' counters that are purged in bulk.

Items live in a table with open addresses; one that is full grows up to ``1 << lg_max`` places, then the median of its
counters is taken from all, and those that are spent are dropped. What was taken is the ``offset``: the largest error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from minispark.engine.core.values import value

_LOAD, _SAMPLE_MOST, _LG_LEAST = 0.75, 1024, 3
Hashed = Callable[[Any], Any]


@value
class Row:
    """A frequent item: its estimated count, and the least that it is."""

    item: Any
    estimate: int
    least: int


def lg_of(tracked: int) -> int:
    """The size of the table that holds so many items."""
    return max(_LG_LEAST, math.ceil(math.log2(math.ceil(tracked / _LOAD))))


class Items:
    """A sketch of items, which ``hashed`` gives Java's hash codes of."""

    def __init__(self, lg_max: int, hashed: Hashed, lg: int = _LG_LEAST, *, same: Hashed = lambda item: item) -> None:
        self.lg_max, self._hashed, self._same = lg_max, hashed, same
        self.weight = self.offset = self.active = 0
        self._clear(lg)

    def _clear(self, lg: int) -> None:
        self.lg = lg
        self._items: list[Any] = [None] * (1 << lg)
        self._counts = [0] * (1 << lg)
        self._drifts = [0] * (1 << lg)  # 0 where free, else 1 and how far from its place

    def update(self, item: Any, count: int = 1) -> None:
        """Take an item in, so many times."""
        self.weight += count
        self._put(item, count)
        if self.active <= int(_LOAD * (1 << self.lg)):
            return
        if self.lg < self.lg_max:
            old = list(zip(self._items, self._counts, self._drifts, strict=True))
            self._clear(self.lg + 1)
            self.active = 0
            for kept, number, drift in old:
                if drift:
                    self._put(kept, number)
        else:
            self.offset += self._purge()

    def _put(self, item: Any, count: int) -> None:
        mask = (1 << self.lg) - 1
        place, drift, key = spread(self._hashed(item)) & mask, 1, self._same(item)
        while self._drifts[place] and self._same(self._items[place]) != key:
            place, drift = place + 1 & mask, drift + 1
        if not self._drifts[place]:
            self._items[place], self._drifts[place] = item, drift
            self.active += 1
        self._counts[place] += count

    def _purge(self) -> int:
        most = min(_SAMPLE_MOST, int(_LOAD * (1 << self.lg_max)), self.active)
        sample = [count for count, drift in zip(self._counts, self._drifts, strict=True) if drift][:most]
        median = sorted(sample)[most // 2]
        self._counts = [count - median if drift else 0 for count, drift in zip(self._counts, self._drifts, strict=True)]
        last = len(self._items) - 1
        while self._drifts[last]:
            last -= 1
        for place in (*range(last - 1, -1, -1), *range(len(self._items) - 1, last - 1, -1)):
            if self._drifts[place] and self._counts[place] <= 0:
                self._delete(place)
                self.active -= 1
        return median

    def _delete(self, gap: int) -> None:
        """Free a place, and close the gap in the run of those behind it."""
        mask = (1 << self.lg) - 1
        self._drifts[gap], self._counts[gap] = 0, 0
        drift, place = 1, gap + 1 & mask
        while self._drifts[place]:
            if self._drifts[place] > drift:
                self._items[gap], self._counts[gap] = self._items[place], self._counts[place]
                self._drifts[gap] = self._drifts[place] - drift
                self._drifts[place], self._counts[place] = 0, 0
                drift, gap = 0, place
            place, drift = place + 1 & mask, drift + 1

    def stored(self) -> list[tuple[Any, int]]:
        """Items and counts as they are written: place by place."""
        rows = zip(self._items, self._counts, self._drifts, strict=True)
        return [(item, count) for item, count, drift in rows if drift]

    def walked(self) -> Iterator[tuple[Any, int]]:
        """The same as they are iterated: by strides of the golden section."""
        size = len(self._items)
        stride = int(size * 0.6180339887498949) | 1
        for step in range(size):
            place = step * stride & size - 1
            if self._drifts[place]:
                yield self._items[place], self._counts[place]

    def merge(self, other: Items) -> None:
        """Take all of another sketch in."""
        weight = self.weight + other.weight
        for item, count in other.walked():
            self.update(item, count)
        self.offset += other.offset
        self.weight = weight

    def frequent(self) -> list[Row]:
        """The items that surely occur more often than the error is, the most frequent first."""
        rows = [Row(item, count + self.offset, count) for item, count in self.walked() if count > self.offset]
        return sorted(rows, key=lambda row: -row.estimate)


def spread(number: int) -> int:
    """Murmur3's last step over 64 bits."""
    number = (number - (1 << 32) if number >> 31 else number) & 0xFFFFFFFFFFFFFFFF
    number = (number ^ number >> 33) * 0xFF51AFD7ED558CCD & 0xFFFFFFFFFFFFFFFF
    number = (number ^ number >> 33) * 0xC4CEB9FE1A85EC53 & 0xFFFFFFFFFFFFFFFF
    return number ^ number >> 33
