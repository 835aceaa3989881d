"""What a benchmark run found, as a table with ratios."""

from __future__ import annotations

import json
import os
import platform
import statistics
from pathlib import Path
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """What minispark means to reach on two cores: time as a share of PySpark's, and of plain Python's half time."""

    spark: float
    plain: float | None = None


GOALS = {
    "start_up": Goal(0.3 / 5.7),
    "word_count": Goal(1.9 / 9.4, 1.9 / 1.83),
    "sum_of_ints": Goal(0.85 / 2.4, 0.85 / 0.70),
    "sort_by_key": Goal(1.4 / 4.2, 1.4 / 1.05),
    "group_by_key": Goal(0.6 / 2.1, 0.6 / 0.34),
    "join": Goal(0.8 / 4.6, 0.8 / 0.23),
    "skewed_join": Goal(0.8 / 4.7, 0.8 / 0.12),
    "json_sums": Goal(1.6 / 2.2, 1.6 / 1.52),
    "pagerank": Goal(1.6 / 8.0, 1.6 / 0.51),
    "distinct": Goal(0.7 / 5.8, 0.7 / 0.35),
    "many_jobs": Goal(0.15 / 13.2),
    "many_tasks": Goal(0.5 / 122),
    "many_blocks": Goal(1.0 / 49.8),
}
TOLERANCE = 1.5
"""A goal counts as reached within this factor of either of its ratios."""


class Report:
    """Times in seconds by program and engine, errors, and whether the answers agree."""

    def __init__(self, cores: int, scale: float) -> None:
        self.cores = cores
        self.scale = scale
        self.versions: dict[str, str] = {}
        self.times: dict[str, dict[str, list[float]]] = {}
        self.errors: dict[str, dict[str, str]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.load_before = os.getloadavg()[0]

    def add_time(self, program: str, engine: str, seconds: float) -> None:
        self.times.setdefault(program, {}).setdefault(engine, []).append(seconds)

    def add_error(self, program: str, engine: str, text: str) -> None:
        self.errors.setdefault(program, {})[engine] = text

    def add_answer(self, program: str, engine: str, answer: Any) -> None:
        """Keep the engine's answer; one that differs from its own earlier one is an error."""
        known = self.answers.setdefault(program, {}).setdefault(engine, answer)
        if not same(known, answer):
            self.add_error(program, engine, f"answers {answer} after {known}")

    def wrong(self) -> list[str]:
        """A line for each error, and for each program whose engines do not agree."""
        lines = [f"{program} on {engine}: {text}" for program, by in self.errors.items() for engine, text in by.items()]
        for program, by in self.answers.items():
            first, *others = by.items()
            lines += [
                f"{program}: {engine} answers {answer}, {first[0]} {first[1]}"
                for engine, answer in others
                if not same(answer, first[1])
            ]
        return lines

    def median(self, program: str, engine: str) -> float | None:
        times = self.times.get(program, {}).get(engine)
        return statistics.median(times) if times else None

    def ratios(self, program: str) -> tuple[float | None, float | None]:
        """minispark's median over PySpark's, and over plain Python's divided by the number of cores."""
        ours, spark, plain = (self.median(program, engine) for engine in ("minispark", "spark", "python"))
        return (
            ours / spark if ours and spark else None,
            ours / plain * self.cores if ours and plain and GOALS[program].plain else None,
        )

    def reached(self, program: str) -> bool | None:
        """Whether either ratio is within the goal; None where there is none to judge by."""
        pairs = [(is_, goal) for is_, goal in zip(self.ratios(program), GOALS[program], strict=True) if is_ and goal]
        return any(is_ <= goal * TOLERANCE for is_, goal in pairs) if pairs else None

    def line(self, program: str) -> str:
        """One program's times, for the terminal."""
        parts = [f"{engine} {_times(times)}" for engine, times in self.times.get(program, {}).items()]
        parts += [f"{engine} FAILED {text}" for engine, text in self.errors.get(program, {}).items()]
        return f"{program:13} " + ", ".join(parts)

    def markdown(self) -> str:
        """The table, and below it what is wrong."""
        lines = [
            "| program | minispark | PySpark | plain Python | of PySpark (goal) | of plain/cores (goal) | reached |",
            "|---|---|---|---|---|---|---|",
        ]
        for program, goal in GOALS.items():
            if program in self.times or program in self.errors:
                cells = [self._cell(program, engine) for engine in ("minispark", "spark", "python")]
                of_spark, of_plain = self.ratios(program)
                cells += [_ratio(of_spark, goal.spark), _ratio(of_plain, goal.plain)]
                cells.append({True: "yes", False: "no", None: ""}[self.reached(program)])
                lines.append(f"| {program} | " + " | ".join(cells) + " |")
        return "\n".join(lines + [""] + [f"WRONG: {line}" for line in self.wrong()])

    def _cell(self, program: str, engine: str) -> str:
        if engine in self.errors.get(program, {}):
            return "failed"
        times = self.times.get(program, {}).get(engine)
        return _times(times) if times else ""


def same(a: Any, b: Any) -> bool:
    """Equal as JSON values, floats up to the order of their additions."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return bool(abs(a - b) <= 1e-3 * max(1.0, abs(a)))
    return bool(a == b)


def _times(times: list[float]) -> str:
    middle = f"{statistics.median(times):.3f}"
    return f"{middle} ({min(times):.3f}-{max(times):.3f})" if len(times) > 1 else middle


def _ratio(is_: float | None, goal: float | None) -> str:
    return f"{is_:.3f} ({goal:.3f})" if is_ and goal else ""


def write_report(report: Report, folder: Path) -> None:
    """``workloads.json`` for programs and ``workloads.md`` for people, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "machine": platform.platform(),
        "cores": report.cores,
        "scale": report.scale,
        "load_before": round(report.load_before, 2),
        "versions": report.versions,
    }
    numbers = {"about": about, "seconds": report.times, "errors": report.errors, "wrong": report.wrong()}
    (folder / "workloads.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    versions = ", ".join(f"{engine} {version}" for engine, version in report.versions.items())
    head = (
        f"# Workloads\n\n{versions}; {report.cores} workers each, scale {report.scale:g}, on {about['machine']}, "
        f"load before {about['load_before']}.\nSeconds: median (least-most). Goals are reached within a factor of "
        f"{TOLERANCE} of either ratio.\n\n"
    )
    (folder / "workloads.md").write_text(head + report.markdown() + "\n", encoding="utf-8")
