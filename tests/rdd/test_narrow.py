"""Operators that work within a partition: laziness, laws, and what user functions may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from minispark import RDD, SparkContext
from minispark.testing.marks import Marks


def every_transformation(rdd: RDD[Any], f: Any) -> list[RDD[Any]]:
    """Each operator, given a function that tells when it runs."""
    pairs = rdd.keyBy(lambda x: x)
    return [
        rdd.map(f),
        rdd.filter(f),
        rdd.flatMap(lambda x: [f(x)]),
        rdd.mapPartitions(lambda it: map(f, it)),
        rdd.mapPartitionsWithIndex(lambda i, it: map(f, it)),
        rdd.keyBy(f),
        pairs.mapValues(f),
        pairs.flatMapValues(lambda v: [f(v)]),
        pairs.reduceByKey(lambda a, b: f(a)),
        pairs.combineByKey(f, lambda a, b: f(a), lambda a, b: f(a)),
        rdd.map(f).distinct(),
        rdd.map(f).keyBy(str).groupByKey(),
        rdd.map(f).keyBy(str).join(pairs),
        rdd.map(f).keyBy(str).cogroup(pairs),
        rdd.map(f).keyBy(str).sortByKey(),
        pairs.sortByKey(keyfunc=f),
        pairs.partitionBy(2, f),
        rdd.map(f).union(rdd).glom(),
        rdd.map(f).cache(),
        rdd.map(f).keyBy(str).keys(),
    ]


@pytest.mark.slow
def test_no_transformation_runs_before_an_action(sc: SparkContext, marks: Marks) -> None:
    def f(x: Any) -> Any:
        marks.leave(x)
        return x

    rdds = every_transformation(sc.parallelize([1, 1, 2], 2), f)
    assert marks.read() == []
    for rdd in rdds:
        marks.clear()
        rdd.count()
        assert len(marks) > 0, f"{rdd} ran without its function"


def test_an_rdd_is_computed_anew_for_each_action(sc: SparkContext, marks: Marks) -> None:
    rdd = sc.parallelize(range(3), 2).map(lambda x: marks.leave(x))
    assert rdd.count() == rdd.count() == 3
    assert sorted(marks.read()) == ["0", "0", "1", "1", "2", "2"]


def test_each_record_passes_all_functions_once_and_in_order(sc: SparkContext, marks: Marks) -> None:
    def stage(name: str) -> Any:
        def see(x: int) -> int:
            marks.leave(f"{name}{x}")
            return x

        return see

    rdd = sc.parallelize([1, 2], 1).map(stage("a")).filter(stage("b")).flatMap(lambda x: [stage("c")(x)])
    assert rdd.collect() == [1, 2]
    for x in (1, 2):
        assert [mark for mark in marks.read() if mark.endswith(str(x))] == [f"a{x}", f"b{x}", f"c{x}"]


@pytest.mark.slow
@pytest.mark.parametrize("depth", [300, 10_000])
def test_a_lineage_of_many_operators(sc: SparkContext, depth: int) -> None:
    rdd = sc.parallelize(range(6), 2)
    for _ in range(depth):
        rdd = rdd.map(lambda x: x + 1)
    assert rdd.collect() == [i + depth for i in range(6)]


def test_a_lineage_of_many_different_operators(sc: SparkContext) -> None:
    rdd: RDD[Any] = sc.parallelize(range(6), 2)
    for _ in range(150):
        rdd = rdd.map(lambda x: x + 1).filter(lambda x: True).flatMap(lambda x: (x,)).keyBy(lambda x: 0)
        rdd = rdd.mapValues(lambda v: v).flatMapValues(lambda v: [v]).values().mapPartitions(iter)
    assert rdd.collect() == [i + 150 for i in range(6)]


def test_a_union_of_many(sc: SparkContext) -> None:
    rdd = sc.parallelize([0], 1)
    for i in range(1, 400):
        rdd = rdd.union(sc.parallelize([i], 1))
    assert rdd.getNumPartitions() == 400
    assert rdd.collect() == list(range(400))


def test_unions_within_unions_keep_their_order(sc: SparkContext) -> None:
    """Empty ones, ones that are met twice, persisted ones, ones below other operators and of RDDs partitioned alike."""
    one, two, none = sc.parallelize([1], 1), sc.parallelize([2, 3], 2), sc.parallelize(list[int](), 1)
    nothing = none.union(sc.emptyRDD())
    kept = one.union(two).persist()
    mapped = two.union(one).map(lambda x: -x)
    alike = sc.union([sc.parallelize([(k, k)], 1).partitionBy(2).values() for k in (5, 6)])
    pairs = sc.parallelize([(7, 8)], 1).partitionBy(2)
    together = pairs.union(pairs)
    rdd = sc.union([one, nothing, kept]).union(mapped).union(kept.union(sc.union([alike, together.values()])))
    expected = [1, 1, 2, 3, -2, -3, -1, 1, 2, 3]
    assert rdd.getNumPartitions() == len(rdd.glom().collect())
    for _ in range(2):
        found = rdd.collect()
        assert (found[:10], sorted(found[10:])) == (expected, [5, 6, 8, 8])
    kept.unpersist()
    assert rdd.collect()[:10] == expected
    twice = rdd.union(rdd)
    assert twice.collect() == rdd.collect() * 2


def test_a_deep_lineage_over_shuffles(sc: SparkContext) -> None:
    rdd = sc.parallelize([(i % 3, 1) for i in range(12)], 2)
    for _ in range(40):
        rdd = rdd.reduceByKey(lambda a, b: a + b, 2).flatMapValues(lambda v: [v // 2, v - v // 2])
    assert sorted(rdd.reduceByKey(lambda a, b: a + b).collect()) == [(0, 4), (1, 4), (2, 4)]


def test_a_partition_is_given_as_one_iterator(sc: SparkContext) -> None:
    def look(records: Iterator[int]) -> Iterable[Any]:
        first = next(records)
        assert iter(records) is records
        return [first, list(records), list(records)]

    assert sc.parallelize(range(5), 1).mapPartitions(look).collect() == [0, [1, 2, 3, 4], []]


def test_an_input_left_half_read_is_closed(sc: SparkContext, marks: Marks) -> None:
    def numbers(records: Iterable[int]) -> Iterator[int]:
        try:
            yield from range(100_000)
        finally:
            marks.leave("closed")

    rdd = sc.parallelize([1], 1).mapPartitions(numbers)
    assert rdd.take(2) == [0, 1]
    assert rdd.mapPartitions(lambda it: [next(it)]).collect() == [0]
    assert sc.parallelize([1], 1).count() == 1, "the worker is reusable"
    assert marks.read() == ["closed", "closed"]


def test_endless_input_can_be_taken_from(sc: SparkContext) -> None:
    def endless(records: Iterable[int]) -> Iterator[int]:
        n = 0
        while True:
            yield n
            n += 1

    rdd = sc.parallelize([1], 1).mapPartitions(endless)
    assert rdd.take(5) == [0, 1, 2, 3, 4]
    assert rdd.map(str).filter(bool).take(2) == ["0", "1"]


def test_records_of_any_type_pass_unchanged(sc: SparkContext) -> None:
    import datetime
    import decimal
    import fractions
    import uuid

    from minispark.testing.compare import assert_same_records

    records = [
        *(None, True, 1, 1.0, -0.0, float("nan"), float("inf"), 2**200, 1j, "", "ä\ud800", b"", bytearray(b"x")),
        *((), (1, (2, [3])), [], {}, {1: {2: set()}}, frozenset({1}), range(3), slice(1, 2), Ellipsis, NotImplemented),
        *(datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC), decimal.Decimal("1.10"), uuid.UUID(int=5)),
        *(fractions.Fraction(1, 3), memoryview, int, ValueError("x"), type(None)),
    ]
    for rdd in (sc.parallelize(records, 3), sc.parallelize([0], 1).flatMap(lambda _: records)):
        kept = [record for record in rdd.map(lambda x: x).collect() if not isinstance(record, Exception)]
        assert_same_records(kept, [record for record in records if not isinstance(record, Exception)], ordered=True)


def test_numpy_values_stay_numpy_values(sc: SparkContext) -> None:
    np = pytest.importorskip("numpy")
    values = sc.parallelize([1, 2], 1).map(lambda x: np.float32(x)).collect()
    assert [type(value) for value in values] == [np.float32, np.float32]
    array = sc.parallelize([3], 1).map(lambda n: np.arange(n)).first()
    assert array.tolist() == [0, 1, 2]


@pytest.mark.slow
def test_one_list_in_many_records_is_not_copied_for_each(sc: SparkContext) -> None:
    shared = list(range(20_000))
    rows = sc.parallelize(range(500), 1).map(lambda i: (i, shared)).mapPartitions(lambda it: [sum(1 for _ in it)])
    assert rows.collect() == [500]
    collected = sc.parallelize(range(500), 1).map(lambda i: (i, shared)).collect()
    assert [row[0] for row in collected] == list(range(500))
    assert all(row[1] == shared for row in collected)


@pytest.mark.parametrize("what", ["map", "filter", "flatMap", "keyBy", "mapPartitions", "foreach", "reduce"])
def test_what_is_no_function_is_refused_where_it_is_given(sc: SparkContext, what: str) -> None:
    with pytest.raises(TypeError):
        getattr(sc.parallelize([1]), what)(5)
