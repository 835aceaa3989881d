"""A report as Markdown tables, and one program as a line for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minispark.bench.catalogue import BY_NAME as PROGRAMS
from minispark.bench.catalogue import GROUPS
from minispark.bench.engines import BY_NAME as ENGINES
from minispark.bench.goals import verdicts
from minispark.bench.markdown import markdown_table, short
from minispark.bench.report import Measured, Report, Section
from minispark.bench.study_tables import study_parts
from minispark.engine.observe.text import format_seconds

REACHED = {True: "yes", False: "**no**", None: "not measured"}


HOW_TO_READ = (
    "Seconds: median (least-most) of runs that took turns; only ratios within a row carry over to another machine. "
    "Every answer was compared with plain Python's. Processor time and peak memory are those of all processes of an "
    "engine; a process stays from one program to the next, and what it has not given back counts."
)


def line(section: Section) -> str:
    """One program's figures, for the terminal.

    >>> runs = {"minispark": Measured((1.5, 1.4), (2.5, 2.5), (1 << 27, 1 << 27)), "ray": Measured(trouble="time-out")}
    >>> line(Section("join", {}, runs))
    'join                   minispark 1.45 s (1.40-1.50, cpu 2.50 s, 128 MiB), ray time-out'
    """
    parts = [f"{engine} {_in_words(measured)}" for engine, measured in section.engines.items()]
    return f"{section.program:22} {', '.join(parts)}"


def markdown(report: Report, pictures: Mapping[str, Sequence[str]]) -> str:
    """The whole report: about, the goals, a table for each group, and everything that was wrong.

    ``pictures`` has the lines that show pictures, by the group that they belong to, "" for the top.
    """
    parts = ["# Benchmark", about(report), *pictures.get("", ()), "## Goals", _goals(report)]
    for group, title in GROUPS.items():
        sections = [report.sections[name] for name in PROGRAMS if name in report.sections]
        sections = [section for section in sections if PROGRAMS[section.program].group == group]
        if sections:
            costs = _costs(sections)
            parts += [f"## {title}", *pictures.get(group, ()), table(sections), *([costs] if costs else [])]
    parts += study_parts(report, pictures)
    troubles = [
        f"- {program} on {ENGINES[engine].title}: {m.trouble}: {m.text}" for program, engine, m in report.troubles()
    ]
    if troubles:
        parts += ["## What went wrong", "\n".join(troubles)]
    return "\n\n".join(parts) + "\n"


def when_taken(report: Report) -> str:
    """From when to when the programs ran, and of which revision; empty where nothing says so."""
    dates = sorted({text for s in report.sections.values() if (text := s.settings.get("date"))})
    revisions = sorted({text for s in report.sections.values() if (text := s.settings.get("revision"))})
    return f"from {dates[0]} to {dates[-1]}, revision {', '.join(revisions)}" if dates else ""


def about(report: Report) -> str:
    """The machine, the versions, and how to read the tables."""
    facts: Mapping[str, Any] = report.about
    known = facts.get("versions", {}).items()
    versions = ", ".join(f"{ENGINES[n].title} {version}" for n, version in known if ENGINES[n].adapter == n)
    when = when_taken(report)
    taken = f"Taken {when}. " if when else ""
    machine = (
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, {facts['system']}, "
        f"Python {facts['python']}; load before the run {facts['load_before']}."
        if "processor" in facts
        else ""
    )
    note = f" {facts['note']}" if facts.get("note") else ""
    settings = sorted({(s.settings["cores"], s.settings["scale"]) for s in report.sections.values()})
    work = "; ".join(f"{cores} workers each, scale {scale:g}" for cores, scale in settings)
    return f"{machine}{note}\n\n{versions}. {work}. {taken}\n\n{HOW_TO_READ}"


def table(sections: Sequence[Section]) -> str:
    """Seconds, a row for each program and a column for each engine."""
    names = [name for name in ENGINES if any(name in section.engines for section in sections)]
    rows = [["program", *(ENGINES[name].title for name in names)]]
    for section in sections:
        rows.append([PROGRAMS[section.program].title, *(_cell(section.engines.get(name)) for name in names)])
    return markdown_table(rows)


def _costs(sections: Sequence[Section]) -> str:
    """Processor seconds and peak memory, of all processes of the engine."""
    names = [name for name in ENGINES if any(_has_costs(section.engines.get(name)) for section in sections)]
    if not names:
        return ""
    rows = [["processor seconds; peak memory", *(ENGINES[name].title for name in names)]]
    for section in sections:
        rows.append([PROGRAMS[section.program].title, *(_cost(section.engines.get(name)) for name in names)])
    return markdown_table(rows)


def _goals(report: Report) -> str:
    rows = [["goal", "measured", "reached"]]
    rows += [[verdict.goal, verdict.measured, REACHED[verdict.reached]] for verdict in verdicts(report)]
    return markdown_table(rows)


def _cell(measured: Measured | None) -> str:
    if measured is None:
        return ""
    if measured.trouble:
        return measured.trouble
    spread = f" ({short(min(measured.seconds))}-{short(max(measured.seconds))})" if len(measured.seconds) > 1 else ""
    return f"{short(measured.median or 0.0)}{spread}"


def _has_costs(measured: Measured | None) -> bool:
    return measured is not None and bool(measured.memory_max)


def _cost(measured: Measured | None) -> str:
    if measured is None or not measured.memory_max:
        return ""
    return f"{short(measured.cpu_median or 0.0)}; {measured.memory_max / 2**20:,.0f} MiB"


def _in_words(measured: Measured) -> str:
    if measured.trouble:
        return f"{measured.trouble} {measured.text}".rstrip()
    spread = f"{short(min(measured.seconds))}-{short(max(measured.seconds))}"
    costs = f", cpu {measured.cpu_median:.2f} s, {measured.memory_max / 2**20:,.0f} MiB" if measured.memory_max else ""
    return f"{format_seconds(measured.median or 0.0)} ({spread}{costs})"
