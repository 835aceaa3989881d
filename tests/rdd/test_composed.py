"""Operations made of others: by key, as sets, numbering, trees."""

from __future__ import annotations

import operator
from operator import add
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.compare import assert_same_records
from minispark.testing.marks import Marks

NAN = float("nan")


# --- by key -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slices", [1, 4])
def test_a_zero_value_is_each_keys_own(sc: SparkContext, slices: int) -> None:
    def put(box: list[int], value: int) -> list[int]:
        box.append(value)
        return box

    def pour(box: list[int], other: list[int]) -> list[int]:
        box.extend(other)
        return box

    zero: list[int] = []
    pairs = sc.parallelize([(i % 3, i) for i in range(12)], slices)
    result = dict(pairs.aggregateByKey(zero, put, pour, 2).collect())
    assert result == {k: list(range(k, 12, 3)) for k in range(3)}
    assert zero == []
    assert dict(pairs.mapValues(lambda v: [v]).foldByKey([], pour).collect()) == result


def test_fold_by_key_uses_the_zero_once_a_partition_and_key(sc: SparkContext) -> None:
    pairs = sc.parallelize([("a", 1), ("a", 2), ("a", 3), ("b", 4)], 2)
    assert sorted(pairs.foldByKey(100, add).collect()) == [("a", 206), ("b", 104)]


def test_partition_functions_are_used(sc: SparkContext) -> None:
    pairs = sc.parallelize([(i, i) for i in range(6)], 3)

    def backwards(key: int) -> int:
        return -key

    for rdd in (
        pairs.aggregateByKey(0, add, add, 4, backwards),
        pairs.foldByKey(0, add, 4, backwards),
        pairs.values().groupBy(lambda x: x, 4, backwards).mapValues(sum),
    ):
        assert [sorted(part) for part in rdd.glom().collect()] == [
            [(0, 0), (4, 4)],
            [(3, 3)],
            [(2, 2)],
            [(1, 1), (5, 5)],
        ]


@pytest.mark.parametrize("method", ["aggregateByKey", "foldByKey"])
def test_functions_are_checked_at_once(sc: SparkContext, method: str) -> None:
    rest = [None] if method == "foldByKey" else [add, None]
    with pytest.raises(TypeError, match=f"{method} needs a function, not None"):
        getattr(sc.parallelize([(1, 1)]), method)(0, *rest)


def test_group_by_keeps_every_record(sc: SparkContext) -> None:
    groups = sc.parallelize([3, 1, None, 1], 2).groupBy(lambda x: x is None).mapValues(list).collect()
    assert_same_records(groups, [(False, [3, 1, 1]), (True, [None])])
    assert sc.emptyRDD().groupBy(bool).collect() == []


def test_group_with_takes_any_number(sc: SparkContext) -> None:
    one, two = sc.parallelize([(1, "a"), (2, "b"), (1, "c")], 2), sc.parallelize([(1, "d")], 1)
    three, four = sc.parallelize([(3, "e")], 1), sc.emptyRDD()
    groups = {key: tuple(map(list, sides)) for key, sides in one.groupWith(two, three, four).collect()}
    assert groups == {1: (["a", "c"], ["d"], [], []), 2: (["b"], [], [], []), 3: ([], [], ["e"], [])}
    assert {key: tuple(map(list, sides)) for key, sides in one.groupWith(two).collect()}.keys() == {1, 2}
    assert one.groupWith(two, three, four).getNumPartitions() == one.cogroup(two.union(three)).getNumPartitions()
    with pytest.raises(TypeError, match="groupWith needs another RDD, not 5"):
        one.groupWith(two, 5)


def test_reduce_by_key_locally(sc: SparkContext) -> None:
    pairs = sc.parallelize([("a", 1), (None, 5), ("b", 1), ("a", 2)], 3)
    assert pairs.reduceByKeyLocally(operator.sub) == {"a": -1, "b": 1, None: 5}
    assert len(sc.parallelize([(float("nan"), 1), (float("nan"), 2)], 2).reduceByKeyLocally(add)) == 1
    assert sc.emptyRDD().reduceByKeyLocally(add) == sc.parallelize([], 2).reduceByKeyLocally(add) == {}
    with pytest.raises(TypeError, match="not a .* pair"):
        sc.parallelize([1, 2]).reduceByKeyLocally(add)


def test_lookup_computes_the_keys_partition_only(sc: SparkContext, marks: Marks) -> None:
    pairs = sc.parallelize([(i % 7, i) for i in range(21)], 4)
    assert pairs.lookup(3) == [3, 10, 17]
    assert pairs.lookup("x") == pairs.lookup(NAN) == sc.emptyRDD().lookup(1) == []

    def marked(value: int) -> int:
        marks.leave(str(value))
        return value

    routed = pairs.partitionBy(7).mapValues(marked)
    assert routed.lookup(3) == [3, 10, 17]
    assert sorted(marks.read()) == ["10", "17", "3"]


# --- sets -------------------------------------------------------------------------------------------------------------


def test_intersection_gives_each_record_once(sc: SparkContext) -> None:
    left = sc.parallelize([1, 1, 2, None, ("a", 1), NAN], 3)
    right = sc.parallelize([1, None, None, ("a", 1), 5, NAN], 2)
    assert_same_records(left.intersection(right).collect(), [1, None, ("a", 1), NAN])
    assert left.intersection(sc.emptyRDD()).collect() == sc.emptyRDD().intersection(left).collect() == []


def test_subtract_keeps_repeated_records(sc: SparkContext) -> None:
    left = sc.parallelize([1, 1, 2, None, "a", "a"], 3)
    assert_same_records(left.subtract(sc.parallelize([2, None, 7], 2)).collect(), [1, 1, "a", "a"])
    assert_same_records(left.subtract(sc.emptyRDD()).collect(), left.collect())
    assert left.subtract(left, 4).collect() == []
    assert left.subtract(sc.emptyRDD(), 4).getNumPartitions() == 4


def test_subtract_by_key_keeps_falsy_values(sc: SparkContext) -> None:
    left = sc.parallelize([("a", 0), ("a", None), ("b", 1), (None, 2)], 3)
    right = sc.parallelize([("b", False), (None, None)], 2)
    assert_same_records(left.subtractByKey(right, 3).collect(), [("a", 0), ("a", None)])
    one = left.partitionBy(3)
    assert one.subtractByKey(right.partitionBy(3), 3).partitioner == one.partitioner


@pytest.mark.parametrize("method", ["intersection", "subtract", "subtractByKey"])
def test_the_other_must_be_an_rdd(sc: SparkContext, method: str) -> None:
    with pytest.raises(TypeError, match=rf"{method} needs another RDD, not \[1\]"):
        getattr(sc.parallelize([(1, 1)]), method)([1])


def test_unhashable_records_are_named(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="cannot be hashed"):
        sc.parallelize([[1]]).subtract(sc.parallelize([[2]])).collect()


# --- numbers for records ----------------------------------------------------------------------------------------------


def test_indices_are_consecutive_over_uneven_partitions(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(12), 6).filter(lambda x: x % 4 > 1 or x > 8)
    assert [index for _, index in rdd.zipWithIndex().collect()] == list(range(rdd.count()))
    assert [index for _, index in rdd.zipWithUniqueId().glom().collect()[5]] == [5, 11]
    assert sc.emptyRDD().zipWithIndex().collect() == sc.emptyRDD().zipWithUniqueId().collect() == []


def test_the_last_partition_need_not_be_counted(sc: SparkContext, marks: Marks) -> None:
    def marked(index: int, records: Any) -> Any:
        marks.leave(str(index))
        return records

    sc.parallelize(range(4), 2).mapPartitionsWithIndex(marked).zipWithIndex()
    assert marks.read() == ["0"]
    sc.parallelize(range(4), 1).mapPartitionsWithIndex(marked).zipWithIndex()
    assert marks.read() == ["0"]


# --- trees ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 2, 3, 10])
@pytest.mark.parametrize("slices", [1, 2, 9, 50])
def test_trees_of_any_depth(sc: SparkContext, depth: int, slices: int) -> None:
    rdd = sc.parallelize(range(30), slices)
    assert rdd.treeReduce(add, depth) == 435
    assert rdd.treeReduce(max, depth) == 29
    assert rdd.treeAggregate(1, add, add, depth) == 435 + slices  # the zero enters once a partition
    assert sorted(rdd.treeAggregate([], lambda c, x: [*c, x], add, depth)) == list(range(30))


def test_a_tree_gives_each_partition_a_zero_of_its_own(sc: SparkContext) -> None:
    def put(box: list[int], value: int) -> list[int]:
        box.append(value)
        return box

    zero: list[int] = []
    assert sorted(sc.parallelize(range(9), 3).treeAggregate(zero, put, add)) == list(range(9))
    assert zero == []


def test_trees_of_nothing(sc: SparkContext) -> None:
    for empty in (sc.emptyRDD(), sc.parallelize([], 9)):
        with pytest.raises(ValueError, match="empty RDD"):
            empty.treeReduce(add)
    assert sc.emptyRDD().treeAggregate(5, add, add) == 5
    assert sc.parallelize([], 9).treeAggregate(0, add, add) == 0
    for depth in (0, -1):
        with pytest.raises(ValueError, match=f"Depth cannot be smaller than 1 but got {depth}"):
            sc.parallelize([1]).treeReduce(add, depth)
        with pytest.raises(ValueError, match=f"Depth cannot be smaller than 1 but got {depth}"):
            sc.parallelize([1]).treeAggregate(0, add, add, depth)


# --- old and missing names --------------------------------------------------------------------------------------------


def test_the_old_name_warns(sc: SparkContext) -> None:
    with pytest.warns(FutureWarning, match="use mapPartitionsWithIndex instead") as caught:
        rdd = sc.parallelize([1, 2, 3], 3).mapPartitionsWithSplit(lambda index, records: [index])
    assert caught[0].filename == __file__
    assert rdd.collect() == [0, 1, 2]
