"""From lineage to stage plans: a job's stages, with map stages planned once as long as nothing about them changes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.engine.plan.barrier import require_barrier
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import BoundsDep, Node, ShuffleDep
from minispark.engine.plan.program import (
    Sink,
    StageProgram,
    all_deps,
    compile_dep,
    compile_stage,
    dep_parents,
    stage_nodes,
    stage_parents,
)
from minispark.engine.plan.sites import operator_sites, shuffle_reads
from minispark.engine.runtime.closuresizes import ClosureSizes
from minispark.engine.runtime.jobs import StagePlan
from minispark.engine.runtime.programs import pickled_program
from minispark.engine.scheduler.events import StageSpec

if TYPE_CHECKING:
    from minispark.engine.runtime.resume import Resume

RESULT_OWNER = 0
"""Accumulator updates of an action's own stage: delivered once by the scheduler, counted for every action."""


class Planner:
    """Stage plans of one context. Not for use by several threads at a time."""

    def __init__(self, kept: Kept, slots: int, resume: Resume | None = None) -> None:
        self._kept = kept
        self._resume = resume
        self._slots = slots
        self._stage_ids = itertools.count()
        self._closure_sizes = ClosureSizes()
        self._map_stages: dict[int, tuple[StagePlan, int, tuple[Any, ...]]] = {}

    def stages(self, node: Node, sink: Sink, partitions: tuple[int, ...], site: CallSite) -> tuple[StagePlan, ...]:
        """The map stages in the lineage of ``node``, parents first, and the result stage."""
        kept = self._kept
        map_stages = [self._map_stage(dep) for dep in all_deps(node, kept)]
        program = compile_stage(node, sink, str(site), kept, site)
        parents = tuple(dep.shuffle_id for dep in stage_parents(node, kept))
        barrier = require_barrier(node, kept, len(partitions), self._slots)
        result = self._stage(program, None, partitions, parents, RESULT_OWNER, barrier)
        if self._resume is not None:
            result = replace(result, blocks=self._resume.look(node))
        return (*map_stages, result)

    def forget(self, shuffle_id: int) -> bool:
        """Let go of a shuffle's map stage; False if none was planned."""
        if self._resume is not None:
            self._resume.forget(shuffle_id)
        return self._map_stages.pop(shuffle_id, None) is not None

    def _map_stage(self, dep: ShuffleDep | BoundsDep) -> StagePlan:
        """The plan of a shuffle's map stage, made again when what it keeps on its way has changed."""
        plan, version, kept = self._map_stages.get(dep.shuffle_id, (None, -1, ()))
        if plan is None or version != self._kept.version:
            keeps = self._kept_in(dep)
            if plan is None or keeps != kept:
                plan = self._plan_map_stage(dep, plan)
            self._map_stages[dep.shuffle_id] = plan, self._kept.version, keeps
        return plan

    def _kept_in(self, dep: ShuffleDep | BoundsDep) -> tuple[Any, ...]:
        if isinstance(dep, BoundsDep):
            return ()
        return tuple(filter(None, map(self._kept.of, stage_nodes(dep.parent, self._kept))))

    def _plan_map_stage(self, dep: ShuffleDep | BoundsDep, before: StagePlan | None) -> StagePlan:
        tasks = 1 if isinstance(dep, BoundsDep) else dep.parent.partitions
        parents = tuple(parent.shuffle_id for parent in dep_parents(dep, self._kept))
        program = compile_dep(dep, self._kept)
        barrier = isinstance(dep, ShuffleDep) and require_barrier(dep.parent, self._kept, tasks, self._slots)
        owner = shuffle_owner(dep.shuffle_id)
        plan = self._stage(program, dep.shuffle_id, tuple(range(tasks)), parents, owner, barrier)
        if self._resume is None:
            return plan
        entry = self._resume.entry(dep, tasks, owner, before.entry if before is not None else None)
        return replace(plan, entry=entry, blocks=self._resume.blocks(dep))

    def _stage(
        self,
        program: StageProgram,
        shuffle_id: int | None,
        partitions: tuple[int, ...],
        parents: tuple[int, ...],
        owner: int,
        barrier: bool,
    ) -> StagePlan:
        spec = StageSpec(next(self._stage_ids), shuffle_id, partitions, parents, barrier)
        pickled = pickled_program(program)
        self._closure_sizes.look(program, len(pickled))
        return StagePlan(spec, program.name, pickled, owner, operator_sites(program), reads=shuffle_reads(program))


def shuffle_owner(shuffle_id: int) -> int:
    """The identity of a map stage's accumulator updates (kept nodes have the even numbers)."""
    return 2 * shuffle_id + 1
