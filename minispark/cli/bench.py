"""``minispark bench``: minispark and its peers on the same programs, in turns, with answers checked."""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from minispark.engine.core.errors import ConfigurationError

if TYPE_CHECKING:
    from minispark.bench.measuring import Plan
    from minispark.bench.report import Report

USUAL_ENGINES = ("minispark", "python")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "bench",
        help="measure minispark against plain Python and other engines",
        description="Runs the same programs on minispark and its peers, in turns, and compares the answers. Without "
        "options: the twelve workloads and start-up, against plain Python, in about two minutes. Exit code 1 if "
        "minispark failed or answered wrongly; a peer that does is a finding.",
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to run, as --only: `minispark bench skew`")
    parser.add_argument("--list", action="store_true", help="list programs and engines, and run nothing")
    parser.add_argument("--only", nargs="+", metavar="NAME", help='programs, groups, studies, "all" or "studies"')
    parser.add_argument(
        "--engines", nargs="+", metavar="NAME", help="default: minispark, python and the peers there are"
    )
    parser.add_argument("--peers", type=Path, metavar="DIR", help="the folder of the peers' environments")
    parser.add_argument("--make-peers", type=Path, metavar="DIR", help="make these environments, run nothing")
    parser.add_argument("--spark-python", metavar="PATH", help="a Python that has PySpark, for the one in --peers")
    parser.add_argument("--compare", metavar="BASE", help="this tree against a git revision or a report")
    parser.add_argument("--rounds", type=int, metavar="N", help="runs of each program (3, or 7 to compare)")
    parser.add_argument("--scale", type=float, default=1.0, metavar="S", help="share of the records (%(default)s)")
    parser.add_argument("--cores", type=int, default=2, metavar="N", help="workers of each engine (%(default)s)")
    parser.add_argument(
        "--timeout", type=float, default=180.0, metavar="S", help="seconds a run may take (%(default)g)"
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="merge the figures into the report in this folder")
    parser.add_argument("--resume", action="store_true", help="leave out programs that the report has, measured alike")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="put the table of --report into it, run nothing")
    parser.add_argument("--note", default="", metavar="TEXT", help="a sentence for the report, on how it was measured")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print: 0 if minispark answered rightly. Raises ConfigurationError for what cannot be meant."""
    if arguments.names:
        arguments.only = [*arguments.names, *(arguments.only or ())]
    if arguments.list:
        _print_list()
        return 0
    if arguments.readme is not None:
        return _write_readme(arguments)
    if arguments.make_peers is not None:
        return _make_peers(arguments)
    from minispark.bench.ending import ending_in_order

    with ending_in_order():
        return _measure(arguments) if arguments.compare is None else _compare(arguments)


def _write_readme(arguments: argparse.Namespace) -> int:
    from minispark.bench.readme import write_readme
    from minispark.bench.report import FILE, load
    from minispark.bench.showing import show

    if arguments.report is None or not (arguments.report / FILE).exists():
        raise ConfigurationError("--readme needs --report DIR, the folder of the report to show")
    report = load(arguments.report / FILE)
    show(report, arguments.report)
    write_readme(arguments.readme, report, arguments.report)
    return 0


def _make_peers(arguments: argparse.Namespace) -> int:
    from minispark.bench.engines import find_engines
    from minispark.bench.peers import make_environments

    engines = find_engines(arguments.engines or ())
    return 0 if make_environments(arguments.make_peers, engines, lambda line: print(line, flush=True)) else 1


def _compare(arguments: argparse.Namespace) -> int:
    from minispark.bench import catalogue
    from minispark.bench.contest import compare_with

    if arguments.report is not None or arguments.engines:
        raise ConfigurationError("--compare runs minispark alone and keeps no report: leave out --report and --engines")
    programs, _ = catalogue.choose(arguments.only or catalogue.USUAL)
    right = compare_with(arguments.compare, programs, _plan(arguments), lambda line: print(line, flush=True))
    return 0 if right else 1


def _measure(arguments: argparse.Namespace) -> int:
    from minispark.bench import catalogue
    from minispark.bench.running import Order, find_pythons
    from minispark.bench.running import run as run_order
    from minispark.engine.observe.text import format_seconds

    programs, studies = catalogue.choose(arguments.only or catalogue.USUAL)
    names = tuple(arguments.engines or ())
    if not names and not (arguments.only or arguments.peers or arguments.spark_python):
        names = USUAL_ENGINES
    pythons, missing = find_pythons(names, arguments.peers, arguments.spark_python)
    order = Order(programs, studies, _plan(arguments), pythons, arguments.report, arguments.resume, arguments.note)
    if arguments.resume and arguments.report is None:
        raise ConfigurationError("--resume needs --report DIR, with which it goes on")
    if missing:
        print(f"not there, left out: {', '.join(missing)}", flush=True)
    started = time.monotonic()
    report = run_order(order, lambda line: print(line, flush=True))
    print(f"\nTook {format_seconds(time.monotonic() - started)}.")
    _print_goals(report)
    own = [trouble for trouble in report.troubles() if trouble[1].startswith("minispark")]
    for program, engine, measured in own:
        print(f"{program} on {engine}: {measured.trouble}: {measured.text}", file=sys.stderr)
    return 1 if own else 0


def _plan(arguments: argparse.Namespace) -> Plan:
    from minispark.bench.measuring import ENGINE_SECONDS, Plan

    rounds = arguments.rounds if arguments.rounds is not None else 7 if arguments.compare is not None else 3
    for option, number, least in (("rounds", rounds, 1), ("cores", arguments.cores, 1)):
        if number < least:
            raise ConfigurationError(f"--{option} {number}: a whole number of at least {least} is needed")
    for option, number in (("scale", arguments.scale), ("timeout", arguments.timeout)):
        if not 0.0 < number < math.inf:
            raise ConfigurationError(f"--{option} {number:g}: a number above 0 is needed")
    patience = math.inf if arguments.compare is not None else ENGINE_SECONDS
    peers = "" if arguments.peers is None else str(arguments.peers)
    return Plan(rounds, arguments.timeout, arguments.scale, arguments.cores, patience, peers)


def _print_goals(report: Report) -> None:
    from minispark.bench.goals import verdicts

    judged = [verdict for verdict in verdicts(report) if verdict.reached is not None]
    if judged:
        print("\nGoals:")
    for verdict in judged:
        print(f"  {'reached ' if verdict.reached else 'NOT YET '} {verdict.goal}: {verdict.measured}")


def _print_list() -> None:
    from minispark.bench.catalogue import GROUPS, PROGRAMS, STUDIES
    from minispark.bench.engines import ENGINES
    from minispark.engine.observe.text import format_table

    programs = [(program.name, program.group, program.title) for program in PROGRAMS]
    print(format_table(("program", "group", "what it does"), programs, left=(0, 1, 2)))
    print(f"\ngroups: {', '.join(GROUPS)}\nstudies: {', '.join(STUDIES)}\n")
    engines = [(engine.name, engine.title, " ".join(engine.requirements)) for engine in ENGINES]
    print(format_table(("engine", "", "needs"), engines, left=(0, 1, 2)))
