"""Schedules of faults drawn one by one are plans that the scheduler survives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from minispark.testing.schedules import fault_schedules
from minispark.testing.simulation import replay
from minispark.testing.simulation_plan import TASK_FAULTS, TIMED_FAULTS, Plan


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_drawn_schedules_are_survived() -> None:
    kinds: set[str] = set()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(fault_schedules())
    def check(plan: Plan) -> None:
        kinds.update(fault.kind for fault in plan.faults)
        report = replay(plan)
        assert not report.violations, report.describe()
        assert replay(plan) == report, "a plan is played the same every time"

    check()
    assert len(kinds) > len((*TIMED_FAULTS, *TASK_FAULTS)) // 2
