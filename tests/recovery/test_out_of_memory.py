"""The kernel's out-of-memory killer, as its counter tells of it: the task runs alone, and is given up in the end."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from minispark import observe
from minispark.errors import OutOfMemoryTaskError
from minispark.testing.marks import Marks

pytestmark = [pytest.mark.chaos, pytest.mark.matrix(17)]


@pytest.fixture(autouse=True)
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every SIGKILL is the kernel's: its counter has gone up whenever the driver looks."""
    monkeypatch.setattr("minispark.engine.executors.peer._oom_kills", itertools.count(1).__next__)


class Timeline(observe.Listener):
    """What ran beside each attempt of partition 2."""

    def __init__(self) -> None:
        self.running: set[int] = set()
        self.beside: list[set[int]] = []

    def on_task_start(self, event: observe.TaskStart) -> None:
        if event.partition == 2:
            self.beside.append(set(self.running))
        self.running.add(event.partition)

    def on_task_end(self, event: observe.TaskEnd) -> None:
        self.running.discard(event.partition)


def hungry(marks: Marks, times: int) -> Any:
    """The kernel kills the first attempts at partition 2."""

    def run(index: int, records: Iterator[int]) -> Iterator[int]:
        if index == 2 and any(marks.first(f"kill {number}") for number in range(times)):
            os.kill(os.getpid(), signal.SIGKILL)
        return records

    return run


def test_the_task_is_retried_alone(bench: Any, marks: Marks, until: Any) -> None:
    sc = bench.start()
    timeline = Timeline()
    with observe.listening(sc, timeline):
        assert sc.parallelize(range(60), 6).mapPartitionsWithIndex(hungry(marks, 2)).sum() == sum(range(60))
    assert len(timeline.beside) == 3
    assert timeline.beside[1:] == [set(), set()], "nothing ran beside its second and third attempt"


def test_a_task_that_is_killed_alone_too_is_given_up(bench: Any, marks: Marks) -> None:
    sc = bench.start(spark_task_maxFailures="2")
    with pytest.raises(OutOfMemoryTaskError, match=r"partition 2 of stage .* lost its worker 2 times") as error:
        sc.parallelize(range(60), 6).mapPartitionsWithIndex(hungry(marks, 9)).sum()
    told = "\n".join([str(error.value), *error.value.__notes__])
    for part in ("out-of-memory killer", "peak memory", "spark.python.worker.memory", "more partitions"):
        assert part in told
    assert sc.parallelize(range(10), 4).sum() == 45, "the context is usable"
