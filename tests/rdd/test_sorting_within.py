"""repartitionAndSortWithinPartitions: routing, order, memory."""

from __future__ import annotations

from typing import Any

import pytest

from minispark import SparkContext


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("slices", [1, 4])
def test_equal_keys_stay_as_they_came(sc: SparkContext, ascending: bool, slices: int) -> None:
    pairs = [(i * 7 % 5, i) for i in range(40)]
    rdd = sc.parallelize(pairs, slices).repartitionAndSortWithinPartitions(2, ascending=ascending)
    expected = [
        sorted([p for p in pairs if p[0] % 2 == part], key=lambda p: p[0], reverse=not ascending) for part in range(2)
    ]
    assert rdd.glom().collect() == expected
    assert rdd.partitioner == sc.parallelize(pairs).partitionBy(2).partitioner


def test_keys_are_ordered_by_a_function_of_them(sc: SparkContext) -> None:
    rdd = sc.parallelize([("b", 1), ("C", 2), ("a", 3), ("B", 4)], 3)
    result = rdd.repartitionAndSortWithinPartitions(1, lambda key: 0, True, str.lower)
    assert result.collect() == [("a", 3), ("b", 1), ("B", 4), ("C", 2)]
    assert rdd.repartitionAndSortWithinPartitions(1, keyfunc=str.lower, ascending=False).collect() == [
        ("C", 2),
        ("b", 1),
        ("B", 4),
        ("a", 3),
    ]


def test_sessions_by_a_key_of_two_parts(sc: SparkContext) -> None:
    visits = [((user, time), f"{user}@{time}") for time in (5, 1, 3) for user in ("ann", "bob", "cy")]
    rdd = sc.parallelize(visits, 3).repartitionAndSortWithinPartitions(2, lambda key: len(key[0]))
    for part in rdd.keys().glom().collect():
        assert part == sorted(part)
    assert sorted(rdd.collect()) == sorted(visits)


def test_what_is_routed_alike_is_not_shuffled_again(sc: SparkContext) -> None:
    routed = sc.parallelize([(i % 4, i) for i in range(8)], 3).partitionBy(2)
    again = routed.repartitionAndSortWithinPartitions(2, ascending=False)
    assert again.glom().collect() == [[(2, 2), (2, 6), (0, 0), (0, 4)], [(3, 3), (3, 7), (1, 1), (1, 5)]]


def test_empty_partitions(sc: SparkContext) -> None:
    assert sc.parallelize([], 3).repartitionAndSortWithinPartitions().glom().collect() == [[], [], []]
    assert sc.emptyRDD().repartitionAndSortWithinPartitions(2).glom().collect() == [[], []]


@pytest.mark.parametrize("wrong", [5, (1,), (1, 2, 3), None])
def test_records_that_are_no_pairs(sc: SparkContext, wrong: Any) -> None:
    with pytest.raises(TypeError, match="is not a .key, value. pair"):
        sc.parallelize([(1, 1), wrong], 1).repartitionAndSortWithinPartitions(2).collect()


def test_keys_that_have_no_order(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="not supported between"):
        sc.parallelize([(None, 1), (1, 1)], 1).repartitionAndSortWithinPartitions(1).collect()


def test_bad_arguments(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, 1)])
    with pytest.raises(TypeError, match="needs a function, not 5"):
        rdd.repartitionAndSortWithinPartitions(2, 5)
    with pytest.raises(TypeError, match="needs a function, not None"):
        rdd.repartitionAndSortWithinPartitions(2, keyfunc=None)
    with pytest.raises(ValueError, match="at least 1, not 0"):
        rdd.repartitionAndSortWithinPartitions(0)
