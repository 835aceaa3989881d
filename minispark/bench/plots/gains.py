"""What a second worker brings, beside what a second plain process brings on the same machine."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.bench.catalogue import BY_NAME as PROGRAMS
from minispark.bench.plots.axes import LinearScale
from minispark.bench.plots.svg import FAINT, INK, OURS, PEER, RULE, Canvas, text_width
from minispark.bench.report import Report

ROW = 19
WIDTH = 760
PAIRS = (("minispark", "minispark-1", "minispark", OURS), ("plain processes", "processes-1", "processes", PEER))


def draw_gains(report: Report, programs: Sequence[str]) -> str | None:
    """Speed with all workers over speed with one; None where the report has no such pair."""
    rows = [(program, gains) for program in programs if (gains := _gains(report, program))]
    if not rows:
        return None
    cores = max(int(report.sections[program].settings.get("cores", 2)) for program, _ in rows)
    title = f"How many times faster {cores} workers are than one"
    names = max(text_width(PROGRAMS[program].title, 12.5) for program, _ in rows) + 28
    best = max(gain for _, gains in rows for _, gain, _ in gains)
    scale = LinearScale(max(cores * 1.1, best), names, WIDTH - 150)
    height = sum(ROW * len(gains) + 14 for _, gains in rows)
    canvas = Canvas(WIDTH, 76 + height + 26, title)
    canvas.text(16, 28, title, 16, bold=True)
    canvas.text(
        16, 46, f"Longer is better; the line at {cores} is perfect. Grey: as many independent processes.", 11.5, FAINT
    )
    bottom = 66.0 + height
    for mark in range(cores + 1):
        colour, dash = INK if mark == cores else RULE, "4 3" if mark else ""
        canvas.line(scale.at(mark), 58, scale.at(mark), bottom, colour, 1, dash)
        canvas.text(scale.at(mark), bottom + 16, f"{mark}x", 11.5, FAINT, "middle")
    y = 66.0
    for program, gains in rows:
        canvas.text(names - 10, y + ROW * len(gains) / 2 + 4, PROGRAMS[program].title, 12.5, INK, "end")
        for title_, gain, colour in gains:
            canvas.rect(names, y + 2, scale.at(gain) - names, ROW - 4, colour)
            said = f"{gain:.2f}x {title_}"
            canvas.rect(scale.at(gain) + 3, y + 2, text_width(said, 11.5) + 6, ROW - 4, "white")
            canvas.text(scale.at(gain) + 6, y + 14, said, 11.5)
            y += ROW
        y += 14
    return canvas.render()


def _gains(report: Report, program: str) -> list[tuple[str, float, str]]:
    found = []
    for title, one, all_, colour in PAIRS:
        alone, together = report.median(program, one), report.median(program, all_)
        if alone and together:
            found.append((title, alone / together, colour))
    return found
