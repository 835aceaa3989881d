"""Bars: a panel for each program, a bar for each engine."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.bench.catalogue import BY_NAME as PROGRAMS
from minispark.bench.engines import BY_NAME as ENGINES
from minispark.bench.plots.svg import BAD, COLUMNS, FAINT, INK, OURS, PEER, RULE, Canvas, text_width
from minispark.bench.report import Measured, Report, Section
from minispark.engine.core.values import value
from minispark.engine.observe.text import format_seconds

CUT_AT = 6.0
"""Bars longer than so many times minispark's are cut, or nothing else could be seen."""
ROW = 18
SIZE = 11.5
TITLE_SIZE = 12.5
FIGURES = 100
WITHOUT_FUNCTIONS = ("polars", "duckdb")
"""Engines of columns, which call no Python function: a different thing to measure, in another colour."""


@value
class Layout:
    """Sizes in pixels: ``columns`` panels side by side, each with room for names at its left and for figures."""

    columns: int
    names: float
    bars: float = 130
    figures: float = FIGURES
    gap: float = 14

    @property
    def panel(self) -> float:
        return self.names + self.bars + self.figures


def draw_bars(report: Report, title: str, programs: Sequence[str], engines: Sequence[str]) -> str | None:
    """The programs of the report as panels; None where it has none of them."""
    sections = [report.sections[name] for name in programs if name in report.sections]
    panels = [(section, [name for name in engines if name in section.engines]) for section in sections]
    panels = [(section, names) for section, names in panels if names]
    if not panels:
        return None
    shown = {name for _, names in panels for name in names}
    left = max(text_width(ENGINES[name].title, SIZE) for name in shown) + 16
    titles = max(text_width(PROGRAMS[section.program].title, TITLE_SIZE) for section, _ in panels) + 16
    layout = Layout(min(3, len(panels)), left, max(130, titles - left - FIGURES))
    rows = [panels[i : i + layout.columns] for i in range(0, len(panels), layout.columns)]
    heights = [40 + ROW * max(len(names) for _, names in row) for row in rows]
    width = max(layout.columns * (layout.panel + layout.gap), text_width(title, 16)) + 2 * layout.gap
    canvas = Canvas(width, 76 + sum(heights), title)
    canvas.text(layout.gap, 28, title, 16, bold=True)
    canvas.text(layout.gap, 46, _subtitle(shown), 11.5, FAINT)
    top = 62.0
    for row, height in zip(rows, heights, strict=True):
        for column, (section, names) in enumerate(row):
            _panel(canvas, layout, layout.gap + column * (layout.panel + layout.gap), top, section, names)
        top += height
    return canvas.render()


def _subtitle(shown: set[str]) -> str:
    cut = f"Seconds, shorter is better; in brackets, times minispark's. Bars over {CUT_AT:g} times minispark's are cut."
    return cut + (" Pale: engines of columns, which run no Python functions." if shown & set(WITHOUT_FUNCTIONS) else "")


def _panel(canvas: Canvas, layout: Layout, x: float, y: float, section: Section, names: Sequence[str]) -> None:
    canvas.text(x, y + 14, PROGRAMS[section.program].title, TITLE_SIZE, bold=True)
    start = x + layout.names
    known = [median for name in names if (median := section.median(name)) is not None]
    ours = section.median("minispark")
    most = min(max(known, default=1.0), CUT_AT * ours if ours else float("inf")) or 1.0
    for index, name in enumerate(names):
        top = y + 24 + index * ROW
        own = name.startswith("minispark")
        canvas.text(start - 6, top + 12, ENGINES[name].title, SIZE, INK, "end", bold=own)
        _bar(canvas, layout, start, top, section.engines[name], most, ours, _colour(name))
    canvas.line(start, y + 22, start, y + 26 + len(names) * ROW, RULE)


def _bar(
    canvas: Canvas, layout: Layout, x: float, y: float, measured: Measured, most: float, ours: float | None, fill: str
) -> None:
    if measured.trouble:
        canvas.text(x + 6, y + 12, _in_words(measured), SIZE, BAD)
        return
    seconds = measured.median or 0.0
    length = max(min(seconds / most, 1.0) * layout.bars, 1.5)
    canvas.rect(x, y + 2, length, ROW - 5, fill)
    if seconds > most * 1.001:
        middle = x + length - 16
        canvas.area(
            [(middle, y + ROW - 2), (middle + 5, y + 1), (middle + 9, y + 1), (middle + 4, y + ROW - 2)], "white"
        )
    ratio = f" ({_times(seconds / ours)})" if ours and seconds != ours else ""
    canvas.text(x + length + 5, y + 12, f"{format_seconds(seconds)}{ratio}", SIZE)


def _times(ratio: float) -> str:
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.1f}x" if ratio >= 2 else f"{ratio:.2f}x"


def _in_words(measured: Measured) -> str:
    return {"wrong": "wrong answer", "time-out": measured.text, "error": "failed"}[measured.trouble]


def _colour(engine: str) -> str:
    return OURS if engine.startswith("minispark") else COLUMNS if engine in WITHOUT_FUNCTIONS else PEER
