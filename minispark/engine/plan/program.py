"""Stage programs: what a stage computes, flat and picklable, and how lineage is cut into them.

A program is a tuple of steps in which inputs come before their users, and a sink for the last step's records. Steps
refer to shuffles by id: where the map outputs are is told to workers apart from the program.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.plan.exchanges import Exchange
from minispark.engine.plan.nodes import (
    BoundsDep,
    CoGroupNode,
    NarrowNode,
    Node,
    ShuffleDep,
    ShuffledNode,
    SourceData,
    SourceNode,
    UnionNode,
    parent_nodes,
    shuffle_deps,
)
from minispark.engine.plan.operators import Operator
from minispark.engine.plan.partitioners import Partitioner


@value
class SourceStep:
    data: SourceData


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
    """The reduce side of a shuffle; ``bounds_id`` is the shuffle of a sort's bounds."""

    shuffle_id: int
    exchange: Exchange
    partitions: int
    bounds_id: int | None = None


@value
class CoGroupStep:
    """``sides``: ``(True, shuffle id)`` or ``(False, input step)``."""

    sides: tuple[tuple[bool, int], ...]
    emit: str


@value
class CacheStep:
    """Records of ``input``, kept as a block after they were computed once."""

    input: int
    node_id: int


@value
class BoundsStep:
    """One record: the bounds of ``partitions`` ranges, from the samples of all map outputs of a sort."""

    shuffle_id: int
    partitions: int


Step = SourceStep | ChainStep | UnionStep | ZipUnionStep | ReadStep | CoGroupStep | CacheStep | BoundsStep


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
class TextSink:
    """``str`` of each record as a line of an attempt's own part file, moved into place by the driver."""

    directory: str


@value
class BoundsSink:
    """The one record (a list of bounds) as the only map output of shuffle ``shuffle_id``."""

    shuffle_id: int


Sink = ShuffleSink | ActionSink | TextSink | BoundsSink


@value
class StageProgram:
    steps: tuple[Step, ...]
    sink: Sink
    name: str


def stage_parents(node: Node) -> list[ShuffleDep | BoundsDep]:
    """The shuffles that the stage ending in ``node`` reads, each once, in the order met."""
    found: dict[int, ShuffleDep | BoundsDep] = {}
    for member in _stage_nodes(node):
        for dep in shuffle_deps(member):
            found.setdefault(dep.shuffle_id, dep)
    return list(found.values())


def dep_parents(dep: ShuffleDep | BoundsDep) -> list[ShuffleDep | BoundsDep]:
    """The shuffles that the map stage of ``dep`` reads."""
    return [dep.sorted] if isinstance(dep, BoundsDep) else stage_parents(dep.parent)


def all_deps(node: Node) -> list[ShuffleDep | BoundsDep]:
    """Every shuffle in the lineage of ``node``, parents before children."""
    order: list[ShuffleDep | BoundsDep] = []
    seen: set[int] = set()
    stack = [(dep, False) for dep in stage_parents(node)]
    while stack:
        dep, expanded = stack.pop()
        if expanded:
            order.append(dep)
        elif dep.shuffle_id not in seen:
            seen.add(dep.shuffle_id)
            stack.append((dep, True))
            stack.extend((parent, False) for parent in dep_parents(dep))
    return order


def compile_stage(node: Node, sink: Sink, name: str, persisted: Collection[int]) -> StageProgram:
    """The program of the stage that ends in ``node``; nodes whose id is in ``persisted`` are cached on the way."""
    builder = _Builder(persisted)
    return StageProgram(builder.build(node), sink, name)


def compile_dep(dep: ShuffleDep | BoundsDep, persisted: Collection[int]) -> StageProgram:
    """The program of the map stage of a shuffle."""
    if isinstance(dep, BoundsDep):
        step = BoundsStep(dep.sorted.shuffle_id, dep.sorted.partitioner.partitions)
        return StageProgram((step,), BoundsSink(dep.shuffle_id), f"bounds of {dep.site}")
    sink = ShuffleSink(dep.shuffle_id, dep.exchange, dep.partitioner)
    return compile_stage(dep.parent, sink, str(dep.site), persisted)


def _stage_nodes(node: Node) -> Iterator[Node]:
    seen = {node.id}
    stack = [node]
    while stack:
        member = stack.pop()
        yield member
        for parent in parent_nodes(member):
            if parent.id not in seen:
                seen.add(parent.id)
                stack.append(parent)


class _Builder:
    """Post-order walk of one stage's nodes; chains of narrow nodes become one step."""

    def __init__(self, persisted: Collection[int]) -> None:
        self.persisted = persisted
        self.steps: list[Step] = []
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
            if isinstance(node, NarrowNode):
                stack.append((self._chain(node)[0], False))
            else:
                stack.extend((parent, False) for parent in parent_nodes(node))
        return tuple(self.steps)

    def _chain(self, node: NarrowNode) -> tuple[Node, tuple[Operator, ...]]:
        operators = [node.operator]
        below = node.parent
        while isinstance(below, NarrowNode) and below.id not in self.persisted:
            operators.append(below.operator)
            below = below.parent
        return below, tuple(reversed(operators))

    def _emit(self, node: Node) -> int:
        index = self._add(self._step(node))
        return self._add(CacheStep(index, node.id)) if node.id in self.persisted else index

    def _step(self, node: Node) -> Step:
        if isinstance(node, SourceNode):
            return SourceStep(node.data)
        if isinstance(node, NarrowNode):
            below, operators = self._chain(node)
            return ChainStep(self.done[below.id], operators)
        if isinstance(node, UnionNode):
            inputs = tuple(self.done[parent.id] for parent in node.parents)
            if node.partitioner is not None:
                return ZipUnionStep(inputs)
            firsts, first = [], 0
            for parent in node.parents:
                firsts.append(first)
                first += parent.partitions
            return UnionStep(inputs, tuple(firsts))
        if isinstance(node, ShuffledNode):
            bounds_id = node.bounds.shuffle_id if node.bounds is not None else None
            return ReadStep(node.dep.shuffle_id, node.dep.exchange, node.partitions, bounds_id)
        assert isinstance(node, CoGroupNode)
        sides = (
            (True, side.shuffle_id) if isinstance(side, ShuffleDep) else (False, self.done[side.id])
            for side in node.sides
        )
        return CoGroupStep(tuple(sides), node.emit)

    def _add(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1
