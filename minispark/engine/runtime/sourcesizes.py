"""How large the inputs of a shuffle are, as far as that is known before anything is read."""

from __future__ import annotations

import os

from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import ShuffleDep, SourceData, SourceNode, UnusableInput
from minispark.engine.plan.sourcebytes import source_bytes
from minispark.engine.plan.walks import all_deps, stage_nodes

UNKNOWN_BYTES = 1 << 60
"""Stands for any size, and for more than matters."""


class SourceSizes:
    """By shuffle, the bytes of all sources in its lineage, each counted as often as it is read. Looked up once."""

    def __init__(self) -> None:
        self._bytes: dict[int, int] = {}

    def of(self, dep: ShuffleDep, kept: Kept) -> int:
        """UNKNOWN_BYTES where that is not known, or at least so much."""
        known = self._bytes
        if dep.shuffle_id not in known:
            for each in (*all_deps(dep.parent, kept), dep):
                if each.shuffle_id not in known:
                    size = self._of_stage(each, kept) if isinstance(each, ShuffleDep) else 0
                    known[each.shuffle_id] = min(size, UNKNOWN_BYTES)
        return known[dep.shuffle_id]

    def forget(self, shuffle_id: int) -> None:
        """The shuffle is gone."""
        self._bytes.pop(shuffle_id, None)

    def _of_stage(self, dep: ShuffleDep, kept: Kept) -> int:
        total = 0
        for node in stage_nodes(dep.parent, kept):
            if node.id in kept.cut:
                total += _bytes_of(kept.cut[node.id])
            elif isinstance(node, SourceNode):
                total += _bytes_of(node.data)
            total += sum(self._bytes.get(parent.shuffle_id, 0) for parent in kept.shuffles(node))
        return total


def _bytes_of(data: SourceData) -> int:
    if isinstance(data, UnusableInput):
        return 0
    size = source_bytes(data, file_bytes)
    return UNKNOWN_BYTES if size is None else size


def file_bytes(path: str) -> int | None:
    """None for a file that is gone: it is written again when it is read."""
    try:
        return os.path.getsize(path)
    except OSError:
        return None
