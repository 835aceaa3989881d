"""How large the inputs of a shuffle are, as far as that is known before anything is read."""

from __future__ import annotations

import os
from contextlib import suppress

from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import (
    FileGroups,
    InlineSlices,
    RangeSlices,
    ShuffleDep,
    SourceData,
    SourceNode,
    StoredSlices,
    TextSplits,
    UnusableInput,
)
from minispark.engine.plan.walks import all_deps, stage_nodes

UNKNOWN_BYTES = 1 << 60
"""Stands for any size, and for more than matters."""
NUMBER_BYTES = 8


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
                total += source_bytes(kept.cut[node.id])
            elif isinstance(node, SourceNode):
                total += source_bytes(node.data)
            total += sum(self._bytes.get(parent.shuffle_id, 0) for parent in kept.shuffles(node))
        return total


def source_bytes(data: SourceData) -> int:
    """Encoded, or in files; UNKNOWN_BYTES where it was written by other tasks.

    >>> source_bytes(RangeSlices((range(10), range(20)))), source_bytes(InlineSlices(((b"abc", b"d"), ())))
    (240, 4)
    """
    if isinstance(data, RangeSlices):
        return NUMBER_BYTES * sum(map(len, data.slices))
    if isinstance(data, InlineSlices):
        return sum(len(chunk) for chunks in data.slices for chunk in chunks)
    if isinstance(data, StoredSlices):
        with suppress(OSError):  # it is written again when it is read
            return os.path.getsize(data.path)
        return UNKNOWN_BYTES
    if isinstance(data, TextSplits):
        return sum(split.end - split.start for split in data.splits)
    if isinstance(data, FileGroups):
        return sum(split.end - split.start for group in data.groups for split in group)
    return 0 if isinstance(data, UnusableInput) else UNKNOWN_BYTES
