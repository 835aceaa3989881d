"""``import minispark`` is light: a program that only wants a word count pays for no column library."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

import pytest

HEAVY = {"numpy", "pyarrow", "cloudpickle", "psutil", "tqdm", "duckdb", "pandas"}
HEAVY_STANDARD = {"asyncio", "concurrent.futures", "multiprocessing", "logging", "unittest", "xml", "http", "email"}
MODULES_MAX = 90
"""How many modules ``import minispark`` may add to a bare interpreter's; each costs about 0.3 ms from a warm disk."""

PROBE = """
import json, sys, time
before = set(sys.modules)
started = time.perf_counter()
import minispark
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "modules": sorted(set(sys.modules) - before)}))
"""


@cache
def probe() -> tuple[float, frozenset[str]]:
    """Best time of three fresh interpreters to import minispark, in seconds, and the modules that came with it."""
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return min(run["seconds"] for run in runs), frozenset(runs[0]["modules"])


def test_heavy_libraries_stay_out() -> None:
    assert HEAVY & probe()[1] == set()


def test_heavy_parts_of_the_standard_library_stay_out() -> None:
    assert HEAVY_STANDARD & probe()[1] == set()


def test_few_modules(record_property: pytest.RecordProperty) -> None:
    """Counted, not timed, so that a busy machine cannot fail it; the time is printed for the reader (goal: 60 ms)."""
    seconds, modules = probe()
    record_property("import_seconds", seconds)
    print(f"import minispark: {seconds * 1e3:.0f} ms, {len(modules)} modules")
    assert len(modules) <= MODULES_MAX
