"""Ending a context: twice, from several threads, from within, and while others wait for its jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import ContextInTaskError, ContextStoppedError
from minispark.testing.marks import Marks

pytestmark = pytest.mark.matrix(61)


def busy_context(marks: Marks, waiters: int) -> tuple[SparkContext, list[threading.Thread], list[BaseException]]:
    """A context whose two workers hold tasks that do not end, and threads that wait for as many jobs."""
    sc = SparkContext("local[2]", "stopping")
    raised: list[BaseException] = []

    def wait(x: int) -> None:
        marks.leave(x)
        threading.Event().wait(60)

    def job() -> None:
        try:
            sc.parallelize([1, 2], 2).foreach(wait)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=job) for _ in range(waiters)]
    for thread in threads:
        thread.start()
    while len(marks) < 2 or len(sc._session._running) < waiters:
        pass
    return sc, threads, raised


def test_every_waiter_is_told(marks: Marks) -> None:
    sc, threads, raised = busy_context(marks, 4)
    sc.stop()
    for thread in threads:
        thread.join(10)
    assert [type(error) for error in raised] == [ContextStoppedError] * 4
    assert all("stopped" in str(error) for error in raised)
    with pytest.raises(ContextStoppedError, match="make another"):
        sc.parallelize([1]).count()


@pytest.mark.slow
def test_several_threads_may_stop_it_at_once(marks: Marks) -> None:
    sc, threads, raised = busy_context(marks, 1)
    ready = threading.Barrier(4)
    failed: list[BaseException] = []

    def stop() -> None:
        try:
            ready.wait()
            sc.stop()
        except BaseException as error:
            failed.append(error)

    stoppers = [threading.Thread(target=stop) for _ in range(4)]
    for thread in stoppers:
        thread.start()
    for thread in [*stoppers, *threads]:
        thread.join(20)
        assert not thread.is_alive()
    assert failed == []
    assert [type(error) for error in raised] == [ContextStoppedError]
    with SparkContext("local[2]", "the next") as another:
        assert another.parallelize([1, 2], 2).sum() == 3


def test_with_a_block_that_stops_it_itself() -> None:
    with SparkContext("inline", "stopping") as sc:
        assert sc.parallelize([1]).count() == 1
        sc.stop()
    sc.stop()


def test_leaving_a_with_block_by_an_exception_stops_it() -> None:
    with pytest.raises(KeyError, match="mine"), SparkContext("local[2]", "stopping") as sc:
        raise KeyError("mine")
    with pytest.raises(ContextStoppedError):
        sc.range(3)


@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_a_task_cannot_stop_it(master: str) -> None:
    with SparkContext(master, "stopping") as sc:
        stop: Callable[[Any], Any] = lambda _: sc.stop()  # noqa: E731 (it has a type so)
        with pytest.raises(ContextInTaskError, match="driver"):
            sc.parallelize([1], 1).foreach(stop)
        assert sc.parallelize([1], 1).count() == 1


def test_an_iterator_begun_before_ends_with_the_error() -> None:
    sc = SparkContext("local[2]", "stopping")
    records = sc.parallelize(range(40), 40).toLocalIterator()
    assert next(records) == 0
    sc.stop()
    with pytest.raises(ContextStoppedError):
        list(records)
