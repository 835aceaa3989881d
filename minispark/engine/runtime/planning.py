"""From lineage to stage plans: a job's stages, with map stages planned once as long as nothing about them changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.engine.plan.barrier import require_barrier
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import BoundsDep, Node, RangeSlices, ShuffleDep
from minispark.engine.plan.program import (
    ActionSink,
    BroadcastJoinStep,
    Sink,
    SourceStep,
    StageProgram,
    compile_dep,
    compile_stage,
)
from minispark.engine.plan.sites import operator_sites, shuffle_reads
from minispark.engine.plan.walks import Dep, all_deps, dep_parents, stage_nodes, stage_parents
from minispark.engine.runtime.broadcasting import Broadcasting
from minispark.engine.runtime.closuresizes import ClosureSizes
from minispark.engine.runtime.dividing import Dividing, inputs_to_wait_for
from minispark.engine.runtime.jobs import StagePlan
from minispark.engine.runtime.programs import pickled_program
from minispark.engine.runtime.trees import Trees
from minispark.engine.scheduler.events import StageSpec

if TYPE_CHECKING:
    from minispark.engine.observe.events import Adapted, NotResumed
    from minispark.engine.runtime.resume import Resume

WAITS_MAX = 32

RESULT_OWNER = 0
"""Accumulator updates of an action's own stage: delivered once by the scheduler, counted for every action."""

_OUTDATED: tuple[Any, ...] = (None,)
"""What no stage keeps: it is planned again."""


class Planner:
    """Stage plans of one context. Not for use by several threads at a time."""

    def __init__(self, kept: Kept, slots: int, resume: Resume | None = None) -> None:
        self.dividing: Dividing | None = None
        self.broadcasting: Broadcasting | None = None  # given where it is wanted, once there is a driver
        self._trees: Trees | None = None
        self._kept = kept
        self._resume = resume
        self._slots = slots
        self.stage_ids = itertools.count()
        self._closure_sizes = ClosureSizes()
        self._map_stages: dict[int, tuple[StagePlan, int, tuple[Any, ...]]] = {}
        self._behind: dict[int, list[Dep]] = {}

    def adapt(self, dividing: Dividing, next_shuffle_id: Callable[[], int]) -> None:
        """Plan by what was measured from now on: where it is wanted, once there is a driver."""
        self.dividing = dividing
        self._trees = Trees(dividing, next_shuffle_id, self._parts_stage)

    def unmeasured(
        self, node: Node, sink: Sink, partitions: tuple[int, ...], waited: set[int]
    ) -> tuple[ShuffleDep, ...]:
        """The inputs of the first stage that is planned better once they are whole, if they are not. Those whose
        shuffles were ``waited`` for are left out, others added there; after WAITS_MAX of them none is waited for, since
        every wait is a job, planned through the whole lineage."""
        if self.dividing is None or self._trees is None or len(waited) >= WAITS_MAX:
            return ()
        ends: list[tuple[Node, Callable[[], StageProgram]]] = [
            (dep.parent, partial(compile_dep, dep, self._kept))
            for dep in self._deps(node)
            if isinstance(dep, ShuffleDep) and dep.shuffle_id not in self._map_stages and not self._is_settled(dep)
        ]
        if len(partitions) == node.partitions:
            ends.append((node, partial(compile_stage, node, sink, "", self._kept)))
        may_be_skewed = partial(self._trees.may_be_skewed, kept=self._kept)
        for end, program in ends:
            inputs = inputs_to_wait_for(end, self._kept, self._slots, may_be_skewed)
            if self.broadcasting is not None and not waited.issuperset(side.shuffle_id for side in inputs):
                inputs = self.broadcasting.awaited(end, program, inputs)
            inputs = tuple(dict.fromkeys((*inputs, *self._trees.inputs(end, self._kept))))
            shuffle_ids = {side.shuffle_id for side in inputs}
            if not waited.issuperset(shuffle_ids) and not self.dividing.measured(shuffle_ids):
                waited |= shuffle_ids
                return inputs
        return ()

    def _deps(self, node: Node) -> list[Dep]:
        """Every shuffle that ``node`` is computed from, as it is planned, parents before children."""
        if self.broadcasting is None:
            return all_deps(node, self._kept)
        self.broadcasting.decide(node, self._map_stages)
        return all_deps(node, self._kept, self.broadcasting.as_planned)

    def _is_settled(self, dep: ShuffleDep) -> bool:
        """Whether its map stage is known to begin with a small side."""
        return self.broadcasting is not None and self.broadcasting.stands_in(dep)

    def _planned(self, dep: Dep) -> Dep:
        return dep if self.broadcasting is None else self.broadcasting.as_planned(dep)

    def _end(self, dep: ShuffleDep) -> Node:
        return dep.parent if self.broadcasting is None else self.broadcasting.end_of(dep)

    def map_side(self, inputs: tuple[ShuffleDep, ...], site: CallSite) -> tuple[StagePlan, ...]:
        """The map stages of these shuffles, what they are computed from, and a result stage with nothing to do."""
        map_stages = self._map_stages_of(dep for side in inputs for dep in [*self._deps(self._end(side)), side])
        steps = (SourceStep(RangeSlices((range(0),))),)
        program = StageProgram(steps, ActionSink(None, "count"), f"map side of {site}")
        parents = tuple(dict.fromkeys(side.shuffle_id for side in inputs))
        return self._with_parts((*map_stages, self._stage(program, None, (0,), parents, RESULT_OWNER, False)))

    def stages(
        self, node: Node, sink: Sink, partitions: tuple[int, ...], site: CallSite, divided: bool = False
    ) -> tuple[StagePlan, ...]:
        """The map stages in the lineage of ``node``, parents first, and the result stage; with ``divided`` its tasks
        may compute shares of partitions."""
        kept = self._kept
        deps = self._deps(node)
        program = compile_stage(node, sink, str(site), kept, site)
        barrier = require_barrier(node, kept, len(partitions), self._slots)
        parents = tuple(dep.shuffle_id for dep in stage_parents(node, kept))
        if divided and partitions == tuple(range(node.partitions)):
            streams = None if barrier else self.broadcasting
            end = None if streams is None else streams.result_stage(node, program)
            if end is not None:
                return self._gathered(end, node.partitions, sink, site)
            program, parts = self._combined(program)
            parents += parts
            if not barrier:
                program, partitions = self._divided(node, program, partitions)
        map_stages = self._map_stages_of(deps)
        result = self._stage(program, None, partitions, parents, RESULT_OWNER, barrier)
        if self._resume is not None:
            result = replace(result, blocks=self._resume.look(node))
        return self._with_parts((*map_stages, result))

    def _gathered(self, end: Node, partitions: int, sink: Sink, site: CallSite) -> tuple[StagePlan, ...]:
        """The stages of an action on ``partitions`` partitions whose own stage is to end in ``end``, with tasks that
        are not these."""
        map_stages = self._map_stages_of(self._deps(end))
        program = compile_stage(end, sink, str(site), self._kept, site)
        parents = tuple(dep.shuffle_id for dep in stage_parents(end, self._kept))
        result = self._stage(program, None, tuple(range(end.partitions)), parents, RESULT_OWNER, False)
        return self._with_parts((*map_stages, replace(result, gathered=partitions)))

    def forget(self, shuffle_id: int) -> tuple[int, ...]:
        """Let go of a shuffle's map stage. Returns the shuffles that are gone, none if no such stage was planned: with
        it go those that hold parts of it, and who reads them is planned anew, or goes too."""
        if self._resume is not None:
            self._resume.forget(shuffle_id)
        if self.broadcasting is not None:
            self.broadcasting.forget(shuffle_id)
        self._behind.pop(shuffle_id, None)
        parts = () if self._trees is None else self._trees.forget(shuffle_id)
        gone = (shuffle_id, *parts) if self._map_stages.pop(shuffle_id, None) is not None else ()
        for reader, (plan, _, _) in tuple(self._map_stages.items()) if parts else ():
            if set(parts).isdisjoint(plan.spec.parents):
                continue
            if reader in self._behind:  # its outputs are not those of partitions: others do not fit between them
                gone += self.forget(reader)
            else:
                self._map_stages[reader] = plan, -1, _OUTDATED
        return gone

    def notes(self) -> tuple[NotResumed | Adapted, ...]:
        """What planning has to tell listeners, since last asked."""
        tellers = (self._resume, self.dividing, self.broadcasting)
        return tuple(note for teller in tellers if teller is not None for note in teller.notes())

    def _map_stages_of(self, deps: Iterable[Dep]) -> list[StagePlan]:
        """The plans of these and of what divided ones among them read: that stays as it was when they were planned."""
        found: dict[int, Dep] = {}
        stack = list(deps)[::-1]
        while stack:
            dep = stack.pop()
            behind = [each for each in self._behind.get(dep.shuffle_id, ()) if each.shuffle_id not in found]
            if behind:
                stack += [dep, *reversed(behind)]
            else:
                found.setdefault(dep.shuffle_id, dep)
        return [self._map_stage(dep) for dep in found.values()]

    def _map_stage(self, dep: Dep) -> StagePlan:
        """The plan of a shuffle's map stage, made again when what it keeps on its way has changed; but not where its
        outputs are not those of partitions: others do not fit between them."""
        plan, version, kept = self._map_stages.get(dep.shuffle_id, (None, -1, ()))
        if plan is None or (version != self._kept.version and dep.shuffle_id not in self._behind):
            keeps = self._kept_in(dep)
            if plan is None or keeps != kept:
                plan = self._plan_map_stage(dep, plan)
            self._map_stages[dep.shuffle_id] = plan, self._kept.version, keeps
        return plan

    def _kept_in(self, dep: Dep) -> tuple[Any, ...]:
        if isinstance(dep, BoundsDep):
            return ()
        return tuple(filter(None, map(self._kept.of, stage_nodes(dep.parent, self._kept))))

    def _plan_map_stage(self, dep: Dep, before: StagePlan | None) -> StagePlan:
        dep = self._planned(dep)
        tasks = 1 if isinstance(dep, BoundsDep) else dep.parent.partitions
        parents = tuple(parent.shuffle_id for parent in dep_parents(dep, self._kept))
        program = compile_dep(dep, self._kept)
        streamed = any(isinstance(step, BroadcastJoinStep) for step in program.steps)
        program, parts = (program, ()) if streamed else self._combined(program)
        barrier = isinstance(dep, ShuffleDep) and require_barrier(dep.parent, self._kept, tasks, self._slots)
        owner = shuffle_owner(dep.shuffle_id)
        numbers = tuple(range(tasks))
        if before is None and not barrier and isinstance(dep, ShuffleDep):
            program, numbers = self._divided(dep.parent, program, numbers)
            if program.shares or streamed:
                self._behind[dep.shuffle_id] = self._deps(dep.parent)
        plan = self._stage(program, dep.shuffle_id, numbers, parents + parts, owner, barrier)
        if self._resume is None:
            return plan
        entry = self._resume.entry(dep, tasks, owner, before.entry if before is not None else None)
        return replace(plan, entry=entry, blocks=self._resume.blocks(dep))

    def _combined(self, program: StageProgram) -> tuple[StageProgram, tuple[int, ...]]:
        """The program, reading what was combined in parts, and the shuffles that hold these."""
        return (program, ()) if self._trees is None else self._trees.applied(program)

    def _parts_stage(self, program: StageProgram, shuffle_id: int, parent: int) -> StagePlan:
        """Nobody is told that it reads a shuffle: its readers do, for whom it works."""
        tasks = tuple(range(len(program.shares)))
        return replace(self._stage(program, shuffle_id, tasks, (parent,), shuffle_owner(shuffle_id), False), reads=())

    def _with_parts(self, plans: tuple[StagePlan, ...]) -> tuple[StagePlan, ...]:
        """With the stages that combine parts, each before the first that reads them."""
        if self._trees is None:
            return plans
        found: dict[int, StagePlan] = {}
        for plan in plans:
            for parent in plan.spec.parents:
                found.update((stage.spec.stage_id, stage) for stage in self._trees.stages(parent))
            found[plan.spec.stage_id] = plan
        return tuple(found.values())

    def _divided(
        self, end: Node, program: StageProgram, numbers: tuple[int, ...]
    ) -> tuple[StageProgram, tuple[int, ...]]:
        """The program with the shares that its tasks compute, and the numbers of these."""
        if self.broadcasting is not None:
            self.broadcasting.look_back(end, program)
        shares = () if self.dividing is None else self.dividing.shares(program, len(numbers))
        return (replace(program, shares=shares), tuple(range(len(shares)))) if shares else (program, numbers)

    def _stage(
        self,
        program: StageProgram,
        shuffle_id: int | None,
        partitions: tuple[int, ...],
        parents: tuple[int, ...],
        owner: int,
        barrier: bool,
    ) -> StagePlan:
        spec = StageSpec(next(self.stage_ids), shuffle_id, partitions, parents, barrier)
        pickled = pickled_program(program)
        self._closure_sizes.look(program, len(pickled))
        sites, reads = operator_sites(program), shuffle_reads(program)
        return StagePlan(spec, program.name, pickled, owner, sites, program.shares, reads=reads)


def shuffle_owner(shuffle_id: int) -> int:
    """The identity of a map stage's accumulator updates (kept nodes have the even numbers)."""
    return 2 * shuffle_id + 1
