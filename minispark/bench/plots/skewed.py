"""Strategies against skew: a panel for each operator, kind of skew and figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minispark.bench.plots.axes import LinearScale, LogScale, floor_tick, plain_number
from minispark.bench.plots.svg import FAINT, INK, RULE, SERIES, Canvas, text_width
from minispark.bench.report import Report
from minispark.bench.skew_findings import AXES
from minispark.engine.core.values import value

MEBI = 2**20
PANEL_WIDTH = 246
PLOT_WIDTH = 186
PANEL_HEIGHT = 206
PLOT_HEIGHT = 118
LEFT = 64
TOP = 74
BY_LOGARITHM = ("hot_keys", "record_bytes")
LEAST = 1e-3

Row = Mapping[str, Any]


@value
class Figure:
    """What is drawn upwards; None for a row that has no such figure."""

    title: str
    of: Callable[[Row], float | None]


FIGURES = (
    Figure("seconds", lambda row: row["seconds"]),
    Figure("largest reducer to the median", lambda row: row["load_ratio"]),
    Figure("MiB shuffled", lambda row: row["shuffled_bytes"] / MEBI or None),
    Figure("MiB of memory at most", lambda row: row["memory_bytes_max"] / MEBI),
)


@value
class Panel:
    """One figure of one operator along one axis, drawn with its corner at ``left`` and ``top``."""

    left: float
    top: float
    figure: Figure
    axis: str
    rows: Sequence[Row]


def draw_skewed(report: Report, operators: Sequence[str], title: str) -> str | None:
    """A column for each operator and kind of skew, a row for each figure; None where the report has none of these."""
    rows: list[Row] = [
        row for row in report.studies.get("skew") or () if not row["error"] and row["operator"] in operators
    ]
    columns = [
        (operator, axis, found)
        for operator in operators
        for axis in AXES
        if (found := [row for row in rows if (row["operator"], row["axis"]) == (operator, axis)])
    ]
    if not columns:
        return None
    colours = dict(zip(dict.fromkeys(row["strategy"] for row in rows), SERIES, strict=False))
    canvas = Canvas(LEFT + max(len(columns), 3) * PANEL_WIDTH, TOP + PANEL_HEIGHT * len(FIGURES) + 8, title)
    canvas.text(16, 28, title, 16, bold=True)
    _legend(canvas, colours)
    for column, (operator, axis, found) in enumerate(columns):
        left = LEFT + column * PANEL_WIDTH
        canvas.text(left, TOP, operator, 13, bold=True)
        for place, figure in enumerate(FIGURES):
            _panel(canvas, Panel(left, TOP + 10 + place * PANEL_HEIGHT, figure, axis, found), colours)
    return canvas.render()


def _legend(canvas: Canvas, colours: Mapping[str, str]) -> None:
    x = 22.0
    for strategy, colour in colours.items():
        canvas.dot(x, 46, 5, colour)
        canvas.text(x + 10, 50, strategy, 12)
        x += text_width(strategy, 12) + 34


def _panel(canvas: Canvas, panel: Panel, colours: Mapping[str, str]) -> None:
    left, top = panel.left, panel.top
    known = [(row["strategy"], row["x"], panel.figure.of(row)) for row in panel.rows]
    points = [(strategy, at, max(number, LEAST)) for strategy, at, number in known if number is not None]
    if not points:
        return
    xs, ys = sorted({at for _, at, _ in points}), [number for _, _, number in points]
    bottom = top + 20 + PLOT_HEIGHT
    least = floor_tick(min(ys))
    y = LogScale(least, max(max(ys) * 1.25, least * 4), bottom, top + 20)
    x = _across(panel.axis, xs, left)
    canvas.text(left, top + 10, panel.figure.title, 12)
    for tick in y.ticks():
        canvas.line(left, y.at(tick), left + PLOT_WIDTH, y.at(tick), RULE)
        canvas.text(left - 6, y.at(tick) + 4, plain_number(tick), 10.5, FAINT, "end")
    free = left - PANEL_WIDTH
    for tick in xs:
        half = text_width(plain_number(tick), 10.5) / 2
        if x(tick) - half > free:
            canvas.text(x(tick), bottom + 15, plain_number(tick), 10.5, FAINT, "middle")
            free = x(tick) + half
    canvas.text(left + PLOT_WIDTH / 2, bottom + 31, AXES[panel.axis], 11, INK, "middle")
    for strategy, colour in colours.items():
        line = sorted((at, number) for name, at, number in points if name == strategy)
        canvas.path([(x(at), y.at(number)) for at, number in line], colour, 1.8)
        for at, number in line:
            canvas.dot(x(at), y.at(number), 3.2, colour)


def _across(axis: str, xs: Sequence[float], left: float) -> Callable[[float], float]:
    """From numbers to pixels: those that are far apart by their logarithm."""
    if axis in BY_LOGARITHM and xs[0] > 0 and len(xs) > 1:
        return LogScale(xs[0], xs[-1], left + 8, left + PLOT_WIDTH - 8).at
    return LinearScale(xs[-1] or 1.0, left + 8, left + PLOT_WIDTH - 8).at
