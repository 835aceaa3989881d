"""Count, mean, variance, maximum and minimum of numbers, in one pass."""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import deepcopy
from typing import Any


class StatCounter:
    """Running statistics that can be merged (``pyspark.statcounter.StatCounter``).

    Values are numbers, or numpy arrays of one shape, for which every statistic is an array. A NaN makes all statistics
    but the count NaN. The variance is updated by Welford's method and merged by Chan's, so it does not cancel out.

    >>> StatCounter([1.0, 2.0, 3.0])
    (count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)
    """

    __slots__ = ("m2", "maxValue", "minValue", "mu", "n")

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        self.n: int = 0
        self.mu: Any = 0.0
        self.m2: Any = 0.0
        self.maxValue: Any = -math.inf
        self.minValue: Any = math.inf
        for record in values or ():
            self.merge(record)

    def merge(self, value: Any) -> StatCounter:
        """Count one more value. Returns this counter. Raises TypeError for what is no number."""
        delta = value - self.mu
        self.n += 1
        self.mu = self.mu + delta / self.n
        self.m2 = self.m2 + delta * (value - self.mu)
        self.maxValue = _larger(self.maxValue, value)
        self.minValue = _smaller(self.minValue, value)
        return self

    def mergeStats(self, other: StatCounter) -> StatCounter:
        """Count all values of another counter too. Returns this one. Raises TypeError for anything else.

        >>> StatCounter([1, 2]).mergeStats(StatCounter([3])).sum()
        6.0
        """
        if not isinstance(other, StatCounter):
            raise TypeError(f"Can only merge StatCounter but got {type(other)}")
        count, mean, square = other.n, other.mu, other.m2  # read first: other may be self
        if count == 0:
            return self
        if self.n == 0:
            self.mu, self.m2 = mean, square
        else:
            total, delta = self.n + count, mean - self.mu
            if count * 10 < self.n:
                self.mu = self.mu + (delta * count) / total
            elif self.n * 10 < count:
                self.mu = mean - (delta * self.n) / total
            else:
                self.mu = (self.mu * self.n + mean * count) / total
            self.m2 = self.m2 + (square + (delta * delta * self.n * count) / total)
        self.maxValue = _larger(self.maxValue, other.maxValue)
        self.minValue = _smaller(self.minValue, other.minValue)
        self.n += count
        return self

    def copy(self) -> StatCounter:
        """A counter of its own with the same statistics."""
        return deepcopy(self)

    # --- what was counted ------------------------------------------------------------------------------------------

    def count(self) -> int:
        """How many values."""
        return self.n

    def mean(self) -> Any:
        """Their mean; 0.0 if there are none."""
        return self.mu

    def sum(self) -> Any:
        """Their sum, as the mean times the count."""
        return self.n * self.mu

    def min(self) -> Any:
        """The smallest; infinity if there are none."""
        return self.minValue

    def max(self) -> Any:
        """The largest; minus infinity if there are none."""
        return self.maxValue

    def variance(self) -> Any:
        """The variance of the values as a whole population; NaN if there are none."""
        return self.m2 / self.n if self.n else math.nan

    def sampleVariance(self) -> Any:
        """The variance estimated from the values as a sample (divided by one less); NaN for fewer than two."""
        return self.m2 / (self.n - 1) if self.n > 1 else math.nan

    def stdev(self) -> Any:
        """The square root of ``variance``."""
        return _root(self.variance())

    def sampleStdev(self) -> Any:
        """The square root of ``sampleVariance``."""
        return _root(self.sampleVariance())

    def asDict(self, sample: bool = False) -> dict[str, Any]:
        """All statistics by name. As in PySpark, ``sample=True`` gives the *population's* stdev and variance.

        >>> StatCounter([1.0, 3.0]).asDict(sample=True)["stdev"]
        1.0
        """
        return {
            "count": self.count(),
            "mean": self.mean(),
            "sum": self.sum(),
            "min": self.min(),
            "max": self.max(),
            "stdev": self.stdev() if sample else self.sampleStdev(),
            "variance": self.variance() if sample else self.sampleVariance(),
        }

    def __repr__(self) -> str:
        return (
            f"(count: {self.count()}, mean: {self.mean()}, stdev: {self.stdev()}, max: {self.max()}, min: {self.min()})"
        )


_NUMBERS = (int, float)


def _larger(left: Any, right: Any) -> Any:
    """The larger as a float; NaN if either is."""
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return float(right if right > left or right != right else left)
    import numpy  # the values are arrays or numpy's numbers

    return numpy.maximum(left, right)


def _smaller(left: Any, right: Any) -> Any:
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return float(right if right < left or right != right else left)
    import numpy

    return numpy.minimum(left, right)


def _root(square: Any) -> Any:
    if isinstance(square, _NUMBERS):
        return math.sqrt(square)
    import numpy

    return numpy.sqrt(square)
