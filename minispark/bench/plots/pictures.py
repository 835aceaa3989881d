"""All pictures of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from minispark.bench.catalogue import LIBRARIES, PROGRAMS
from minispark.bench.plots.bars import draw_bars
from minispark.bench.plots.curves import draw_curves
from minispark.bench.plots.dots import draw_dots
from minispark.bench.plots.gains import draw_gains
from minispark.bench.plots.queries import draw_queries
from minispark.bench.plots.skewed import draw_skewed
from minispark.bench.plots.traces import draw_traces
from minispark.bench.report import Report
from minispark.engine.core.values import value


@value
class Picture:
    """``draw`` gives SVG, None where the report has nothing for it; ``group`` is the part of the page that shows it."""

    file: str
    group: str
    text: str
    draw: Callable[[Report], str | None]


def _of(*groups: str) -> list[str]:
    return [program.name for program in PROGRAMS if program.group in groups]


def _beside(report: Report) -> str | None:
    shown = [name for name in _of("data", "scheduling") if name != "tasks_50000"]
    return draw_dots(report, shown, ("python", "multiprocessing", *LIBRARIES))


def _scheduling(report: Report) -> str | None:
    shown = [name for name in _of("start", "scheduling") if name != "tasks_50000"]
    return draw_bars(report, "Start-up and scheduling", shown, ("minispark", *LIBRARIES))


def _bars(title: str, engines: tuple[str, ...], *groups: str) -> Callable[[Report], str | None]:
    return lambda report: draw_bars(report, title, _of(*groups), engines)


PICTURES: tuple[Picture, ...] = (
    Picture("beside.svg", "", "time of every engine beside minispark's", _beside),
    Picture(
        "data.svg",
        "data",
        "seconds of every engine on the data programs",
        _bars("Data programs", ("minispark", "python", "multiprocessing", *LIBRARIES), "data"),
    ),
    Picture(
        "scheduling.svg",
        "scheduling",
        "seconds of every engine on many jobs, tasks and blocks",
        _scheduling,
    ),
    Picture(
        "narrow.svg",
        "narrow",
        "narrow pipelines beside as many plain processes as cores",
        _bars("Narrow pipelines: the engine's own cost", ("minispark", "processes"), "narrow"),
    ),
    Picture(
        "workers.svg", "narrow", "what a second worker brings", lambda report: draw_gains(report, _of("data", "narrow"))
    ),
    Picture(
        "features.svg",
        "features",
        "shared variables, kept data and recovery",
        _bars("Shared variables, kept data, recovery", ("minispark", "spark"), "features"),
    ),
    Picture(
        "shuffles.svg",
        "shuffles",
        "ways to shuffle, and kinds of records",
        _bars("Ways to shuffle, and kinds of records", ("minispark", "spark"), "shuffles", "rows"),
    ),
    Picture("queries.svg", "frames", "TPC-H by engine, as SQL and as DataFrames", draw_queries),
    Picture("scale.svg", "scale", "cost of a record, a task and a block against their number", draw_curves),
    Picture("memory.svg", "memory", "memory over time against the limit", draw_traces),
    Picture(
        "skew_joins.svg",
        "skew",
        "ways to join against skew",
        lambda report: draw_skewed(report, ["join"], "Ways to join, against skew"),
    ),
    Picture(
        "skew_work.svg",
        "skew",
        "ways to join against skew, with work on each record",
        lambda report: draw_skewed(report, ["join, then work"], "Ways to join, with work on each joined record"),
    ),
    Picture(
        "skew_by_key.svg",
        "skew",
        "one phase or two, against skew",
        lambda report: draw_skewed(
            report, ["sum by key", "set by key", "group by key"], "One phase or two, against skew"
        ),
    ),
)


def draw_all(report: Report) -> Mapping[str, str]:
    """The pictures that the report has something for, by file name."""
    drawn = {picture.file: picture.draw(report) for picture in PICTURES}
    return {file: svg for file, svg in drawn.items() if svg is not None}
