"""More data than a worker may hold, six times as much: within the limit and a fifth, whatever the operator.

The cases are those of ``benchmarks/memory.py``, which measures all of them at the size that the promise
was made for, ten times the limit.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import pytest

from minispark import SparkContext

LIMIT_MB = int(os.environ.get("MINISPARK_MEMORY_TEST_MB", "16"))
FACTOR = 6
NOISE_BYTES = 4 << 20
"""What a worker's first jobs add by themselves: code that is loaded, the allocator's arenas."""

ONE_KEY = ["groupByKey_one_key", "fullOuterJoin_one_key", "sortByKey_one_key"]
MANY_KEYS = ["cogroup", "reduceByKey_of_dicts", "distinct", "sortBy"]
MOVED = ["partitionBy", "repartition", "persist_MEMORY_AND_DISK", "cartesian_large_second"]
LARGE = ["groupByKey", "repartition", "persist", "distinct"]
COLUMNS = ["columns_groupByKey"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def cases() -> Iterator[ModuleType]:
    path = Path(__file__).parents[2] / "benchmarks" / "memory_cases.py"
    spec = importlib.util.spec_from_file_location("memory_cases", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["memory_cases"] = module
    spec.loader.exec_module(module)
    cloudpickle.register_pickle_by_value(module)
    module.LARGE = (LIMIT_MB << 20) // 64  # of the limit's share that a megabyte is of the promise's
    yield module
    cloudpickle.unregister_pickle_by_value(module)
    del sys.modules["memory_cases"]


def peak_bytes(pid: int) -> int:
    """The most resident memory since the count was begun."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


@pytest.fixture
def growth_of(bench: Any) -> Callable[[Callable[[SparkContext], None]], int]:
    """How far a worker's memory grows in a job, beyond what it has once numpy and pyarrow are there."""

    def prime(number: int) -> int:
        import numpy  # noqa: F401 (its memory comes first)
        import pyarrow  # noqa: F401 (likewise)

        return os.getpid()

    def measured(job: Callable[[SparkContext], None]) -> int:
        limit = f"{LIMIT_MB}m"
        sc = bench.start("local[1]", spark_python_worker_memory=limit, spark_minispark_storage_memory=limit)
        (pid,) = set(sc.parallelize(range(4), 4).map(prime).collect())
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # begins the peak anew
        before = peak_bytes(pid)
        job(sc)
        return peak_bytes(pid) - before

    return measured


@pytest.mark.matrix(36)
@pytest.mark.parametrize("name", ONE_KEY)
def test_one_key_of_many_times_the_limit(name: str, cases: ModuleType, growth_of: Any) -> None:
    check(name, cases, growth_of)


@pytest.mark.parametrize("name", MANY_KEYS + MOVED + [f"{name}_of_large" for name in LARGE] + COLUMNS)
def test_many_times_the_limit(name: str, cases: ModuleType, growth_of: Any) -> None:
    check(name, cases, growth_of)


def check(name: str, cases: ModuleType, growth_of: Any) -> None:
    limit = LIMIT_MB << 20
    grown = growth_of(lambda sc: cases.CASES[name](sc, FACTOR * limit))
    assert grown <= limit * 6 // 5 + NOISE_BYTES, f"{grown >> 20} MB over the base, the limit is {LIMIT_MB} MB"
