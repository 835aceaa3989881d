"""One run of the benchmark: programs in order, each kept as soon as it is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from minispark.bench.catalogue import START_UP, Program
from minispark.bench.engines import BY_NAME, ENGINES, REFERENCE, find_engines, python_of
from minispark.bench.launching import make_process
from minispark.bench.machine import describe_machine, now
from minispark.bench.measuring import Bench, Plan
from minispark.bench.report import EMPTY, FILE, Report, load, save
from minispark.bench.showing import show
from minispark.bench.studies import run_study
from minispark.bench.tables import line
from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value


@value
class Order:
    """What is asked for. ``pythons`` has the interpreter of each engine that takes part; ``folder``, if any, has the
    report that the figures are merged into; with ``resume``, programs that it has, measured as planned, are left out.
    """

    programs: tuple[Program, ...]
    studies: tuple[str, ...]
    plan: Plan
    pythons: Mapping[str, str]
    folder: Path | None = None
    resume: bool = False
    note: str = ""


def find_pythons(
    names: tuple[str, ...], peers: Path | None, spark_python: str | None
) -> tuple[dict[str, str], list[str]]:
    """The interpreters of the engines of these names (of all, if there are none), and the titles of those that are not
    there. Raises ConfigurationError if one was named and is not there."""
    found, missing = {}, []
    for engine in find_engines(names) if names else ENGINES:
        python = python_of(engine, peers, spark_python)
        if python is not None:
            found[engine.name] = python
        elif names:
            raise ConfigurationError(
                f"engine {engine.name!r} is not there: --peers DIR names the folder of the peers' environments, which "
                f"`minispark bench --make-peers DIR` makes (DIR/{engine.environment} is missing)"
            )
        else:
            missing.append(engine.title)
    return found, missing


def run(order: Order, say: Callable[[str], None]) -> Report:
    """Measure what was ordered, and say a line for each program. The report holds what it had before, too."""
    report = load(order.folder / FILE) if order.folder is not None else EMPTY
    machine = {**describe_machine(), **({"note": order.note} if order.note else {})}
    bench = Bench(
        {
            name: make_process(BY_NAME[name], python, order.plan.cores, order.plan.scale)
            for name, python in {REFERENCE: python_of(BY_NAME[REFERENCE], None) or "", **order.pythons}.items()
        },
        order.plan,
    )
    try:
        for program in order.programs:
            if order.resume and is_there(report, program, order, machine["revision"]):
                say(f"{program.name:22} is in the report")
                continue
            section = bench.measure(program.name, asked(program, order))
            if not section.engines:
                continue
            report = report.with_section(section.told(date=now(), revision=machine["revision"]))
            report = report.with_about({**machine, "versions": bench.versions()})
            say(line(section))
            _keep(report, order)
        for study in order.studies:
            if order.resume and report.about.get("studies", {}).get(study, {}).get("revision") == machine["revision"]:
                say(f"{study:22} is in the report")
                continue
            say(f"{study}:")
            taken = {study: {"date": now(), "revision": machine["revision"]}}
            report = report.with_study(study, run_study(study, plan=order.plan)).with_about(
                {**machine, "studies": taken}
            )
            _keep(report, order)
    finally:
        bench.stop()
        if order.folder is not None:
            show(report, order.folder)
    return report


def _keep(report: Report, order: Order) -> None:
    if order.folder is not None:
        save(report, order.folder / FILE)


def is_there(report: Report, program: Program, order: Order, revision: str) -> bool:
    """Whether the report has the program at this revision, with the same work and rounds, on all engines asked."""
    section = report.sections.get(program.name)
    if section is None:
        return False
    plan = order.plan
    settings = {"scale": plan.scale, "cores": plan.cores, "rounds": plan.rounds, "revision": revision}
    if any(section.settings.get(name) != text for name, text in settings.items()):
        return False
    return set(section.settings["asked"]) >= set(asked(program, order))


def asked(program: Program, order: Order) -> list[str]:
    """The engines of the order that the program is for."""
    names = [name for name in order.pythons if name in program.engines]
    return [name for name in names if BY_NAME[name].starts] if program.name == START_UP else names
