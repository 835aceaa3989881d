"""Actions that give an estimate in time, or in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce as fold_left
from itertools import islice
from math import inf, sqrt
from typing import TYPE_CHECKING, Any

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.engine.plan.program import ActionSink
from minispark.rdd.confidence import student_quantile
from minispark.rdd.core import RDDBase, T_co
from minispark.rdd.hyperloglog import Sketch, precision_for
from minispark.rdd.statcounter import StatCounter
from minispark.rdd.trees import merged

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

_ERROR_MIN = 0.000017
_PRECISION_MAX = 16
_BATCH = 1024


class BoundedFloat(float):
    """An estimate with the bounds that hold with probability ``confidence`` (``pyspark.rdd.BoundedFloat``).

    >>> estimate = BoundedFloat(100.0, 0.95, 95.0, 105.0)
    >>> estimate, estimate.low, estimate.high
    (100.0, 95.0, 105.0)
    """

    confidence: float
    low: float
    high: float

    def __new__(cls, mean: float, confidence: float, low: float, high: float) -> BoundedFloat:
        bounded = super().__new__(cls, mean)
        bounded.confidence, bounded.low, bounded.high = confidence, low, high
        return bounded

    def __getnewargs__(self) -> tuple[Any, ...]:
        return float(self), self.confidence, self.low, self.high


class Approximations(RDDBase[T_co]):
    """``countApprox`` and its kind.

    Those with a ``timeout`` (in milliseconds) estimate from the partitions computed by then and cancel the rest; with
    all of them the answer is exact, of confidence 1. They take it that the partitions done are like the others.
    """

    def countApprox(self, timeout: int, confidence: float = 0.95) -> int:
        """The number of records, estimated if not all are counted in time.

        >>> sc.parallelize(range(1000), 10).countApprox(10000, 1.0)
        1000
        """
        return int(self._total(ActionSink(None, "count"), timeout, confidence))

    def sumApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """The sum of the records, estimated if it is not complete in time.

        >>> sc.parallelize(range(1000), 10).sumApprox(10000)
        499500.0
        """
        return self._total(ActionSink(None, "sum"), timeout, confidence)

    def meanApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """The mean of the records, estimated if it is not complete in time.

        >>> sc.parallelize(range(1000), 10).meanApprox(10000)
        499.5
        """
        parts, confidence = self._in_time(ActionSink(_count), timeout, confidence)
        stats = fold_left(StatCounter.mergeStats, parts, StatCounter())
        mean = float(stats.mean())
        if len(parts) == self.getNumPartitions():
            return BoundedFloat(mean, 1.0, mean, mean)
        if stats.count() == 0:
            return BoundedFloat(0.0, 0.0, -inf, inf)
        return _bounded(mean, sqrt(stats.sampleVariance() / stats.count()), stats.count(), confidence)

    def countApproxDistinct(self, relativeSD: float = 0.05) -> int:
        """About how many different records there are, with a standard error of ``relativeSD``.

        By a HyperLogLog sketch of at most 64 KB a partition; an error too small for that is met by counting exactly,
        through a shuffle. Records must be hashable. Raises ValueError if ``relativeSD`` is below 0.000017.

        >>> 900 < sc.parallelize(range(1000), 4).map(str).countApproxDistinct() < 1100
        True
        >>> sc.parallelize([i % 20 for i in range(1000)], 4).countApproxDistinct()
        20
        """
        if not relativeSD >= _ERROR_MIN:
            raise ValueError(f"relativeSD should be greater than 0.000017, not {relativeSD!r}")
        rdd = self._self()
        precision = precision_for(relativeSD)
        if precision > _PRECISION_MAX:
            return rdd.distinct().count()
        if rdd.getNumPartitions() == 0:
            return 0
        sketches: RDD[Sketch] = rdd._narrow(MapPartitions(_Sketched(precision), call_site()))
        sketch: Sketch = merged(sketches, Sketch.merge, 2)
        return sketch.estimate()

    def _total(self, sink: ActionSink, timeout: float, confidence: float) -> BoundedFloat:
        """The sum of all partitions' numbers, from those there are: a random sample of the partitions."""
        parts, confidence = self._in_time(sink, timeout, confidence)
        stats, total = StatCounter(parts), self.getNumPartitions()
        known = len(parts)
        if known == total:
            complete = float(sum(parts))
            return BoundedFloat(complete, 1.0, complete, complete)
        if known == 0:
            return BoundedFloat(0.0, 0.0, -inf, inf)
        spread = total * sqrt((1.0 - known / total) * stats.sampleVariance() / known)
        return _bounded(float(total * stats.mean()), spread, known, confidence)

    def _in_time(self, sink: ActionSink, timeout: float, confidence: float) -> tuple[list[Any], float]:
        """The sink's values of the partitions computed in time, and the confidence asked for."""
        if not all(hasattr(given, "__float__") for given in (timeout, confidence)):
            raise TypeError(f"timeout and confidence must be numbers, not {timeout!r:.100} and {confidence!r:.100}")
        if not 0.0 <= confidence <= 1.0:
            raise ValueError(f"confidence must be from 0.0 to 1.0, not {confidence!r}")
        if not timeout >= 0:
            raise ValueError(f"timeout is in milliseconds, at least 0, not {timeout!r}")
        found = self.ctx._run_until(self._node, sink, call_site(), timeout / 1000.0)
        return [found[partition] for partition in sorted(found)], float(confidence)


def _bounded(mean: float, error: float, count: int, confidence: float) -> BoundedFloat:
    """``error`` is the estimate's standard error, from ``count`` values; one value tells nothing of it."""
    if count == 1 or confidence == 1.0:
        return BoundedFloat(mean, confidence, -inf, inf)
    reach = student_quantile(confidence, count - 1) * error
    return BoundedFloat(mean, confidence, mean - reach, mean + reach)


def _count(partition: int, records: Iterator[Any]) -> StatCounter:
    return StatCounter(map(float, records))


class _Sketched:
    """One sketch of the partition."""

    def __init__(self, precision: int) -> None:
        self.precision = precision

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterable[Sketch]:
        sketch = Sketch(self.precision)
        while batch := set(islice(records, _BATCH)):  # equal records are found faster than their hashes
            sketch.add_all(batch)
        return [sketch]
