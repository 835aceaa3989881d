"""What is kept of which nodes, as planning sees it: stages are cut and compiled by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.plan.nodes import BoundsDep, Node, ShuffleDep, SourceData, parent_nodes, shuffle_deps


@value
class Tiers:
    """Where blocks may be kept."""

    memory: bool
    disk: bool


class Kept:
    """By node id: the tiers of persisted nodes, the directories of checkpoints being written, and ``cut``, what stands
    for a node whose lineage counts no more. ``version`` grows with every change, which goes through the methods."""

    def __init__(self) -> None:
        self.tiers: dict[int, Tiers] = {}
        self.checkpoints: dict[int, str] = {}
        self.cut: dict[int, SourceData] = {}
        self.version = 0

    def keep(self, node_id: int, tiers: Tiers) -> None:
        self.tiers[node_id] = tiers
        self.version += 1

    def drop(self, node_id: int) -> bool:
        """No longer persisted; False if it was not."""
        self.version += 1
        return self.tiers.pop(node_id, None) is not None

    def begin_checkpoint(self, node_id: int, directory: str) -> None:
        self.checkpoints[node_id] = directory
        self.version += 1

    def end_checkpoint(self, node_id: int) -> None:
        self.checkpoints.pop(node_id, None)
        self.version += 1

    def cut_at(self, node_id: int, data: SourceData) -> None:
        """The node is read from ``data`` from now on."""
        self.cut[node_id] = data
        self.version += 1

    def uncut(self, node_id: int) -> None:
        self.cut.pop(node_id, None)
        self.version += 1

    def of(self, node: Node) -> tuple[Any, ...]:
        """All there is on the node; empty if nothing."""
        number = node.id
        if number in self.tiers or number in self.checkpoints or number in self.cut:
            return (number, self.tiers.get(number), self.checkpoints.get(number), self.cut.get(number))
        return ()

    def fused(self, node: Node) -> bool:
        """Whether the node's records need not stand alone: nothing is kept of it."""
        return not self.of(node)

    def parents(self, node: Node) -> Iterator[Node]:
        return iter(()) if node.id in self.cut else parent_nodes(node)

    def shuffles(self, node: Node) -> Iterator[ShuffleDep | BoundsDep]:
        return iter(()) if node.id in self.cut else shuffle_deps(node)


def own_shuffles(node: Node, kept: Kept) -> list[ShuffleDep | BoundsDep]:
    """The shuffles that ``node`` is computed from, without those behind persisted ancestors."""
    found: dict[int, ShuffleDep | BoundsDep] = {}
    seen, stack = {node.id}, [node]
    while stack:
        member = stack.pop()
        above = [*kept.parents(member)]
        for dep in kept.shuffles(member):
            found.setdefault(dep.shuffle_id, dep)
            above.append(dep.sorted.parent if isinstance(dep, BoundsDep) else dep.parent)
        for parent in above:
            if parent.id not in seen and parent.id not in kept.tiers:
                seen.add(parent.id)
                stack.append(parent)
    return list(found.values())
