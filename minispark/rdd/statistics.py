"""Statistics of RDDs of numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import reduce as fold_left
from itertools import pairwise
from math import isinf
from typing import Any

from minispark.engine.plan.program import ActionSink
from minispark.rdd.core import RDDBase, T_co
from minispark.rdd.statcounter import StatCounter


class Statistics(RDDBase[T_co]):
    """``stats`` and its kind."""

    def stats(self) -> StatCounter:
        """Count, mean, variance, maximum and minimum in one pass.

        >>> sc.parallelize([1, 2, 3], 2).stats()
        (count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)
        """
        parts = self._self()._run(ActionSink(_count))
        return fold_left(StatCounter.mergeStats, parts, StatCounter())

    def mean(self) -> Any:
        """The mean of the records; 0.0 if there are none.

        >>> sc.parallelize([1, 2, 3]).mean()
        2.0
        """
        return self.stats().mean()

    def variance(self) -> Any:
        """The variance of the records as a whole population; NaN if there are none.

        >>> round(sc.parallelize([1, 2, 3]).variance(), 3)
        0.667
        """
        return self.stats().variance()

    def stdev(self) -> Any:
        """The square root of ``variance``.

        >>> round(sc.parallelize([1, 2, 3]).stdev(), 3)
        0.816
        """
        return self.stats().stdev()

    def sampleVariance(self) -> Any:
        """The variance estimated from the records as a sample; NaN for fewer than two.

        >>> sc.parallelize([1, 2, 3]).sampleVariance()
        1.0
        """
        return self.stats().sampleVariance()

    def sampleStdev(self) -> Any:
        """The square root of ``sampleVariance``.

        >>> sc.parallelize([1, 2, 3]).sampleStdev()
        1.0
        """
        return self.stats().sampleStdev()

    def histogram(self, buckets: int | list[Any] | tuple[Any, ...]) -> tuple[Sequence[Any], list[int]]:
        """The bounds of buckets, and how many records fall into each. Bounds are closed below, open above, the last
        closed on both sides; None, NaN and what lies outside is not counted.

        A number of buckets spaces them evenly from the smallest to the largest record. Given bounds may be of any
        ordered type; evenly spaced numbers are found by division instead of search.

        Raises ValueError for fewer than one bucket, for bounds that are fewer than two, unsorted, repeated, None or
        NaN, and for evenly spaced buckets of no records or of infinite ones; TypeError for anything else as buckets, or
        if evenly spaced buckets are asked for of what is no number.

        >>> rdd = sc.parallelize(range(51))
        >>> rdd.histogram(2)
        ([0, 25, 50], [25, 26])
        >>> rdd.histogram([0, 5, 25, 50])
        ([0, 5, 25, 50], [5, 20, 26])
        >>> sc.parallelize(["ab", "ac", "b", "bd", "ef"]).histogram(("a", "b", "c"))
        (('a', 'b', 'c'), [2, 2])
        """
        if isinstance(buckets, int):
            if buckets < 1:
                raise ValueError(f"number of buckets must be >= 1, not {buckets}")
            low, high, count = self._extent()
            if low == high or buckets == 1:
                return [low, high], [count]
            step = _step(low, high, buckets)
            bounds: Sequence[Any] = [*(i * step + low for i in range(buckets)), high]
        elif isinstance(buckets, (list, tuple)):
            bounds = buckets
            _check_bounds(bounds)
            step = _even_step(bounds)
        else:
            raise TypeError(f"buckets should be a list or tuple or number(int or long), not {buckets!r:.200}")
        parts = self._self()._run(ActionSink(_Histogram(tuple(bounds), step)))
        return bounds, [sum(counts) for counts in zip(*parts, strict=True)] or [0] * (len(bounds) - 1)

    def _extent(self) -> tuple[Any, Any, int]:
        """The smallest and the largest record and their number, without None and NaN. ValueError if there are none."""
        parts = [part for part in self._self()._run(ActionSink(_extent)) if part]
        if not parts:
            raise ValueError("can not generate buckets from empty RDD")
        lows, highs, counts = zip(*parts, strict=True)
        return min(lows), max(highs), sum(counts)


def _count(partition: int, records: Iterator[Any]) -> StatCounter:
    return StatCounter(records)


def _is_missing(record: Any) -> bool:
    return record is None or (isinstance(record, float) and record != record)


def _extent(partition: int, records: Iterator[Any]) -> tuple[Any, Any, int] | None:
    count = 0
    low = high = None
    for record in records:
        if _is_missing(record):
            continue
        if not count:
            low = high = record
        elif record < low:
            low = record
        elif record > high:
            high = record
        count += 1
    return (low, high, count) if count else None


def _step(low: Any, high: Any, buckets: int) -> Any:
    """The width of each of ``buckets`` buckets: a whole number where it comes out even."""
    try:
        width = (high - low) / buckets
    except TypeError:
        raise TypeError(
            f"Can not generate buckets with non-number in RDD: from {low!r:.100} to {high!r:.100}; give their bounds"
        ) from None
    if isinf(width):
        raise ValueError(f"Can not generate buckets with infinite value: from {low!r} to {high!r}")
    step = int(width)
    return step if step * buckets == high - low else (high - low) * 1.0 / buckets


def _check_bounds(bounds: Sequence[Any]) -> None:
    if len(bounds) < 2:
        raise ValueError(f"buckets should have more than one value, not {bounds!r}")
    if any(map(_is_missing, bounds)):
        raise ValueError(f"can not have None or NaN in buckets: {bounds!r:.200}")
    if sorted(bounds) != list(bounds):
        raise ValueError(f"buckets should be sorted: {bounds!r:.200}")
    if len(set(bounds)) != len(bounds):
        raise ValueError(f"buckets should not contain duplicated values: {bounds!r:.200}")


def _even_step(bounds: Sequence[Any]) -> Any:
    """The width of buckets that are numbers and all of one width, else None."""
    try:
        steps = [right - left for left, right in pairwise(bounds)]
    except TypeError:
        return None
    if not max(steps) - min(steps) < 1e-10:
        return None
    return (bounds[-1] - bounds[0]) / (len(bounds) - 1)


class _Histogram:
    """How many records of a partition fall into each bucket."""

    def __init__(self, bounds: tuple[Any, ...], step: Any) -> None:
        self.bounds = bounds
        self.step = step

    def __call__(self, partition: int, records: Iterator[Any]) -> list[int]:
        bounds, step = self.bounds, self.step
        low, high = bounds[0], bounds[-1]
        counts = [0] * len(bounds)
        for record in records:
            if _is_missing(record) or record > high or record < low:
                continue
            counts[bisect_right(bounds, record) - 1 if step is None else int((record - low) / step)] += 1
        last = counts.pop()  # records equal to the last bound belong to the last bucket
        counts[-1] += last
        return counts
