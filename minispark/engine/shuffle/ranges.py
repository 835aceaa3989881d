"""A reducer's share of the sorted runs: which chunks can hold it, and which of their records do."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any


class Range:
    """The sort keys of one partition: above bound ``number - 1``, up to and including bound ``number``.

    Runs are sorted upwards or downwards; chunks are told apart by their first keys.
    """

    __slots__ = ("_ascending", "_bounds", "_lower", "_number", "_upper")

    def __init__(self, bounds: list[Any], number: int, ascending: bool) -> None:
        self._bounds = bounds
        self._number = number
        self._ascending = ascending
        self._lower = bounds[number - 1 : number] if number > 0 else []
        self._upper = bounds[number : number + 1]

    @property
    def empty(self) -> bool:
        return self._number > len(self._bounds)

    def chunks(self, firsts: list[Any]) -> range:
        """The chunks that can hold keys of this range."""
        count = len(firsts)
        start, end = self._above(firsts), self._upto(firsts)
        if self._ascending:  # a chunk ends where the next begins, and may begin within the one before
            return range(max(start - 1, 0), end)
        return range(max(count - end - 1, 0), count - start)

    def covers(self, firsts: list[Any], chunk: int) -> bool:
        """Whether all keys of a chunk are in the range."""
        ends = firsts[chunk : chunk + 2]
        return len(ends) == 2 and self.holds(ends[0]) and self.holds(ends[1])

    def holds(self, key: Any) -> bool:
        return bisect_left(self._bounds, key) == self._number

    def cut(self, keys: list[Any]) -> slice:
        """Where in a sorted chunk the range's keys are."""
        start, end = self._above(keys), self._upto(keys)
        return slice(start, end) if self._ascending else slice(len(keys) - end, len(keys) - start)

    def _above(self, keys: list[Any]) -> int:
        """How many keys are not above the lower bound."""
        keys = keys if self._ascending else keys[::-1]
        return bisect_right(keys, self._lower[0]) if self._lower else 0

    def _upto(self, keys: list[Any]) -> int:
        """How many keys are not above the upper bound."""
        keys = keys if self._ascending else keys[::-1]
        return bisect_right(keys, self._upper[0]) if self._upper else len(keys)
