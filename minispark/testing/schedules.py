"""Schedules of faults as a hypothesis strategy: what the simulator plays, explicit and shrunk fault by fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from minispark.testing.simulation_plan import TASK_FAULTS, TIMED_FAULTS, Fault, Plan, make_plan

Draw = Callable[[st.SearchStrategy[Any]], Any]
_NEEDS_OUTPUT = ("output changes", "output rots")


@st.composite
def fault_schedules(draw: Draw, faults_max: int = 8, seed_max: int = 2**32) -> Plan:
    """A plan for the simulator: jobs and a policy by a seed, and up to ``faults_max`` faults drawn one by one, so that
    a failing schedule shrinks to the fewest. ``minispark.testing.simulation.replay`` plays it.

    >>> from hypothesis import given, settings
    >>> from minispark.testing.simulation import replay
    >>> @settings(max_examples=5, database=None, deadline=None)
    ... @given(fault_schedules())
    ... def survives(plan):
    ...     assert not replay(plan).violations
    >>> survives()
    """
    plan = make_plan(draw(st.integers(0, seed_max)))
    span = plan.heal_at / 2
    faults = [fault for _ in range(draw(st.integers(0, faults_max))) for fault in draw(_faults(plan, span))]
    return replace(plan, faults=tuple(sorted(faults, key=lambda fault: fault.at)))


@st.composite
def _faults(draw: Draw, plan: Plan, span: float) -> list[Fault]:
    """One fault at a time, or one that sits on a task; an output that changes is deleted too, else nobody sees it."""
    kinds = [*TIMED_FAULTS, *TASK_FAULTS]
    if plan.policy.task_timeout_seconds is None:
        kinds.remove("task hangs")  # for ever, as nobody may kill it
    kind = draw(st.sampled_from(kinds))
    at, pick = span * draw(_SHARE), draw(_SHARE)
    if kind in TIMED_FAULTS:
        return [Fault(at, kind, pick, draw(st.integers(1, 12)))]
    stages = [stage for stage in plan.stages if stage.key >= 0 or kind not in _NEEDS_OUTPUT]
    stage = draw(st.sampled_from(stages))
    target = (stage.key, draw(st.sampled_from(stage.partitions)))
    fault = Fault(0.0, kind, pick, draw(st.sampled_from([1, 2, 6, 60])), target)
    return [fault, Fault(at, "output deleted", pick, 1, target)] if kind == "output changes" else [fault]


_SHARE = st.integers(0, 999).map(lambda thousandth: thousandth / 1000)
