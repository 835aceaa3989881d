"""Runs the production scheduler in virtual time against seeded faults, and judges every step it takes.

The seed is expanded into a plan (``simulation_plan``), the plan is played (``simulation_world``,
``simulation_faults``), the play is judged (``simulation_referee``). Same seed, same plan, same play. FoundationDB's and
TigerBeetle's simulators are the models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from minispark.engine.core.errors import InternalError
from minispark.engine.scheduler.events import Effect, Event
from minispark.engine.scheduler.machine import Scheduler
from minispark.testing.simulation_faults import Injector
from minispark.testing.simulation_parts import Violation
from minispark.testing.simulation_plan import Plan, make_plan
from minispark.testing.simulation_referee import Referee
from minispark.testing.simulation_world import World


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What one schedule came to. ``events`` counts what the scheduler was told, ``faults`` what really happened, by
    class; ``violations`` is empty for a good one."""

    seed: int
    events: int
    shuffles: int
    virtual_seconds: float
    faults: dict[str, int]
    branches: frozenset[str]
    endings: dict[int, str]
    violations: tuple[str, ...]
    plan: Plan

    @property
    def verdict(self) -> str:
        """One line: good, or what was violated, and when."""
        what = "; ".join(self.violations) or "good"
        return f"seed {self.seed}: {what} (event {self.events}, virtual time {self.virtual_seconds:.4f})"

    def describe(self) -> str:
        """The verdict and, for a failing seed, the whole plan."""
        return f"{self.verdict}\n{self.plan.describe()}" if self.violations else self.verdict


class Simulation:
    """One schedule, made from a seed or from an explicit plan; to be run once.

    >>> from minispark.testing import Simulation
    >>> report = Simulation(7).run()
    >>> report.violations, report.plan.seed, report.shuffles >= 2, sum(report.faults.values()) > 0
    ((), 7, True, True)
    >>> Simulation(7).run() == report
    True
    """

    def __init__(self, seed: int, plan: Plan | None = None) -> None:
        self.plan = make_plan(seed) if plan is None else plan
        self.referee = Referee(self.plan)
        self.world = World(self.plan, Scheduler(self.plan.policy), self.referee)
        self.referee.attach(self.world)

    def run(self) -> SimulationReport:
        """Play it to the end or to the first violation."""
        world = self.world
        injector = Injector(world)
        for fault in self.plan.faults:
            injector.schedule(fault)
        violations: tuple[str, ...] = ()
        try:
            world.run()
            self.referee.finish()
        except (Violation, InternalError) as error:
            violations = (f"{type(error).__name__}: {error}",)
        finally:
            world.leave()
            self.referee.leave()
        branches = world.branches | {f"ended: {ending}" for ending in self.referee.endings.values()}
        used = {spec.shuffle_id for job in self.plan.jobs for spec in job.stages[:-1]}
        return SimulationReport(
            self.plan.seed,
            world.events,
            len(used),
            world.now,
            dict(world.applied),
            frozenset(branches),
            dict(self.referee.endings),
            violations,
            self.plan,
        )


def simulate(seed: int) -> SimulationReport:
    """Play the schedule of one seed."""
    return Simulation(seed).run()


def replay(plan: Plan) -> SimulationReport:
    """Play an explicit plan; equal plans give equal reports."""
    return Simulation(plan.seed, plan).run()


def shrink(plan: Plan) -> Plan:
    """Leave out faults while the plan still fails; a plan that does not fail comes back as it is."""
    if not replay(plan).violations:
        return plan
    index = 0
    while index < len(plan.faults):
        shorter = replace(plan, faults=plan.faults[:index] + plan.faults[index + 1 :])
        if replay(shorter).violations:
            plan = shorter
        else:
            index += 1
    return plan


def trace(seed: int, write: Callable[[str], None] = print) -> SimulationReport:
    """Play one seed, writing every event and what came of it."""
    simulation = Simulation(seed)
    world = simulation.world
    judge = simulation.referee.after

    def told(event: Event, effects: tuple[Effect, ...]) -> None:
        write(f"{world.now:10.4f} {event}")
        for effect in effects:
            write(f"{'':14}-> {effect}")
        judge(event, effects)

    simulation.referee.after = told  # type: ignore[method-assign]  # of this one, on purpose
    report = simulation.run()
    write(report.describe())
    return report
