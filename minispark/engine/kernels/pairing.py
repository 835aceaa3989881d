"""Two inputs side by side: every pair of their records, or the first with the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from minispark.engine.shuffle.kept import KeptRecords
from minispark.engine.shuffle.workspace import Workspace

Batches = Iterable[Iterable[Any]]


def cartesian(left: Batches, open_right: Callable[[], Batches], workspace: Workspace) -> Iterator[Iterator[Any]]:
    """Each left record with all right ones, in order of both. The right side is computed once, if there is a left
    record at all, and kept within the task's memory, else on disk; the left side is never kept."""
    right: KeptRecords | None = None
    for record in chain.from_iterable(left):
        if right is None:
            right = KeptRecords(chain.from_iterable(open_right()), workspace)
        for block in right.blocks():
            yield zip(repeat(record), block)


def zipped(left: Batches, right: Batches, partition: int) -> Iterator[Any]:
    """The records of both side by side. Raises ValueError if one has more than the other."""
    try:
        yield from zip(chain.from_iterable(left), chain.from_iterable(right), strict=True)
    except ValueError as error:
        traceback = error.__traceback__
        if traceback is None or traceback.tb_next is not None:  # raised further up, in a user's function
            raise
        shorter = "second" if "shorter" in str(error) else "first"
        raise ValueError(
            "Can only zip RDDs with same number of elements in each partition: "
            f"in partition {partition} the {shorter} RDD has fewer"
        ) from None
