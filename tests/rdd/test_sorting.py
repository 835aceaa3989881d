"""sortByKey: order, stability, cuts, and what happens to keys that have no order."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks


def shuffled(n: int, distinct: int) -> list[tuple[int, int]]:
    generator = random.Random(n)
    return [(generator.randrange(distinct), i) for i in range(n)]


@pytest.mark.slow
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize(("size", "keys"), [(0, 1), (1, 1), (50, 10), (5_000, 100_000), (5_000, 7), (5_000, 1)])
def test_the_whole_is_sorted_and_stable(sc: SparkContext, size: int, keys: int, ascending: bool) -> None:
    pairs = shuffled(size, keys)
    result = sc.parallelize(pairs, 4).sortByKey(ascending, 3)
    expected = sorted(pairs, key=lambda pair: pair[0], reverse=not ascending)
    assert result.collect() == expected
    assert result.getNumPartitions() == 3


def test_partitions_of_many_distinct_keys_are_of_like_size(sc: SparkContext) -> None:
    sizes = sc.parallelize(shuffled(20_000, 10**9), 4).sortByKey(True, 5).glom().map(len).collect()
    assert sum(sizes) == 20_000
    assert max(sizes) < 2 * 20_000 / 5


def test_equal_keys_are_never_parted(sc: SparkContext) -> None:
    parts = sc.parallelize(shuffled(3_000, 9), 4).sortByKey(True, 5).keys().glom().collect()
    seen = [set(part) for part in parts]
    assert all(not (a & b) for i, a in enumerate(seen) for b in seen[i + 1 :])


def test_a_key_function_orders_but_does_not_change_the_key(sc: SparkContext) -> None:
    words = ["b", "A", "a", "B", "c"]
    rdd = sc.parallelize([(w, i) for i, w in enumerate(words)], 2).sortByKey(True, 2, str.lower)
    assert rdd.collect() == [("A", 1), ("a", 2), ("b", 0), ("B", 3), ("c", 4)]
    backward = sc.parallelize(shuffled(3_000, 10**6), 3).sortByKey(True, 4, lambda k: -k).keys().collect()
    assert backward == sorted(backward, reverse=True)


@pytest.mark.matrix(34)
@pytest.mark.parametrize("slices", [1, 2])
def test_keys_without_an_order_are_a_type_error(sc: SparkContext, slices: int) -> None:
    with pytest.raises(TypeError, match="not supported between instances"):
        sc.parallelize([(1, 0), ("a", 0), (None, 0), (2, 0)], slices).sortByKey(True, 2).collect()


@pytest.mark.matrix(34)
def test_nothing_is_written_when_keys_have_no_order(sc: SparkContext, tmp_path: Path) -> None:
    target = tmp_path / "out"
    pairs: list[tuple[Any, int]] = [(i, i) for i in range(100)] + [("a", 0)]
    with pytest.raises(TypeError):
        sc.parallelize(pairs, 4).sortByKey(True, 3).saveAsTextFile(str(target))
    assert not target.exists()


@pytest.mark.matrix(34)
def test_keys_of_each_partition_alike_but_not_among_each_other(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, 0), (2, 0), ("a", 0), ("b", 0)], 2)
    with pytest.raises(TypeError):
        rdd.sortByKey(True, 1).collect()
    with pytest.raises(TypeError):
        rdd.sortByKey(True, 2).collect()


def test_tuples_floats_and_infinities_sort(sc: SparkContext) -> None:
    keys = [(1, "b"), (0, "z"), (1, "a"), (0, "")]
    assert sc.parallelize([(k, 0) for k in keys], 2).sortByKey().keys().collect() == sorted(keys)
    numbers = [3, float("inf"), -1.5, float("-inf"), 2**80, True, 0]
    assert sc.parallelize([(k, 0) for k in numbers], 3).sortByKey().keys().collect() == sorted(numbers)


def test_sorting_computes_its_input_once(sc: SparkContext, marks: Marks) -> None:
    def see(i: int) -> tuple[int, int]:
        marks.leave(i)
        return (-i, i)

    assert sc.parallelize(range(50), 3).map(see).sortByKey(True, 4).values().collect() == list(range(49, -1, -1))
    assert len(marks) == 50


def test_sorting_what_is_sorted(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i, i) for i in range(1000)], 4)
    assert rdd.sortByKey().sortByKey(False).sortByKey().keys().collect() == list(range(1000))


def test_one_heavy_key_among_many(sc: SparkContext) -> None:
    pairs = [(5, i) for i in range(5_000)] + [(i % 100, -i) for i in range(500)]
    assert sc.parallelize(pairs, 4).sortByKey(True, 4).collect() == sorted(pairs, key=lambda pair: pair[0])


@pytest.mark.parametrize("n", [0, 1, 5, 100, 10_000])
def test_take_ordered_is_the_head_of_the_sorted(sc: SparkContext, n: int) -> None:
    records = [key for key, _ in shuffled(1_000, 10**6)]
    rdd = sc.parallelize(records, 6)
    assert rdd.takeOrdered(n) == sorted(records)[:n]
    assert rdd.takeOrdered(n, key=lambda x: -x) == sorted(records, reverse=True)[:n]


def test_take_ordered_of_what_has_no_order(sc: SparkContext) -> None:
    with pytest.raises(TypeError):
        sc.parallelize([1, "a", 2], 1).takeOrdered(2)
    with pytest.raises(TypeError):
        sc.parallelize([1, "a"], 2).takeOrdered(2)
