"""Jobs of very many tasks: they end, and the driver's memory grows with tasks, not with maps times reducers.

``MINISPARK_MANY_TASKS=full`` runs the sizes of the promise, which take minutes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from operator import add
from pathlib import Path

import psutil
import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.storage.readers import OPEN_FILES_MAX

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
def sc(tmp_path: Path) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster("local[2]").setAppName("many tasks").set("spark.local.dir", str(tmp_path))
    with SparkContext(conf=conf) as context:
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


@pytest.mark.parametrize(("maps", "reducers"), [(2_000, 2_000)] if FULL else [(2 * OPEN_FILES_MAX, 60)])
def test_a_record_in_every_block(sc: SparkContext, tmp_path: Path, maps: int, reducers: int) -> None:
    """More map outputs than a reducer may have open: one file each, and no worker has more open than it may."""
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    pairs = sc.range(0, maps, 1, maps).flatMap(lambda x: [(key, x) for key in range(reducers)])
    sums = pairs.reduceByKey(add, reducers)

    def seen(records: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        total = sum(value for _, value in records)
        yield total, len(os.listdir("/proc/self/fd"))

    with bounded_driver(maps + reducers):
        found = sums.mapPartitions(seen).collect()
    assert [total for total, _ in found] == [maps * (maps - 1) // 2] * reducers
    assert max(files for _, files in found) < OPEN_FILES_MAX + 32
    assert len({path for path in tmp_path.rglob("*") if path.is_file()} - before) == maps
