"""``max_by`` and ``min_by``: the last of equal keys; of several values those that Spark's heap of ``count`` keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.exact.keys import order_key

Above = Callable[[Any, Any], bool]


def last_extreme(bound: Any) -> Callable[..., Any]:
    """The value of the largest key (the smallest with ``extra``), the last of several; of null keys never."""
    order, smallest = order_key(bound.types[1].elementType), bool(bound.extra)

    def called(items: list[Any] | None, keys: list[Any] | None) -> Any:
        best: Any = None
        found: Any = None
        for key, item in zip(keys or (), items or (), strict=True):
            if key is None:
                continue
            place = order(key)
            if best is None or (place <= best if smallest else place >= best):
                best, found = place, item
        return found

    return called


class _Heap:
    """A heap of at most ``count`` entries (key, value), the worst on top; entries stay where they were put."""

    def __init__(self, count: int, smallest: bool) -> None:
        self.entries: list[tuple[Any, Any]] = []
        self.heap: list[int] = []
        self._count, self._smallest = count, smallest

    def _above(self, one: int, other: int) -> bool:
        """Whether one place of the heap is worse than the other."""
        return self._worse(self.entries[self.heap[one]][0], self.entries[self.heap[other]][0])

    def _worse(self, one: Any, other: Any) -> bool:
        return bool(one > other if self._smallest else one < other)

    def take(self, entry: tuple[Any, Any]) -> None:
        """Keep an entry, if it is among the best; of equals those that came first."""
        if len(self.entries) < self._count:
            self.entries.append(entry)
            self.heap.append(len(self.heap))
            self._up(len(self.heap) - 1)
        elif self._worse(self.entries[self.heap[0]][0], entry[0]):
            self.entries[self.heap[0]] = entry
            self._down()

    def _up(self, place: int) -> None:
        while place > 0 and self._above(place, (place - 1) // 2):
            self._swap(place, (place - 1) // 2)
            place = (place - 1) // 2

    def _down(self) -> None:
        place = 0
        while 2 * place + 1 < len(self.heap):
            child = 2 * place + 1
            if child + 1 < len(self.heap) and self._above(child + 1, child):
                child += 1
            if not self._above(child, place):
                return
            self._swap(place, child)
            place = child

    def _swap(self, one: int, other: int) -> None:
        self.heap[one], self.heap[other] = self.heap[other], self.heap[one]


def extremes_of_frame(bound: Any) -> Callable[..., list[Any] | None]:
    """The same over a window, where there is one aggregation; null where there is no key."""
    order, smallest = order_key(bound.types[1].elementType), bool(bound.extra)

    def called(items: list[Any] | None, keys: list[Any] | None, count: int) -> list[Any] | None:
        heap = _Heap(count, smallest)
        for key, item in zip(keys or (), items or (), strict=True):
            if key is not None:
                heap.take((order(key), item))
        found = sorted(heap.entries, key=lambda entry: entry[0], reverse=not smallest)
        return [item for _, item in found] or None

    return called


def extremes(bound: Any) -> Callable[..., list[Any]]:
    """The values of the ``count`` largest (smallest with ``extra``) keys, in that order; those of null keys never.

    Among equals the order is that of Spark's heap, which its second aggregation walks once more.
    """
    order, smallest = order_key(bound.types[1].elementType), bool(bound.extra)

    def called(items: list[Any] | None, keys: list[Any] | None, count: int) -> list[Any]:
        first, merged = _Heap(count, smallest), _Heap(count, smallest)
        for key, item in zip(keys or (), items or (), strict=True):
            if key is not None:
                first.take((order(key), item))
        for place in first.heap:
            merged.take(first.entries[place])
        return [item for _, item in sorted(merged.entries, key=lambda entry: entry[0], reverse=not smallest)]

    return called
