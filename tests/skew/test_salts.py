"""Salts come from a record's place alone, and spread what is hot over the reducers."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import pytest

from minispark import SparkContext, skew
from minispark.skew.salting import EVERY_KEY, NO_KEYS, SaltedSide
from minispark.skew.salts import route, salts_of


@pytest.mark.parametrize("salts", [1, 2, 3, 8, 17, 200])
def test_each_salt_as_often(salts: int) -> None:
    met = Counter(islice(salts_of(3, salts), 1000 * salts))
    assert set(met) == set(range(salts))
    assert max(met.values()) < 1.1 * min(met.values())


@pytest.mark.parametrize("period", [2, 7, 8, 10, 16, 64, 100, 1000])
def test_each_salt_as_often_where_keys_take_turns(period: int) -> None:
    met = Counter(islice(salts_of(0, 8), 0, 1000 * period, period))
    assert set(met) == set(range(8)) and max(met.values()) < 2 * min(met.values())


def test_each_salt_as_often_where_partitions_have_one_record_each() -> None:
    met = Counter(next(salts_of(partition, 8)) for partition in range(800))
    assert set(met) == set(range(8)) and max(met.values()) < 1.2 * min(met.values())


def test_a_task_that_runs_again_gives_the_same() -> None:
    side = SaltedSide(8, EVERY_KEY, NO_KEYS, marks=True)
    records: list[Any] = [(n % 5, object()) for n in range(1000)]
    assert list(side(4, iter(records))) == list(side(4, iter(records)))
    assert list(side(4, iter(records))) != list(side(5, iter(records)))


def test_a_hot_key_has_the_same_load_everywhere(sc: SparkContext) -> None:
    """Each salt is another reducer's, for any number of reducers."""
    for count in (4, 7, 8):
        pairs = sc.parallelize([("hot", n) for n in range(5600)], 7)
        joined = skew.split_join(pairs, sc.parallelize([("hot", None)]), hot=["hot"], salts=count, numPartitions=count)
        loads = joined.mapPartitions(lambda records: [sum(1 for _ in records)]).collect()
        assert max(loads) < 1.1 * 5600 / count


def test_salt_zero_goes_where_the_key_goes(sc: SparkContext) -> None:
    routed = sc.parallelize([("a", 0)]).partitionBy(5).glom().map(len).collect()
    assert routed.index(1) == route(("a", 0)) % 5
