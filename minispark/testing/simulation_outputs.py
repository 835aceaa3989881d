"""Judges what the scheduler says of map outputs: which is registered, which is forgotten, and why."""

from __future__ import annotations

from collections.abc import Set

from minispark.engine.scheduler.events import OutputDiscarded, OutputForgotten, OutputRegistered
from minispark.testing.simulation_ledger import Ledger
from minispark.testing.simulation_parts import Violation
from minispark.testing.simulation_plan import Plan
from minispark.testing.simulation_race import Race
from minispark.testing.simulation_views import complain, descendants, expect
from minispark.testing.simulation_world import World

NOTHING: frozenset[tuple[int, int]] = frozenset()


class OutputJudge:
    """``forgettable`` are the outputs that the present event gives reason to forget; None once an output came back
    different, which may roll back whatever was computed from the shuffles in ``changed``. The stages ``together`` are
    barrier stages."""

    world: World

    def __init__(self, plan: Plan, ledger: Ledger, race: Race) -> None:
        self._ledger = ledger
        self._race = race
        self._accepted: set[tuple[int, int]] = set()
        self._digests: dict[tuple[int, int], bytes] = {}
        self.changed: set[int] = set()
        self.forgettable: Set[tuple[int, int]] | None = NOTHING
        self.descendants = descendants(plan)
        self.together = {stage.key for stage in plan.stages if len(stage.partitions) <= plan.policy.slots}

    def expect_one_generation(self, mask: int, what: str, about: object) -> None:
        for group in self.world.tasks.groups:
            bits = mask & group
            expect(not bits & (bits - 1), what, about)

    def registered(self, effect: OutputRegistered) -> None:
        shuffle_id, map_id, attempt_id = effect.shuffle_id, effect.map_id, effect.attempt_id
        world = self.world
        registered = world.registered[shuffle_id]
        if registered[map_id] >= 0:
            raise Violation(f"a second output is registered: {effect}")
        if attempt_id not in world.files.present:
            raise Violation(f"an output without a file is registered: {effect}")
        task = (shuffle_id, map_id)
        if task in self._accepted:
            raise Violation(f"an output counts twice: {effect}")
        self._accepted.add(task)
        registered[map_id] = attempt_id
        world.outputs_changed(shuffle_id)
        digest = effect.report.digest
        if digest is not None:
            before = self._digests.get(task)
            self._digests[task] = digest
            if before is not None and before != digest:
                world.branches.add("changed output noticed")
                self.changed.add(shuffle_id)
                self.forgettable = None

    def forgotten(self, effect: OutputForgotten) -> None:
        registered = self.world.registered[effect.shuffle_id]
        expect(registered[effect.map_id] == effect.attempt_id, "what is forgotten was not registered:", effect)
        task = (effect.shuffle_id, effect.map_id)
        if effect.shuffle_id in self.together and task not in (self.forgettable or NOTHING):
            self.world.branches.add("barrier stage began again")  # with one of its tasks all must run again
        elif self.forgettable is None:
            rolled_back = any(effect.shuffle_id in self.descendants[changed] for changed in self.changed)
            expect(rolled_back, "an output is rolled back for nothing:", effect)
            self.world.branches.add("rolled back")
            for map_id in range(len(registered)):
                self._digests.pop((effect.shuffle_id, map_id), None)
        else:
            expect(task in self.forgettable, "an output is forgotten for nothing:", effect)
            complain(self._ledger.lost(task))
        self._accepted.discard(task)
        self._race.undone(task)
        registered[effect.map_id] = -1
        self.world.outputs_changed(effect.shuffle_id)
        self.world.files.bad.add(effect.attempt_id)

    def discarded(self, effect: OutputDiscarded) -> None:
        attempt = effect.attempt
        if attempt.shuffle_id is not None:
            current = self.world.registered[attempt.shuffle_id][attempt.partition]
            expect(current != attempt.attempt_id, "a registered output is deleted:", effect)
        self.world.branches.add("output discarded")

    def shuffle_forgotten(self, shuffle_id: int) -> None:
        for map_id in range(len(self.world.registered[shuffle_id])):
            self._race.undone((shuffle_id, map_id))
            self._accepted.discard((shuffle_id, map_id))
            self._digests.pop((shuffle_id, map_id), None)
