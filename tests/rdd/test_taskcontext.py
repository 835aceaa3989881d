"""What a task knows about itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minispark import SparkContext, TaskContext


def about(_: Any) -> tuple[Any, ...]:
    task = TaskContext.get()
    assert task is not None
    return (
        task.partitionId(),
        task.attemptNumber(),
        task.stageId(),
        task.taskAttemptId(),
        task.cpus(),
        task.cpuAmount(),
        task.resources(),
        task.getLocalProperty("no such property"),
    )


def test_a_task_knows_itself(sc: SparkContext) -> None:
    told = sc.parallelize(range(3), 3).map(about).collect()
    assert [line[0] for line in told] == [0, 1, 2]
    assert {line[1] for line in told} == {0}
    assert len({line[2] for line in told}) == 1
    assert len({line[3] for line in told}) == 3
    assert {(line[4], line[5], str(line[6]), line[7]) for line in told} == {(1, Decimal(1), "{}", None)}


def test_each_stage_has_a_number(sc: SparkContext) -> None:
    def stage(_: Any) -> int:
        task = TaskContext.get()
        assert task is not None
        return task.stageId()

    before, after = sc.parallelize([1], 1).keyBy(stage).groupByKey(1).keys().map(lambda key: (key, stage(key))).first()
    assert before != after


def test_the_driver_is_no_task(sc: SparkContext) -> None:
    assert TaskContext.get() is None
    sc.parallelize([1]).map(about).collect()
    assert TaskContext.get() is None


def test_a_context_in_its_own_words(sc: SparkContext) -> None:
    (words,) = sc.parallelize([1], 1).map(lambda x: repr(TaskContext.get())).collect()
    assert words.startswith("<TaskContext of stage ")
    assert words.endswith(", partition 0, attempt 0>")
