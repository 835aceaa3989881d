"""Barrier stages on every master: one task, too many tasks, and no barrier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import BarrierTaskContext, SparkContext, TaskContext
from minispark.engine.core.errors import BarrierError
from minispark.testing.marks import Marks


def gather(index: int, records: Iterator[int]) -> Iterator[Any]:
    context = BarrierTaskContext.get()
    context.barrier()
    told = context.allGather(f"{index}: {list(records)}")
    context.barrier()
    yield told, context.partitionId(), len(context.getTaskInfos())


def test_one_task_alone(sc: SparkContext) -> None:
    told = sc.parallelize([1, 2, 3], 1).barrier().mapPartitionsWithIndex(gather).collect()
    assert told == [(["0: [1, 2, 3]"], 0, 1)]


def test_more_tasks_than_workers(sc: SparkContext, marks: Marks) -> None:
    rdd = sc.parallelize(range(3), 3).barrier().mapPartitions(lambda records: [marks.leave(1)])
    slots = "there are 1" if sc.master == "inline" else "there are 2"
    with pytest.raises(BarrierError, match=f"mapPartitions at .*needs a worker for each of its 3 tasks.*{slots}"):
        rdd.collect()
    with pytest.raises(RuntimeError, match="3 tasks"):
        rdd.map(lambda x: (x, x)).groupByKey(2).collect()
    assert marks.read() == []


def test_outside_a_barrier_stage(sc: SparkContext) -> None:
    with pytest.raises(RuntimeError, match="barrier stages only"):
        BarrierTaskContext.get()
    with pytest.raises(RuntimeError, match="barrier stages only"):
        sc.parallelize([1]).map(lambda x: BarrierTaskContext.get()).collect()
    assert sc.parallelize([1]).map(lambda x: type(TaskContext.get()).__name__).collect() == ["TaskContext"]
    kind = sc.parallelize([1], 1).barrier().mapPartitions(lambda records: [type(TaskContext.get()).__name__])
    assert kind.collect() == ["BarrierTaskContext"]


def test_a_message_that_is_no_text(sc: SparkContext) -> None:
    rdd = sc.parallelize([1], 1).barrier().mapPartitions(lambda records: BarrierTaskContext.get().allGather(3))
    with pytest.raises(TypeError, match="allGather needs a str, not 3"):
        rdd.collect()
