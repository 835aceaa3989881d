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
    batch = max(1, min(len(records) // count, BATCH_MAX))
    batches = -(-len(records) // batch)
    borders = [i * batches // count * batch for i in range(count + 1)]
    return [records[borders[i] : borders[i + 1]] for i in range(count)]
