"""Barrier stages: all tasks at once, and what they can tell each other."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import BarrierTaskContext, SparkConf, SparkContext
from minispark.engine.core.errors import BarrierError
from minispark.testing.marks import Marks


@pytest.fixture(scope="module")
def two() -> Iterator[SparkContext]:
    conf = SparkConf().setMaster("local[2,2]").setAppName("barrier").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf.set("spark.barrier.sync.timeout", "1s")) as context:
        yield context


def gather(index: int, records: Iterator[int]) -> Iterator[Any]:
    context = BarrierTaskContext.get()
    context.barrier()
    told = context.allGather(f"{index}: {list(records)}")
    context.barrier()
    yield told, context.partitionId(), len(context.getTaskInfos())


def test_tasks_tell_each_other(two: SparkContext) -> None:
    rdd = two.parallelize([1, 2, 3], 2).barrier().mapPartitionsWithIndex(gather)
    both = ["0: [1]", "1: [2, 3]"]
    assert rdd.collect() == [(both, 0, 2), (both, 1, 2)]


def test_a_barrier_stage_before_a_shuffle(two: SparkContext) -> None:
    rdd = two.parallelize([1, 2], 2).map(lambda x: x).barrier().mapPartitionsWithIndex(gather)
    assert rdd.map(lambda row: (row[1], 1)).reduceByKey(max, 3).count() == 2
    assert rdd.repartition(5).count() == 2
    assert rdd.count() == 2


def test_several_rounds_and_other_jobs_at_the_same_time(two: SparkContext) -> None:
    def rounds(records: Iterator[int]) -> list[int]:
        context = BarrierTaskContext.get()
        return [sum(map(int, context.allGather(str(n)))) for n in range(50)]

    rdd = two.parallelize(range(2), 2).barrier().mapPartitions(rounds)
    for _ in range(3):
        assert rdd.collect() == [2 * n for n in range(50)] * 2
        assert two.parallelize(range(10), 10).count() == 10


def test_layouts_that_are_not_the_barriers(two: SparkContext) -> None:
    rdd = two.parallelize(range(2), 2).barrier().mapPartitions(list)
    for wrong in (rdd.coalesce(1), rdd.union(rdd), rdd.cartesian(rdd)):
        with pytest.raises(BarrierError, match="all tasks of a barrier stage run at once"):
            wrong.collect()
    with pytest.raises(BarrierError, match="the stage has 1 tasks"):
        rdd.first()
    assert rdd.repartition(1).take(1) == [0]


def test_tasks_that_make_different_calls(two: SparkContext) -> None:
    def differ(index: int, records: Iterator[int]) -> Any:
        context = BarrierTaskContext.get()
        return [context.allGather("x") if index else context.barrier()]

    with pytest.raises(BarrierError, match="all tasks of a barrier stage must make the same calls"):
        two.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(differ).collect()


def test_a_task_that_leaves(two: SparkContext) -> None:
    def leave(index: int, records: Iterator[int]) -> list[int]:
        if index:
            BarrierTaskContext.get().barrier()
        return [index]

    with pytest.raises(BarrierError, match="partition 0 has ended without calling it"):
        two.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(leave).collect()


@pytest.mark.slow
def test_a_task_that_is_late(two: SparkContext) -> None:
    def hang(index: int, records: Iterator[int]) -> list[int]:
        if index:
            signal.pause()
        BarrierTaskContext.get().barrier()
        return [index]

    with pytest.raises(BarrierError, match=r"not all tasks had called it after 1 seconds \(spark.barrier.sync"):
        two.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(hang).collect()
    assert two.parallelize([1, 2], 2).count() == 2


@pytest.mark.parametrize("how", ["raise", "kill"])
def test_all_run_again_when_one_fails(two: SparkContext, tmp_path: Path, how: str) -> None:
    marks = Marks(tmp_path / "marks")

    def fail_once(index: int, records: Iterator[int]) -> list[list[str]]:
        context = BarrierTaskContext.get()
        marks.leave(f"{index} began")
        if index and not (tmp_path / "failed").exists():
            (tmp_path / "failed").touch()
            if how == "raise":
                raise ValueError("once")
            os.kill(os.getpid(), signal.SIGKILL)
        return [context.allGather(str(index))]

    rdd = two.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(fail_once)
    assert rdd.collect() == [["0", "1"]] * 2
    assert sorted(marks.read()).count("1 began") == 2


def test_records_are_cached_across_a_barrier(two: SparkContext) -> None:
    rdd = two.parallelize([1, 2], 2).barrier().mapPartitionsWithIndex(gather).cache()
    assert rdd.count() == rdd.count() == 2
    rdd.unpersist()
