"""TPC-H as one picture: a bar for each engine and each way to ask it."""

from __future__ import annotations

from minispark.bench.frame_tables import mean_bars
from minispark.bench.plots.bars import CUT_AT, FIGURES, ROW, SIZE
from minispark.bench.plots.svg import COLUMNS, FAINT, INK, OURS, PEER, RULE, Canvas, text_width
from minispark.bench.report import Report
from minispark.engine.observe.text import format_seconds

BARS = 420
TITLE = "TPC-H at scale 1: the 22 queries"
PALE = ("duckdb", "polars", "datafusion")


def draw_queries(report: Report) -> str | None:
    """Geometric means of the queries' medians; None where the report has none."""
    bars = mean_bars(report)
    if not bars:
        return None
    names = max(text_width(title, SIZE) for _, title, _ in bars) + 40
    ours = min((seconds for engine, _, seconds in bars if engine == "minispark"), default=None)
    most = max(seconds for _, _, seconds in bars)
    most = most if ours is None else min(most, CUT_AT * ours)
    canvas = Canvas(names + BARS + FIGURES + 28, 82 + ROW * len(bars), TITLE)
    canvas.text(14, 28, TITLE, 16, bold=True)
    said = (
        f"Geometric mean, shorter is better. Bars over {CUT_AT:g} times minispark's are cut. Pale: no API of Spark's."
    )
    canvas.text(14, 46, said, 11.5, FAINT)
    for place, (engine, title, seconds) in enumerate(bars):
        top = 62 + ROW * place
        own = engine == "minispark"
        canvas.text(names - 6, top + 12, title, SIZE, INK, "end", bold=own)
        length = max(min(seconds / most, 1.0) * BARS, 1.5)
        canvas.rect(names, top + 2, length, ROW - 5, OURS if own else COLUMNS if engine in PALE else PEER)
        if seconds > most * 1.001:
            cut = names + length - 16
            canvas.area(
                [(cut, top + ROW - 2), (cut + 5, top + 1), (cut + 9, top + 1), (cut + 4, top + ROW - 2)], "white"
            )
        canvas.text(names + length + 5, top + 12, format_seconds(seconds), SIZE)
    canvas.line(names, 60, names, 64 + ROW * len(bars), RULE)
    return canvas.render()
