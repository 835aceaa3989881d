"""Stage programs: what a stage computes, flat and picklable, and how lineage is cut into them.

A program is a tuple of steps in which inputs come before their users, and a sink for the last step's records. Steps
refer to shuffles by id: where the map outputs are is told to workers apart from the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Exchange
from minispark.engine.plan.kept import Kept, Tiers
from minispark.engine.plan.nodes import (
    BoundsDep,
    BroadcastJoinNode,
    CartesianNode,
    CoalescedNode,
    CoGroupNode,
    NarrowNode,
    Node,
    ShuffleDep,
    ShuffledNode,
    SourceData,
    SourceNode,
    UnionNode,
    ZipNode,
)
from minispark.engine.plan.operators import Operator, WholePartition
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.plan.shares import Share
from minispark.engine.plan.trees import Held
from minispark.engine.plan.unions import united


@value
class SourceStep:
    """``site`` is where the source was named, None for what was kept of another RDD."""

    data: SourceData
    site: CallSite | None = None


@value
class ChainStep:
    """Operators one after another on the records of step ``input``."""

    input: int
    operators: tuple[Operator, ...]


@value
class UnionStep:
    """``inputs`` one after another: partition p is partition ``p - first`` of the input whose range holds it."""

    inputs: tuple[int, ...]
    firsts: tuple[int, ...]


@value
class ZipUnionStep:
    """Partition p is partition p of every input, one after another."""

    inputs: tuple[int, ...]


@value
class ReadStep:
    """The reduce side of the shuffle made at ``site``; ``bounds_id`` is the shuffle of a sort's bounds, ``held`` says
    where partitions are found that were combined in parts already."""

    shuffle_id: int
    exchange: Exchange
    partitions: int
    bounds_id: int | None = None
    site: CallSite | None = None
    held: tuple[Held, ...] = ()


@value
class CoGroupStep:
    """``sides``: ``(True, shuffle id)`` or ``(False, input step)``."""

    sides: tuple[tuple[bool, int], ...]
    emit: str
    site: CallSite | None = None


@value
class BroadcastJoinStep:
    """Records of ``input`` joined with those of all ``reducers`` of a shuffle, which is side ``small_side`` of the
    join. Accumulator updates that ``input`` makes count under ``owner``."""

    input: int
    shuffle_id: int
    reducers: int
    small_side: int
    emit: str
    owner: int
    site: CallSite | None = None


@value
class CoalesceStep:
    """Partition p is the partitions ``borders[p]`` to ``borders[p + 1]`` of ``input``, opened one after another."""

    input: int
    borders: tuple[int, ...]


@value
class CartesianStep:
    """Partition p pairs partition ``p // right_partitions`` of ``left`` with ``p % right_partitions`` of ``right``."""

    left: int
    right: int
    right_partitions: int


@value
class ZipStep:
    """Records of ``left`` and ``right`` side by side."""

    left: int
    right: int


@value
class KeepStep:
    """Records of ``input``, all computed before the first is passed on: iterators nest no deeper than up to here."""

    input: int


@value
class CacheStep:
    """Records of ``input``, kept as a block after they were computed once."""

    input: int
    node_id: int
    tiers: Tiers


@value
class CheckpointStep:
    """Records of ``input``, written as a part of a checkpoint in ``directory`` when they are computed."""

    input: int
    node_id: int
    directory: str


@value
class BoundsStep:
    """One record: the bounds of ``partitions`` ranges, from the samples of all map outputs of a sort. ``ascending``:
    whether the first range is that of the smallest keys."""

    shuffle_id: int
    partitions: int
    ascending: bool = True


Step = (
    SourceStep
    | ChainStep
    | UnionStep
    | ZipUnionStep
    | ReadStep
    | CoGroupStep
    | BroadcastJoinStep
    | CoalesceStep
    | CartesianStep
    | ZipStep
    | KeepStep
    | CacheStep
    | CheckpointStep
    | BoundsStep
)

DEPTH_MAX = 100
"""Iterators of Python nested within each other; beyond it a partition is computed in rounds, so that the interpreter's
recursion limit (1000 frames, of which such an iterator takes three and the user's functions some) is far."""


@value
class ShuffleSink:
    """Write a map output."""

    shuffle_id: int
    exchange: Exchange
    partitioner: Partitioner


@value
class ActionSink:
    """``function(partition, iterator)``'s value is the task's result. ``kind`` names a recognised action."""

    function: Callable[[int, Iterator[Any]], Any] | None
    kind: str = "function"
    limit: int = 0


@value
class FileSink:
    """Each partition's records as a part file of the attempt's own in ``directory``, moved into place by the driver.

    Forms: ``text`` (``str`` of each record as a line), ``tabbed`` (pairs, with a tab between), ``sequence`` (pairs in a
    Hadoop sequence file, of the Writables that ``classes`` names), ``pickles`` (``batch`` records to a pickle, in one).
    ``codec`` is the name of Hadoop's class.
    """

    directory: str
    form: str
    codec: str | None = None
    classes: tuple[str, str] = ("", "")
    batch: int = 0


@value
class BoundsSink:
    """The one record (a list of bounds) as the only map output of shuffle ``shuffle_id``."""

    shuffle_id: int


Sink = ShuffleSink | ActionSink | FileSink | BoundsSink


@value
class StageProgram:
    """``site`` is where the action or the shuffle that the stage ends in was called. Task i computes ``shares[i]``, or
    partition i where there are none."""

    steps: tuple[Step, ...]
    sink: Sink
    name: str
    site: CallSite | None = None
    shares: tuple[Share, ...] = ()


def compile_stage(node: Node, sink: Sink, name: str, kept: Kept, site: CallSite | None = None) -> StageProgram:
    """The program of the stage that ends in ``node``; what ``kept`` says is kept on the way."""
    builder = _Builder(kept)
    return StageProgram(builder.build(node), sink, name, site)


def compile_dep(dep: ShuffleDep | BoundsDep, kept: Kept) -> StageProgram:
    """The program of the map stage of a shuffle."""
    if isinstance(dep, BoundsDep):
        ascending = getattr(dep.sorted.exchange, "ascending", True)
        step = BoundsStep(dep.sorted.shuffle_id, dep.sorted.partitioner.partitions, ascending)
        return StageProgram((step,), BoundsSink(dep.shuffle_id), f"bounds of {dep.site}", dep.site)
    sink = ShuffleSink(dep.shuffle_id, dep.exchange, dep.partitioner)
    return compile_stage(dep.parent, sink, str(dep.site), kept, dep.site)


class _Builder:
    """Post-order walk of one stage's nodes; chains of narrow nodes become one step."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.steps: list[Step] = []
        self.depths: list[int] = []
        self.done: dict[int, int] = {}

    def build(self, root: Node) -> tuple[Step, ...]:
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, expanded = stack.pop()
            if node.id in self.done:
                continue
            if expanded:
                self.done[node.id] = self._emit(node)
                continue
            stack.append((node, True))
            if node.id in self.kept.cut:
                continue
            if isinstance(node, NarrowNode):
                stack.append((self._chain(node)[0], False))
            elif isinstance(node, (CartesianNode, ZipNode)):
                stack.extend(((node.right, False), (node.left, False)))
            elif isinstance(node, UnionNode) and node.partitioner is None:
                stack.extend((parent, False) for parent in united(node, self.kept))
            else:
                stack.extend((parent, False) for parent in self.kept.parents(node))
        return tuple(self.steps)

    def _chain(self, node: NarrowNode) -> tuple[Node, tuple[Operator, ...]]:
        operators = [node.operator]
        below = node.parent
        while isinstance(below, NarrowNode) and self.kept.fused(below):
            operators.append(below.operator)
            below = below.parent
        return below, tuple(reversed(operators))

    def _emit(self, node: Node) -> int:
        kept = self.kept
        if node.id in kept.cut:
            index = self._add(SourceStep(kept.cut[node.id]))
        else:
            index = self._emit_chain(node) if isinstance(node, NarrowNode) else self._add(self._step(node))
        if node.id in kept.tiers:
            index = self._add(CacheStep(index, node.id, kept.tiers[node.id]))
        if node.id in kept.checkpoints:
            index = self._add(CheckpointStep(index, node.id, kept.checkpoints[node.id]))
        return index

    def _step(self, node: Node) -> Step:
        if isinstance(node, SourceNode):
            return SourceStep(node.data, node.site)
        if isinstance(node, UnionNode):
            if node.partitioner is not None:
                return ZipUnionStep(tuple(map(self._input, node.parents)))
            parents = united(node, self.kept)
            firsts = accumulate((parent.partitions for parent in parents[:-1]), initial=0) if parents else ()
            return UnionStep(tuple(map(self._input, parents)), tuple(firsts))
        if isinstance(node, ShuffledNode):
            bounds_id = node.bounds.shuffle_id if node.bounds is not None else None
            return ReadStep(node.dep.shuffle_id, node.dep.exchange, node.partitions, bounds_id, node.dep.site)
        if isinstance(node, CoalescedNode):
            before, after = node.parent.partitions, node.partitions
            borders = tuple(i * before // after for i in range(after + 1)) if after else (0,)
            return CoalesceStep(self._input(node.parent), borders)
        if isinstance(node, CartesianNode):
            return CartesianStep(self._input(node.left), self._input(node.right), node.right.partitions)
        if isinstance(node, ZipNode):
            return ZipStep(self._input(node.left), self._input(node.right))
        if isinstance(node, BroadcastJoinNode):
            small, below = node.small, self._input(node.parent)
            reducers = small.partitioner.partitions
            return BroadcastJoinStep(
                below, small.shuffle_id, reducers, node.small_side, node.emit, node.owner, node.site
            )
        assert isinstance(node, CoGroupNode)
        sides = (
            (True, side.shuffle_id) if isinstance(side, ShuffleDep) else (False, self._input(side))
            for side in node.sides
        )
        return CoGroupStep(tuple(sides), node.emit, node.site)

    def _emit_chain(self, node: NarrowNode) -> int:
        """The chain that ends in ``node``, with what it nests kept in rounds of DEPTH_MAX operators over iterators."""
        below, operators = self._chain(node)
        index = self._input(below)
        start, depth = 0, self.depths[index]
        for position, operator in enumerate(operators):
            depth += isinstance(operator, WholePartition)
            if depth == DEPTH_MAX:
                index = self._add(KeepStep(self._add(ChainStep(index, operators[start : position + 1]))))
                start, depth = position + 1, 0
        return self._add(ChainStep(index, operators[start:])) if start < len(operators) else index

    def _input(self, node: Node) -> int:
        """The step that computes ``node``, kept if it nests too deep already."""
        index = self.done[node.id]
        if self.depths[index] < DEPTH_MAX:
            return index
        self.done[node.id] = self._add(KeepStep(index))
        return self.done[node.id]

    def _depth(self, step: Step) -> int:
        if isinstance(step, ChainStep):
            whole = sum(isinstance(operator, WholePartition) for operator in step.operators)
            return self.depths[step.input] + whole + 1
        if isinstance(step, (CacheStep, CheckpointStep)):
            return self.depths[step.input] + 1
        if isinstance(step, (CoalesceStep, BroadcastJoinStep)):
            return self.depths[step.input] + 2
        if isinstance(step, (CartesianStep, ZipStep)):
            return max(self.depths[step.left], self.depths[step.right]) + 2
        if isinstance(step, UnionStep):
            return max((self.depths[i] for i in step.inputs), default=0)
        if isinstance(step, ZipUnionStep):
            return max(self.depths[i] for i in step.inputs) + 1
        if isinstance(step, CoGroupStep):
            return max((self.depths[number] for wide, number in step.sides if not wide), default=0) + 1
        return 0

    def _add(self, step: Step) -> int:
        self.depths.append(self._depth(step))
        self.steps.append(step)
        return len(self.steps) - 1
