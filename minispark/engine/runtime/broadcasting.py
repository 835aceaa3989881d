"""Joins whose one side turns out to be small: each task of the next stage has all of it, the other is not shuffled.

Spark's ``autoBroadcastJoinThreshold``, by what was measured. The side that is likely small is computed first; the rest
is planned when its size is known. Nothing of it shows in a result: where it would, the join stays as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from minispark.engine.core.units import format_bytes
from minispark.engine.core.values import replace, value
from minispark.engine.kernels.lifted import lifted
from minispark.engine.observe.events import Adapted
from minispark.engine.plan.barrier import barrier_site
from minispark.engine.plan.broadcasts import (
    SIDES,
    SMALL,
    Join,
    estimated_bytes,
    join_below,
    likely_small,
    without_shuffle,
)
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import Node, ShuffleDep
from minispark.engine.plan.partitioners import portable_hash
from minispark.engine.plan.program import StageProgram, compile_dep
from minispark.engine.plan.reads import obstacle, read_of
from minispark.engine.plan.walks import Dep, all_deps, stage_nodes
from minispark.engine.runtime.dividing import Question
from minispark.engine.runtime.sourcesizes import file_bytes

if TYPE_CHECKING:
    from minispark.engine.core.config import EngineConfig
    from minispark.engine.runtime.driver import Driver

BLOCK_BYTES = 1024
"""Reading a block, however small, takes about as long as reading so many bytes more of a large one."""
UNKNOWN_FACTOR = 4
"""All tasks together may read so many times the threshold where nothing is known of the other side."""


@value
class Written:
    """A whole shuffle. ``cost`` is what reading all of it comes to, in bytes of large blocks."""

    bytes: int
    cost: int


@value
class Verdict:
    """On the side ``small`` of a join, which has ``written`` that. ``hindrance`` is why it is not broadcast."""

    small: int
    written: Written
    hindrance: str | None


class Broadcasting:
    """What is broadcast in one context. ``owner_of`` gives the identity under which a shuffle's accumulator updates
    count; ``wait`` waits for an event while the driver works.

    Several threads may plan at a time, and a finalizer may come between: each change here is one operation."""

    def __init__(
        self,
        config: EngineConfig,
        kept: Kept,
        driver: Driver,
        wait: Callable[[threading.Event], None],
        owner_of: Callable[[int], int],
    ) -> None:
        self._threshold = config.broadcast_bytes_max
        self._slots = config.master.parallelism
        self._lifting = config.lifting
        self._kept = kept
        self._driver = driver
        self._wait = wait
        self._owner_of = owner_of
        self._instead: dict[int, ShuffleDep] = {}
        self._left_out: set[int] = set()
        self._notes: list[Adapted] = []

    # --- what is planned -------------------------------------------------------------------------------------------

    def decide(self, node: Node, planned: Container[int]) -> None:
        """Look at the joins that map stages before ``node`` begin with, if these were not ``planned`` yet: those that
        can be without a shuffle are from now on."""
        found = []
        for dep in all_deps(node, self._kept):
            settled = dep.shuffle_id in planned or dep.shuffle_id in self._instead or dep.shuffle_id in self._left_out
            if isinstance(dep, ShuffleDep) and not settled and join_below(dep.parent, self._kept) is not None:
                found.append(dep)
        if not found:
            return
        written = self._written(found)
        for dep in found:
            end = self._stage(dep.parent, compile_dep(dep, self._kept), written)
            if end is not None:
                self._instead[dep.shuffle_id] = replace(dep, parent=end)

    def as_planned(self, dep: Dep) -> Dep:
        """What stands for a shuffle whose map stage begins with a join that does without one."""
        return self._instead.get(dep.shuffle_id, dep)

    def stands_in(self, dep: ShuffleDep) -> bool:
        """Whether that is so of this shuffle."""
        return dep.shuffle_id in self._instead

    def end_of(self, dep: ShuffleDep) -> Node:
        """What the map stage of a shuffle ends in, as it is planned."""
        return self._instead.get(dep.shuffle_id, dep).parent

    def result_stage(self, end: Node, program: StageProgram) -> Node | None:
        """What an action's stage that ends in ``end`` is to end in instead, if it begins with such a join."""
        join = self._join(end)
        return None if join is None else self._stage(end, program, self._written(join.sides))

    def awaited(
        self, end: Node, program: Callable[[], StageProgram], inputs: tuple[ShuffleDep, ...]
    ) -> tuple[ShuffleDep, ...]:
        """Of the ``inputs`` of the join that a stage begins with, those to be computed before it is planned: one, if it
        is likely small, and none if it is."""
        join = self._join(end)
        if join is None or _obstacle(program()) is not None:
            return inputs
        written = self._written(join.sides)
        verdict = self._verdict(join, None, written)
        if verdict is not None:
            return () if verdict.hindrance is None else inputs
        if any(side.shuffle_id in written for side in join.sides):
            return inputs
        allowed = tuple(side for side in SMALL[join.node.emit] if self._hindrance(join, side) is None)
        estimates = self._estimate(join.sides[0], written), self._estimate(join.sides[1], written)
        partitions = join.sides[0].parent.partitions, join.sides[1].parent.partitions
        small = likely_small(estimates, partitions, allowed, self._threshold)
        return inputs if small is None else (join.sides[small],)

    def look_back(self, end: Node, program: StageProgram) -> None:
        """Say why the join that a stage begins with keeps its shuffles, if one side turned out small."""
        join = self._join(end)
        if join is None:
            return
        written = self._written(join.sides)
        verdict = self._verdict(join, _obstacle(program), written)
        if verdict is not None and verdict.hindrance is not None:
            other = join.sides[1 - verdict.small].shuffle_id
            lost = other in written and written[other].bytes > self._threshold
            if lost or other in self._left_out:  # else it would bring little, and was never said to be
                self._tell(program, join, verdict)

    def forget(self, shuffle_id: int) -> None:
        """The shuffle is gone."""
        self._instead.pop(shuffle_id, None)
        self._left_out.discard(shuffle_id)

    # --- what is told ----------------------------------------------------------------------------------------------

    def notes(self) -> tuple[Adapted, ...]:
        """What was decided since last asked."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def _tell(self, program: StageProgram, join: Join, verdict: Verdict) -> None:
        what = f"the {SIDES[verdict.small]} side of {join.node.emit} is"
        why = f"it has {format_bytes(verdict.written.bytes)}; "
        if verdict.hindrance is None:
            what += " broadcast"
            why += f"the other one, {join.sides[1 - verdict.small].parent.partitions} partitions, is not shuffled"
        else:
            what, why = f"{what} not broadcast", why + verdict.hindrance
        left, right = join.sides
        self._notes.append(Adapted(program.name, (left.shuffle_id, right.shuffle_id), None, what, why))

    # --- how it is decided -----------------------------------------------------------------------------------------

    def _join(self, end: Node) -> Join | None:
        """With the sides as they are planned."""
        join = join_below(end, self._kept)
        if join is None:
            return None
        left, right = (self._instead.get(side.shuffle_id, side) for side in join.sides)
        return replace(join, sides=(left, right))

    def _stage(self, end: Node, program: StageProgram, written: Mapping[int, Written]) -> Node | None:
        join = self._join(end)
        verdict = None if join is None else self._verdict(join, _obstacle(program), written)
        if join is None or verdict is None or verdict.hindrance is not None:
            return None
        self._tell(program, join, verdict)
        other = join.sides[1 - verdict.small]
        self._left_out.add(other.shuffle_id)
        return without_shuffle(join, verdict.small, self._owner_of(other.shuffle_id))

    def _verdict(self, join: Join, why_not: str | None, written: Mapping[int, Written]) -> Verdict | None:
        """On the smallest side, one that may be broadcast if there is such a one; None where none is small."""
        found = [
            (side not in SMALL[join.node.emit], size.bytes, side, size)
            for side, dep in enumerate(join.sides)
            if (size := written.get(dep.shuffle_id)) is not None and size.bytes <= self._threshold
        ]
        if not found:
            return None
        outer, _, small, size = min(found, key=lambda each: each[:3])
        other = join.sides[1 - small]
        hindrance = why_not
        if hindrance is None and outer:
            hindrance = "whether its records have partners is known only to a task that sees all of the other side"
        if hindrance is None:
            hindrance = self._hindrance(join, small) or self._loss(join, small, size, written)
        if hindrance is None and other.shuffle_id in written:
            hindrance = "the shuffle of the other side is there already"
        return Verdict(small, size, hindrance)

    def _hindrance(self, join: Join, small: int) -> str | None:
        """What stands in the way however small it is."""
        other = join.sides[1 - small]
        tasks, wanted = other.parent.partitions, max(min(join.node.partitions, self._slots), 1)
        if any(side.partitioner.function is not portable_hash for side in join.sides):
            return "its keys are routed by a function of the program's own"
        if barrier_site(other.parent, self._kept) is not None:
            return "the other side is a barrier stage"
        if tasks < wanted:
            return f"the other side has {tasks} partitions, and {wanted} tasks can run at a time"
        if tasks and self._lifting and lifted(compile_dep(other, self._kept), 0) is not None:
            return "the other side is shuffled in columns, which takes less than to join its records one by one"
        if other.shuffle_id in self._left_out and not any(map(self._kept.of, stage_nodes(other.parent, self._kept))):
            return "the other side is read again: with a shuffle it is computed once for this time and those to come"
        return None

    def _loss(self, join: Join, small: int, size: Written, written: Mapping[int, Written]) -> str | None:
        """Why it would cost more than it saves."""
        other = join.sides[1 - small]
        total = other.parent.partitions * size.cost
        expected = self._estimate(other, written)
        if total <= (self._threshold * UNKNOWN_FACTOR if expected is None else expected):
            return None
        about = "" if expected is None else f", and the other side has about {format_bytes(expected)}"
        return f"{other.parent.partitions} tasks would read what amounts to {format_bytes(total)}{about}"

    def _estimate(self, side: ShuffleDep, written: Mapping[int, Written]) -> int | None:
        if side.shuffle_id in written:
            return written[side.shuffle_id].bytes
        sizes = {shuffle_id: size.bytes for shuffle_id, size in written.items()}
        return estimated_bytes(side.parent, self._kept, sizes, file_bytes)

    def _written(self, deps: Iterable[ShuffleDep]) -> Mapping[int, Written]:
        """By id those of these shuffles, and of the ones before them, that are whole."""
        wanted: dict[int, int] = {}
        for dep in deps:
            for each in (dep, *all_deps(dep.parent, self._kept)):
                if isinstance(each, ShuffleDep):
                    wanted[each.shuffle_id] = each.partitioner.partitions
        question = Question(
            lambda: {
                shuffle_id: size
                for shuffle_id, reducers in wanted.items()
                if (size := self._size(shuffle_id, reducers)) is not None
            }
        )
        self._driver.request(question)
        self._wait(question)
        answer: Mapping[int, Written] = question.answer or {}
        return answer

    def _size(self, shuffle_id: int, reducers: int) -> Written | None:
        """In the driver's thread."""
        attempts = self._driver.outputs.whole(shuffle_id)
        if attempts is None:
            return None
        loads = self._driver.loads.of(shuffle_id)
        if loads is None:  # nothing was written
            return Written(0, 0)
        blocks = min(len(attempts) * reducers, loads.records)
        return Written(loads.bytes, loads.bytes + blocks * BLOCK_BYTES)


def _obstacle(program: StageProgram) -> str | None:
    read = read_of(program)
    return "what follows is not operators one after another" if read is None else obstacle(program, read)


def gathered(values: list[Any], partitions: int) -> list[Any]:
    """One value a partition, of tasks that are none: all their records in the first, or their sum.

    >>> gathered([2, 3, 4], 2), gathered([["a"], [], ["b"]], 2)
    ([9, 0], [['a', 'b'], []])
    """
    if isinstance(values[0], list):
        return [list(chain.from_iterable(values)), *([] for _ in range(partitions - 1))]
    return [sum(values), *[0] * (partitions - 1)]
