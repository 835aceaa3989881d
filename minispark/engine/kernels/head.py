"""Where a segment of operators begins: the one place that knows how far it has read.

Records flow through C-level iterators with nothing of ours between them. The head hands over one batch iterator after
another; a list iterator knows how many items it has left, so the record that failed is found after the fact, at no cost
to the loop. The head also knows whether it was read to its end, which tells a StopIteration raised by a user's function
(silent truncation in plain Python iterators) from a finished segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

NOTHING = object()
"""No record is known."""


class Head:
    """The beginning of one segment in one attempt."""

    __slots__ = ("_batch", "_current", "exhausted")

    def __init__(self) -> None:
        self._batch: Any = None
        self._current: Any = None
        self.exhausted = False

    def records(self, batches: Iterable[Iterable[Any]]) -> Iterator[Any]:
        """All records of the batches, one after another."""
        return chain.from_iterable(self._feed(batches))

    def _feed(self, batches: Iterable[Iterable[Any]]) -> Iterator[Iterator[Any]]:
        for batch in batches:
            self._batch = batch
            self._current = iter(batch)
            yield self._current
        self.exhausted = True

    def last_record(self) -> Any:
        """The record read last, or NOTHING where the batch cannot tell."""
        if not isinstance(self._batch, (list, range)):
            return NOTHING
        position = len(self._batch) - self._current.__length_hint__() - 1
        return self._batch[position] if position >= 0 else NOTHING


def ended(head: Head) -> Iterator[Any]:
    """Chained after a segment: yields nothing, and raises if the segment ended before its head did."""
    if not head.exhausted:
        raise RuntimeError(
            "a user function raised StopIteration, which would have dropped the rest of the partition silently; "
            "return a value, or use flatMap to produce none"
        )
    return
    yield
