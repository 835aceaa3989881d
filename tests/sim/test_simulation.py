"""The scheduler under seeded faults: a thousand schedules, each judged after every event."""

from __future__ import annotations

from statistics import median

import pytest

from minispark.engine.scheduler.recovery import Recovery
from minispark.testing.simulation import Simulation, make_plan, replay, shrink, simulate, trace
from minispark.testing.simulation_branches import BRANCHES
from minispark.testing.simulation_plan import TASK_FAULTS, TIMED_FAULTS
from minispark.testing.simulation_runs import run_seeds

SEEDS = range(1000)


@pytest.fixture(scope="module")
def summary():
    return run_seeds(SEEDS, processes=2)


@pytest.mark.slow
def test_a_thousand_schedules_keep_every_promise(summary):
    assert summary.schedules == len(SEEDS)
    assert not summary.failures, "\n".join(failure.describe() for failure in summary.failures)


def test_every_class_of_fault_happened(summary):
    assert {*TIMED_FAULTS, *TASK_FAULTS} - summary.faults.keys() == set()


def test_every_branch_was_taken(summary):
    assert set(BRANCHES) - summary.branches.keys() == set()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_two_thousand_more_schedules_keep_every_promise():
    """Begins where the thousand above end; ``minispark simulate`` goes on from there."""
    summary = run_seeds(range(1_000, 3_000), processes=2)
    assert summary.schedules == 2_000
    assert not summary.failures, "\n".join(failure.describe() for failure in summary.failures)
    assert summary.never == []


def test_a_median_schedule_has_150_events_two_shuffles_and_a_fault(summary):
    assert summary.median_events >= 150
    reports = [simulate(seed) for seed in range(0, 1000, 20)]
    assert median(report.shuffles for report in reports) >= 2
    assert median(sum(report.faults.values()) for report in reports) >= 1


@pytest.mark.parametrize("seed", [0, 7, 123456789])
def test_a_seed_replays_exactly(seed):
    lines: list[str] = []
    again: list[str] = []
    first = trace(seed, lines.append)
    assert trace(seed, again.append) == first == replay(make_plan(seed))
    assert lines == again


@pytest.mark.parametrize("seed", [3064, 8955, 11234, 23727, 44870, 1014785])
def test_a_seed_that_once_failed_is_good(seed):
    """The scheduler's mistakes, but for the last: there the judge took another's failures for mistakes of the user."""
    assert simulate(seed).violations == ()


def test_seeds_differ():
    assert make_plan(1) != make_plan(2)


def broken_rollback(self: Recovery, shuffle_id: int) -> None:
    """Forgets to roll back."""


def test_a_failing_seed_prints_its_plan_and_shrinks(monkeypatch):
    monkeypatch.setattr(Recovery, "roll_back", broken_rollback)
    report = next(report for report in map(simulate, SEEDS) if report.violations)
    assert f"seed {report.seed}: Violation: " in report.describe()
    for fault in report.plan.faults:
        assert f"at {fault.at:9.4f} {fault.kind}" in report.describe()
    small = shrink(report.plan)
    assert len(small.faults) <= len(report.plan.faults)
    assert replay(small).violations
    assert all(fault.kind != "user error" for fault in small.faults)
    monkeypatch.undo()
    assert not replay(small).violations
    assert shrink(report.plan) == report.plan, "a plan that does not fail stays as it is"


def test_a_plan_can_be_played_without_its_faults():
    from dataclasses import replace

    plan = make_plan(4)
    report = Simulation(4, replace(plan, faults=())).run()
    assert not report.violations
    assert set(report.endings.values()) == {"success"}
