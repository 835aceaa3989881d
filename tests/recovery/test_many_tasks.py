"""Jobs of very many tasks: they end, and the driver's memory grows with tasks, not with maps times reducers.

``MINISPARK_MANY_TASKS=full`` runs the sizes of the promise, which take minutes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from operator import add

import psutil
import pytest

from minispark import SparkContext

FULL = os.environ.get("MINISPARK_MANY_TASKS") == "full"
TASK_BYTES_MAX = 600
"""What the driver may hold for a task while its job runs; its result is one small number."""

ELSE_BYTES_MAX = 8 << 20

pytestmark = [pytest.mark.slow, pytest.mark.matrix(46), pytest.mark.timeout(3600 if FULL else 60)]


@contextmanager
def bounded_driver(tasks: int) -> Iterator[None]:
    """The private memory of this process grows by no more than so many tasks may take."""
    process = psutil.Process()
    before = peak = process.memory_full_info().uss
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.05):
            peak = max(peak, process.memory_full_info().uss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    assert peak - before < ELSE_BYTES_MAX + TASK_BYTES_MAX * tasks


@pytest.fixture
def sc() -> Iterator[SparkContext]:
    with SparkContext("local[2]", "many tasks") as context:
        assert context.range(4).map(lambda x: (x, x)).reduceByKey(add).count() == 4
        yield context


def test_narrow_tasks(sc: SparkContext) -> None:
    tasks = 100_000 if FULL else 20_000
    with bounded_driver(tasks):
        assert sc.range(0, tasks, 1, tasks).map(lambda x: x + 1).sum() == tasks * (tasks + 1) // 2


@pytest.mark.parametrize(
    ("maps", "reducers"), [(100_000, 100), (2_000, 2_000)] if FULL else [(4_000, 20), (250, 4_000)]
)
def test_shuffles(sc: SparkContext, maps: int, reducers: int) -> None:
    """250 by 4,000 are a million pairs: two numbers of eight bytes for each would be twice what is allowed."""
    pairs = sc.range(0, maps, 1, maps).map(lambda x: (x % reducers, 1))
    with bounded_driver(maps + reducers):
        assert pairs.reduceByKey(add, reducers).values().sum() == maps
