"""Workers that die at work: the task is done again, the rest is left alone; a task that always kills is named."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from operator import add
from typing import Any

import psutil
import pytest

from minispark import SparkContext
from minispark.engine.core.errors import PoisonTaskError
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos

RECORDS, SLICES = 400, 4
WANTED = sorted((k, sum(i for i in range(RECORDS) if i % 10 == k)) for k in range(10))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def program(sc: SparkContext, marks: Marks, deadly: str) -> Any:
    """A word-count-like job that leaves marks, and kills its worker once, at the place named ``deadly``."""

    def at(place: str) -> None:
        if place == deadly and marks.first(place):
            die()

    def source(index: int, records: Any) -> Any:
        marks.leave(f"map {index}")
        at(f"start of map {index}")
        for record in records:
            at(f"record {record}")
            yield (record % 10, record)
        at(f"end of map {index}")

    def merge(left: int, right: int) -> int:
        at("combine")
        return left + right

    def result(index: int, records: Any) -> Any:
        marks.leave(f"reduce {index}")
        at(f"start of reduce {index}")
        yield from records
        at(f"end of reduce {index}")

    pairs = sc.parallelize(range(RECORDS), SLICES).mapPartitionsWithIndex(source)
    return pairs.reduceByKey(merge, 3).mapPartitionsWithIndex(result)


@pytest.mark.matrix(1)
@pytest.mark.parametrize(
    ("deadly", "again"),
    [
        *((f"start of map {i}", f"map {i}") for i in (0, SLICES - 1)),
        *((f"record {i}", f"map {i // 100}") for i in (150, 399)),
        ("end of map 0", "map 0"),
        ("combine", None),
        *((f"start of reduce {i}", f"reduce {i}") for i in (0, 2)),
        ("end of reduce 1", "reduce 1"),
    ],
)
def test_only_the_killed_task_is_done_again(bench: Any, marks: Marks, deadly: str, again: str | None) -> None:
    sc = bench.start()
    assert sorted(program(sc, marks, deadly).collect()) == WANTED
    done = Counter(marks.read())
    assert set(done) == {f"map {i}" for i in range(SLICES)} | {f"reduce {i}" for i in range(3)}
    if again is not None:
        assert done.pop(again) == 2
        assert set(done.values()) == {1}
    else:
        assert sum(done.values()) == SLICES + 3 + 1
    assert len(bench.workers()) == 2, "the dead one was replaced"


@pytest.mark.matrix(1)
@pytest.mark.parametrize("deadly", ["start of map 1", "record 150", "end of map 3", "start of reduce 2"])
def test_accumulators_count_a_killed_task_once(bench: Any, marks: Marks, deadly: str) -> None:
    sc = bench.start()
    mapped, reduced = sc.accumulator(0), sc.accumulator(0)

    def see(record: int) -> int:
        mapped.add(1)
        return record

    def see_result(pair: tuple[int, int]) -> tuple[int, int]:
        reduced.add(1)
        return pair

    def source(index: int, records: Any) -> Any:
        for record in records:
            if deadly == f"record {record}" and marks.first(deadly):
                die()
            yield (record % 10, record)
        if deadly in (f"start of map {index}", f"end of map {index}") and marks.first(deadly):
            die()

    def result(index: int, records: Any) -> Any:
        yield from records
        if deadly == f"start of reduce {index}" and marks.first(deadly):
            die()

    pairs = sc.parallelize(range(RECORDS), SLICES).map(see).mapPartitionsWithIndex(source).reduceByKey(add, 3)
    assert sorted(pairs.map(see_result).mapPartitionsWithIndex(result).collect()) == WANTED
    assert (mapped.value, reduced.value) == (RECORDS, 10)


@pytest.mark.matrix(7)
def test_a_partition_that_kills_four_workers_is_poison(bench: Any, marks: Marks) -> None:
    sc = bench.start()

    def deadly(index: int, records: Any) -> Any:
        marks.leave(index)
        if index == 2:
            die()
        return records

    with pytest.raises(PoisonTaskError) as caught:
        sc.parallelize(range(8), 4).mapPartitionsWithIndex(deadly).collect()
    told = str(caught.value)
    assert "task 2 of stage" in told or "partition 2" in told
    assert "SIGKILL" in told or "signal 9" in told
    assert Counter(marks.read())["2"] == 4
    assert sc.parallelize(range(8), 4).sum() == 28, "the context is usable"


@pytest.mark.matrix(7)
def test_how_often_is_a_setting(bench: Any, marks: Marks) -> None:
    sc = bench.start(spark_task_maxFailures="2")
    with pytest.raises(PoisonTaskError):
        sc.parallelize([1], 1).foreach(lambda x: (marks.leave(x), os.kill(os.getpid(), 9)))
    assert len(marks) == 2


@pytest.mark.matrix(1, 19, 39)
@pytest.mark.parametrize("way", ["exit", "segfault", "abort", "term"])
def test_other_ways_to_lose_a_worker(bench: Any, marks: Marks, way: str) -> None:
    sc = bench.start()

    def end(x: int) -> int:
        if marks.first(way):
            if way == "exit":
                os._exit(3)
            elif way == "segfault":
                import ctypes

                ctypes.string_at(0)
            elif way == "abort":
                os.abort()
            else:
                os.kill(os.getpid(), signal.SIGTERM)
        return x + 1

    assert sc.parallelize(range(4), 4).map(end).collect() == [1, 2, 3, 4]


@pytest.mark.matrix(19)
def test_a_segmentation_fault_is_told_by_name(bench: Any) -> None:
    sc = bench.start(spark_task_maxFailures="1")

    def crash(x: int) -> None:
        import ctypes

        ctypes.string_at(0)

    with pytest.raises(PoisonTaskError) as caught:
        sc.parallelize([1], 1).foreach(crash)
    told = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert "SIGSEGV" in told or "signal 11" in told
    assert "in crash" in told, "the trace that the dying worker left"


@pytest.mark.matrix(7, 39)
def test_an_exit_code_is_told(bench: Any) -> None:
    sc = bench.start(spark_task_maxFailures="1")
    with pytest.raises(PoisonTaskError, match="7"):
        sc.parallelize([1], 1).foreach(lambda x: os._exit(7))


def test_a_task_takes_its_own_children_along(bench: Any, marks: Marks, until: Callable[..., float]) -> None:
    sc = bench.start()

    def parent(x: int) -> int:
        import subprocess

        if marks.first("started"):
            marks.leave(subprocess.Popen(["sleep", "600"]).pid)
            die()
        return x

    assert sc.parallelize([1], 1).map(parent).collect() == [1]
    bench.stop()
    (child,) = map(int, marks.read())
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE, 3)


class Ends:
    """Hears of workers that ended."""

    def __init__(self) -> None:
        self.count = 0

    def on_event(self, event: Any) -> None:
        self.count += type(event).__name__ == "WorkerEnd"


@pytest.mark.matrix(6)
def test_an_idle_worker_that_dies_is_replaced_and_nobody_is_charged(bench: Any, until: Callable[..., float]) -> None:
    sc = bench.start(spark_task_maxFailures="1")
    ends = Ends()
    sc._session.bus.add(ends)
    for round_ in range(1, 4):
        for worker in bench.workers():
            worker.kill()
        until(lambda wanted=2 * round_: ends.count == wanted)
        assert sc.parallelize(range(10), 4).map(lambda x: (x % 2, x)).reduceByKey(add).count() == 2


@pytest.mark.matrix(6, 20)
def test_a_task_sent_to_a_worker_that_no_longer_listens_is_not_charged(bench: Any, until: Callable[..., float]) -> None:
    sc = bench.start(spark_task_maxFailures="1")
    workers = bench.workers()
    for worker in workers:
        worker.suspend()
    answers: list[int] = []
    job = threading.Thread(target=lambda: answers.append(sc.parallelize(range(10), 2).sum()))
    job.start()
    told = list(sc._session._driver._workers.values())
    until(lambda: all(worker.attempts for worker in told))
    for worker in workers:
        worker.kill()
    job.join(20)
    assert answers == [45]


def test_shuffle_files_outlive_the_workers_that_wrote_them(bench: Any, marks: Marks) -> None:
    sc = bench.start()
    reduced = program(sc, marks, "nowhere")
    assert sorted(reduced.collect()) == WANTED
    marks.clear()
    bench.renew_workers()
    assert sorted(reduced.collect()) == WANTED
    assert sorted(marks.read()) == ["reduce 0", "reduce 1", "reduce 2"]


def test_cached_records_outlive_the_workers_that_made_them(bench: Any, marks: Marks) -> None:
    sc = bench.start()
    rdd = sc.parallelize(range(8), 4).map(lambda x: (marks.leave(x), x)[1]).cache()
    assert rdd.sum() == 28
    bench.renew_workers()
    assert rdd.collect() == list(range(8))
    assert len(marks) == 8


@pytest.mark.matrix(62)
def test_the_process_that_forks_the_workers_may_die(bench: Any, marks: Marks) -> None:
    sc = bench.start()
    me = psutil.Process()
    helpers = {parent.pid for worker in bench.workers() if (parent := worker.parent()) not in (me, None)}
    if not helpers:
        pytest.skip("workers here are the driver's own children")

    def kill_helper(x: int) -> int:
        if marks.first("helper"):
            for helper in helpers:
                os.kill(helper, signal.SIGKILL)
        return x + 1

    assert sc.parallelize(range(8), 8).map(kill_helper).collect() == list(range(1, 9))
    bench.renew_workers()
    assert sc.parallelize(range(8), 8).map(lambda x: x + 1).collect() == list(range(1, 9))


@pytest.mark.matrix(20)
def test_a_stopped_worker_is_killed_when_its_time_is_up(bench: Any, marks: Marks) -> None:
    sc = bench.start(spark_minispark_task_timeout="1s")

    def hang(x: int) -> int:
        if x == 2 and marks.first("hang"):
            os.kill(os.getpid(), signal.SIGSTOP)
        if x == 5 and marks.first("loop"):
            while True:
                pass
        return x

    assert sc.parallelize(range(8), 8).map(hang).collect() == list(range(8))


@pytest.mark.matrix(20)
def test_a_stopped_worker_leaves_its_stack(bench: Any) -> None:
    sc = bench.start(spark_minispark_task_timeout="0.5s", spark_task_maxFailures="1")

    def stop_here(x: int) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    with pytest.raises(PoisonTaskError) as caught:
        sc.parallelize([1], 1).foreach(stop_here)
    told = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert "in stop_here" in told


def test_many_deaths_leak_nothing_in_the_driver(bench: Any) -> None:
    sc = bench.start()

    def one_death(round_: int) -> None:
        marks = Marks(bench.local.parent / f"death-{round_}")
        rdd = sc.parallelize(range(4), 4).map(lambda x: die() if x == 1 and marks.first("x") else x)
        assert rdd.collect() == [0, 1, 2, 3]

    for i in range(3):
        one_death(i)
    before = psutil.Process().num_fds()
    for i in range(3, 9):
        one_death(i)
    assert psutil.Process().num_fds() <= before + 2


@pytest.mark.parametrize("seed", range(6))
def test_kills_from_outside_at_any_moment(bench: Any, marks: Marks, seed: int) -> None:
    """The killer strikes when a drawn number of marks has been left, at a worker drawn by chance."""
    generator = random.Random(seed)
    sc = bench.start()
    total = sc.accumulator(0)

    def see(x: int) -> tuple[int, int]:
        total.add(1)
        if x % 50 == 0:
            marks.leave(x)
        return (x % 7, x)

    moments = sorted(generator.sample(range(1, 30), 2))
    victims = bench.workers()
    over = threading.Event()

    def killer() -> None:
        for moment in moments:
            while len(marks) < moment and not over.is_set():
                pass
            alive = [worker for worker in victims if worker.is_running()]
            if alive:
                generator.choice(alive).kill()

    thread = threading.Thread(target=killer)
    thread.start()
    rdd = sc.parallelize(range(2000), 10).map(see).reduceByKey(add, 5).map(lambda kv: (kv[1] % 3, kv)).groupByKey(3)
    result = sorted(pair for pairs in rdd.values().collect() for pair in pairs)
    over.set()
    thread.join()
    assert result == [(k, sum(range(k, 2000, 7))) for k in range(7)]
    assert total.value == 2000


def test_jobs_of_several_threads_survive_kills(bench: Any, marks: Marks) -> None:
    sc = bench.start()
    answers: dict[int, Any] = {}

    def job(n: int) -> None:
        def deadly(x: int) -> tuple[int, int]:
            if x == n and n % 2 == 0 and marks.first(n):
                die()
            return (x % 3, x)

        answers[n] = sorted(sc.parallelize(range(30), 5).map(deadly).reduceByKey(add, 2).collect())

    threads = [threading.Thread(target=job, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = [(k, sum(range(k, 30, 3))) for k in range(3)]
    assert answers == dict.fromkeys(range(6), wanted)
