"""Sums of many schedules, and the processes that play them."""

from __future__ import annotations

import time
from dataclasses import replace
from subprocess import run
from sys import executable

import pytest

from minispark.engine.core.errors import InternalError
from minispark.testing import simulation_runs, simulation_summary
from minispark.testing.simulation import simulate
from minispark.testing.simulation_runs import run_seeds
from minispark.testing.simulation_summary import FAILURES_KEPT, SimulationSummary, play


@pytest.mark.slow
def test_parts_add_up():
    whole, parts = play(range(30)), play(range(10))
    parts.merge(play(range(10, 30)))
    for name in SimulationSummary.__slots__:
        assert getattr(parts, name) == getattr(whole, name)
    assert whole.schedules == 30
    assert whole.median_events == sorted((simulate(seed).events for seed in range(30)), reverse=True)[15]


@pytest.mark.slow
def test_processes_come_to_what_one_comes_to():
    heard = []
    summary = run_seeds(range(120), 2, told=lambda total: heard.append(total.schedules))
    assert summary.describe() == play(range(120)).describe()
    assert heard[-1] == 120 and heard == sorted(heard)


def test_only_the_first_failures_are_kept():
    summary = SimulationSummary()
    for seed in range(20, 0, -1):
        summary.add(replace(simulate(0), seed=seed, violations=("no",)))
    assert summary.failed == 20 and not summary.good
    assert [failure.seed for failure in summary.failures] == list(range(1, FAILURES_KEPT + 1))


def test_many_schedules_must_hit_everything(monkeypatch):
    summary = play(range(3))
    assert summary.never and summary.good
    assert f"never hit: {summary.never[0]}" in summary.describe()
    monkeypatch.setattr(simulation_summary, "COMPLETE_FROM", 3)
    assert not summary.good


def test_none_begin_when_the_time_is_up():
    assert run_seeds(range(1000), 2, until=time.monotonic()).schedules == 0


def test_a_process_that_dies_is_an_error_that_names_its_seeds(monkeypatch):
    monkeypatch.setattr(simulation_runs, "_BOOT", "import sys; sys.stdin.buffer.read(1); sys.exit(3)")
    with pytest.raises(InternalError, match="seeds 200 to 249 ended with exit code 3"):
        run_seeds(range(200, 250))


def test_the_kit_is_imported_only_when_used():
    program = (
        "import sys, minispark.testing as kit; loaded = {name for name in sys.modules if 'minispark.testing.' in name};"
        "assert not loaded, loaded; assert kit.Simulation(3).run().verdict.startswith('seed 3: good')"
    )
    run([executable, "-c", program], check=True)


def test_a_name_that_the_kit_does_not_have():
    import minispark.testing

    with pytest.raises(AttributeError, match="no attribute 'Simulator'"):
        _ = minispark.testing.Simulator
