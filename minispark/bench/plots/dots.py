"""All engines beside minispark in one picture: a row for each program, a dot for each engine."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.bench.catalogue import BY_NAME as PROGRAMS
from minispark.bench.engines import BY_NAME as ENGINES
from minispark.bench.plots.axes import LogScale, floor_tick, plain_number
from minispark.bench.plots.bars import WITHOUT_FUNCTIONS
from minispark.bench.plots.svg import FAINT, INK, OURS, RULE, Canvas, text_width
from minispark.bench.report import Report

ROW = 26
WIDTH = 860
TOP = 96
NOTE = "seconds, as a multiple of minispark's; wrong answers and failures have no dot; * runs no Python functions"
COLOURS = {
    "python": "#868e96",
    "multiprocessing": "#343a40",
    "spark": "#1c7ed6",
    "dask": "#2b8a3e",
    "ray": "#9c36b5",
    "pysparkling": "#e8a200",
    "polars": "#15aabf",
    "duckdb": "#a61e4d",
}


def draw_dots(report: Report, programs: Sequence[str], engines: Sequence[str]) -> str | None:
    """Time as a multiple of minispark's, which is 1; None where the report has nothing to compare."""
    rows = {name: _ratios(report, name, engines) for name in programs}
    rows = {name: ratios for name, ratios in rows.items() if ratios}
    shown = [name for name in engines if any(name in ratios for ratios in rows.values())]
    if not shown:
        return None
    title = "Time beside minispark's: dots to the right are slower"
    names = max(text_width(PROGRAMS[name].title, 12.5) for name in rows) + 24
    everything = [ratio for ratios in rows.values() for ratio in ratios.values()]
    scale = LogScale(floor_tick(min([0.5, *everything]) / 1.1), max([2.0, *everything]) * 1.15, names, WIDTH - 24)
    canvas = Canvas(WIDTH, TOP + ROW * len(rows) + 40, title)
    canvas.text(16, 28, title, 16, bold=True)
    colours = {name: COLOURS[name] for name in shown}
    _legend(canvas, colours)
    _grid(canvas, scale, TOP, TOP + ROW * len(rows))
    for index, (name, ratios) in enumerate(rows.items()):
        y = TOP + ROW * index + ROW / 2
        canvas.text(names - 12, y + 4, PROGRAMS[name].title, 12.5, INK, "end")
        canvas.line(names, y, WIDTH - 24, y, RULE)
        canvas.dot(scale.at(1.0), y, 6, OURS)
        for engine, ratio in sorted(ratios.items(), key=lambda pair: -pair[1]):
            canvas.dot(scale.at(ratio), y, 5, colours[engine])
    return canvas.render()


def _ratios(report: Report, program: str, engines: Sequence[str]) -> dict[str, float]:
    ours = report.median(program, "minispark")
    known = {engine: report.median(program, engine) for engine in engines}
    return {engine: seconds / ours for engine, seconds in known.items() if seconds and ours}


def _legend(canvas: Canvas, colours: dict[str, str]) -> None:
    x, y = 22.0, 50.0
    for title, colour in [("minispark", OURS), *((_title(name), colour) for name, colour in colours.items())]:
        width = text_width(title, 12) + 26
        if x + width > WIDTH - 16:
            x, y = 22.0, y + 19
        canvas.dot(x, y - 4, 5, colour)
        canvas.text(x + 10, y, title, 12)
        x += width


def _title(engine: str) -> str:
    return ENGINES[engine].title + ("*" if engine in WITHOUT_FUNCTIONS else "")


def _grid(canvas: Canvas, scale: LogScale, top: float, bottom: float) -> None:
    for tick in sorted({scale.least, 0.5, *scale.ticks()}):
        x = scale.at(tick)
        ours = tick == 1.0
        canvas.line(x, top, x, bottom, OURS if ours else RULE, 1.5 if ours else 1)
        canvas.text(x, bottom + 17, f"{plain_number(tick)}x", 11.5, FAINT, "middle")
    canvas.text(WIDTH / 2, bottom + 34, NOTE, 11.5, FAINT, "middle")
