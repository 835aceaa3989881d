"""The context itself: one at a time, its end, and what is left of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import RDD, SparkConf, SparkContext
from minispark.engine.core.errors import (
    ConfigurationError,
    ContextStoppedError,
    ResultNotSerializableError,
    ResultTooLargeError,
)
from minispark.testing.marks import Marks


@pytest.fixture(params=["inline", "local[2]"])
def conf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SparkConf]:
    (tmp_path / "local").mkdir()
    yield SparkConf().setMaster(request.param).setAppName("mine").set("spark.local.dir", str(tmp_path / "local"))


def test_what_it_was_told(conf: SparkConf) -> None:
    with SparkContext(conf=conf) as sc:
        assert sc.appName == "mine"
        assert sc.master == conf.get("spark.master")
        assert sc.getConf().get("spark.app.name") == "mine"
        assert sc.defaultParallelism == (1 if sc.master == "inline" else 2)


def test_default_parallelism_is_a_setting(conf: SparkConf) -> None:
    with SparkContext(conf=conf.set("spark.default.parallelism", "5")) as sc:
        assert sc.parallelize(range(10)).getNumPartitions() == 5
        assert sc.parallelize(range(10), 2).map(lambda x: (x, x)).groupByKey().getNumPartitions() == 5


def test_one_context_at_a_time(conf: SparkConf) -> None:
    with SparkContext(conf=conf), pytest.raises(ValueError, match="test_context.py"):
        SparkContext(conf=conf)
    with SparkContext(conf=conf) as again:
        assert again.parallelize([1], 1).count() == 1


def test_a_failed_start_leaves_room_for_the_next(conf: SparkConf) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        SparkContext("nonsense", "x")
    with SparkContext(conf=conf) as sc:
        assert sc.parallelize([1], 1).count() == 1


@pytest.mark.matrix(61)
def test_stop_may_be_called_again(conf: SparkConf) -> None:
    sc = SparkContext(conf=conf)
    sc.stop()
    sc.stop()
    with pytest.raises(ContextStoppedError):
        sc.parallelize([1])


@pytest.mark.matrix(61)
def test_nothing_runs_after_stop(conf: SparkConf) -> None:
    sc = SparkContext(conf=conf)
    rdd = sc.parallelize([1], 1)
    assert rdd.count() == 1
    sc.stop()
    for use in (rdd.count, rdd.map(str).collect, lambda: sc.broadcast(1), lambda: sc.textFile("x")):
        with pytest.raises(ContextStoppedError):
            use()


@pytest.mark.slow
def test_nothing_is_left_on_disk(conf: SparkConf, tmp_path: Path) -> None:
    with SparkContext(conf=conf) as sc:
        rdd = sc.parallelize(range(50_000), 4).map(lambda x: (x % 100, str(x))).cache()
        shared = sc.broadcast(list(range(100_000)))
        assert rdd.groupByKey().mapValues(len).map(lambda kv: kv[1] + shared.value[0]).sum() == 50_000
        assert rdd.sortByKey().count() == 50_000
    assert [path for path in (tmp_path / "local").rglob("*") if not path.is_dir()] == []


@pytest.mark.slow
def test_shuffles_nobody_can_reach_are_freed(conf: SparkConf, tmp_path: Path) -> None:
    def used() -> int:
        return sum(path.stat().st_size for path in (tmp_path / "local").rglob("*") if path.is_file())

    with SparkContext(conf=conf) as sc:
        held = sc.parallelize(range(12_000), 2).map(lambda x: (x, str(x))).groupByKey(2)
        assert held.count() == 12_000
        one = used()
        assert one > 50_000
        for _ in range(6):
            assert sc.parallelize(range(12_000), 2).map(lambda x: (x, str(x))).groupByKey(2).count() == 12_000
        assert used() <= 3 * one
        assert held.count() == 12_000


@pytest.mark.matrix(61)
def test_stopping_while_a_job_runs_ends_it_with_an_error(conf: SparkConf, marks: Marks) -> None:
    if conf.get("spark.master") == "inline":
        pytest.skip("a job of an inline context runs in the thread that would stop it")
    sc = SparkContext(conf=conf)
    outcome: list[BaseException] = []

    def wait(x: int) -> None:
        marks.leave(x)
        threading.Event().wait(60)

    def job() -> None:
        try:
            sc.parallelize([1, 2], 2).foreach(wait)
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=job)
    thread.start()
    while len(marks) < 2:
        pass
    sc.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert isinstance(outcome[0], ContextStoppedError)


@pytest.mark.matrix(51)
def test_results_beyond_the_limit_are_an_error(conf: SparkConf) -> None:
    with SparkContext(conf=conf.set("spark.driver.maxResultSize", "120k")) as sc:
        rdd = sc.parallelize(range(20), 4).map(lambda i: bytes(50_000))
        with pytest.raises(ResultTooLargeError, match=r"spark\.driver\.maxResultSize"):
            rdd.collect()
        assert rdd.count() == 20
        assert rdd.take(1) == [bytes(50_000)]


@pytest.mark.slow
@pytest.mark.matrix(51)
def test_a_result_too_large_by_itself_never_leaves_its_task(conf: SparkConf, marks: Marks) -> None:
    with SparkContext(conf=conf.set("spark.driver.maxResultSize", "1m")) as sc:

        def make(records: object) -> list[bytes]:
            marks.leave("made")
            return [bytes(50 << 20)]

        for action in (RDD.collect, RDD.first, RDD.max, lambda rdd: rdd.take(1)):
            with pytest.raises(ResultTooLargeError, match=r"partition 0 alone .*saveAsTextFile"):
                action(sc.parallelize([1], 1).mapPartitions(make))
        assert len(marks) == 4, "not tried again"
        assert sc.parallelize([1], 1).mapPartitions(make).count() == 1


def test_a_users_error_is_tried_as_often_as_the_master_says(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")

    def fail_twice(x: int) -> int:
        marks.leave(x)
        if len(marks) < 3:
            raise ValueError("not yet")
        return x

    with SparkContext("local[2,3]", "retries") as sc:
        assert sc.parallelize([5], 1).map(fail_twice).collect() == [5]
    assert len(marks) == 3
    marks.clear()
    with SparkContext("local[2,2]", "retries") as sc, pytest.raises(ValueError, match="not yet"):
        sc.parallelize([5], 1).map(fail_twice).collect()
    assert len(marks) == 2


@pytest.mark.slow
@pytest.mark.matrix(23)
@pytest.mark.parametrize("use", ["collected", "shuffled", "kept", "reduced"])
def test_a_record_that_cannot_be_pickled_ends_the_job_at_once(tmp_path: Path, use: str) -> None:
    marks = Marks(tmp_path / "marks")

    def make(x: int) -> tuple[int, object]:
        marks.leave(x)
        return x, threading.Lock()

    with SparkContext("local[2,4]", "unpicklable") as sc:
        rdd = sc.parallelize([5], 1).map(make)
        with pytest.raises(ResultNotSerializableError, match=r"record.* -> _thread\.lock .*plain data") as caught:
            if use == "collected":
                rdd.collect()
            elif use == "shuffled":
                rdd.groupByKey(2).count()
            elif use == "kept":
                rdd.cache().count()
            else:
                rdd.reduce(lambda left, right: left)
        assert marks.read() == ["5"], "trying again would not help"
        assert "test_context.py" in caught.value.__notes__[0]
        assert sc.parallelize([1], 1).count() == 1


@pytest.mark.matrix(50)
def test_accumulators_count_only_the_attempt_that_succeeded(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")
    with SparkContext("local[2,4]", "retries") as sc:
        total = sc.accumulator(0)

        def fail_first(records: object) -> object:
            for x in records:
                total.add(1)
                yield (x % 2, x)
            if marks.first("attempt"):
                raise ValueError("first attempt")

        rdd = sc.parallelize(range(10), 1).mapPartitions(fail_first)
        assert rdd.reduceByKey(max).count() == 2
        assert total.value == 10


def test_rdds_of_different_contexts_do_not_mix(conf: SparkConf) -> None:
    with SparkContext(conf=conf) as sc:
        old = sc.parallelize([(1, 1)], 1)
    with SparkContext(conf=conf) as sc:
        new = sc.parallelize([(1, 2)], 1)
        for mix in (lambda: new.union(old), lambda: new.join(old), lambda: sc.union([new, old])):
            with pytest.raises((ValueError, RuntimeError)):
                mix().count()


def test_configuration_mistakes_are_told_before_anything_starts() -> None:
    for key, value in [
        ("spark.master", "yarn"),
        ("spark.master", "local[0]"),
        ("spark.python.worker.memory", "much"),
        ("spark.task.maxFailures", "0"),
        ("spark.minispark.unknown", "1"),
    ]:
        with pytest.raises(ConfigurationError) as caught:
            SparkContext(conf=SparkConf().setMaster("inline").set(key, value))
        assert value in str(caught.value) or key in str(caught.value)
