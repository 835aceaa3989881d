"""Operators that bring equal keys together: which keys are equal, where they go, what order is kept."""

from __future__ import annotations

import datetime
import decimal
import enum
from dataclasses import dataclass
from operator import add
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.compare import assert_same_records, same

NAN = float("nan")


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@pytest.mark.matrix(29)
def test_none_keys_are_one_group_in_one_partition(sc: SparkContext) -> None:
    rdd = sc.parallelize([(None, 1), ("a", 2), (None, 3)], 3)
    assert_same_records(rdd.groupByKey(4).mapValues(list).collect(), [(None, [1, 3]), ("a", [2])])
    parts = rdd.partitionBy(4).glom().collect()
    assert [pair for pair in parts[0] if pair[0] is None] == [(None, 1), (None, 3)]


@pytest.mark.matrix(30)
@pytest.mark.parametrize("slices", [1, 3])
def test_nan_keys_are_one_group_at_any_depth(sc: SparkContext, slices: int) -> None:
    def nan(_: Any) -> float:
        return float("inf") - float("inf")  # a new object each time, as data has it

    rdd = sc.parallelize(range(6), slices)
    for key in (nan, lambda x: (1, nan(x)), lambda x: ("a", (nan(x), None))):
        assert [len(values) for _, values in rdd.keyBy(key).groupByKey(3).collect()] == [6]
        assert rdd.keyBy(key).reduceByKey(add, 3).values().collect() == [15]
        assert rdd.map(key).distinct(3).count() == 1
        assert rdd.keyBy(key).join(rdd.keyBy(key), 2).count() == 36
    (result,) = rdd.map(nan).distinct().collect()
    assert result != result


def test_equal_numbers_are_one_key(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, "a"), (1.0, "b"), (True, "c"), (0, "d"), (False, "e"), (-0.0, "f"), (0.0, "g")], 3)
    groups = sorted(rdd.groupByKey(4).mapValues(list).values().collect())
    assert groups == [["a", "b", "c"], ["d", "e", "f", "g"]]
    assert rdd.keys().distinct(2).count() == 2
    assert sc.parallelize([(decimal.Decimal(1), 1), (1 + 0j, 1)], 2).join(rdd).count() == 6


@pytest.mark.parametrize("combine", ["groupByKey", "reduceByKey", "distinct"])
def test_the_first_of_equal_keys_stands_for_the_group(sc: SparkContext, combine: str) -> None:
    rdd = sc.parallelize([(1.0, 0), (1, 0), (True, 0)], 3)
    if combine == "groupByKey":
        keys = rdd.groupByKey(2).keys().collect()
    elif combine == "reduceByKey":
        keys = rdd.reduceByKey(add, 2).keys().collect()
    else:
        keys = rdd.keys().distinct(2).collect()
    assert [same(key, 1.0) for key in keys] == [True]


def test_str_and_bytes_of_the_same_letters_differ(sc: SparkContext) -> None:
    assert sc.parallelize(["a", b"a", "a"], 2).distinct().count() == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "keys",
    [
        ["a", "b", "ä", "", "a" * 1000],
        [b"", b"\0", b"\0\0"],
        [datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)],
        [datetime.datetime(2024, 1, 1, 12), datetime.datetime(2024, 1, 1, 13)],
        [datetime.timedelta(1), datetime.timedelta(2)],
        [decimal.Decimal("1.5"), decimal.Decimal("2")],
        [Colour.RED, Colour.BLUE],
        [frozenset({1, 2}), frozenset()],
        [("a", (None, 1.5)), ("a", (None, 2))],
        [2**100, -(2**100), 2**61 - 1],
        [(), ((),), ((), ())],
    ],
    ids=lambda keys: type(keys[0]).__name__,
)
def test_keys_of_many_types_meet_wherever_they_come_from(sc: SparkContext, keys: list[Any]) -> None:
    rdd = sc.parallelize(keys * 4, 5).map(lambda k: (k, 1))
    assert_same_records(rdd.reduceByKey(add, 3).collect(), [(key, 4) for key in keys])
    assert_same_records(rdd.keys().distinct(4).collect(), keys)
    assert rdd.join(rdd, 3).count() == 16 * len(keys)


def test_instances_of_a_users_frozen_dataclass_are_keys(sc: SparkContext) -> None:
    @dataclass(frozen=True)
    class Point:
        x: int
        name: str

    rdd = sc.parallelize(range(12), 4).map(lambda i: (Point(i % 3, "p"), i))
    assert sorted(rdd.reduceByKey(add, 3).map(lambda kv: (kv[0].x, kv[1])).collect()) == [(0, 18), (1, 22), (2, 26)]


@pytest.mark.matrix(33)
def test_keys_that_hash_by_address_are_refused(sc: SparkContext) -> None:
    class Plain:
        pass

    rdd = sc.parallelize(range(4), 2).map(lambda i: (Plain(), i))
    for shuffled in (rdd.groupByKey(2), rdd.reduceByKey(add, 2), rdd.partitionBy(2), rdd.keys().distinct(2)):
        with pytest.raises(TypeError, match="Plain"):
            shuffled.count()


@pytest.mark.matrix(28)
@pytest.mark.parametrize("operator", ["reduceByKey", "groupByKey", "partitionBy", "join", "distinct", "combineByKey"])
@pytest.mark.parametrize("key", [[1], {}, {1}, ([1],), bytearray(b"x")], ids=repr)
def test_an_unhashable_key_is_a_type_error_that_names_its_type(sc: SparkContext, operator: str, key: Any) -> None:
    rdd = sc.parallelize([(1, 1), (key, 1)], 2)
    shuffled = {
        "reduceByKey": lambda: rdd.reduceByKey(add),
        "groupByKey": lambda: rdd.groupByKey(),
        "partitionBy": lambda: rdd.partitionBy(3),
        "join": lambda: rdd.join(rdd),
        "distinct": lambda: rdd.distinct(),
        "combineByKey": lambda: rdd.combineByKey(lambda v: [v], add, add),
    }[operator]()
    with pytest.raises(TypeError) as caught:
        shuffled.collect()
    inner = key[0] if isinstance(key, tuple) else key
    assert type(inner).__name__ in str(caught.value)
    assert "unhashable" in str(caught.value)


@pytest.mark.parametrize("record", [5, None, (), (1,), (1, 2, 3), "word", object], ids=repr)
@pytest.mark.parametrize("operator", ["reduceByKey", "groupByKey", "partitionBy", "sortByKey", "join", "mapValues"])
def test_a_record_that_is_no_pair_is_shown(sc: SparkContext, operator: str, record: Any) -> None:
    rdd = sc.parallelize([(1, 1), record], 1)
    call = {
        "reduceByKey": lambda: rdd.reduceByKey(add),
        "groupByKey": lambda: rdd.groupByKey(),
        "partitionBy": lambda: rdd.partitionBy(3),
        "sortByKey": lambda: rdd.sortByKey(True, 2),
        "join": lambda: rdd.join(sc.parallelize([(1, 1)], 1)),
        "mapValues": lambda: rdd.mapValues(abs),
    }[operator]
    if operator == "mapValues" and record == (1, 2, 3):
        return  # as in PySpark, what follows the value is dropped
    with pytest.raises((TypeError, ValueError, IndexError)) as caught:
        call().collect()
    assert repr(record) in "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])


def test_values_of_a_key_stay_in_order(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i % 3, i) for i in range(30)], 4)
    in_order = {k: [i for i in range(30) if i % 3 == k] for k in range(3)}
    assert dict(rdd.groupByKey(2).mapValues(list).collect()) == in_order
    assert dict(rdd.mapValues(lambda v: [v]).reduceByKey(add, 2).collect()) == in_order
    parts = rdd.partitionBy(2).glom().collect()
    assert parts == [[(k, v) for v in range(30) if (k := v % 3) % 2 == index] for index in range(2)]


def test_a_group_is_sized_and_can_be_read_again(sc: SparkContext) -> None:
    def look(values: Any) -> tuple[int, list[int], list[int], bool]:
        return len(values), list(values), list(values), bool(values)

    rdd = sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 2).groupByKey(1)
    assert dict(rdd.mapValues(look).collect()) == {"a": (2, [1, 3], [1, 3], True), "b": (1, [2], [2], True)}
    (group,) = [values for key, values in rdd.collect() if key == "a"]
    assert (len(group), list(group), list(group)) == (2, [1, 3], [1, 3])


def test_combiners_are_of_any_type(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i % 2, i) for i in range(10)], 3)
    stats = rdd.combineByKey(
        lambda v: (v, 1), lambda c, v: (c[0] + v, c[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]), 2
    )
    assert sorted(stats.collect()) == [(0, (20, 5)), (1, (25, 5))]


def test_a_combiner_may_change_its_first_argument(sc: SparkContext) -> None:
    def append(box: list[int], value: int) -> list[int]:
        box.append(value)
        return box

    def extend(box: list[int], other: list[int]) -> list[int]:
        box.extend(other)
        return box

    rdd = sc.parallelize([(i % 2, i) for i in range(10)], 3).cache()
    combined = rdd.combineByKey(lambda v: [v], append, extend, 2)
    for _ in range(2):
        assert sorted(combined.collect()) == [(0, [0, 2, 4, 6, 8]), (1, [1, 3, 5, 7, 9])]
    boxes = sc.parallelize([(0, [1]), (0, [2]), (0, [3])], 2)
    for _ in range(2):
        assert boxes.reduceByKey(extend, 1).collect() == [(0, [1, 2, 3])]


def test_a_partition_function_decides(sc: SparkContext) -> None:
    rdd = sc.parallelize([(w, len(w)) for w in ("a", "bb", "ccc", "dd", "e")], 2)
    assert rdd.partitionBy(4, len).glom().collect() == [[], [("a", 1), ("e", 1)], [("bb", 2), ("dd", 2)], [("ccc", 3)]]


def test_a_partition_function_must_give_an_integer(sc: SparkContext) -> None:
    with pytest.raises(TypeError):
        sc.parallelize([("a", 1)]).partitionBy(3, lambda k: "first").collect()


def test_the_same_partitioner_needs_no_second_shuffle(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i, i) for i in range(10)], 2).partitionBy(3)
    assert rdd.partitionBy(3) is rdd
    assert rdd.reduceByKey(add).partitioner == rdd.partitioner
    assert rdd.mapValues(str).partitioner == rdd.filter(bool).partitioner == rdd.partitioner
    assert rdd.map(lambda x: x).partitioner is None
    joined = rdd.join(rdd.mapValues(str))
    assert joined.getNumPartitions() == 3
    assert sorted(joined.collect()) == [(i, (i, str(i))) for i in range(10)]


def test_another_partition_function_is_another_partitioner(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i, i) for i in range(6)], 2)
    plain, halves = rdd.partitionBy(2), rdd.partitionBy(2, lambda k: k // 3)
    assert plain.partitioner != halves.partitioner
    assert plain.partitionBy(2, lambda k: k // 3).keys().glom().collect() == [[0, 2, 1], [4, 3, 5]]
    assert halves.reduceByKey(add, 2).keys().glom().map(sorted).collect() == [[0, 2, 4], [1, 3, 5]]
    assert halves.union(plain).getNumPartitions() == 4
    assert sorted(plain.join(halves, 2).collect()) == [(i, (i, i)) for i in range(6)]


def test_joins_keep_every_pair_of_duplicates(sc: SparkContext) -> None:
    left = sc.parallelize([(1, "a"), (1, "a"), (2, "b"), (3, "c")], 2)
    right = sc.parallelize([(1, "x"), (1, "y"), (3, None), (4, "z")], 3)
    wanted = [(1, ("a", "x")), (1, ("a", "y")), (1, ("a", "x")), (1, ("a", "y")), (3, ("c", None))]
    assert_same_records(left.join(right).collect(), wanted)
    assert left.join(right).getNumPartitions() == 5


def test_a_join_is_of_the_left_value_and_the_right(sc: SparkContext) -> None:
    left, right = sc.parallelize([(1, 1)], 1), sc.parallelize([(1, 2)], 1)
    assert left.join(right).collect() == [(1, (1, 2))]
    assert right.join(left).collect() == [(1, (2, 1))]


def test_unhashable_values_can_be_joined_and_grouped(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, [1]), (1, {2: 3})], 2)
    assert_same_records(rdd.groupByKey(2).mapValues(list).collect(), [(1, [[1], {2: 3}])])
    assert rdd.join(rdd).count() == 4


def test_cogroup_has_both_sides_of_every_key(sc: SparkContext) -> None:
    left, right = sc.parallelize([("a", 1), ("b", 4), ("a", 2)], 2), sc.parallelize([("a", 3), ("c", 5)], 2)
    groups = {k: (list(a), list(b)) for k, (a, b) in left.cogroup(right, 3).collect()}
    assert groups == {"a": ([1, 2], [3]), "b": ([4], []), "c": ([], [5])}


@pytest.mark.matrix(47)
def test_shuffles_of_nothing(sc: SparkContext) -> None:
    empty = sc.parallelize([], 3)
    pairs = sc.parallelize([(1, 1)], 2)
    assert empty.reduceByKey(add).collect() == empty.groupByKey().collect() == empty.distinct().collect() == []
    assert empty.join(pairs).collect() == pairs.join(empty).collect() == []
    assert empty.partitionBy(4).glom().collect() == [[], [], [], []]
    assert sc.emptyRDD().union(pairs).reduceByKey(add).collect() == [(1, 1)]
    assert sc.emptyRDD().distinct().collect() == []


def test_many_partitions_on_both_sides(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(2000), 40).map(lambda i: (i % 97, 1)).reduceByKey(add, 60)
    assert rdd.getNumPartitions() == 60
    assert sorted(rdd.collect()) == [(k, len(range(k, 2000, 97))) for k in range(97)]


def test_a_shuffle_is_written_once_and_read_by_later_jobs(sc: SparkContext, marks: Any) -> None:
    def see(i: int) -> tuple[int, int]:
        marks.leave(i)
        return (i % 2, i)

    reduced = sc.parallelize(range(4), 2).map(see).reduceByKey(add, 2)
    assert sorted(reduced.collect()) == sorted(reduced.collect()) == [(0, 2), (1, 4)]
    assert reduced.count() == 2
    assert sorted(marks.read()) == ["0", "1", "2", "3"]
