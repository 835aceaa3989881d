"""How ``parallelize`` divides data, slice for slice as PySpark does."""

from __future__ import annotations

from typing import TypeVar

from minispark.engine.plan.nodes import RangeSlices

T = TypeVar("T")
BATCH_MAX = 1024
"""PySpark sends records to the JVM in batches of at most this many; slices hold whole batches."""


def range_slices(numbers: range, count: int) -> RangeSlices:
    """``count`` parts of a range.

    >>> range_slices(range(0, 6, 2), 2).slices
    (range(0, 2, 2), range(2, 6, 2))
    """
    size, step = len(numbers), numbers.step
    starts = [numbers.start + int(i * size / count) * step for i in range(count + 1)] if count else []
    return RangeSlices(tuple(range(starts[i], starts[i + 1], step) for i in range(count)))


def slice_like_pyspark(records: list[T], count: int) -> list[list[T]]:
    """``count`` parts of a list, divided at the borders of PySpark's batches.

    >>> slice_like_pyspark(list(range(10)), 4)
    [[0, 1], [2, 3], [4, 5], [6, 7, 8, 9]]
    """
    borders = slice_borders(len(records), count)
    return [records[borders[i] : borders[i + 1]] for i in range(count)]


def slice_borders(records: int, count: int) -> list[int]:
    """Where each of ``count`` parts of so many records begins, and the last ends.

    >>> slice_borders(10, 4)
    [0, 2, 4, 6, 10]
    """
    batch = max(1, min(records // count, BATCH_MAX))
    batches = -(-records // batch)
    return [min(i * batches // count * batch, records) for i in range(count + 1)]
