"""How the cost of one record, task or block changes with their number: a flat line is linear growth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minispark.bench.plots.axes import LogScale, floor_tick, plain_number
from minispark.bench.plots.svg import FAINT, INK, RULE, SERIES, Canvas
from minispark.bench.report import Report
from minispark.engine.core.values import value

WIDTH = 1040
PANEL_WIDTH = 310
PLOT_HEIGHT = 190
TOP = 66
LEGEND_ROW = 17
MEBI = 2**20

Row = Mapping[str, Any]
Line = tuple[str, list[tuple[float, float]]]


@value
class Panel:
    """Lines through points (size, figure), both drawn by their logarithms."""

    title: str
    x_title: str
    y_title: str
    lines: Sequence[Line]


def draw_curves(report: Report) -> str | None:
    """From the study "scale"; None where the report has none."""
    rows: Sequence[Row] = [row for row in report.studies.get("scale") or () if not row["error"]]
    records = [row for row in rows if row["unit"] == "record"]
    others = [row for row in rows if row["unit"] != "record"]
    panels = [
        Panel("Time for a record", "records", "us a record", _lines(records, _microseconds)),
        Panel("Time for a task or a block", "tasks, or partitions on each side", "us", _lines(others, _microseconds)),
        Panel("Memory that the driver takes", "tasks, or partitions on each side", "MiB", _lines(others, _mebibytes)),
    ]
    panels = [panel for panel in panels if panel.lines]
    if not panels:
        return None
    title = "Growth: a flat line means that time grows as the data does"
    longest = max(len(panel.lines) for panel in panels)
    canvas = Canvas(WIDTH, TOP + PLOT_HEIGHT + 92 + LEGEND_ROW * longest, title)
    canvas.text(16, 28, title, 16, bold=True)
    for index, panel in enumerate(panels):
        _panel(canvas, 62 + index * (PANEL_WIDTH + 34), panel)
    return canvas.render()


def _lines(rows: Sequence[Row], figure: Callable[[Row], float]) -> list[Line]:
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        lines.setdefault(row["title"], []).append((row["size"], figure(row)))
    return [(title, sorted(points)) for title, points in lines.items()]


def _microseconds(row: Row) -> float:
    return float(max(row["seconds"] / row["units"] * 1e6, 1e-4))


def _mebibytes(row: Row) -> float:
    return float(max(row["driver_bytes_max"] / MEBI, 0.1))


def _panel(canvas: Canvas, left: float, panel: Panel) -> None:
    width = PANEL_WIDTH - 40
    points = [point for _, line in panel.lines for point in line]
    sizes, figures = [x for x, _ in points], [y for _, y in points]
    x = LogScale(min(sizes) / 1.2, max(sizes) * 1.2, left, left + width)
    least = floor_tick(min(figures))
    most = max(max(figures) * 1.3, least * 20)
    y = LogScale(least, most, TOP + 26 + PLOT_HEIGHT, TOP + 26)
    canvas.text(left, TOP + 10, panel.title, 12.5, bold=True)
    for tick in y.ticks():
        canvas.line(left, y.at(tick), left + width, y.at(tick), RULE)
        canvas.text(left - 6, y.at(tick) + 4, plain_number(tick), 11, FAINT, "end")
    for tick in x.ticks():
        canvas.line(x.at(tick), y.start, x.at(tick), y.start + 4, FAINT)
        canvas.text(x.at(tick), y.start + 17, plain_number(tick), 11, FAINT, "middle")
    canvas.text(left - 6, TOP + 24, panel.y_title, 11, FAINT)
    canvas.text(left + width / 2, y.start + 34, panel.x_title, 11.5, FAINT, "middle")
    for index, (title, line) in enumerate(panel.lines):
        colour = SERIES[index % len(SERIES)]
        canvas.path([(x.at(size), y.at(figure)) for size, figure in line], colour, 2)
        for size, figure in line:
            canvas.dot(x.at(size), y.at(figure), 3.5, colour)
        bottom = y.start + 56 + index * LEGEND_ROW
        canvas.dot(left + 4, bottom - 4, 4, colour)
        canvas.text(left + 14, bottom, title, 11.5, INK)
