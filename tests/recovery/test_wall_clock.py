"""The wall clock is set while jobs run: nothing waits for it, nothing is timed by it."""

from __future__ import annotations

import itertools
import time
from operator import add
from typing import Any

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.matrix(56)]

DAY = 86_400


class Jumping:
    """A wall clock that is a day ahead, then a year behind, and so on, each time it is read."""

    def __init__(self, unit: int) -> None:
        self._unit = unit
        self._jumps = itertools.cycle((DAY, -365 * DAY, 0, 40 * DAY, -DAY))

    def __call__(self) -> Any:
        return (1_800_000_000 + next(self._jumps)) * self._unit


def test_jobs_do_not_notice(bench: Any, marks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a task timeout, a lost worker and a barrier: whatever has a deadline."""
    monkeypatch.setattr(time, "time", Jumping(1))
    monkeypatch.setattr(time, "time_ns", Jumping(1_000_000_000))
    sc = bench.start(spark_minispark_task_timeout="50s")

    def jump(index: int, records: Any) -> Any:
        import os
        import time as clock

        clock.time = Jumping(1)
        clock.time_ns = Jumping(1_000_000_000)
        if index == 1 and marks.first("death"):
            os.kill(os.getpid(), 9)
        return ((x % 5, clock.time() * 0 + x) for x in records)

    for _ in range(3):
        pairs = sc.parallelize(range(1000), 4).mapPartitionsWithIndex(jump)
        assert sorted(pairs.reduceByKey(add, 3).collect()) == [(k, sum(range(k, 1000, 5))) for k in range(5)]
        assert pairs.cache().count() == 1000
    from minispark import BarrierTaskContext

    met = sc.parallelize(range(2), 2).barrier().mapPartitions(lambda _: BarrierTaskContext.get().allGather("here"))
    assert met.collect() == ["here"] * 4


def test_a_task_over_its_time_is_stopped_by_the_steady_clock(
    bench: Any, marks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    sc = bench.start(spark_minispark_task_timeout="0.5s")

    def hang(x: int) -> int:
        if x == 1 and marks.first("hang"):
            while True:
                pass
        return x

    assert sc.parallelize(range(4), 4).map(hang).collect() == [0, 1, 2, 3]
