"""Statistics and histograms of numbers."""

from __future__ import annotations

import math
import random
import statistics
from decimal import Decimal
from typing import Any

import pytest

from minispark import SparkContext, StatCounter

NAN = float("nan")


@pytest.mark.parametrize("slices", [1, 3, 40])
def test_statistics_of_many_partitions(sc: SparkContext, slices: int) -> None:
    generator = random.Random(1)
    numbers = [generator.gauss(1e6, 1) for _ in range(500)]
    rdd = sc.parallelize(numbers, slices)
    stats = rdd.stats()
    assert stats.count() == 500
    assert (stats.max(), stats.min()) == (max(numbers), min(numbers))
    assert rdd.mean() == pytest.approx(statistics.mean(numbers))
    assert rdd.variance() == pytest.approx(statistics.pvariance(numbers), rel=1e-6)
    assert rdd.stdev() == pytest.approx(statistics.pstdev(numbers), rel=1e-6)
    assert rdd.sampleVariance() == pytest.approx(statistics.variance(numbers), rel=1e-6)
    assert rdd.sampleStdev() == pytest.approx(statistics.stdev(numbers), rel=1e-6)
    assert stats.sum() == pytest.approx(math.fsum(numbers))


def test_statistics_of_little(sc: SparkContext) -> None:
    for empty in (sc.emptyRDD(), sc.parallelize([], 3)):
        stats = empty.stats()
        assert (stats.count(), stats.mean(), stats.sum()) == (0, 0.0, 0.0)
        assert (stats.min(), stats.max()) == (math.inf, -math.inf)
        assert math.isnan(empty.variance()) and math.isnan(empty.sampleStdev())
    one = sc.parallelize([5], 3)
    assert (one.mean(), one.variance()) == (5.0, 0.0)
    assert math.isnan(one.sampleVariance())


def test_nan_spreads(sc: SparkContext) -> None:
    stats = sc.parallelize([1.0, NAN, 5.0], 3).stats()
    assert all(map(math.isnan, (stats.mean(), stats.max(), stats.min(), stats.stdev())))


@pytest.mark.parametrize("wrong", ["a", None, (1, 2)])
def test_what_is_no_number(sc: SparkContext, wrong: Any) -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        sc.parallelize([wrong]).mean()


def test_arrays_have_statistics_by_element(sc: SparkContext) -> None:
    numpy = pytest.importorskip("numpy")
    stats = sc.parallelize([numpy.array([1.0, 10.0]), numpy.array([3.0, 30.0])], 2).stats()
    assert stats.mean().tolist() == [2.0, 20.0]
    assert stats.max().tolist() == [3.0, 30.0]
    assert stats.stdev().tolist() == [1.0, 10.0]
    assert sc.parallelize(numpy.arange(5)).stats().max() == 4.0


def test_counters_merge_whatever_their_sizes() -> None:
    numbers = [float(x * x) for x in range(100)]
    whole = StatCounter(numbers)
    for cut in (0, 1, 5, 50, 95, 100):
        merged = StatCounter(numbers[:cut]).mergeStats(StatCounter(numbers[cut:]))
        assert merged.asDict() == pytest.approx(whole.asDict())
    twice = whole.copy()
    twice.mergeStats(twice)
    assert (twice.count(), whole.count()) == (200, 100)
    assert twice.variance() == pytest.approx(whole.variance())
    with pytest.raises(TypeError, match="Can only merge StatCounter but got"):
        whole.mergeStats(3)


# --- histogram --------------------------------------------------------------------------------------------------------


def test_even_buckets(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(51), 3)
    assert rdd.histogram(1) == ([0, 50], [51])
    assert rdd.histogram(2) == ([0, 25, 50], [25, 26])
    assert rdd.histogram(4) == ([0, 12.5, 25.0, 37.5, 50], [13, 12, 13, 13])
    assert sc.parallelize([1.0, None, NAN, 3.0], 2).histogram(2) == ([1.0, 2.0, 3.0], [1, 1])
    assert sc.parallelize([5, 5, 5], 2).histogram(4) == ([5, 5], [3])
    assert sc.parallelize([Decimal(1), Decimal(2), Decimal(3)]).histogram(2)[1] == [1, 2]


def test_given_buckets(sc: SparkContext) -> None:
    rdd = sc.parallelize([-1, 0, 4, 5, 24, 25, 50, 51, None, NAN], 3)
    assert rdd.histogram([0, 5, 25, 50]) == ([0, 5, 25, 50], [2, 2, 2])
    assert rdd.histogram((0, 25, 50)) == ((0, 25, 50), [4, 2])
    words = sc.parallelize(["ab", "ac", "b", "bd", "ef"], 2)
    assert words.histogram(("a", "b", "c")) == (("a", "b", "c"), [2, 2])
    for empty in (sc.emptyRDD(), sc.parallelize([], 2)):
        assert empty.histogram([0, 1, 5]) == ([0, 1, 5], [0, 0])


@pytest.mark.parametrize("start", [0.1, -3.7, 1e9])
def test_even_buckets_count_every_record(sc: SparkContext, start: float) -> None:
    numbers = [start + i * 0.1 for i in range(1000)]
    bounds, counts = sc.parallelize(numbers, 3).histogram(7)
    assert (len(bounds), len(counts), sum(counts)) == (8, 7, 1000)
    assert sc.parallelize(numbers, 3).histogram(list(bounds))[1] == counts


@pytest.mark.parametrize(
    ("buckets", "error", "message"),
    [
        (0, ValueError, "number of buckets must be >= 1, not 0"),
        ([10], ValueError, "more than one value"),
        ([], ValueError, "more than one value"),
        ([2, 1], ValueError, "should be sorted"),
        ([1, 1, 2], ValueError, "should not contain duplicated values"),
        ([None, 1], ValueError, "can not have None or NaN"),
        ([1, NAN], ValueError, "can not have None or NaN"),
        ("ab", TypeError, "should be a list or tuple or number"),
        (2.5, TypeError, "should be a list or tuple or number"),
    ],
)
def test_buckets_that_are_none(sc: SparkContext, buckets: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        sc.parallelize([1, 2]).histogram(buckets)


def test_records_that_cannot_be_spaced_evenly(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="can not generate buckets from empty RDD"):
        sc.parallelize([None], 2).histogram(3)
    with pytest.raises(TypeError, match="Can not generate buckets with non-number in RDD: from 'a' to 'b'"):
        sc.parallelize(["a", "b"], 2).histogram(3)
    with pytest.raises(ValueError, match="infinite value"):
        sc.parallelize([1.0, math.inf], 2).histogram(3)
