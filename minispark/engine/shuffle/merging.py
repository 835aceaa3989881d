"""The reduce side: chunks from many map outputs merged by key, through disk where memory does not suffice.

As long as memory is granted, everything is merged in one table. When it is refused, the table is written to a spill
file in sub-partitions by hash; at the end these are merged one by one, by the same procedure a level deeper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from minispark.engine.shuffle.combining import make_fold
from minispark.engine.shuffle.emission import Columns, Emission
from minispark.engine.shuffle.groups import GroupTable
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.scatter import LEVELS_MAX, SUBPARTITIONS
from minispark.engine.shuffle.tables import CombineTable, DistinctTable, Table
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.memory import Grant
from minispark.engine.storage.spillfile import SpillFile

Chunks = Iterable[bytes]


class Pairs:
    """A side that needs no shuffle: its ``(key, value)`` records, already partitioned as the shuffled sides are."""

    __slots__ = ("records",)

    def __init__(self, records: Iterable[Any]) -> None:
        self.records = iter(records)


def merge_combined(chunks: Chunks, merge: Callable[[Any, Any], Any], workspace: Workspace) -> Iterator[Any]:
    """``(key, combiner)`` for each key, the combiners merged in the order of the chunks."""
    parts = _merge(CombineTable(make_fold(None, merge)), (chunks,), workspace, 0)
    return chain.from_iterable(zip(*part, strict=True) for part in parts)


def combine_records(
    records: Iterable[Any],
    create: Callable[[Any], Any] | None,
    merge_value: Callable[[Any, Any], Any],
    merge_combiners: Callable[[Any, Any], Any],
    workspace: Workspace,
) -> Iterator[Any]:
    """``(key, combiner)`` for the ``(key, value)`` records of one partition, which holds all values of its keys."""
    table = CombineTable(make_fold(None, merge_combiners), make_fold(create, merge_value))
    parts = _merge(table, (Pairs(records),), workspace, 0)
    return chain.from_iterable(zip(*part, strict=True) for part in parts)


def merge_distinct(chunks: Chunks, workspace: Workspace) -> Iterator[Any]:
    """The first of equal records."""
    return chain.from_iterable(part[0] for part in _merge(DistinctTable(), (chunks,), workspace, 0))


def merge_groups(sides: list[Chunks | Pairs], workspace: Workspace) -> Iterator[Any]:
    """``(key, (values of side 0, values of side 1, ...))`` for each key of any side.

    Values are in order of the chunks. They come as a list, or as a :class:`SpilledGroup` if there are too many.
    """
    hot_bytes = max(workspace.memory.limit_bytes // 32, 1024)
    parts = _merge(GroupTable(len(sides), hot_bytes), sides, workspace, 0)
    return chain.from_iterable(zip(keys, zip(*groups, strict=True), strict=True) for keys, *groups in parts)


def _merge(table: Table, sides: Iterable[Chunks | Pairs], workspace: Workspace, level: int) -> Iterator[Columns]:
    merge = _Merge(table, workspace, level)
    for side, chunks in enumerate(sides):
        if isinstance(chunks, Pairs):
            merge.take_pairs(side, chunks.records)
        else:
            merge.take_chunks(side, chunks)
    yield from merge.parts()


class _Merge:
    """One table on one level."""

    def __init__(self, table: Table, workspace: Workspace, level: int) -> None:
        self._table = table
        self._workspace = workspace
        self._level = level
        self._file: SpillFile | None = None
        spill = self._spill if level < LEVELS_MAX else None
        self._grant: Grant = workspace.memory.register("records being merged", spill)

    def take_chunks(self, side: int, chunks: Chunks) -> None:
        absorb = self._table.absorb
        unchecked, unchecked_max = 0, self._workspace.memory.batch_bytes // 8
        for data in chunks:
            absorb(side, data)
            unchecked += len(data)
            if unchecked > unchecked_max:
                self._hold()
                unchecked = 0
        self._hold()

    def take_pairs(self, side: int, records: Iterator[Any]) -> None:
        pace = Pace(self._workspace.memory.batch_bytes)
        while batch := pace.take(records):
            self._table.absorb_pairs(side, batch)
            self._hold()

    def parts(self) -> Iterator[Columns]:
        """The merged records as columns, a part at a time."""
        if self._file is None:
            columns = self._table.take()
            yield from Emission(columns, self._grant, self._workspace).parts()
            return
        self._spill()
        self._grant.release()
        file = self._file
        sides = self._table.sides
        for first in range(0, SUBPARTITIONS * sides, sides):
            if any(file.chunks(first + side) for side in range(sides)):
                chunks = [_read(file, first + side) for side in range(sides)]
                for columns in _merge(self._table.fresh(), chunks, self._workspace, self._level + 1):
                    self._table.join_hot(columns, file)
                    yield columns
        for record in self._table.take_hot(file):
            yield tuple([item] for item in record)

    def _hold(self) -> None:
        if not self._grant.resize(self._table.held_bytes()) and self._level < LEVELS_MAX:
            self._spill()
            self._grant.resize(0)

    def _spill(self) -> int:
        if self._file is None:
            self._file = self._workspace.spills.open()
        self._table.scatter(self._file, self._level, self._workspace.memory.chunk_bytes)
        return 0


def _read(file: SpillFile, slot: int) -> Iterator[bytes]:
    return (file.read(slot, index) for index in range(file.chunks(slot)))
