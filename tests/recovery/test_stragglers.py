"""Speculation on real workers: a task that hangs is overtaken by its copy, which alone counts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from minispark import observe
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos

ON = {
    "spark_speculation": "true",
    "spark_speculation_interval": "10ms",
    "spark_speculation_quantile": "0.5",
    "spark_speculation_minTaskRuntime": "20",
}
"""Spark's settings; a bare time is in milliseconds."""


def straggler(marks: Marks, late: int, pids: Path) -> Any:
    """The first attempt at partition ``late`` hangs until it is killed; each attempt counts what it sees."""

    def run(index: int, records: Iterator[int]) -> Iterator[tuple[int, int]]:
        marks.leave(f"task {index}")
        seen = list(records)
        if index == late and marks.first("late"):
            pids.write_text(str(os.getpid()))
            while True:
                time.sleep(60)
        yield index, sum(seen)

    return run


@pytest.mark.matrix(21, 50)
@pytest.mark.parametrize("shuffled", [False, True], ids=["result stage", "map stage"])
def test_the_copy_of_a_straggler_counts_once(
    bench: Any, marks: Marks, tmp_path: Path, until: Any, shuffled: bool
) -> None:
    sc = bench.start(**ON)
    touched = sc.accumulator(0)

    def count(number: int) -> int:
        touched.add(1)
        return number

    pids = tmp_path / "pid"
    rdd = sc.parallelize(range(80), 8).map(count).mapPartitionsWithIndex(straggler(marks, 5, pids))
    wanted = [(index, sum(range(10 * index, 10 * index + 10))) for index in range(8)]
    answer = rdd.reduceByKey(lambda a, b: a + b, 3).collect() if shuffled else rdd.collect()
    assert sorted(answer) == wanted
    assert touched.value == 80, "the winner alone counts"
    assert sorted(marks.read()).count("task 5") == 2
    until(lambda: not psutil.pid_exists(int(pids.read_text())))
    assert sc.parallelize(range(10), 4).sum() == 45, "the slot is back"


@pytest.mark.matrix(21)
def test_listeners_hear_which_attempt_was_the_copy(bench: Any, marks: Marks, tmp_path: Path, until: Any) -> None:
    sc = bench.start(**ON)
    ends: list[observe.TaskEnd] = []

    class Ends(observe.Listener):
        def on_task_end(self, event: observe.TaskEnd) -> None:
            ends.append(event)

    observe.add_listener(sc, Ends())
    sc.parallelize(range(4), 4).mapPartitionsWithIndex(straggler(marks, 2, tmp_path / "pid")).collect()
    until(lambda: sum(end.partition == 2 for end in ends) == 2)  # a busy machine may make others late too
    found = sorted((end.attempt, end.speculative, end.counted, end.outcome_name) for end in ends if end.partition == 2)
    assert found == [(0, False, False, "WorkerDied"), (1, True, True, "Success")]
