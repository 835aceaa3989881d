"""The study "skew" as Markdown: what the figures say, then the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minispark.bench.markdown import markdown_table, short
from minispark.bench.skew_findings import AXES, findings

MEBI = 2**20

Rows = Sequence[Mapping[str, Any]]


def skew_parts(rows: Rows) -> list[str]:
    """Sentences as a list, and a table of each operator and axis."""
    parts = ["\n".join(f"- {sentence}" for sentence in findings(rows))]
    for operator in dict.fromkeys(row["operator"] for row in rows):
        for axis, title in AXES.items():
            found = [row for row in rows if (row["operator"], row["axis"]) == (operator, axis)]
            if found:
                parts += [f"### {operator}, by {title}", _table(found, title)]
    return parts


def _table(rows: Rows, title: str) -> str:
    head = (title, "strategy", "seconds", "processor seconds", "largest reducer", "to the median", "shuffled", "memory")
    return markdown_table([head, *(_cells(row) for row in rows)])


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row["error"]:
        return (f"{row['x']:g}", row["strategy"], row["error"], "", "", "", "", "")
    ratio = row["load_ratio"]
    return (
        f"{row['x']:g}",
        row["strategy"],
        short(row["seconds"]),
        short(row["cpu_seconds"]),
        "" if ratio is None else f"{row['load_bytes_max'] / MEBI:.2f} MiB",
        "no reducer" if ratio is None else f"{ratio:.1f} x",
        f"{row['shuffled_bytes'] / MEBI:.1f} MiB",
        f"{row['memory_bytes_max'] / MEBI:.0f} MiB",
    )
