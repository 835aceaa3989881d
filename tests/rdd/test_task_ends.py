"""Functions that end their task, or try to end their process: the job hears of it, the worker goes on."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import OutOfMemoryTaskError, UserFunctionError
from minispark.testing.marks import Marks


def story(error: BaseException) -> str:
    return "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])])


def workers(sc: SparkContext, marks: Marks) -> set[int]:
    """The processes that run tasks, found by two tasks that wait for each other."""
    marks.clear()
    tasks = sc.defaultParallelism

    def meet(index: int) -> int:
        marks.leave(f"met {index}")
        while sum(mark.startswith("met") for mark in marks.read()) < tasks:
            pass
        return os.getpid()

    pids = set(sc.parallelize(range(tasks), tasks).map(meet).collect())
    marks.clear()
    return pids


@pytest.mark.slow
@pytest.mark.matrix(18)
def test_a_memory_error_is_tried_in_fresh_workers_and_then_raised(sc: SparkContext, marks: Marks) -> None:
    def greedy(x: int) -> int:
        if x == 2:
            marks.leave(os.getpid())
            return len(bytearray(1 << 60))
        return x

    with pytest.raises(OutOfMemoryTaskError) as caught:
        sc.parallelize(range(4), 4).map(greedy).collect()
    assert isinstance(caught.value, MemoryError)
    told = story(caught.value)
    assert "test_task_ends.py" in told and "partition 2" in told and "record: 2" in told
    assert "4 times" in told and "more partitions" in told
    assert len(marks) == 4
    assert sc.parallelize(range(4), 4).sum() == 6
    if sc.master != "inline":
        greedy_ones = set(map(int, marks.read()))
        assert len(greedy_ones) == 4, "each try in a fresh worker"
        assert not workers(sc, marks) & greedy_ones


@pytest.mark.matrix(18)
def test_a_memory_error_that_does_not_come_back_costs_a_worker_and_no_more(sc: SparkContext, marks: Marks) -> None:
    def greedy_once(x: int) -> int:
        if x == 2 and marks.first("greedy"):
            marks.leave(os.getpid())
            raise MemoryError
        return x

    assert sc.parallelize(range(4), 4).map(greedy_once).collect() == [0, 1, 2, 3]
    if sc.master != "inline":
        greedy_one = int(marks.read()[0])
        assert greedy_one not in workers(sc, marks)


@pytest.mark.matrix(26)
def test_a_finalizer_that_raises_is_shown_and_changes_nothing(
    sc: SparkContext, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)  # pytest's fails the test instead of printing

    class Grumpy:
        def __del__(self) -> None:
            raise ValueError("not like this")

    def touch(x: int) -> int:
        Grumpy()
        return x

    total = sc.accumulator(0)
    rdd = sc.parallelize(range(4), 2).map(touch)
    assert rdd.map(lambda x: (total.add(1), (x % 2, x))[1]).groupByKey(2).mapValues(sum).collect() == [(0, 2), (1, 4)]
    assert total.value == 4
    told = capfd.readouterr().err
    assert told.count("ValueError: not like this") == 4 and "__del__" in told
    if sc.master != "inline":
        assert "partition 1)" in told


@pytest.mark.matrix(39)
@pytest.mark.parametrize("code", [None, 0, 3, "with a word"])
def test_sys_exit_fails_the_task_and_keeps_the_worker(sc: SparkContext, marks: Marks, code: Any) -> None:
    before = workers(sc, marks)

    def leave(x: int) -> int:
        if x == 1:
            marks.leave(x)
            sys.exit(code)
        return x

    with pytest.raises(UserFunctionError, match="SystemExit") as caught:
        sc.parallelize(range(2), 1).map(leave).collect()
    assert "test_task_ends.py" in story(caught.value) and "record: 1" in story(caught.value)
    assert marks.read() == ["1"], "as with any exception: not tried again"
    assert workers(sc, marks) == before


@pytest.mark.matrix(40)
def test_a_keyboard_interrupt_in_a_task_fails_it_and_keeps_the_worker(sc: SparkContext, marks: Marks) -> None:
    if sc.master == "inline":
        pytest.skip("there the user's own Ctrl-C arrives in tasks")
    before = workers(sc, marks)

    def interrupt(x: int) -> int:
        if x == 1:
            raise KeyboardInterrupt
        return x

    with pytest.raises(UserFunctionError, match="KeyboardInterrupt") as caught:
        sc.parallelize(range(2), 1).map(interrupt).collect()
    assert "test_task_ends.py" in story(caught.value) and "record: 1" in story(caught.value)
    assert workers(sc, marks) == before
