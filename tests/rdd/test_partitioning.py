"""Layouts: coalesce and repartition, pairs of RDDs, and chains of iterators that nest too deep for the interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks
from minispark.testing.oracle import OracleContext


@pytest.mark.parametrize(("before", "after"), [(5, 3), (10, 3), (3, 10), (4, 4), (7, 1)])
def test_coalesce_puts_neighbours_together(sc: SparkContext, before: int, after: int) -> None:
    expected = OracleContext().parallelize(list(range(20)), before).coalesce(after)
    rdd = sc.parallelize(list(range(20)), before).coalesce(after)
    assert rdd.getNumPartitions() == min(before, after)
    assert rdd.glom().collect() == expected.partitions


def test_coalesce_as_pyspark_lays_it_out(sc: SparkContext) -> None:
    assert sc.parallelize(range(10), 5).coalesce(3).glom().collect() == [[0, 1], [2, 3, 4, 5], [6, 7, 8, 9]]


def test_repartition_as_pyspark_lays_it_out(sc: SparkContext) -> None:
    ten = list(range(10))
    assert sc.parallelize(ten, 3).repartition(4).glom().collect() == [[6, 7, 8, 9], [0, 1, 2, 3, 4, 5], [], []]
    sizes = sc.parallelize(list(range(300)), 2).repartition(7).glom().map(len).collect()
    assert sizes == [40, 40, 40, 50, 40, 40, 50]
    assert sc.parallelize(ten, 5).coalesce(2, True).glom().collect() == [[4, 5, 6, 7, 8, 9], [0, 1, 2, 3]]


def test_repartition_of_many_records_is_the_oracles(sc: SparkContext) -> None:
    records = [("k" * (i % 50), i) for i in range(20_000)]
    expected = OracleContext().parallelize(records, 3).repartition(5).partitions
    assert sc.parallelize(records, 3).repartition(5).glom().collect() == expected


@pytest.mark.matrix(47)
def test_layouts_of_empty_rdds(sc: SparkContext) -> None:
    empty = sc.emptyRDD()
    assert empty.coalesce(3).glom().collect() == []
    assert empty.repartition(3).glom().collect() == [[], [], []]
    assert empty.cartesian(sc.parallelize([1])).collect() == []
    assert empty.zip(empty).collect() == []
    assert sc.parallelize([], 3).coalesce(2).glom().collect() == [[], []]


@pytest.mark.parametrize("count", [0, -1, 1.5, "2", True, None])
def test_a_wrong_number_of_partitions(sc: SparkContext, count: Any) -> None:
    rdd = sc.parallelize([1])
    for method in (rdd.coalesce, rdd.repartition):
        with pytest.raises((ValueError, TypeError), match="the number of partitions must be"):
            method(count)


def test_coalesced_partitions_are_opened_one_after_the_other(sc: SparkContext, marks: Marks) -> None:
    rdd = sc.parallelize(range(8), 8).map(lambda x: (marks.leave(x), x)[1]).coalesce(2)
    assert rdd.take(2) == [0, 1]
    assert marks.read() == ["0", "1"]


def test_a_cached_rdd_counts_once_however_it_is_read(sc: SparkContext) -> None:
    total = sc.accumulator(0)
    rdd = sc.parallelize(range(8), 4).map(lambda x: (total.add(1), x)[1]).cache()
    assert rdd.coalesce(2).count() == 8
    assert rdd.union(rdd).count() == 16
    assert rdd.count() == 8
    assert total.value == 8
    rdd.unpersist()


def test_cartesian_has_a_partition_for_each_pair_of_partitions(sc: SparkContext) -> None:
    rdd = sc.parallelize([1, 2, 3], 2).cartesian(sc.parallelize(["a", "b", "c"], 2))
    assert rdd.glom().collect() == [
        [(1, "a")],
        [(1, "b"), (1, "c")],
        [(2, "a"), (3, "a")],
        [(2, "b"), (2, "c"), (3, "b"), (3, "c")],
    ]


def test_cartesian_computes_each_side_once_a_task(sc: SparkContext, marks: Marks) -> None:
    def mark(x: int) -> int:
        marks.leave(x)
        return x

    left, right = sc.parallelize([1, 2, 3], 1).map(mark), sc.parallelize([10, 20], 1).map(mark)
    assert left.cartesian(right).count() == 6
    assert sorted(marks.read()) == ["1", "10", "2", "20", "3"]


def test_the_right_side_of_nothing_is_not_computed(sc: SparkContext, marks: Marks) -> None:
    rdd = sc.parallelize([], 1).cartesian(sc.parallelize([1], 1).map(marks.leave))
    assert rdd.collect() == []
    assert marks.read() == []


def test_zip(sc: SparkContext) -> None:
    left = sc.parallelize(range(1000), 3)
    assert left.zip(left.map(str)).collect() == [(i, str(i)) for i in range(1000)]
    doubled = sc.parallelize(range(500), 3).flatMap(lambda x: [2 * x, 2 * x + 1])
    assert doubled.zip(doubled.coalesce(3)).count() == 1000


def test_zip_of_unequal_sides(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="Can only zip with RDD which has the same number of partitions"):
        sc.parallelize(range(5), 2).zip(sc.parallelize(range(5), 3))
    for left, right in ((5, 6), (6, 5)):
        zipped = sc.parallelize(range(left), 1).zip(sc.parallelize(range(right), 1))
        with pytest.raises(ValueError, match="same number of elements in each partition"):
            zipped.collect()


def test_a_users_value_error_passes_through_zip(sc: SparkContext) -> None:
    def fail(x: int) -> int:
        raise ValueError("zip() argument 2 is shorter: says the user")

    rdd = sc.parallelize([1], 1)
    with pytest.raises(ValueError, match="says the user"):
        rdd.zip(rdd.map(fail)).collect()


@pytest.mark.parametrize("method", ["zip", "cartesian"])
def test_the_other_side_must_be_an_rdd(sc: SparkContext, method: str) -> None:
    with pytest.raises(TypeError, match=f"{method} needs another RDD, not "):
        getattr(sc.parallelize([1]), method)([1])


def test_partition_functions_that_return_no_int(sc: SparkContext) -> None:
    pairs = sc.parallelize([(1, 2), (2, 3)], 2)
    assert pairs.partitionBy(2, lambda key: -7).glom().collect() == [[], [(1, 2), (2, 3)]]
    for wrong in (1.5, 1.0, None, "a"):
        with pytest.raises(TypeError, match="must return an int; for key . it returned a "):
            pairs.partitionBy(2, lambda key, wrong=wrong: wrong).collect()
    with pytest.raises(ZeroDivisionError):
        pairs.partitionBy(2, lambda key: key // 0).collect()


def plus_one(records: Iterator[int]) -> Iterator[int]:
    return (x + 1 for x in records)


@pytest.mark.slow
def test_five_hundred_nested_iterators(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(1000), 2)
    for _ in range(500):
        rdd = rdd.mapPartitions(plus_one)
    assert rdd.collect() == list(range(500, 1500))


@pytest.mark.slow
def test_other_deep_nests(sc: SparkContext) -> None:
    rdd = sc.parallelize([1, 2], 2)
    for _ in range(400):
        rdd = rdd.map(lambda x: x + 1).coalesce(2)
    assert rdd.collect() == [401, 402]
    for _ in range(400):
        rdd = rdd.glom().flatMap(lambda records: records)
    assert rdd.collect() == [401, 402]
    for _ in range(150):
        rdd = rdd.zip(rdd.map(str)).keys() if _ % 50 == 0 else rdd.mapPartitions(plus_one)
    assert rdd.collect() == [548, 549]
