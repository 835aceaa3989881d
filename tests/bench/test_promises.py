"""Growth and memory: judged by the studies' rows."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.bench import promises
from minispark.bench.report import EMPTY, Report


def point(
    program: str, size: int, seconds: float, unit: str = "record", error: str = "", mib: int = 10
) -> dict[str, Any]:
    return {
        "program": program, "title": program, "unit": unit, "size": size, "units": size, "seconds": seconds,
        "cpu_seconds": seconds, "driver_cpu_seconds": seconds, "driver_bytes_max": 9 << 20, "worker_bytes_max": 1 << 20,
        "files": 3, "error": error,
    }  # fmt: skip


def scale(*rows: dict[str, Any]) -> Report:
    return EMPTY.with_study("scale", list(rows))


@pytest.mark.parametrize(("power", "reached"), [(1.0, True), (1.09, True), (1.2, False)])
def test_growth_is_the_exponent(power: float, reached: bool) -> None:
    sizes = (1_000_000, 10_000_000, 100_000_000)
    report = scale(*(point("sum", size, (size / 1e6) ** power) for size in sizes))
    verdict = promises.growth_in_records(report)
    assert (verdict.measured, verdict.reached) == (f"sum {power:.2f}", reached)
    assert promises.growth_in_partitions(report).reached is None


def test_one_point_or_a_failure_shows_no_growth() -> None:
    assert (
        promises.growth_in_records(scale(point("sum", 10, 1.0), point("sum", 20, 0.0, error="killed"))).reached is None
    )


def test_large_jobs_must_end_within_memory() -> None:
    rows = [point(name, size, 1.0, "task") for name, size in promises.LARGE.items()]
    assert promises.large_jobs(scale(*rows)).reached is True
    assert promises.large_jobs(scale(*rows[:-1])).reached is None
    assert promises.large_jobs(scale(*rows[:-1], {**rows[-1], "driver_bytes_max": 2 << 30})).reached is False
    failed = promises.large_jobs(scale(*rows[:-1], {**rows[-1], "error": "MemoryError"}))
    assert (failed.reached, failed.measured.endswith("dense MemoryError")) == (False, True)


def test_memory_must_stay_within_a_fifth_of_the_limit() -> None:
    limit = 64 << 20
    rows: list[dict[str, Any]] = [
        {"name": "join", "limit_bytes": limit, "peak_bytes": int(1.19 * limit), "error": ""},
        {"name": "sortBy", "limit_bytes": limit, "peak_bytes": limit, "error": ""},
    ]
    kept = promises.memory_limit(EMPTY.with_study("memory", rows))
    assert (kept.measured, kept.reached) == ("2 of 2, most 1.19 of the limit", True)
    rows[1]["peak_bytes"] = int(1.21 * limit)
    broken = promises.memory_limit(EMPTY.with_study("memory", rows))
    assert (broken.measured, broken.reached) == ("1 of 2, most 1.21 of the limit; not: sortBy", False)
    rows[1] |= {"peak_bytes": 0, "error": "MemoryError: no"}
    assert promises.memory_limit(EMPTY.with_study("memory", rows)).reached is False
