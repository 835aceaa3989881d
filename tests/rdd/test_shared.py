"""Broadcast variables and accumulators."""

from __future__ import annotations

from typing import Any

import pytest

from minispark import AccumulatorParam, SparkContext
from minispark.testing.marks import Marks


@pytest.mark.slow
def test_a_broadcast_is_read_in_tasks_and_in_the_driver(sc: SparkContext) -> None:
    table = sc.broadcast({1: "one", 2: "two"})
    assert table.value == {1: "one", 2: "two"}
    assert sc.parallelize([1, 2, 3], 3).map(lambda x: table.value.get(x)).collect() == ["one", "two", None]


def test_a_broadcast_is_the_value_of_when_it_was_made(sc: SparkContext) -> None:
    numbers = [1, 2]
    shared = sc.broadcast(numbers)
    numbers.append(3)
    assert sc.parallelize([0], 1).map(lambda _: list(shared.value)).first() == [1, 2]


def test_a_broadcast_is_loaded_once_a_worker(sc: SparkContext, marks: Marks) -> None:
    class Costly:
        def __setstate__(self, state: dict[str, Any]) -> None:
            self.__dict__ = state
            self.marks.leave("loaded")

        def __init__(self) -> None:
            self.marks = marks

    shared = sc.broadcast(Costly())
    marks.clear()
    assert sc.parallelize(range(40), 20).map(lambda x: shared.value is not None).count() == 40
    assert 1 <= len(marks) <= 2


@pytest.mark.matrix(49)
def test_a_task_that_changes_a_broadcast_does_not_change_the_drivers(sc: SparkContext) -> None:
    shared = sc.broadcast([1])
    sc.parallelize([1], 1).foreach(lambda x: shared.value.append(x))
    assert shared.value == [1]


def test_a_large_broadcast(sc: SparkContext) -> None:
    shared = sc.broadcast(list(range(400_000)))
    assert sc.parallelize([7, 399_999], 2).map(lambda i: shared.value[i]).collect() == [7, 399_999]


@pytest.mark.matrix(48)
def test_a_destroyed_broadcast_cannot_be_used(sc: SparkContext) -> None:
    shared = sc.broadcast([1])
    rdd = sc.parallelize([1], 1).map(lambda x: shared.value)
    assert rdd.collect() == [[1]]
    shared.destroy()
    with pytest.raises(Exception, match="destroyed"):
        sc.parallelize([1], 1).map(lambda x: shared.value).collect()
    with pytest.raises(Exception, match="destroyed"):
        _ = shared.value


def test_a_broadcast_that_cannot_be_pickled_is_refused_at_once(sc: SparkContext) -> None:
    import threading

    with pytest.raises(TypeError, match="lock"):
        sc.broadcast([threading.Lock()])


def test_an_accumulator_counts_every_record_once(sc: SparkContext) -> None:
    total = sc.accumulator(0)
    sc.parallelize(range(1000), 7).foreach(lambda x: total.add(x))
    assert total.value == sum(range(1000))
    sc.parallelize(range(10), 3).foreach(lambda x: total.add(1))
    assert total.value == sum(range(1000)) + 10


def test_an_accumulator_of_a_map_stage_counts_once_however_many_jobs_read_it(sc: SparkContext) -> None:
    total = sc.accumulator(0)

    def count(x: int) -> tuple[int, int]:
        total.add(1)
        return (x % 3, x)

    reduced = sc.parallelize(range(100), 5).map(count).reduceByKey(max)
    assert reduced.count() == 3
    assert total.value == 100
    assert reduced.count() == len(reduced.collect()) == 3
    assert total.value == 100


def test_an_accumulator_over_cached_records_counts_once(sc: SparkContext) -> None:
    total = sc.accumulator(0)

    def count(x: int) -> int:
        total.add(1)
        return x

    rdd = sc.parallelize(range(20), 4).map(count).cache()
    assert (rdd.count(), rdd.sum(), rdd.count()) == (20, 190, 20)
    assert total.value == 20


@pytest.mark.matrix(50)
def test_an_accumulator_of_a_failed_task_does_not_count(sc: SparkContext) -> None:
    total = sc.accumulator(0)

    def fail_late(records: Any) -> Any:
        for x in records:
            total.add(1)
            yield x
        raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        sc.parallelize(range(10), 1).mapPartitions(fail_late).collect()
    assert total.value == 0


def test_several_accumulators_in_one_task(sc: SparkContext) -> None:
    odd, even, ratio = sc.accumulator(0), sc.accumulator(100), sc.accumulator(0.5)

    def see(x: int) -> None:
        nonlocal ratio
        (odd if x % 2 else even).add(x)
        ratio += 0.25

    sc.parallelize(range(10), 3).foreach(see)
    assert (odd.value, even.value, ratio.value) == (25, 120, 3.0)


def test_a_users_own_kind_of_accumulator(sc: SparkContext) -> None:
    class Sets(AccumulatorParam[set[int]]):
        def zero(self, value: set[int]) -> set[int]:
            return set()

        def addInPlace(self, value1: set[int], value2: set[int]) -> set[int]:
            value1 |= value2
            return value1

    seen = sc.accumulator({100}, Sets())
    sc.parallelize(range(6), 3).foreach(lambda x: seen.add({x % 4}))
    assert seen.value == {0, 1, 2, 3, 100}


def test_an_accumulator_is_not_readable_in_a_task(sc: SparkContext) -> None:
    total = sc.accumulator(5)
    with pytest.raises(RuntimeError, match=r"(?i)driver"):
        sc.parallelize([1], 1).map(lambda x: total.value).collect()


@pytest.mark.matrix(50)
def test_a_merge_that_raises_fails_the_job(sc: SparkContext) -> None:
    class Picky(AccumulatorParam[Any]):
        def zero(self, value: Any) -> Any:
            return 0

        def addInPlace(self, value1: Any, value2: Any) -> Any:
            if value1 == "start":
                raise ArithmeticError("cannot merge")
            return value1 + value2

    picky = sc.accumulator("start", Picky())
    with pytest.raises(ArithmeticError, match="cannot merge"):
        sc.parallelize([1, 2], 2).foreach(lambda x: picky.add(x))
    assert sc.parallelize([1, 2], 2).sum() == 3


def test_an_accumulator_needs_a_number_or_a_param(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="AccumulatorParam"):
        sc.accumulator("text")


def test_an_unpersisted_broadcast_is_loaded_again(sc: SparkContext) -> None:
    shared = sc.broadcast([1])
    rdd = sc.parallelize(range(4), 4).map(lambda x: (shared.value.append(0), len(shared.value))[1])
    assert max(rdd.collect()) > 2
    shared.unpersist()
    assert sc.parallelize([0], 1).map(lambda x: len(shared.value)).collect() == [1]


def test_destroying_a_broadcast_frees_it_everywhere(sc: SparkContext, marks: Marks) -> None:
    class Watched:
        def __reduce__(self) -> Any:
            return make, (marks,)

    class Loaded:
        def __init__(self, marks: Marks) -> None:
            self.marks = marks

        def __del__(self) -> None:
            self.marks.leave("freed")

    def make(marks: Marks) -> Any:
        return Loaded(marks)

    shared = sc.broadcast(Watched())
    assert sc.parallelize([1], 1).map(lambda x: shared.value is not None).collect() == [True]
    assert len(marks) == 0
    shared.destroy()
    sc.parallelize(range(2), 2).count()
    sc.parallelize(range(2), 2).count()
    assert len(marks) == 1
    for use in (shared.unpersist, shared.destroy, lambda: shared.value):
        with pytest.raises(RuntimeError, match="destroyed"):
            use()


def test_a_task_can_neither_unpersist_nor_destroy_a_broadcast(sc: SparkContext) -> None:
    shared = sc.broadcast(1)
    with pytest.raises(RuntimeError, match="unpersisted inside a task"):
        sc.parallelize([1], 1).foreach(lambda x: shared.unpersist())
    with pytest.raises(RuntimeError, match="destroyed inside a task"):
        sc.parallelize([1], 1).foreach(lambda x: shared.destroy())


def test_a_broadcast_dumps_and_loads_values(sc: SparkContext, tmp_path: Any) -> None:
    import pickle

    shared = sc.broadcast({1: [2]})
    with open(tmp_path / "value", "wb") as file:
        shared.dump(shared.value, file)
        assert file.closed
    assert shared.load_from_path(str(tmp_path / "value")) == {1: [2]}
    with open(tmp_path / "value", "rb") as file:
        assert shared.load(file) == {1: [2]}
    with open(tmp_path / "other", "wb") as file, pytest.raises(pickle.PicklingError, match="Could not serialize"):
        shared.dump(sc, file)


def test_which_params_an_accumulator_takes(sc: SparkContext) -> None:
    assert sc.accumulator(True).value is True
    with pytest.raises(TypeError, match="No default accumulator param for type <class 'list'>"):
        sc.accumulator([1])
    with pytest.raises(TypeError, match="zero and addInPlace, as 5 has not"):
        sc.accumulator(1, 5)
