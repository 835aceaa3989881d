"""Actions: their answers at the edges, and how little they compute."""

from __future__ import annotations

from operator import add
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import ResultNotSerializableError
from minispark.testing.compare import same
from minispark.testing.marks import Marks


@pytest.mark.matrix(47)
@pytest.mark.parametrize("partitions", [0, 1, 3])
def test_of_nothing(sc: SparkContext, partitions: int) -> None:
    rdd = sc.parallelize([], partitions) if partitions else sc.emptyRDD()
    assert rdd.collect() == rdd.take(3) == rdd.takeOrdered(3) == []
    assert rdd.count() == 0
    assert same(rdd.sum(), 0)
    assert rdd.fold(0, add) == 0
    for action in (rdd.first, lambda: rdd.reduce(add)):
        with pytest.raises(ValueError, match=r"(?i)empty"):
            action()


def test_take_at_its_bounds(sc: SparkContext) -> None:
    rdd = sc.parallelize([1, 2, 3], 2)
    assert [rdd.take(n) for n in range(5)] == [[], [1], [1, 2], [1, 2, 3], [1, 2, 3]]


def test_take_computes_few_partitions(sc: SparkContext, marks: Marks) -> None:
    def see(index: int, records: Any) -> Any:
        marks.leave(index)
        return records

    rdd = sc.parallelize(range(1000), 100).mapPartitionsWithIndex(see)
    assert rdd.take(3) == [0, 1, 2]
    assert marks.read() == ["0"]
    marks.clear()
    assert rdd.first() == 0
    assert marks.read() == ["0"]
    marks.clear()
    assert rdd.take(0) == []
    assert marks.read() == []
    assert rdd.take(25) == list(range(25))
    assert len(marks) < 20


def test_take_finds_what_is_far_behind(sc: SparkContext) -> None:
    assert sc.parallelize(range(300), 300).filter(lambda x: x >= 298).take(5) == [298, 299]


def test_sums_have_the_type_that_python_gives_them(sc: SparkContext) -> None:
    import decimal
    import fractions

    for values in (
        [1, 2],
        [1, 2.5],
        [True, True],
        [2**70, -1],
        [1j, 1],
        [fractions.Fraction(1, 3)] * 3,
        [decimal.Decimal("0.10")] * 3,
    ):
        assert same(sc.parallelize(values, 2).sum(), sum(values))
    with pytest.raises(TypeError):
        sc.parallelize(["a", "b"], 2).sum()


def test_reduce_and_fold_follow_the_order_of_records(sc: SparkContext) -> None:
    rdd = sc.parallelize(list("abcdefg"), 4)
    assert rdd.reduce(add) == "abcdefg"
    assert rdd.fold("-", add) == "-" + "".join("-" + "".join(part) for part in rdd.glom().collect())
    assert sc.parallelize(list("ab"), 5).reduce(add) == "ab"


def test_a_mutable_zero_is_fresh_for_each_partition(sc: SparkContext) -> None:
    def put(box: list[int], other: Any) -> list[int]:
        box.extend(other if isinstance(other, list) else [other])
        return box

    zero: list[int] = []
    rdd = sc.parallelize([1, 2, 3, 4, 5], 3)
    assert sorted(rdd.fold(zero, put)) == [1, 2, 3, 4, 5]
    assert sorted(rdd.aggregate(zero, put, put)) == [1, 2, 3, 4, 5]
    assert zero == []


def test_count_is_of_records_not_of_pairs(sc: SparkContext) -> None:
    assert sc.parallelize([None, None, (), []], 2).count() == 4
    assert sc.range(10**6, numSlices=3).count() == 10**6


@pytest.mark.matrix(23)
def test_a_result_that_cannot_be_pickled_names_its_type_and_is_not_tried_again(sc: SparkContext, marks: Marks) -> None:
    def lock(x: int) -> Any:
        import threading

        marks.leave(x)
        return threading.Lock()

    with pytest.raises(ResultNotSerializableError, match="lock"):
        sc.parallelize([1], 1).map(lock).collect()
    assert marks.read() == ["1"]
    assert sc.parallelize([1], 1).map(lock).count() == 1, "it need not be pickled to be counted"


def test_actions_from_several_threads(sc: SparkContext) -> None:
    import threading

    answers: dict[int, Any] = {}

    def ask(n: int) -> None:
        rdd = sc.parallelize(range(n * 10), 3).map(lambda x: (x % 3, x)).reduceByKey(add, 2)
        answers[n] = sorted(rdd.collect())

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {
        n: sorted((k, sum(x for x in range(n * 10) if x % 3 == k)) for k in range(min(3, n * 10))) for n in range(1, 9)
    }


def test_a_user_error_in_one_thread_leaves_the_others_alone(sc: SparkContext) -> None:
    import threading

    outcomes: dict[int, Any] = {}

    def ask(n: int) -> None:
        try:
            outcomes[n] = sc.parallelize(range(8), 4).map(lambda x: x // (n % 2)).sum()
        except ZeroDivisionError as error:
            outcomes[n] = type(error)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {n: 28 if n % 2 else ZeroDivisionError for n in range(8)}
