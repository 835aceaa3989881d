"""What must be true of a schedule, computed from its plan and from what the scheduler was told."""

from __future__ import annotations

from collections.abc import Iterable

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


def expected_values(
    world: World, key: int, partitions: Iterable[int], mask: int, shuffles: dict[int, int]
) -> list[int]:
    """What the tasks of a stage must compute, from the lineage alone; of changing outputs, the version in ``mask``.

    ``shuffles``: the values of whole shuffles that were computed with the same mask.
    """
    parents = world.stages[key].parents
    for parent in parents:
        if parent not in shuffles:
            maps = range(len(world.registered[parent]))
            shuffles[parent] = hash(tuple(expected_values(world, parent, maps, mask, shuffles)))
    inputs = [shuffles[parent] for parent in parents]
    numbers = {
        partition: next((number for number, bit in enumerate(versions) if mask & bit), 0)
        for (stage, partition), versions in world.tasks.versions.items()
        if stage == key
    }
    if not numbers:
        return [hash((key, partition, 0, *inputs)) for partition in partitions]
    return [hash((key, partition, numbers.get(partition, 0), *inputs)) for partition in partitions]


def descendants(plan: Plan) -> dict[int, set[int]]:
    """For each shuffle, the shuffles computed from it."""
    shuffles = [stage for stage in plan.stages if stage.key >= 0]
    below: dict[int, set[int]] = {stage.key: set() for stage in shuffles}
    for stage in reversed(shuffles):
        for parent in stage.parents:
            below[parent] |= below[stage.key] | {stage.key}
    return below
