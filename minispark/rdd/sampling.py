"""Random samples. A seed and the partitions decide them, whatever workers compute them, and as PySpark draws them."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, compress, pairwise
from operator import index
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.engine.runtime.raising import delivered
from minispark.rdd.core import RDDBase, T_co

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

K = TypeVar("K")
V = TypeVar("V")
_POISSON_BY_PRODUCT_MAX = 20.0
_SAMPLE_MAX = sys.maxsize - int(10.0 * math.sqrt(sys.maxsize))


class Sampling(RDDBase[T_co]):
    """``sample`` and its kind."""

    def sample(self, withReplacement: bool, fraction: float, seed: int | None = None) -> RDD[T_co]:
        """Each record with probability ``fraction``, or with replacement as often as a Poisson variable of that mean.

        Not an exact share of the records: ``takeSample`` is exact. Raises ValueError if ``fraction`` is negative or not
        finite.

        >>> rdd = sc.parallelize(range(100), 4)
        >>> 6 <= rdd.sample(False, 0.1, 81).count() <= 14
        True
        """
        fraction = _checked_fraction(fraction)
        stream = _seeded(seed)
        if withReplacement:
            return self._narrow(MapPartitions(_Repeats(stream, fraction), call_site()), True)
        return self._narrow(MapPartitions(_Bernoulli(stream, fraction), call_site()), True)

    def randomSplit(self, weights: Sequence[float], seed: int | None = None) -> list[RDD[T_co]]:
        """RDDs that share out the records at random in proportion to ``weights``: each record is in exactly one.

        The RDD is computed for each of them; it must give the same records in the same order each time (cache it if it
        does not). Raises ValueError if a weight is negative, or all are zero.

        >>> left, right = sc.parallelize(range(500), 1).randomSplit([2, 3], 17)
        >>> len(left.collect() + right.collect())
        500
        """
        if not isinstance(weights, Iterable) or not all(map(_is_number, weights := list(weights))):
            raise TypeError(f"randomSplit needs a list of numbers, not {weights!r:.200}")
        if not all(weight >= 0 for weight in weights):
            raise ValueError(f"Weights must be nonnegative, not {weights!r:.200}")
        total = float(sum(weights))
        if not 0 < total < math.inf:
            raise ValueError(f"Sum of weights must be positive and finite, not {total!r}")
        stream = _seeded(seed, 2**32 - 1)
        site = call_site()
        bounds = accumulate((weight / total for weight in weights), initial=0.0)
        return [self._narrow(MapPartitions(_Range(stream, *ends), site), True) for ends in pairwise(bounds)]

    def sampleByKey(
        self: RDDBase[tuple[K, V]], withReplacement: bool, fractions: Mapping[K, float], seed: int | None = None
    ) -> RDD[tuple[K, V]]:
        """A sample of the pairs, each with the fraction of its key.

        Raises AssertionError if a fraction is negative; the action raises KeyError for a key without one.

        >>> pairs = sc.parallelize(["a", "b"]).flatMap(lambda key: [(key, i) for i in range(1000)])
        >>> counts = pairs.sampleByKey(False, {"a": 0.2, "b": 0.1}, 2).countByKey()
        >>> 100 < counts["a"] < 300, 50 < counts["b"] < 150
        (True, True)
        """
        if not isinstance(fractions, Mapping):
            raise TypeError(f"sampleByKey needs a dict of fractions by key, not {fractions!r:.200}")
        for key, fraction in fractions.items():
            if not _is_number(fraction) or not 0.0 <= fraction < math.inf:
                why = f"Negative fraction value: {fraction} (of key {key!r:.100}); at least 0.0 is needed"
                raise delivered(AssertionError(why))
        sampler = _Stratified(_seeded(seed), dict(fractions), bool(withReplacement))
        return self._narrow(MapPartitions(sampler, call_site()), True)

    def takeSample(self, withReplacement: bool, num: int, seed: int | None = None) -> list[T_co]:
        """Exactly ``num`` records at random, or all if there are fewer and none may be taken twice. They must fit the
        driver.

        Raises ValueError if ``num`` is negative or larger than a sample can be.

        >>> rdd = sc.parallelize(range(10))
        >>> len(rdd.takeSample(True, 20, 1)), len(rdd.takeSample(False, 5, 2)), len(rdd.takeSample(False, 15, 3))
        (20, 5, 10)
        """
        if not hasattr(num, "__index__"):
            raise TypeError(f"takeSample needs a whole number of records, not {num!r:.100}")
        num = index(num)
        if num < 0:
            raise ValueError(f"Sample size cannot be negative: {num}")
        if num > _SAMPLE_MAX:
            raise ValueError(f"Sample size cannot be greater than {_SAMPLE_MAX}, not {num}")
        rdd = self._self()
        if num == 0 or rdd.getNumPartitions() == 0:
            return []
        total = rdd.count()
        if total == 0:
            return []
        generator = random.Random(None if seed is None else _seeded(seed))
        if not withReplacement and num >= total:
            records = rdd.collect()
        else:
            fraction = _sufficient(num, total, withReplacement)
            records = rdd.sample(withReplacement, fraction, seed).collect()
            while len(records) < num:
                records = rdd.sample(withReplacement, fraction, generator.randint(0, sys.maxsize)).collect()
        generator.shuffle(records)
        return records[:num]


def _seeded(seed: int | None, largest: int = sys.maxsize) -> int:
    if seed is None:
        return random.randint(0, largest)
    try:
        return index(seed)
    except TypeError:
        raise TypeError(f"{call_site().operation} needs a whole number as its seed, not {seed!r:.100}") from None


def _is_number(given: Any) -> bool:
    return hasattr(given, "__float__")


def _checked_fraction(fraction: float) -> float:
    if not _is_number(fraction):
        raise TypeError(f"sample needs a number as its fraction, not {fraction!r:.100}")
    if not 0 <= fraction < math.inf:
        raise ValueError(f"Fraction must be nonnegative and finite, not {fraction!r}")
    return float(fraction)


def _sufficient(num: int, total: int, with_replacement: bool) -> float:
    """The fraction of a sample that has at least ``num`` records in all but one of ten thousand cases or fewer."""
    fraction = num / total
    if with_replacement:
        return fraction + (9 if num < 12 else 5) * math.sqrt(fraction / total)
    gamma = -math.log(0.00005) / total
    return min(1.0, fraction + gamma + math.sqrt(gamma * gamma + 2 * gamma * fraction))


class _Sampler:
    """A stream of random numbers for each partition of one sample."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def generator(self, partition: int) -> random.Random:
        generator = random.Random(self.seed ^ partition)
        for _ in range(10):  # the seeds of neighbours are close to each other
            generator.randint(0, 1)
        return generator


class _Bernoulli(_Sampler):
    """Each record with one probability; all of it in C."""

    def __init__(self, seed: int, fraction: float) -> None:
        super().__init__(seed)
        self.fraction = fraction

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterator[Any]:
        numbers = iter(self.generator(partition).random, 2.0)  # without end
        return compress(records, map(self.fraction.__gt__, numbers))


class _Range(_Sampler):
    """The records whose random number is in a range: ranges side by side share out the records."""

    def __init__(self, seed: int, lower: float, upper: float) -> None:
        super().__init__(seed)
        self.lower = lower
        self.upper = upper

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterator[Any]:
        number, lower, upper = self.generator(partition).random, self.lower, self.upper
        return (record for record in records if lower <= number() < upper)


class _Repeats(_Sampler):
    """Each record as often as a Poisson variable says: with replacement, for many records."""

    def __init__(self, seed: int, mean: float) -> None:
        super().__init__(seed)
        self.mean = mean

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterator[Any]:
        times = _poisson(self.generator(partition))
        return (record for record in records for _ in range(times(self.mean)))


class _Stratified(_Sampler):
    """Each pair with the fraction of its key."""

    def __init__(self, seed: int, fractions: dict[Any, float], with_replacement: bool) -> None:
        super().__init__(seed)
        self.fractions = fractions
        self.with_replacement = with_replacement

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterator[Any]:
        fractions, generator = self.fractions, self.generator(partition)
        number, times = generator.random, _poisson(generator)
        for record in records:
            key, value = record
            if self.with_replacement:
                for _ in range(times(fractions[key])):
                    yield key, value
            elif number() < fractions[key]:
                yield key, value


def _poisson(generator: random.Random) -> Callable[[float], int]:
    """Poisson variables of given means, by Knuth's products of uniform numbers, or sums of their logarithms."""

    def draw(mean: float) -> int:
        count = 0
        if mean < _POISSON_BY_PRODUCT_MAX:
            bound, product = math.exp(-mean), generator.random()
            while product > bound:
                count += 1
                product *= generator.random()
            return count
        time = generator.expovariate(mean)
        while time < 1.0:
            count += 1
            time += generator.expovariate(mean)
        return count

    return draw
