"""Disks that are full or fail for good, and no descriptors: where files go then, what is told, what still works."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chaos_programs import RECORDS, SUMS, shuffling

from minispark import SparkConf, SparkContext
from minispark.errors import DescriptorsExhaustedError, DiskFullError, LocalDirectoryError
from minispark.observe import Listener, TaskEnd, listening
from minispark.testing.chaotic import workers_under_chaos
from minispark.testing.faults import ANY, Injection
from minispark.testing.ledger import Ledger
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos

EVER = 10_000


class Ends(Listener):
    """How attempts ended."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def on_task_end(self, event: TaskEnd) -> None:
        self.counts[event.outcome_name] += 1


@contextmanager
def small(folder: Path, disks: int, *injections: Injection) -> Iterator[SparkContext]:
    """One worker, so many local directories, and the faults."""
    ledger = Ledger(folder)
    ledger.arm(injections)
    conf = SparkConf().setMaster("local[1]").setAppName("small").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.local.dir", ",".join(str(folder / f"disk{number}") for number in range(disks)))
    with workers_under_chaos(ledger):
        context = SparkContext(conf=conf)
    with context:
        yield context


def outputs(folder: Path) -> Counter[str]:
    """Committed map outputs by the disk that has them."""
    return Counter(p.relative_to(folder).parts[0] for p in folder.rglob("s*-*-*") if not p.name.startswith("."))


@pytest.mark.matrix(14)
def test_a_full_disk_costs_no_attempt_where_another_has_room(tmp_path: Path) -> None:
    ends = Ends()
    full = Injection("map output.before write", "ENOSPC", task=1)
    with small(tmp_path, 2, full) as sc, listening(sc, ends):
        assert shuffling(sc, tmp_path) == (SUMS, RECORDS)
    assert ends.counts == {"Success": 7}


@pytest.mark.matrix(14)
def test_all_disks_full(tmp_path: Path) -> None:
    full = Injection("map output.before write", "ENOSPC", stage=1, time=ANY, times=EVER)
    with small(tmp_path, 2, full) as sc:
        pairs = sc.parallelize(range(RECORDS), 4).map(lambda x: (x % 10, x))
        summed = pairs.reduceByKey(lambda a, b: a + b, 3)
        with pytest.raises(DiskFullError, match=r"output of map task \d of shuffle \d+: .* \d+ bytes so far .*space"):
            summed.map(lambda pair: (pair[1] % 2, pair)).groupByKey(2).count()
        assert sum(outputs(tmp_path).values()) == 4, "what was committed is there, nothing else"
        assert sorted(summed.collect()) == SUMS
        assert not list(tmp_path.rglob(".tmp-*"))


@pytest.mark.matrix(15)
def test_a_bad_directory_is_left_out_from_then_on(tmp_path: Path) -> None:
    ends = Ends()
    with small(tmp_path, 2, Injection("map output.before write", "EIO")) as sc, listening(sc, ends):
        pairs = sc.parallelize(range(RECORDS), 40).map(lambda x: (x % 10, x))
        summed = pairs.reduceByKey(lambda a, b: a + b, 3)
        assert summed.count() == 10
        assert list(outputs(tmp_path).values()) == [40], "all of them in the directory that works"
    assert set(ends.counts) == {"Success"}


@pytest.mark.matrix(15)
def test_no_directory_that_works(tmp_path: Path) -> None:
    bad = Injection("map output.before open", "EIO", time=ANY, times=EVER)
    with small(tmp_path, 2, bad) as sc:
        with pytest.raises(LocalDirectoryError, match="Input/output error.*SPARK_LOCAL_DIRS"):
            shuffling(sc, tmp_path)
        assert sc.parallelize(range(4), 2).sum() == 6, "what needs no disk runs"


def limit_descriptors(more: int) -> None:
    """In a task: this worker may open so many more descriptors than it has."""
    import resource

    used = max(map(int, os.listdir("/proc/self/fd")))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + more, hard))


def unlimit_descriptors(x: int) -> int:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return x


@pytest.mark.matrix(16)
def test_more_map_outputs_than_descriptors(tmp_path: Path) -> None:
    with small(tmp_path, 1) as sc:
        sc.parallelize([8], 1).foreach(limit_descriptors)
        pairs = sc.parallelize(range(RECORDS), 100).map(lambda x: (x % 10, x))
        assert sorted(pairs.groupByKey(2).mapValues(sum).collect()) == SUMS
        assert pairs.sortByKey(numPartitions=2).keys().collect() == sorted(x % 10 for x in range(RECORDS))


@pytest.mark.matrix(16)
def test_no_descriptor_at_all(tmp_path: Path) -> None:
    with small(tmp_path, 1) as sc:
        sc.parallelize([0], 1).foreach(limit_descriptors)
        with pytest.raises(DescriptorsExhaustedError, match="ulimit -n"):
            shuffling(sc, tmp_path)
        assert sc.parallelize([1], 1).map(unlimit_descriptors).collect() == [1]
        assert shuffling(sc, tmp_path) == (SUMS, RECORDS)


@pytest.mark.matrix(53)
def test_what_take_leaves_half_read_is_closed(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")

    def endless(records: Any) -> Iterator[tuple[int, int]]:
        try:
            for number in range(1 << 60):
                yield number, os.getpid()
        finally:
            marks.leave("closed")

    with small(tmp_path, 1) as sc:
        taken = [sc.parallelize([1], 1).mapPartitions(endless).take(3) for _ in range(3)]
        assert [number for number, _ in taken[0]] == [0, 1, 2]
        assert marks.read() == ["closed"] * 3
        assert len({pid for pairs in taken for _, pid in pairs}) == 1, "the worker went on"
