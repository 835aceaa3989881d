"""Memory over time against the limit, a panel for each operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minispark.bench.plots.axes import LinearScale
from minispark.bench.plots.svg import BAD, FAINT, INK, OURS, RULE, Canvas
from minispark.bench.promises import MEMORY, PROMISE
from minispark.bench.report import Report

COLUMNS = 4
PANEL_WIDTH = 214
PANEL_HEIGHT = 104
PLOT_HEIGHT = 58
NAME_ROOM = 300
"""Letters of a bold name, times their size, that fit above a panel."""
MEBI = 2**20
NOTE = "Dashed: the limit; dotted: a fifth more, which is the promise and must not be crossed. Base: what it imports."


def draw_traces(report: Report) -> str | None:
    """From the studies of memory; None where the report has none."""
    rows: list[Mapping[str, Any]] = [row for study in MEMORY for row in report.studies.get(study) or ()]
    if not rows:
        return None
    title = "Private memory of a worker over time, on ten times its limit in data"
    height = 78 + -(-len(rows) // COLUMNS) * PANEL_HEIGHT
    canvas = Canvas(COLUMNS * PANEL_WIDTH + 32, height, title)
    canvas.text(16, 28, title, 16, bold=True)
    canvas.text(16, 47, NOTE, 11.5, FAINT)
    for index, row in enumerate(rows):
        _panel(canvas, 16 + index % COLUMNS * PANEL_WIDTH, 64 + index // COLUMNS * PANEL_HEIGHT, row)
    return canvas.render()


def _panel(canvas: Canvas, x: float, y: float, row: Mapping[str, Any]) -> None:
    limit, peak = row["limit_bytes"], row["peak_bytes"]
    kept = not row.get("error") and peak <= PROMISE * limit
    width = PANEL_WIDTH - 22
    top, bottom = y + 20, y + 20 + PLOT_HEIGHT
    memory = LinearScale(max(1.45 * limit, 1.05 * peak), bottom, top)
    name = str(row["name"])
    canvas.text(x, y + 12, name, min(11.5, NAME_ROOM / len(name)), bold=True)
    told = (
        row["error"].partition(":")[0] if row.get("error") else f"at most {peak / MEBI:.0f} of {limit / MEBI:.0f} MiB"
    )
    series = row["series"]
    if series:
        seconds = LinearScale(max(time for time, _ in series) or 1.0, x, x + width)
        line = [(seconds.at(time), memory.at(max(size, 0))) for time, size in series]
        canvas.area([(x, bottom), *line, (line[-1][0], bottom)], OURS, 0.18)
        canvas.path(line, OURS if kept else BAD, 1.2)
    canvas.line(x, memory.at(limit), x + width, memory.at(limit), INK, 1, "5 3")
    canvas.line(x, memory.at(PROMISE * limit), x + width, memory.at(PROMISE * limit), FAINT, 1, "1 3")
    canvas.line(x, bottom, x + width, bottom, RULE)
    canvas.text(x, bottom + 12, "0", 10, FAINT)
    canvas.text(x + 16, bottom + 12, told, 11, INK if kept else BAD)
    canvas.text(x + width, bottom + 12, f"{row['seconds']:.0f} s", 10, FAINT, "end")
