"""Lineage as text, in the layout of Spark's ``RDD.toDebugString``: a line an RDD, an indentation a shuffle."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from minispark.engine.plan.nodes import (
    CartesianNode,
    CoalescedNode,
    CoGroupNode,
    InlineSlices,
    NarrowNode,
    Node,
    QueryRows,
    RangeSlices,
    ShuffleDep,
    ShuffledNode,
    SourceNode,
    StoredSlices,
    UnionNode,
    ZipNode,
    parent_nodes,
)

LINES_MAX = 10_000
"""An RDD is shown wherever it is read, as in Spark, which lineages that split and meet again multiply."""

Child = tuple[bool, Node]
"""Whether a shuffle lies between, and what is behind it."""


def describe(node: Node, name: str | None, storage: str, persisted: Container[int]) -> str:
    """The lineage of ``node``. As in Spark its ``storage`` is told on every line; narrow operators that are computed
    together (those that ``persisted`` does not keep) are one ``PythonRDD``."""
    lines: list[str] = []
    stack: list[tuple[Node, str, str]] = [(node, f"({node.partitions}) ", _below("", node))]
    while stack:
        member, first, prefix = stack.pop()
        label = f"{name} " if name is not None and not lines else ""
        for kind in _classes(member):
            lines.append(f"{first}{label}{kind}[{member.id}] at {member.site} [{storage}]")
            first = prefix
        if len(lines) >= LINES_MAX:
            lines.append(f"{prefix}... (the first {LINES_MAX} lines)")
            break
        children = list(_children(member, persisted))
        pushed = []
        for place, (shuffled, child) in enumerate(children):
            if not shuffled:
                pushed.append((child, prefix, prefix))
                continue
            outer = re.sub(r"\|\s+$", "", prefix)
            between = "  " if place == len(children) - 1 else "| "
            pushed.append((child, f"{outer}+-({child.partitions}) ", _below(outer + between, child)))
        stack.extend(reversed(pushed))
    return "\n".join(lines)


def _below(prefix: str, node: Node) -> str:
    """The prefix of the lines below one that begins with the number of partitions in brackets."""
    width = len(f"({node.partitions})")
    left = (width - 1) // 2
    return f"{prefix}{' ' * left}|{' ' * (width - left)}"


def _children(node: Node, persisted: Container[int]) -> Iterator[Child]:
    if isinstance(node, NarrowNode):
        below = node.parent
        while isinstance(below, NarrowNode) and below.id not in persisted:
            below = below.parent
        yield False, below
    elif isinstance(node, ShuffledNode):
        yield True, node.dep.parent
    elif isinstance(node, CoGroupNode):
        for side in node.sides:
            yield (True, side.parent) if isinstance(side, ShuffleDep) else (False, side)
    else:
        yield from ((False, parent) for parent in parent_nodes(node))


def _classes(node: Node) -> tuple[str, ...]:
    """Spark's names for what the node is."""
    if isinstance(node, SourceNode):
        if isinstance(node.data, RangeSlices):
            return ("PythonRDD", "ParallelCollectionRDD") if node.partitions else ("EmptyRDD",)
        if isinstance(node.data, QueryRows):
            return ("MapPartitionsRDD", "SQLExecutionRDD")
        return ("ParallelCollectionRDD",) if isinstance(node.data, (InlineSlices, StoredSlices)) else ("HadoopRDD",)
    if isinstance(node, UnionNode) and node.partitioner is not None:
        return ("PartitionerAwareUnionRDD",)
    return (_NAMES[type(node)],)


_NAMES: dict[type, str] = {
    NarrowNode: "PythonRDD",
    UnionNode: "UnionRDD",
    ShuffledNode: "ShuffledRDD",
    CoGroupNode: "CoGroupedRDD",
    CoalescedNode: "CoalescedRDD",
    CartesianNode: "CartesianRDD",
    ZipNode: "ZippedPartitionsRDD2",
}
