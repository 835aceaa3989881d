"""This tree against a base: another revision in the same run, or figures that were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from minispark.bench.catalogue import Program
from minispark.bench.comparing import describe
from minispark.bench.engines import BY_NAME, REFERENCE, python_of
from minispark.bench.launching import make_process
from minispark.bench.machine import ROOT
from minispark.bench.measuring import Bench, Plan
from minispark.bench.process import EngineProcess
from minispark.bench.report import FILE, Measured, Report, load
from minispark.bench.revisions import checked_out
from minispark.engine.core.errors import ConfigurationError

OURS = "minispark"
BASE = "base"

Say = Callable[[str], None]


def compare_with(base: str, programs: Sequence[Program], plan: Plan, say: Say) -> bool:
    """Run minispark of this tree against ``base`` and say a line for each program; whether all answers were right.

    ``base`` is a report of minispark bench (a file, or its folder) or a git revision. A revision takes turns with this
    tree, on the same programs; a report's figures are from another day, and the first line says so. Raises
    ConfigurationError where it is neither.
    """
    own = [program for program in programs if OURS in program.engines]
    if not own:
        raise ConfigurationError("--compare: none of these programs is for minispark")
    path = Path(base) / FILE if Path(base).is_dir() else Path(base)
    if path.exists():
        return _with_report(load(path), own, plan, say)
    with checked_out(ROOT, base) as tree:
        return _with_tree(base, tree, own, plan, say)


def _with_tree(name: str, tree: Path, programs: Sequence[Program], plan: Plan, say: Say) -> bool:
    say(f"this tree over {name}, {plan.rounds} runs of each in turns: ratio of medians (least-most of a turn)")
    return _contest({OURS: _process(plan, ROOT), BASE: _process(plan, tree)}, programs, plan, say, {})


def _with_report(report: Report, programs: Sequence[Program], plan: Plan, say: Say) -> bool:
    kept = {}
    for program in programs:
        section = report.sections.get(program.name)
        if section is None or OURS not in section.engines:
            say(f"{program.name:22} is not in the report")
        elif (section.settings["scale"], section.settings["cores"]) != (plan.scale, plan.cores):
            scale, cores = section.settings["scale"], section.settings["cores"]
            say(f"{program.name:22} was measured at scale {scale:g} on {cores} cores")
        else:
            kept[program.name] = section.engines[OURS]
    date, revision = report.about.get("date"), report.about.get("revision")
    say(f"this tree over figures of {date}, revision {revision}, which were not taken in turns")
    known = [program for program in programs if program.name in kept]
    return _contest({OURS: _process(plan, ROOT)}, known, plan, say, kept)


def _contest(
    engines: dict[str, EngineProcess], programs: Sequence[Program], plan: Plan, say: Say, kept: dict[str, Measured]
) -> bool:
    right = True
    reference = make_process(BY_NAME[REFERENCE], python_of(BY_NAME[REFERENCE], None) or "", plan.cores, plan.scale)
    bench = Bench({REFERENCE: reference, **engines}, plan)
    try:
        for program in programs:
            found = bench.measure(program.name, list(engines)).engines
            new, base = found.get(OURS, Measured()), kept.get(program.name) or found.get(BASE, Measured())
            say(describe(program.name, new, base))
            right = right and not new.trouble
    finally:
        bench.stop()
    return right


def _process(plan: Plan, root: Path) -> EngineProcess:
    return make_process(BY_NAME[OURS], python_of(BY_NAME[OURS], None) or "", plan.cores, plan.scale, root)
