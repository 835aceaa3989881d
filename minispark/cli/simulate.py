"""``minispark simulate``: the scheduler under seeded faults, as many schedules as asked for."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from minispark.engine.core.config import available_cores
from minispark.engine.core.errors import ConfigurationError

if TYPE_CHECKING:
    from minispark.testing.simulation import SimulationReport
    from minispark.testing.simulation_summary import SimulationSummary

TOLD_SECONDS = 10.0


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "simulate",
        help="play the scheduler against seeded faults",
        description="Plays one schedule a seed in virtual time, on all cores, and judges each step. Exit code 1 if a "
        "promise is broken or, from 1,000 schedules on, if a class of faults or a branch was never hit.",
        allow_abbrev=False,
    )
    parser.add_argument("--seeds", default="1000", metavar="N", help="how many seeds (%(default)s); 1 prints the plan")
    parser.add_argument("--seed", default="0", metavar="S", help="the first one (%(default)s)")
    parser.add_argument("--minutes", metavar="M", help="begin no more seeds after so many minutes")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play and print: 0 if all is good, else 1. Raises ConfigurationError for a number that is none."""
    count = _whole("--seeds", arguments.seeds, 1)
    first = _whole("--seed", arguments.seed, 0)
    seconds = math.inf if arguments.minutes is None else 60.0 * _minutes(arguments.minutes)
    if count == 1:
        return _run_one(first)
    return _run_many(range(first, first + count), seconds)


def _run_one(seed: int) -> int:
    from minispark.testing.simulation import simulate

    report = simulate(seed)
    print(report.plan.describe())
    happened = ", ".join(f"{count} x {kind}" for kind, count in sorted(report.faults.items())) or "none"
    print(f"  faults that happened: {happened}\n  branches: {', '.join(sorted(report.branches))}\n{report.verdict}")
    if not report.violations:
        return 0
    _print_shrunk(report)
    return 1


def _run_many(seeds: range, seconds: float) -> int:
    from minispark.testing.simulation_runs import run_seeds

    started = time.monotonic()
    cores = available_cores()
    summary = run_seeds(seeds, cores, started + seconds, _teller(started) if sys.stderr.isatty() else _say_nothing)
    seconds = time.monotonic() - started
    print(summary.describe())
    if summary.schedules < len(seeds):
        print(f"stopped after {summary.schedules:,} of {len(seeds):,} seeds")
    print(f"{summary.schedules / seconds:,.0f} schedules a second on {cores} cores, {seconds:.1f} s")
    for report in summary.failures:
        print(f"\n{report.describe()}")
        _print_shrunk(report)
    if summary.failed:
        print(f"{summary.failed:,} seeds fail, the first is {summary.failures[0].seed}")
    return 0 if summary.good else 1


def _print_shrunk(report: SimulationReport) -> None:
    """The least of a failing plan that still fails."""
    from minispark.testing.simulation import replay, shrink

    small = replay(shrink(report.plan))
    print(f"with {len(small.plan.faults)} of its {len(report.plan.faults)} faults it still fails:\n{small.describe()}")


def _say_nothing(summary: SimulationSummary) -> None:
    pass


def _teller(started: float) -> Callable[[SimulationSummary], None]:
    """Says on stderr, now and then, how far it is."""
    told = started

    def tell(summary: SimulationSummary) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= TOLD_SECONDS:
            told = now
            rate = summary.schedules / (now - started)
            print(f"{summary.schedules:,} schedules, {rate:,.0f} a second, {summary.failed} fail", file=sys.stderr)

    return tell


def _whole(option: str, text: str, least: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if number < least:
        raise ConfigurationError(f"{option} {text}: a whole number of at least {least} is needed")
    return number


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0.0 < minutes < math.inf:
        raise ConfigurationError(f"--minutes {text}: a number above 0 is needed")
    return minutes
