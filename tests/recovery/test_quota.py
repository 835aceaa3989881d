"""A context that may not fill the disk: a typed error, what was committed stays, and what can be dropped goes first."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext, StorageLevel
from minispark.errors import DiskFullError, DiskQuotaError

QUOTA = 8_000_000
ROWS = QUOTA // 1000
"""Of a thousand bytes each: as many as fit."""


def row(number: int) -> tuple[int, bytes]:
    return number % 100, number.to_bytes(8, "little") * 125


@pytest.fixture(params=["inline", pytest.param("local[2]", marks=pytest.mark.slow)])
def sc(request: pytest.FixtureRequest, bench: Any) -> SparkContext:
    context: SparkContext = bench.start(request.param, spark_minispark_local_quota=str(QUOTA))
    return context


@pytest.fixture
def no_collections() -> Iterator[None]:
    """The interpreter's own collections come when they come."""
    gc.disable()
    yield
    gc.enable()


def used(bench: Any) -> int:
    return sum(path.stat().st_size for path in bench.files())


@pytest.mark.matrix(14)
def test_an_output_that_does_not_fit_is_an_error(sc: SparkContext, bench: Any) -> None:
    kept = sc.range(0, ROWS // 4, 1, 2).map(row).groupByKey(2).mapValues(len)
    assert kept.values().sum() == ROWS // 4
    with pytest.raises(DiskQuotaError, match=r"map task \d of shuffle \d+: .* that spark.minispark.local.quota allows"):
        sc.range(0, 2 * ROWS, 1, 4).map(row).groupByKey(2).count()
    assert issubclass(DiskQuotaError, DiskFullError)
    assert QUOTA // 8 < used(bench) <= QUOTA
    assert kept.values().sum() == ROWS // 4, "what was committed is whole"
    assert sc.range(0, ROWS // 4, 1, 2).map(row).groupByKey(2).count() == 100


@pytest.mark.usefixtures("no_collections")
def test_outputs_that_nobody_can_reach_make_room(sc: SparkContext, bench: Any) -> None:
    for _ in range(4):
        grouped = sc.range(0, ROWS // 2, 1, 2).map(row).groupByKey(2)
        grouped.itself = grouped  # a cycle: only a collection finds it
        assert grouped.count() == 100
        assert used(bench) <= QUOTA
    del grouped
    data = sc.parallelize([row(number) for number in range(ROWS * 3 // 4)], 2)
    assert data.count() == ROWS * 3 // 4


def test_spilled_data_counts(bench: Any) -> None:
    sc = bench.start("inline", spark_minispark_local_quota=str(QUOTA), spark_python_worker_memory="2m")
    pairs = sc.range(0, ROWS * 3 // 4, 1, 2).map(lambda i: (0, row(i)[1]))
    with pytest.raises(DiskQuotaError, match=r"spill-\d+-\d+ needs"):
        pairs.groupByKey(1).mapValues(lambda values: sum(1 for _ in values)).collect()
    assert pairs.count() == ROWS * 3 // 4


def test_cached_blocks_give_way_where_they_may(sc: SparkContext) -> None:
    cached = sc.range(0, ROWS * 3 // 4, 1, 4).map(row).persist(StorageLevel.MEMORY_ONLY)
    assert cached.count() == ROWS * 3 // 4
    assert sc.range(0, ROWS // 2, 1, 2).map(row).groupByKey(2).count() == 100
    assert cached.count() == ROWS * 3 // 4, "computed again"


@pytest.mark.parametrize("level", [StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY])
def test_blocks_that_do_not_fit_are_not_kept(sc: SparkContext, bench: Any, level: StorageLevel) -> None:
    cached = sc.range(0, 2 * ROWS, 1, 8).map(row).persist(level)
    assert [cached.count() for _ in range(2)] == [2 * ROWS] * 2
    assert QUOTA // 2 < used(bench) <= QUOTA


def test_data_of_the_driver_that_does_not_fit_is_an_error_at_once(sc: SparkContext, bench: Any) -> None:
    rows = [row(number) for number in range(2 * ROWS)]
    with pytest.raises(DiskQuotaError, match=r"parallelized, or a broadcast.* d\d+ needs"):
        sc.parallelize(rows, 2)
    with pytest.raises(DiskQuotaError):
        sc.broadcast(rows)
    assert used(bench) < QUOTA // 100
    assert sc.parallelize(rows[: ROWS // 2], 2).count() == ROWS // 2


def test_without_a_quota_there_is_no_account(bench: Any) -> None:
    sc = bench.start("inline")
    assert sc.range(0, ROWS, 1, 2).map(row).groupByKey(2).count() == 100
    assert not [path for root in (bench.local, Path("/dev/shm")) for path in root.rglob(".quota.lock")]
