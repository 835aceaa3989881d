"""Lineages 10,000 deep, described, shown, run and run again: no walk over them is a recursion."""

from __future__ import annotations

import sys
from operator import add

import pytest

from minispark import RDD, SparkContext

DEPTH = 10_000

pytestmark = [pytest.mark.slow, pytest.mark.matrix(45)]


def deep(rdd: RDD[int], depth: int = DEPTH) -> RDD[int]:
    for _ in range(depth):
        rdd = rdd.map(lambda x: x + 1)
    return rdd


def test_narrow_operators(sc: SparkContext) -> None:
    limit = sys.getrecursionlimit()
    rdd = deep(sc.parallelize(range(4), 2))
    assert rdd.collect() == [DEPTH + x for x in range(4)]
    assert rdd.filter(lambda x: x % 2 == 0).count() == 2
    assert sys.getrecursionlimit() == limit


def test_operators_that_take_the_whole_partition(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(4), 2)
    for _ in range(DEPTH):
        rdd = rdd.mapPartitions(lambda records: records)
    assert rdd.collect() == [0, 1, 2, 3]


def test_below_a_shuffle_and_above_it(sc: SparkContext) -> None:
    pairs = deep(sc.parallelize(range(4), 2), DEPTH // 2).map(lambda x: (x % 2, x)).reduceByKey(add, 2)
    assert sorted(deep(pairs.values(), DEPTH // 2).collect()) == [DEPTH // 2 * 3 + 2, DEPTH // 2 * 3 + 4]


def test_shuffles(sc: SparkContext) -> None:
    depth = DEPTH // 10
    rdd = sc.parallelize([(0, 0), (1, 0)], 1)
    for _ in range(depth):
        rdd = rdd.partitionBy(1, lambda key: 0).mapValues(lambda value: value + 1)
    assert sorted(rdd.collect()) == [(0, depth), (1, depth)]


def test_what_is_shown_of_it(sc: SparkContext) -> None:
    text = deep(sc.parallelize(range(4), 2)).toDebugString()
    assert text is not None and len(text.splitlines()) == 3


def test_kept_at_every_thousandth_step(sc: SparkContext) -> None:
    rdd, kept = sc.parallelize(range(4), 2), []
    for step in range(DEPTH):
        rdd = rdd.map(lambda x: x + 1)
        if step % 1000 == 0:
            kept.append(rdd.cache())
    assert rdd.collect() == rdd.collect() == [DEPTH + x for x in range(4)]
    for other in kept:
        other.unpersist()
    assert rdd.sum() == 4 * DEPTH + 6
