"""The studies as Markdown: what grows how, and who keeps to the limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minispark.bench.frame_tables import frame_parts
from minispark.bench.markdown import markdown_table, short
from minispark.bench.promises import MEMORY
from minispark.bench.report import Report
from minispark.bench.skew_tables import skew_parts

MEBI = 2**20

Rows = Sequence[Mapping[str, Any]]


def study_parts(report: Report, pictures: Mapping[str, Sequence[str]]) -> list[str]:
    """Headings, pictures and tables of the studies that the report has."""
    parts: list[str] = []
    if report.studies.get("scale"):
        taken = taken_when(report, ("scale",))
        parts += ["## Growth", *taken, *pictures.get("scale", ()), _scale(report.studies["scale"])]
    rows = [row for study in MEMORY for row in report.studies.get(study) or ()]
    if rows:
        parts += [
            "## Memory against the limit",
            *taken_when(report, MEMORY),
            *pictures.get("memory", ()),
            _memory(rows),
        ]
    if report.studies.get("skew"):
        taken = taken_when(report, ("skew",))
        parts += ["## Skewed keys", *taken, *pictures.get("skew", ()), *skew_parts(report.studies["skew"])]
    if report.studies.get("frames"):
        taken = taken_when(report, ("frames",))
        parts += ["## DataFrames", *taken, *pictures.get("frames", ()), *frame_parts(report.studies["frames"])]
    return parts


def taken_when(report: Report, names: Sequence[str]) -> list[str]:
    """When, and of which revision."""
    known = [report.about.get("studies", {}).get(name) for name in names if name in report.studies]
    lines = sorted({f"{facts['date']}, revision {facts['revision']}" for facts in known if facts})
    return [f"Taken {'; '.join(lines)}."] if lines else []


def _scale(rows: Rows) -> str:
    head = ("program", "size", "seconds", "processor seconds", "us for one", "driver", "largest worker", "files")
    cells = [
        (row["title"], f"{row['size']:,}", row["error"], "", "", "", "", "")
        if row["error"]
        else (
            row["title"],
            f"{row['size']:,}",
            short(row["seconds"]),
            short(row["cpu_seconds"]),
            f"{row['seconds'] / row['units'] * 1e6:.3g} a {row['unit']}",
            f"+{row['driver_bytes_max'] / MEBI:.0f} MiB",
            f"+{row['worker_bytes_max'] / MEBI:.0f} MiB",
            f"{row['files']:,}",
        )
        for row in rows
    ]
    return markdown_table([head, *cells])


def _memory(rows: Rows) -> str:
    head = ("operator", "limit", "peak", "of the limit", "seconds", "spilled", "")
    cells = [
        (
            row["name"],
            f"{row['limit_bytes'] / MEBI:.0f} MiB",
            f"{row['peak_bytes'] / MEBI:.0f} MiB",
            f"{row['peak_bytes'] / row['limit_bytes']:.2f}",
            short(row["seconds"]),
            f"{row['spilled_bytes'] / MEBI:.0f} MiB",
            row["error"],
        )
        for row in rows
    ]
    return markdown_table([head, *cells])
