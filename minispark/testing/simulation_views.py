"""What must be true of a schedule, computed from its plan and from what the scheduler was told."""

from __future__ import annotations

from minispark.engine.scheduler.events import JobSubmitted, LaunchTask
from minispark.testing.simulation_parts import Content, Violation
from minispark.testing.simulation_plan import Plan
from minispark.testing.simulation_world import World


def expect(truth: bool, what: str, about: object = "") -> None:
    """Raise Violation unless it is true."""
    if not truth:
        raise Violation(f"{what} {about}".rstrip())


def complain(what: str | None) -> None:
    """Raise Violation if there is something to complain of."""
    if what is not None:
        raise Violation(what)


class JobView:
    """A live job as its user sees it."""

    __slots__ = ("delivered", "mask", "stages", "wanted")

    def __init__(self, event: JobSubmitted) -> None:
        self.wanted = set(event.stages[-1].partitions)
        self.stages = {spec.shuffle_id for spec in event.stages if spec.shuffle_id is not None}
        self.delivered: dict[int, Content] = {}
        self.mask = 0


class QueueView:
    """A worker as the scheduler must believe it to be."""

    __slots__ = ("attempts", "condemned", "overdue", "recycle", "since")

    def __init__(self) -> None:
        self.attempts: dict[int, LaunchTask] = {}
        self.condemned = False
        self.overdue = -1
        self.recycle = False
        self.since = 0.0


def expected_value(world: World, key: int, partition: int, mask: int, shuffles: dict[int, int]) -> int:
    """What the task must compute, from the lineage alone; of changing outputs, the version in ``mask``.

    ``shuffles``: the values of whole shuffles that were computed with the same mask.
    """
    number = 0
    versions = world.tasks.versions.get((key, partition))
    if versions is not None:
        number = next((number for number, bit in enumerate(versions) if mask & bit), 0)
    parents = world.stages[key].parents
    for parent in parents:
        if parent not in shuffles:
            maps = range(len(world.registered[parent]))
            shuffles[parent] = hash(tuple([expected_value(world, parent, map_id, mask, shuffles) for map_id in maps]))
    return hash((key, partition, number, *[shuffles[parent] for parent in parents]))


def descendants(plan: Plan) -> dict[int, set[int]]:
    """For each shuffle, the shuffles computed from it."""
    shuffles = [stage for stage in plan.stages if stage.key >= 0]
    below: dict[int, set[int]] = {stage.key: set() for stage in shuffles}
    for stage in reversed(shuffles):
        for parent in stage.parents:
            below[parent] |= below[stage.key] | {stage.key}
    return below
