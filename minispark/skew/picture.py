"""A report as a picture: of each stage the tasks as bars, and on them the hot keys that they hold."""

from __future__ import annotations

import os
from collections.abc import Sequence

from minispark.engine.core.units import format_bytes
from minispark.engine.core.values import value
from minispark.engine.observe.svg import BAD, FAINT, INK, RULE, Canvas, text_width
from minispark.skew.hotness import HotLoad
from minispark.skew.stageskew import StageSkew
from minispark.skew.table import advice_text

WIDTH = 860.0
MARGIN = 16.0
PLOT_LEFT, PLOT_HEIGHT = 84.0, 120.0
PANEL_HEIGHT = 232.0
TOP = 56.0
BARS_MAX = 160
"""Of more tasks, neighbours share a bar, which is as high as the highest of them."""
LABELS_MAX = 6
SHARE_MIN = 0.005
BAR = "#8fa3b8"
ADVICE_CHARS = 128


@value
class Panel:
    """Where one stage is drawn, and how: bars of ``width`` pixels for ``group`` tasks, ``scale`` pixels a byte."""

    top: float
    width: float
    group: int
    scale: float

    def x(self, task: int) -> float:
        """The left end of a task's bar."""
        return PLOT_LEFT + task // self.group * self.width

    @property
    def bottom(self) -> float:
        return self.top + 58 + PLOT_HEIGHT


def write_picture(stages: Sequence[StageSkew], file: str | os.PathLike[str]) -> None:
    """Write the SVG. Raises OSError."""
    with open(file, "w", encoding="utf-8") as out:
        out.write(draw(stages))


def draw(stages: Sequence[StageSkew]) -> str:
    """The text of an SVG; the same report gives the same text."""
    title = "Bytes that each task takes from its shuffles"
    canvas = Canvas(WIDTH, TOP + PANEL_HEIGHT * max(len(stages), 1), title)
    canvas.text(MARGIN, 28, title, 16, bold=True)
    canvas.text(MARGIN, 46, "Red: hot keys, by name. Dashed: the median task.", 11.5, FAINT)
    if not stages:
        canvas.text(MARGIN, TOP + 30, "no shuffle has run", 12)
    for index, stage in enumerate(stages):
        _panel(canvas, TOP + index * PANEL_HEIGHT, stage)
    return canvas.render()


def _panel(canvas: Canvas, top: float, stage: StageSkew) -> None:
    group = -(-stage.tasks // BARS_MAX) if stage.tasks else 1
    bars = -(-stage.tasks // group) or 1
    panel = Panel(top, (WIDTH - MARGIN - PLOT_LEFT) / bars, group, PLOT_HEIGHT / max(stage.bytes.longest, 1))
    canvas.text(MARGIN, top + 16, stage.title, 12.5, bold=True)
    canvas.text(MARGIN, top + 32, _shortened(advice_text(stage.advice)), 11.5, FAINT)
    _axis(canvas, panel, stage)
    gap = min(2.0, panel.width / 5)
    for bar in range(bars):
        height = max(stage.task_bytes[bar * group : (bar + 1) * group], default=0) * panel.scale
        canvas.rect(PLOT_LEFT + bar * panel.width + gap / 2, panel.bottom - height, panel.width - gap, height, BAR)
    _hot_keys(canvas, panel, stage, gap)
    median = panel.bottom - stage.bytes.median * panel.scale
    canvas.line(PLOT_LEFT, median, WIDTH - MARGIN, median, INK, 1, "5 3")


def _axis(canvas: Canvas, panel: Panel, stage: StageSkew) -> None:
    top = panel.bottom - PLOT_HEIGHT
    canvas.line(PLOT_LEFT, panel.bottom, WIDTH - MARGIN, panel.bottom, RULE)
    canvas.text(PLOT_LEFT - 6, top + 6, format_bytes(stage.bytes.longest), 11, FAINT, "end")
    canvas.text(PLOT_LEFT - 6, panel.bottom, "0", 11, FAINT, "end")
    middle = (PLOT_LEFT + WIDTH - MARGIN) / 2
    canvas.text(middle, panel.bottom + 16, f"{stage.tasks} tasks", 11, FAINT, "middle")


def _hot_keys(canvas: Canvas, panel: Panel, stage: StageSkew, gap: float) -> None:
    """Red parts of the bars, from the bottom; the first few with their names, each above its bar."""
    filled: dict[int, float] = {}
    ends: list[float] = []
    for rank, key in enumerate(_placed(stage)):
        height = min(key.bytes, stage.task_bytes[key.reducer]) * panel.scale
        start = filled.get(key.reducer, 0.0)
        filled[key.reducer] = start + height
        x = panel.x(key.reducer)
        canvas.rect(x + gap / 2, panel.bottom - start - height, panel.width - gap, height, BAD)
        if rank < LABELS_MAX:
            _label(canvas, panel, stage, key, ends)


def _label(canvas: Canvas, panel: Panel, stage: StageSkew, key: HotLoad, ends: list[float]) -> None:
    """The key's name over its bar, a line lower for each label that it would run into."""
    text = f"{_shortened(key.name, 28)} {key.bytes_share:.0%}"
    width = text_width(text, 11)
    x = min(max(panel.x(key.reducer) + panel.width / 2, PLOT_LEFT + width / 2), WIDTH - MARGIN - width / 2)
    height = stage.task_bytes[key.reducer] * panel.scale
    y = panel.bottom - height - 4
    for other_x, other_y, other_width in zip(ends[::3], ends[1::3], ends[2::3], strict=True):
        if abs(x - other_x) < (width + other_width) / 2 and abs(y - other_y) < 12:
            y = other_y + 13
    ends += [x, y, width]
    canvas.text(x, y, text, 11, INK, "middle", bold=True)


def _placed(stage: StageSkew) -> list[HotLoad]:
    """Hot keys whose task is known, and that can be seen there, the largest first."""
    known = [key for key in stage.hot if 0 <= key.reducer < stage.tasks and key.bytes_share >= SHARE_MIN]
    return sorted(known, key=lambda key: -key.bytes)


def _shortened(text: str, chars_max: int = ADVICE_CHARS) -> str:
    return text if len(text) <= chars_max else text[: chars_max - 3] + "..."
