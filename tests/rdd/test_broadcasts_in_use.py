"""Broadcasts that are destroyed or changed while tasks hold them."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import BroadcastDestroyedError
from minispark.testing.marks import Marks


@pytest.mark.slow
@pytest.mark.matrix(48)
def test_a_broadcast_destroyed_while_tasks_use_it(tmp_path: Any) -> None:
    """A task that has it goes on with it; whatever asks anew is told."""
    marks, go = Marks(tmp_path / "marks"), Marks(tmp_path / "go")
    with SparkContext("local[2]", "destroyed") as sc:
        shared = sc.broadcast(list(range(100_000)))
        unread = sc.broadcast("never read")

        def use(index: int, records: Any) -> Any:
            assert len(shared.value) == 100_000
            marks.leave("has it")
            while not go.read():
                pass
            return [shared.value[index]]

        rdd = sc.parallelize(range(2), 2).mapPartitionsWithIndex(use)
        late = sc.parallelize(range(2), 2).map(lambda x: (unread.value, shared.value[x])[1])
        answers: list[Any] = []
        job = threading.Thread(target=lambda: answers.append(rdd.collect()))
        job.start()
        while len(marks) < 2:
            pass
        shared.destroy()
        unread.destroy()
        go.leave("on")
        job.join(20)
        assert answers == [[0, 1]]
        for use_again in (late.collect, rdd.collect):
            with pytest.raises(BroadcastDestroyedError, match=r"Broadcast\(\d+\) after it was destroyed; make another"):
                use_again()
        assert sc.parallelize([1], 1).count() == 1


@pytest.mark.matrix(49)
def test_a_task_that_changes_a_broadcast_changes_it_in_its_own_worker_only(tmp_path: Any) -> None:
    met = Marks(tmp_path / "met")
    with SparkContext("local[2]", "mutated") as sc:
        shared = sc.broadcast({"n": 0})

        def change(index: int) -> tuple[int, int]:
            shared.value["n"] += index + 1
            met.leave(index)
            while len(met) < 2:  # so that each is in a worker of its own, and sees what the other has done
                pass
            return os.getpid(), shared.value["n"]

        (one, first), (other, second) = sc.parallelize([0, 1], 2).map(change).collect()
        assert one != other
        assert (first, second) == (1, 2)
        assert shared.value == {"n": 0}
