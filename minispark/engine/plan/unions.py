"""Unions of unions, as one."""

from __future__ import annotations

from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import Node, UnionNode


def united(union: UnionNode, kept: Kept) -> list[Node]:
    """The nodes that the partitions of a union are those of, in order, where unions within it of which nothing is kept
    are seen through: a partition of a union that was made of thousands, one after another, is found at once.

    Nodes without partitions are left out: so there are no more than there are partitions.
    """
    found: list[Node] = []
    stack = [*reversed(union.parents)]
    while stack:
        node = stack.pop()
        if not node.partitions:
            continue
        if isinstance(node, UnionNode) and node.partitioner is None and kept.fused(node):
            stack.extend(reversed(node.parents))
        else:
            found.append(node)
    return found
