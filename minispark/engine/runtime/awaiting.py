"""Sources that a query fills: it runs when the first job that reads them begins, in the thread that wants the job."""

from __future__ import annotations

import weakref

from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import BoundsDep, Node, QueryRows, SourceData, SourceNode


class Awaiting:
    """Which sources of a context's have not been filled. ``kept`` has what the others are read from."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._empty: weakref.WeakSet[SourceNode] = weakref.WeakSet()

    def expect(self, node: SourceNode) -> None:
        """A source with QueryRows, to be filled before it is read."""
        self._empty.add(node)

    def fill(self, node: Node) -> None:
        """Fill what the records of ``node`` are computed from. Raises what the queries raise."""
        if not self._empty:
            return
        for source in self._below(node):
            assert isinstance(source.data, QueryRows)
            with source.data.lock:
                if source in self._empty:
                    data = source.data.make()
                    self._kept.cut_at(source.id, data)
                    self._empty.discard(source)
                    weakref.finalize(source, _forget, self._kept, source.id, data).atexit = False

    def _below(self, node: Node) -> list[SourceNode]:
        found, seen, stack = [], {node.id}, [node]
        while stack:
            member = stack.pop()
            if isinstance(member, SourceNode) and member in self._empty:
                found.append(member)
            above = [*self._kept.parents(member)]
            for dep in self._kept.shuffles(member):
                above.append(dep.sorted.parent if isinstance(dep, BoundsDep) else dep.parent)
            for parent in above:
                if parent.id not in seen:
                    seen.add(parent.id)
                    stack.append(parent)
        return found


def _forget(kept: Kept, node_id: int, data: SourceData) -> None:
    if kept.cut.get(node_id) is data:  # and no checkpoint's
        kept.uncut(node_id)
