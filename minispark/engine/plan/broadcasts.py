"""Joins whose one side is small: planned so that each task has all of it, and the other side is not shuffled.

Such a stage stands in for the one that begins with the join, until it ends: tasks are partitions of the other side.
"""

from __future__ import annotations

from collections.abc import Mapping

from minispark.engine.core.values import value
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import (
    BoundsDep,
    BroadcastJoinNode,
    CartesianNode,
    CoGroupNode,
    NarrowNode,
    Node,
    ShuffleDep,
    SourceNode,
)
from minispark.engine.plan.reads import JOINS, SLICED
from minispark.engine.plan.sourcebytes import StoredBytes, source_bytes

SMALL = {kind: tuple(1 - side for side in SLICED[kind]) for kind in JOINS}
"""By kind of join, the sides that each task may have whole, where the other one's records are seen by different tasks:
not an outer side, whose records without a partner must be told from those that have one in another task."""
SIDES = ("left", "right")

ALONE_FACTOR = 4
"""A side is computed before the other one if it is expected to have at most so many times the threshold."""
FEWER_FACTOR = 4
"""One of which nothing is known but that the other has so many times its partitions, too."""


@value
class Join:
    """A join of two shuffles. ``above`` are the operators on its records in the same stage, the last one first."""

    node: CoGroupNode
    sides: tuple[ShuffleDep, ShuffleDep]
    above: tuple[NarrowNode, ...]


def join_below(end: Node, kept: Kept) -> Join | None:
    """The join that the stage ending in ``end`` consists of, with operators after it of which nothing is kept."""
    above = []
    while isinstance(end, NarrowNode) and kept.fused(end):
        above.append(end)
        end = end.parent
    if not isinstance(end, CoGroupNode) or end.emit not in SMALL or not kept.fused(end):
        return None
    sides = [side for side in end.sides if isinstance(side, ShuffleDep)]
    if len(sides) != len(SIDES) or sides[0].shuffle_id == sides[1].shuffle_id:
        return None
    return Join(end, (sides[0], sides[1]), tuple(above))


def without_shuffle(join: Join, small: int, owner: int) -> Node:
    """What computes the same records from the other side's own partitions and all of the side ``small``. Accumulator
    updates of the other side count under ``owner``.

    Its nodes have numbers of their own, below 0: whatever is kept of the join, it is not these partitions."""
    node, other = join.node, join.sides[1 - small].parent
    dep = join.sides[small]
    end: Node = BroadcastJoinNode(-node.id, other.partitions, node.site, other, dep, small, node.emit, owner)
    for narrow in reversed(join.above):
        end = NarrowNode(-narrow.id, other.partitions, narrow.site, end, narrow.operator)
    return end


def likely_small(
    estimates: tuple[int | None, int | None], partitions: tuple[int, int], allowed: tuple[int, ...], threshold: int
) -> int | None:
    """The side that is worth being computed before the other, to learn whether it is small: by what is expected, in
    bytes, as each of the other's partitions would read it; and by partitions where that is not known.

    >>> likely_small((5_000_000, 20_000), (8, 4), (1, 0), 10_000_000), likely_small((None, None), (8, 2), (1,), 1)
    (1, 1)
    >>> likely_small((5_000_000, 4_000_000), (8, 4), (0,), 10_000_000), likely_small((90, 50), (8, 4), (1,), 10)
    (None, None)
    """
    for side in allowed:
        mine, other = estimates[side], estimates[1 - side]
        if mine is None:
            if partitions[side] * FEWER_FACTOR <= partitions[1 - side]:
                return side
        elif mine <= threshold * ALONE_FACTOR and (other is None or mine * partitions[1 - side] <= other):
            return side
    return None


def estimated_bytes(node: Node, kept: Kept, written: Mapping[int, int], stored: StoredBytes) -> int | None:
    """About how much the records of ``node`` were made of: the sizes of its sources, and of the shuffles before it that
    are ``written`` (bytes by id). None where that is not known."""
    total = 0
    seen = {node.id}
    stack = [node]
    while stack:
        member = stack.pop()
        data = kept.cut.get(member.id) or (member.data if isinstance(member, SourceNode) else None)
        if data is not None:
            size = source_bytes(data, stored)
            if size is None:
                return None
            total += size
            continue
        if isinstance(member, CartesianNode):
            return None
        above = [*kept.parents(member)]
        for dep in kept.shuffles(member):
            if isinstance(dep, BoundsDep):
                continue
            if dep.shuffle_id in written:
                total += written[dep.shuffle_id]
            else:
                above.append(dep.parent)
        for parent in above:
            if parent.id not in seen:
                seen.add(parent.id)
                stack.append(parent)
    return total
