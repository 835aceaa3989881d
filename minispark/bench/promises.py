"""What the studies must show: growth in proportion, and memory within its limit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from minispark.bench.report import Report
from minispark.bench.verdict import Verdict

EXPONENT_MAX = 1.1
"""Of time over size, fitted to their logarithms: 1 is linear, and doubling costs 2.14 times as much at most."""
LARGE = {"tasks": 100_000, "maps": 100_000, "dense": 2_000}
LARGE_BYTES_MAX = 1 << 30
MEMORY = ("memory", "text_sort")
"""Studies whose rows have a limit and a peak."""
PROMISE = 1.2
MEBI = 2**20

Row = Mapping[str, Any]


def growth_in_records(report: Report) -> Verdict:
    return _growth(report, f"time linear in records, 1 to 100 million (exponent at most {EXPONENT_MAX:g})", True)


def growth_in_partitions(report: Report) -> Verdict:
    return _growth(report, f"time linear in tasks and blocks (exponent at most {EXPONENT_MAX:g})", False)


def large_jobs(report: Report) -> Verdict:
    goal = "100,000 tasks, 100,000 x 100 and 2,000 x 2,000 blocks complete, driver and workers under 1 GiB each"
    rows = [row for row in _rows(report, "scale") if row["size"] == LARGE.get(row["program"])]
    if len(rows) < len(LARGE):
        return Verdict(goal, "", None)
    most = {row["program"]: max(row["driver_bytes_max"], row["worker_bytes_max"]) for row in rows}
    errors = {row["program"]: row["error"] for row in rows if row["error"]}
    parts = [f"{name} {errors.get(name) or f'{size / MEBI:.0f} MiB'}" for name, size in most.items()]
    whole = not errors and max(most.values()) <= LARGE_BYTES_MAX
    return Verdict(goal, ", ".join(parts), whole)


def memory_limit(report: Report) -> Verdict:
    goal = "every operator on ten times the limit in data: peak at most the limit and a fifth"
    rows = _rows(report, *MEMORY)
    if not rows:
        return Verdict(goal, "", None)
    broken = [row["name"] for row in rows if row["error"] or row["peak_bytes"] > PROMISE * row["limit_bytes"]]
    most = max(row["peak_bytes"] / row["limit_bytes"] for row in rows)
    told = f"{len(rows) - len(broken)} of {len(rows)}, most {most:.2f} of the limit"
    return Verdict(goal, f"{told}; not: {', '.join(broken)}" if broken else told, not broken)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of the line through the logarithms that fits best.

    >>> exponent([1, 10, 100], [2, 20, 200]), exponent([1, 10], [1, 100])
    (1.0, 2.0)
    """
    xs, ys = [math.log(size) for size in sizes], [math.log(each) for each in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
    return round(slope, 6)


def _growth(report: Report, goal: str, of_records: bool) -> Verdict:
    lines: dict[str, list[Row]] = {}
    for row in _rows(report, "scale"):
        if not row["error"] and (row["unit"] == "record") is of_records:
            lines.setdefault(row["program"], []).append(row)
    slopes = {
        name: exponent([row["units"] for row in rows], [row["seconds"] for row in rows])
        for name, rows in lines.items()
        if len(rows) > 1
    }
    if not slopes:
        return Verdict(goal, "", None)
    text = ", ".join(f"{name} {slope:.2f}" for name, slope in slopes.items())
    return Verdict(goal, text, max(slopes.values()) <= EXPONENT_MAX)


def _rows(report: Report, *studies: str) -> Sequence[Row]:
    return [row for study in studies for row in report.studies.get(study) or ()]
