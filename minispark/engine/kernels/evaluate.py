"""A stage program on one partition: from its steps to the iterator of its last step's records.

Every step gives *batches*, an iterable of iterables of records; only a chain's head turns them into one iterator, so
that it can tell afterwards which record it was at. The walk over steps is iterative.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.broadcasting import broadcast_join
from minispark.engine.kernels.caching import CachedPlace
from minispark.engine.kernels.chain import Heads, run_chain
from minispark.engine.kernels.checkpointing import CheckpointPlace
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.deadletters import Letters
from minispark.engine.kernels.environment import Environment
from minispark.engine.kernels.guarding import Guards, run_guarded
from minispark.engine.kernels.head import NOTHING, Head
from minispark.engine.kernels.keeping import Keeping
from minispark.engine.kernels.pairing import cartesian, zipped
from minispark.engine.kernels.reading import read_groups, read_shuffle
from minispark.engine.kernels.resuming import ResumedBlock
from minispark.engine.kernels.sorting import read_bounds
from minispark.engine.kernels.sources import read_good_lines, read_source
from minispark.engine.plan.nodes import TextSplits
from minispark.engine.plan.operators import Quarantine
from minispark.engine.plan.program import (
    BoundsStep,
    BroadcastJoinStep,
    CacheStep,
    CartesianStep,
    ChainStep,
    CheckpointStep,
    CoalesceStep,
    CoGroupStep,
    KeepStep,
    ReadStep,
    SourceStep,
    StageProgram,
    Step,
    UnionStep,
    ZipStep,
    ZipUnionStep,
)
from minispark.engine.shuffle.kept import KeptRecords

Batches = Iterable[Iterable[Any]]


class Evaluation:
    """One attempt's run through a program."""

    def __init__(self, program: StageProgram, task: TaskState, environment: Environment) -> None:
        self.program = program
        self.task = task
        self._environment = environment
        self._heads: Heads = []
        self._opened: list[Heads] = [self._heads]

    def records(self) -> Iterator[Any]:
        """The records of the task's partition; if it has several, of one after another."""
        return chain.from_iterable(self.each()) if self.task.several else self._open()

    def each(self) -> Iterator[Iterator[Any]]:
        """The records of each of the task's several partitions. One is done with when the next is asked for."""
        for partition in self.task.several:
            self.task.partition = partition
            self._heads.clear()
            self._opened[:] = [self._heads]
            yield self._open()

    def _open(self) -> Iterator[Any]:
        batches = self._walk(len(self.program.steps) - 1, self.task.partition, self._heads, None)
        if isinstance(batches, tuple) and len(batches) == 1 and self._heads:
            return iter(batches[0])
        head = Head()  # no operator has one: what consumes the records may still ask which it was at
        self._heads.append(head)
        return head.records(batches)

    def last_record(self) -> Any:
        """The record that the segment read last was at, where it is known."""
        for heads in reversed(self._opened):
            for head in heads:
                if not head.exhausted:
                    return head.last_record()
        return NOTHING

    def close(self) -> None:
        """Let go of iterators, so that half-read generators are closed now and not at some later time."""
        self._heads.clear()
        self._opened.clear()
        for keeping in self.task.keeping:
            keeping.close()
        self.task.keeping.clear()

    def complete_kept(self) -> None:
        """Finish the blocks that were begun and not read to their ends, as Spark does: outer ones first."""
        for keeping in self.task.keeping:
            keeping.complete()

    def _walk(self, last: int, partition: int, heads: Heads, letters: Letters | None) -> Batches:
        """The batches of one partition of step ``last``; heads made on the way are appended to ``heads``. ``letters``
        are those of a quarantine further up that reaches down to here."""
        steps = self.program.steps
        stack = [(last, partition, self._guards(last, partition, letters), False)]
        values: list[Batches] = []
        while stack:
            index, partition, guards, ready = stack.pop()
            step = steps[index]
            inputs = inputs_of(step, partition)
            if not ready and inputs:
                stack.append((index, partition, guards, True))
                below = guards[0] if isinstance(step, GUARDED_THROUGH) else None
                stack.extend((i, p, self._guards(i, p, below), False) for i, p in reversed(inputs))
                continue
            first = len(values) - len(inputs)
            arguments = values[first:]
            del values[first:]
            values.append(_OPEN[type(step)](self, step, partition, arguments, heads, guards))
        return values[0]

    def _guards(self, index: int, partition: int, letters: Letters | None) -> Guards:
        """Who takes what fails in each part of a step: a chain has one before each of its quarantines, and a last
        one."""
        step = self.program.steps[index]
        if not isinstance(step, ChainStep):
            return (letters,)
        own = [operator for operator in step.operators if isinstance(operator, Quarantine)]
        return (*(Letters(operator, partition, self.task, self._environment) for operator in own), letters)

    def _later(self, step: int, partition: int, letters: Letters | None = None) -> Iterator[Iterable[Any]]:
        """As ``_walk``, but nothing is opened before it is asked for, and nothing remembered after its end."""
        heads: Heads = []
        self._opened.append(heads)
        yield from self._walk(step, partition, heads, letters)
        heads.clear()
        if self._opened and self._opened[-1] is heads:
            self._opened.pop()

    # --- one method per step ---------------------------------------------------------------------------------------

    def _source(self, step: SourceStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        if guards[0] is not None and isinstance(step.data, TextSplits) and step.site is not None:
            return read_good_lines(step.data, step.site, partition, guards[0], self.task.counters)
        return self._held(read_source(step.data, partition, self._environment, self.task.counters))

    def _chain(self, step: ChainStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        workspace = self._environment.workspace
        if guards == (None,):
            return (run_chain(step.operators, inputs[0], partition, heads, workspace),)
        return (run_guarded(step.operators, inputs[0], partition, heads, workspace, self.task, guards),)

    def _one(self, step: UnionStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        return inputs[0]

    def _zip_union(
        self, step: ZipUnionStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards
    ) -> Batches:
        return chain.from_iterable(inputs)

    def _read(self, step: ReadStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        part = self.task.slices[0] if self.task.slices else None
        return (read_shuffle(step, partition, self._environment, self.task.counters, part),)

    def _cogroup(
        self, step: CoGroupStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards
    ) -> Batches:
        narrow = iter(inputs)
        sides: list[int | Batches] = [number if wide else next(narrow) for wide, number in step.sides]
        task = self.task
        return (read_groups(sides, step.emit, partition, self._environment, task.counters, task.slices),)

    def _broadcast_join(
        self, step: BroadcastJoinStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards
    ) -> Batches:
        return broadcast_join(step, inputs[0], partition, self._environment, self.task)

    def _coalesce(
        self, step: CoalesceStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards
    ) -> Batches:
        parts = range(step.borders[partition], step.borders[partition + 1])
        return chain.from_iterable(self._later(step.input, part, guards[0]) for part in parts)

    def _cartesian(
        self, step: CartesianStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards
    ) -> Batches:
        right = partial(self._later, step.right, partition % step.right_partitions)
        return self._held(cartesian(inputs[0], right, self._environment.workspace))

    def _zip(self, step: ZipStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        return (zipped(inputs[0], inputs[1], partition),)

    def _keep(self, step: KeepStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        return KeptRecords(chain.from_iterable(inputs[0]), self._environment.workspace).drain()

    def _cache(self, step: CacheStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        place = CachedPlace(step.node_id, partition, step.tiers, self._environment)
        entry, resume = self.task.blocks.get(step.node_id), self._environment.settings.resume
        records = inputs[0]
        if entry is not None and resume is not None:
            records = Keeping(ResumedBlock(step.node_id, partition, entry, resume), records, self.task).records()
        return self._held(Keeping(place, records, self.task).records())

    def _checkpoint(
        self, step: CheckpointStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards
    ) -> Batches:
        place = CheckpointPlace(step.node_id, partition, step.directory)
        return self._held(Keeping(place, inputs[0], self.task).records())

    def _bounds(self, step: BoundsStep, partition: int, inputs: list[Batches], heads: Heads, guards: Guards) -> Batches:
        return ([read_bounds(step, self._environment, self.task.counters)],)

    def _held(self, batches: Batches) -> Batches:
        """Records that others read too, watched under a strict context."""
        return batches if self.task.watch is None else self.task.watch.hold(batches)


GUARDED_THROUGH = (ChainStep, UnionStep, ZipUnionStep, CoalesceStep, KeepStep)
"""The steps below which a quarantine reaches. Neither what is kept for others too, nor where leaving a record out would
shift or multiply others (zip, cartesian)."""

_OPEN: dict[type, Callable[[Evaluation, Any, int, list[Batches], Heads, Guards], Batches]] = {
    SourceStep: Evaluation._source,
    ChainStep: Evaluation._chain,
    UnionStep: Evaluation._one,
    ZipUnionStep: Evaluation._zip_union,
    ReadStep: Evaluation._read,
    CoGroupStep: Evaluation._cogroup,
    BroadcastJoinStep: Evaluation._broadcast_join,
    CoalesceStep: Evaluation._coalesce,
    CartesianStep: Evaluation._cartesian,
    ZipStep: Evaluation._zip,
    KeepStep: Evaluation._keep,
    CacheStep: Evaluation._cache,
    CheckpointStep: Evaluation._checkpoint,
    BoundsStep: Evaluation._bounds,
}


def inputs_of(step: Step, partition: int) -> list[tuple[int, int]]:
    """The steps and partitions that this partition of ``step`` is made of."""
    if isinstance(step, (ChainStep, CacheStep, CheckpointStep, KeepStep, BroadcastJoinStep)):
        return [(step.input, partition)]
    if isinstance(step, UnionStep):
        branch = bisect_right(step.firsts, partition) - 1
        return [(step.inputs[branch], partition - step.firsts[branch])]
    if isinstance(step, ZipUnionStep):
        return [(i, partition) for i in step.inputs]
    if isinstance(step, CoGroupStep):
        return [(number, partition) for wide, number in step.sides if not wide]
    if isinstance(step, ZipStep):
        return [(step.left, partition), (step.right, partition)]
    if isinstance(step, CartesianStep):
        return [(step.left, partition // step.right_partitions)]
    if isinstance(step, (SourceStep, ReadStep, BoundsStep, CoalesceStep)):
        return []
    raise InternalError(f"no kernel for step {type(step).__name__}")
