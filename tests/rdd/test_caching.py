"""cache and unpersist: computed once, never changed by anyone, free again."""

from __future__ import annotations

from typing import Any

import pytest

from minispark import SparkContext, StorageLevel
from minispark.testing.compare import assert_same_records
from minispark.testing.marks import Marks

LEVELS = ["DISK_ONLY", "DISK_ONLY_3", "MEMORY_ONLY_2", "MEMORY_AND_DISK", "MEMORY_AND_DISK_DESER", "OFF_HEAP"]


def marked(sc: SparkContext, marks: Marks, n: int = 6, slices: int = 3) -> Any:
    def see(x: int) -> int:
        marks.leave(x)
        return x

    return sc.parallelize(range(n), slices).map(see)


def test_cached_records_are_computed_once(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks).cache()
    assert marks.read() == [], "caching is lazy"
    assert [rdd.collect() for _ in range(3)] == [list(range(6))] * 3
    assert rdd.map(str).count() == rdd.filter(bool).count() + 1
    assert sorted(marks.read()) == [str(i) for i in range(6)]


def test_only_the_partitions_that_were_asked_for_are_computed(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks, 6, 3).cache()
    assert rdd.first() == 0
    assert set(marks.read()) <= {"0", "1"}, "those of the first partition"
    assert rdd.collect() == list(range(6))
    assert len(marks) <= 8
    marks.clear()
    assert rdd.collect() == list(range(6))
    assert rdd.first() == 0
    assert marks.read() == []


def test_unpersisted_records_are_computed_again(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks).cache()
    assert rdd.is_cached
    assert rdd.count() == 6
    assert rdd.unpersist() is rdd
    assert not rdd.is_cached
    assert rdd.count() == 6
    assert len(marks) == 12
    rdd.cache()
    assert rdd.count() == rdd.count() == 6
    assert len(marks) == 18


def test_caching_twice_and_unpersisting_twice(sc: SparkContext) -> None:
    rdd = sc.parallelize([1], 1).cache().cache()
    assert rdd.collect() == [1]
    assert rdd.unpersist().unpersist().collect() == [1]


def test_a_task_that_changes_cached_records_changes_no_later_answer(sc: SparkContext) -> None:
    def spoil(box: list[int]) -> list[int]:
        box.append(99)
        return box

    rdd = sc.parallelize([1, 2], 2).map(lambda x: [x]).cache()
    for _ in range(3):
        assert rdd.map(spoil).collect() == [[1, 99], [2, 99]]
        assert rdd.collect() == [[1], [2]]


def test_collected_records_are_the_users_own(sc: SparkContext) -> None:
    rdd = sc.parallelize([[1]], 1).cache()
    rdd.collect()[0].append(5)
    assert rdd.collect() == [[1]]


def test_all_kinds_of_records_can_be_cached(sc: SparkContext) -> None:
    class Own:
        def __init__(self, n: int) -> None:
            self.n = n

    records = [None, 1, 1.0, True, float("nan"), "ä", b"", (1, [2]), {1: {2}}, 2**99]
    assert_same_records(sc.parallelize(records, 3).cache().collect(), records, ordered=True)
    own = sc.parallelize(range(3), 2).map(Own).cache()
    assert own.map(lambda o: o.n).collect() == own.map(lambda o: o.n).collect() == [0, 1, 2]


def test_caching_below_and_above_a_shuffle(sc: SparkContext, marks: Marks) -> None:
    below = marked(sc, marks, 30, 4).map(lambda x: (x % 3, x)).cache()
    above = below.reduceByKey(lambda a, b: a + b, 2).cache()
    expected = [(0, 135), (1, 145), (2, 155)]
    assert sorted(above.collect()) == sorted(above.collect()) == expected
    assert sorted(below.groupByKey().mapValues(sum).collect()) == expected
    assert len(marks) == 30


def test_caching_never_changes_a_layout(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i, i) for i in range(10)], 3).partitionBy(4)
    plain = rdd.glom().collect()
    cached = rdd.cache()
    assert cached.glom().collect() == cached.glom().collect() == plain
    assert cached.partitioner == rdd.partitioner


def test_empty_partitions_are_cached_too(sc: SparkContext, marks: Marks) -> None:
    def nothing(records: Any) -> Any:
        marks.leave("ran")
        return iter(())

    rdd = sc.parallelize([], 2).mapPartitions(nothing).cache()
    assert rdd.collect() == rdd.collect() == []
    assert len(marks) == 2


def test_an_iterative_program_over_cached_links(sc: SparkContext) -> None:
    links = sc.parallelize([(1, [2, 3]), (2, [3]), (3, [1])], 2).partitionBy(2).cache()
    ranks = links.mapValues(lambda _: 1.0)
    for _ in range(8):
        given = links.join(ranks).flatMap(lambda kv: [(to, kv[1][1] / len(kv[1][0])) for to in kv[1][0]])
        ranks = given.reduceByKey(lambda a, b: a + b, 2).mapValues(lambda r: 0.15 + 0.85 * r)
    result = dict(ranks.collect())
    model = {1: 1.0, 2: 1.0, 3: 1.0}
    for _ in range(8):
        model = {
            1: 0.15 + 0.85 * model[3],
            2: 0.15 + 0.85 * model[1] / 2,
            3: 0.15 + 0.85 * (model[1] / 2 + model[2]),
        }
    assert {k: round(v, 9) for k, v in result.items()} == {k: round(v, 9) for k, v in model.items()}


def test_levels_are_shown_as_in_pyspark(sc: SparkContext) -> None:
    rdd = sc.parallelize([1, 2], 2)
    assert (repr(rdd.getStorageLevel()), rdd.is_cached) == ("StorageLevel(False, False, False, False, 1)", False)
    assert str(rdd.cache().getStorageLevel()) == "Memory Serialized 1x Replicated"
    assert rdd.persist(StorageLevel.MEMORY_ONLY) is rdd
    with pytest.raises(RuntimeError, match="Cannot change storage level.*unpersist it first"):
        rdd.persist(StorageLevel.DISK_ONLY)
    assert str(rdd.unpersist().persist(StorageLevel.OFF_HEAP).getStorageLevel()) == (
        "Disk Memory OffHeap Serialized 1x Replicated"
    )
    assert str(StorageLevel.MEMORY_AND_DISK_DESER) == "Disk Memory Deserialized 1x Replicated"
    with pytest.raises(TypeError, match=r"must be of type pyspark.StorageLevel, not 'MEMORY'"):
        sc.parallelize([1]).persist("MEMORY")


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_computes_once_and_frees(sc: SparkContext, marks: Marks, level: str) -> None:
    rdd = marked(sc, marks).persist(getattr(StorageLevel, level))
    assert rdd.collect() == rdd.collect() == list(range(6))
    assert len(marks) == 6
    rdd.unpersist()
    assert rdd.count() == 6
    assert len(marks) == 12


def test_the_level_none_keeps_nothing(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks).persist(StorageLevel.NONE)
    assert rdd.count() == rdd.count() == 6
    assert len(marks) == 12


def test_a_partition_that_was_begun_is_kept_as_a_whole(sc: SparkContext, marks: Marks) -> None:
    below = marked(sc, marks, 30_000, 3).cache()
    above = below.map(lambda x: x + 1).persist(StorageLevel.DISK_ONLY)
    assert above.take(2) == [1, 2]
    assert len(marks) == 10_000
    assert below.take(10_000)[-1] == 9_999
    assert above.first() == 1
    assert len(marks) == 10_000


def test_an_accumulator_counts_a_partition_that_take_begun_once(sc: SparkContext) -> None:
    total = sc.accumulator(0)
    rdd = sc.parallelize(range(20_000), 2).map(lambda x: (total.add(1), x)[1]).cache()
    assert rdd.first() == 0
    assert total.value == 10_000
    assert rdd.count() == 20_000
    assert total.value == 20_000


def test_an_error_in_what_take_did_not_ask_for_is_raised(sc: SparkContext) -> None:
    rdd = sc.parallelize([1] * 9_000 + [0], 1).map(lambda x: 1 // x)
    assert rdd.take(1) == [1]
    with pytest.raises(ZeroDivisionError):
        rdd.cache().take(1)


def test_what_a_later_map_stage_keeps_follows_persist_and_unpersist(sc: SparkContext, marks: Marks) -> None:
    source = marked(sc, marks)
    pairs = source.map(lambda x: (x % 2, x))
    sums = pairs.reduceByKey(lambda a, b: a + b, 2)
    assert sorted(sums.collect()) == [(0, 6), (1, 9)]
    assert len(marks) == 6
    source.cache()
    assert source.count() == 6
    assert sorted(pairs.groupByKey().mapValues(sum).collect()) == [(0, 6), (1, 9)]
    assert sorted(sums.collect()) == [(0, 6), (1, 9)]
    assert len(marks) == 12
    source.unpersist()
    assert sorted(pairs.reduceByKey(max, 3).collect()) == [(0, 4), (1, 5)]
    assert len(marks) == 18


def test_a_partition_read_twice_in_one_task_is_kept_once(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks, 20_000, 2).cache()
    assert rdd.zip(rdd).filter(lambda pair: pair[0] != pair[1]).count() == 0
    marks.clear()
    assert rdd.union(rdd).count() == 40_000
    assert rdd.cartesian(sc.parallelize([1, 2], 1)).count() == 40_000
    assert marks.read() == []
