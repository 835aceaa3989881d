"""The part of a README that a report decides about: between two marks, a picture, a table and where they come from."""

from __future__ import annotations

import os
from pathlib import Path

from minispark.bench.catalogue import BY_NAME as PROGRAMS
from minispark.bench.catalogue import START_UP
from minispark.bench.engines import BY_NAME as ENGINES
from minispark.bench.frame_tables import mean_table
from minispark.bench.goals import SCHEDULING, verdicts
from minispark.bench.markdown import markdown_table, short
from minispark.bench.report import Report
from minispark.bench.study_tables import taken_when
from minispark.bench.tables import REACHED, when_taken
from minispark.engine.core.errors import ConfigurationError

BEGIN = "<!-- from the benchmark's report: `minispark bench --readme` writes what is between these marks -->"
END = "<!-- end of the benchmark's report -->"
PICTURE = "beside.svg"


def write_readme(path: Path, report: Report, folder: Path) -> None:
    """Put the report in ``folder`` into the file. Raises ConfigurationError where the file has no marks for it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"--readme {path}: {error.strerror}") from None
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigurationError(f"--readme {path}: it needs two lines to write between,\n{BEGIN}\n{END}")
    relative = Path(os.path.relpath(folder, path.parent)).as_posix()
    path.write_text(f"{before}{BEGIN}\n{excerpt(report, relative)}\n{END}{after}", encoding="utf-8")


def excerpt(report: Report, folder: str) -> str:
    """The picture, the table and the goals, as Markdown. ``folder`` is where the report is, seen from the file."""
    about = report.about
    machine = f"{about.get('cores')} cores of {about.get('processor')}, {about.get('memory_gib')} GiB"
    note = f" {about['note']}" if about.get("note") else ""
    names = [*(name for name, program in PROGRAMS.items() if program.group in ("start", "data")), *SCHEDULING]
    return "\n\n".join(
        [
            f"![time of every engine beside minispark's]({folder}/{PICTURE})",
            f"Seconds, medians of runs that took turns, all answers compared; {machine}; taken {when_taken(report)}."
            f"{note} The [whole report]({folder}/README.md) has the spread, processor time, memory, versions and more "
            "programs.",
            _table(report, [name for name in names if name in report.sections]),
            *_queries(report, folder),
            "What is meant to be reached, and what this run shows:",
            markdown_table(
                [("goal", "measured", "reached"), *((v.goal, v.measured, REACHED[v.reached]) for v in verdicts(report))]
            ),
        ]
    )


def _queries(report: Report, folder: str) -> list[str]:
    """TPC-H, where the report has it."""
    if not report.studies.get("frames"):
        return []
    said = " ".join(taken_when(report, ("frames",)))
    return [
        f"![TPC-H by engine, as SQL and as DataFrames]({folder}/queries.svg)",
        f"DataFrames and SQL: TPC-H at scale 1 over Parquet files, seconds, all answers compared. {said}",
        mean_table(report),
    ]


def _table(report: Report, programs: list[str]) -> str:
    engines = [
        name
        for name in ENGINES
        if name != "minispark-1" and any(name in report.sections[program].engines for program in programs)
    ]
    rows = [("program", *(ENGINES[name].title for name in engines))]
    for program in programs:
        title = "start-up" if program == START_UP else PROGRAMS[program].title
        rows.append((title, *(_cell(report, program, engine) for engine in engines)))
    return markdown_table(rows)


def _cell(report: Report, program: str, engine: str) -> str:
    measured = report.sections[program].engines.get(engine)
    if measured is None:
        return ""
    return measured.trouble or short(measured.median or 0.0)
