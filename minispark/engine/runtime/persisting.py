"""Persisted nodes of one context: when their blocks begin to be kept, and when they are freed."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Sized

from minispark.engine.plan.kept import Kept, Tiers
from minispark.engine.plan.nodes import Node
from minispark.engine.runtime.store import Store


class Persisting:
    """``running`` is as long as jobs run that may still be writing blocks."""

    def __init__(self, kept: Kept, store: Store, running: Sized) -> None:
        self._kept = kept
        self._store = store
        self._running = running
        self._holders: Counter[int] = Counter()
        self._freed: dict[int, int] = {}
        self.closed = False

    def persist(self, node: Node, tiers: Tiers) -> None:
        """Keep the node's records from the next job on, until it is unreachable or unpersisted."""
        if node.id not in self._kept.tiers:
            self._kept.keep(node.id, tiers)
            self.hold(node)

    def hold(self, node: Node) -> None:
        """Blocks are freed when the last node object of this id is gone; a checkpoint makes a second one."""
        if node.id in self._kept.tiers:
            self._holders[node.id] += 1
            weakref.finalize(node, _let_go, weakref.ref(self), node.id, node.partitions).atexit = False

    def let_go(self, node_id: int, partitions: int) -> None:
        """One node object of this id is gone."""
        self._holders[node_id] -= 1
        if self._holders[node_id] <= 0:
            del self._holders[node_id]
            self.unpersist(node_id, partitions)

    def keep_on_disk_too(self, node: Node, tiers: Tiers) -> None:
        """Persist, or change where blocks may be if the node is persisted already: then they are made again."""
        before = self._kept.tiers.get(node.id)
        if before is None:
            self.persist(node, tiers)
        elif before != tiers:
            self._store.remove_cached(node.id, node.partitions)
            self._kept.keep(node.id, tiers)

    def unpersist(self, node_id: int, partitions: int) -> None:
        """Free the node's blocks."""
        if self._kept.drop(node_id) and not self.closed:
            self._store.remove_cached(node_id, partitions)
            if self._running:
                self._freed[node_id] = partitions

    def free_again(self) -> None:
        """Blocks that were unpersisted while a job was writing them."""
        while self._freed and not self._running and not self.closed:
            node_id, partitions = self._freed.popitem()
            if node_id not in self._kept.tiers:
                self._store.remove_cached(node_id, partitions)


def _let_go(reference: weakref.ref[Persisting], node_id: int, partitions: int) -> None:
    persisting = reference()
    if persisting is not None:
        persisting.let_go(node_id, partitions)
