"""Samples: a seed decides them, sizes are exact where promised, and shares are right where they are not."""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest

from minispark import SparkContext

SEEDS = range(5)


def test_a_seed_gives_pysparks_sample(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(100), 4)
    assert rdd.sample(False, 0.1, 81).collect() == [4, 26, 39, 41, 42, 52, 63, 76, 80, 86, 97]
    assert rdd.takeSample(False, 10, 1) == [93, 22, 85, 39, 92, 96, 49, 61, 6, 29]


@pytest.mark.parametrize("replacement", [False, True])
def test_a_seed_gives_the_same_sample_whatever_is_done_with_it(sc: SparkContext, replacement: bool) -> None:
    rdd = sc.parallelize(range(1000), 5)
    sample = rdd.sample(replacement, 0.3, 7)
    records = sample.collect()
    assert records == sample.collect() == rdd.sample(replacement, 0.3, 7).collect()
    assert sample.count() == len(records)
    assert records != rdd.sample(replacement, 0.3, 8).collect()
    assert set(records) <= set(range(1000))


@pytest.mark.slow
@pytest.mark.parametrize("fraction", [0, 0.05, 0.5, 1, 2.5, 25])
def test_shares_are_near_their_mean(sc: SparkContext, fraction: float) -> None:
    rdd = sc.parallelize(range(4000), 3)
    for seed in SEEDS:
        for replacement in (False, True):
            mean = 4000 * (fraction if replacement else min(fraction, 1))
            assert abs(rdd.sample(replacement, fraction, seed).count() - mean) <= 6 * math.sqrt(mean)


def test_only_a_sample_with_replacement_repeats_records(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(200), 3)
    once, again = rdd.sample(False, 0.9, 3).collect(), rdd.sample(True, 0.9, 3).collect()
    assert len(once) == len(set(once))
    assert len(again) > len(set(again))


def test_keys_stay_where_they_are(sc: SparkContext) -> None:
    pairs = sc.parallelize([(i, i) for i in range(20)]).partitionBy(3)
    assert pairs.sample(False, 0.5, 1).partitioner == pairs.partitioner
    assert pairs.sampleByKey(False, dict.fromkeys(range(20), 0.5), 1).partitioner == pairs.partitioner
    assert pairs.randomSplit([1, 1], 1)[0].partitioner == pairs.partitioner


@pytest.mark.parametrize("fraction", [-1, -0.001, float("nan"), float("inf")])
def test_a_fraction_out_of_range(sc: SparkContext, fraction: float) -> None:
    with pytest.raises(ValueError, match="Fraction must be nonnegative"):
        sc.parallelize([1]).sample(False, fraction)


@pytest.mark.parametrize("method", ["sample", "takeSample", "sampleByKey", "randomSplit"])
def test_a_seed_that_is_no_whole_number(sc: SparkContext, method: str) -> None:
    first: dict[str, list[Any]] = {
        "sample": [False, 0.5],
        "takeSample": [False, 1],
        "sampleByKey": [False, {1: 0.5}],
        "randomSplit": [[1, 2]],
    }
    with pytest.raises(TypeError, match=f"{method} needs a whole number as its seed, not 'abc'"):
        getattr(sc.parallelize([(1, 1), (1, 2)]), method)(*first[method], "abc")


# --- exact sizes ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("num", [0, 1, 5, 11, 12, 30, 100])
def test_take_sample_is_exact(sc: SparkContext, replacement: bool, num: int) -> None:
    rdd = sc.parallelize(range(30), 4)
    for seed in SEEDS:
        records = rdd.takeSample(replacement, num, seed)
        assert len(records) == (num if replacement else min(num, 30))
        assert replacement or len(set(records)) == len(records)
        assert records == rdd.takeSample(replacement, num, seed)


def test_take_sample_of_nothing(sc: SparkContext) -> None:
    assert sc.emptyRDD().takeSample(True, 3, 1) == sc.parallelize([], 3).takeSample(True, 3, 1) == []


def test_take_sample_refuses_impossible_sizes(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="Sample size cannot be negative: -1"):
        sc.parallelize([1]).takeSample(False, -1)
    with pytest.raises(ValueError, match="Sample size cannot be greater than"):
        sc.parallelize([1]).takeSample(True, sys.maxsize)
    with pytest.raises(TypeError):
        sc.parallelize([1]).takeSample(True, 1.5)


def test_random_split_shares_out_every_record_once(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(1000), 4)
    for weights in ([1], [2, 3], [0.1, 0.7, 0.2], [0, 1, 0], [10**6] * 7):
        parts = [part.collect() for part in rdd.randomSplit(weights, 3)]
        assert sorted(record for part in parts for record in part) == list(range(1000))
        for part, weight in zip(parts, weights, strict=True):
            assert abs(len(part) - 1000 * weight / sum(weights)) < 100
    assert [part.count() for part in sc.emptyRDD().randomSplit([1, 2], 3)] == [0, 0]


@pytest.mark.parametrize("weights", [[-1, 2], [0, 0], [], [float("nan")], [float("inf")]])
def test_weights_that_split_nothing(sc: SparkContext, weights: list[float]) -> None:
    with pytest.raises(ValueError, match="eights must be (nonnegative|positive)"):
        sc.parallelize([1]).randomSplit(weights)


# --- by key -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replacement", [False, True])
def test_each_key_has_its_fraction(sc: SparkContext, replacement: bool) -> None:
    pairs = sc.parallelize(range(3000), 4).map(lambda x: ((None, "a", 2)[x % 3], x))
    sample = pairs.sampleByKey(replacement, {None: 0.0, "a": 0.1, 2: 0.8}, 5)
    counts = sample.countByKey()
    assert set(counts) == {"a", 2}
    assert abs(counts["a"] - 100) < 60 and abs(counts[2] - 800) < 170
    assert sample.collect() == sample.collect()


def test_fractions_are_checked(sc: SparkContext) -> None:
    pairs = sc.parallelize([("a", 1)])
    with pytest.raises(AssertionError, match=r"Negative fraction value: -0\.5 \(of key 'a'\)"):
        pairs.sampleByKey(False, {"a": -0.5})
    with pytest.raises(TypeError, match=r"needs a dict of fractions by key, not 0\.5"):
        pairs.sampleByKey(False, 0.5)
    with pytest.raises(KeyError, match="a"):
        pairs.sampleByKey(False, {"b": 0.5}).collect()
