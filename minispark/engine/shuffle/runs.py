"""Sorting more rows than memory holds: sorted runs on disk, merged a block at a time.

Instead of a heap, which costs a microsecond a row, the loaded blocks' rows up to the smallest last key are concatenated
and sorted by Python's own merge sort, which finds the runs in them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from minispark.engine.serde.codec import careful_step, decode, encode_chunks
from minispark.engine.shuffle.emission import Emission
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.sizes import RecordSize
from minispark.engine.storage.spillfile import SpillFile

Row = tuple[Any, ...]
FAN_IN_MAX = 64
_DECODED_FACTOR = 12
_FIRST = itemgetter(0)


class RowSorter:
    """Takes rows (tuples whose first item is the sort key) and gives them back in order, equal keys as they came."""

    def __init__(self, ascending: bool, workspace: Workspace) -> None:
        self._ascending = ascending
        self._workspace = workspace
        self._rows: list[Row] = []
        self._size = RecordSize()
        self._file: SpillFile | None = None
        self._runs = 0
        self._grant = workspace.memory.register("records being merged in order", self._spill)

    def add(self, rows: list[Row]) -> None:
        """Take in rows, best in sorted stretches."""
        self._rows += rows
        self._size.update(rows[:: len(rows) // 8 + 1])
        if not self._grant.resize(len(self._rows) * (self._size.bytes + 24)):
            self._spill()
            self._grant.resize(0)

    def rows(self) -> Iterator[Row]:
        """All rows in order."""
        if self._file is None:
            self._sort()
            rows, self._rows = self._rows, []
            return chain.from_iterable(part[0] for part in Emission((rows,), self._grant, self._workspace).parts())
        self._spill()
        self._grant.release()
        return chain.from_iterable(self._merged())

    def _sort(self) -> None:
        self._rows.sort(key=_FIRST, reverse=not self._ascending)

    def _spill(self) -> int:
        if self._rows:
            if self._file is None:
                self._file = self._workspace.spills.open()
            self._sort()
            self._write(self._file, self._runs, self._rows)
            self._runs += 1
            self._rows = []
        return 0

    def _merged(self) -> Iterator[list[Row]]:
        """Sorted stretches of the spilled runs, in passes while there are more than may be merged at once."""
        assert self._file is not None
        file, count = self._file, self._runs
        memory = self._workspace.memory
        fan_in = max(2, min(FAN_IN_MAX, memory.limit_bytes // (2 * _DECODED_FACTOR * memory.chunk_bytes)))
        while count > fan_in:
            merged = self._workspace.spills.open()
            for target, start in enumerate(range(0, count, fan_in)):
                for rows in merge_runs(file, range(start, min(start + fan_in, count)), self._ascending):
                    self._write(merged, target, rows)
            file.close()
            file, count = merged, (count + fan_in - 1) // fan_in
        yield from merge_runs(file, range(count), self._ascending)
        file.close()

    def _write(self, file: SpillFile, slot: int, rows: list[Row]) -> None:
        chunk_bytes = self._workspace.memory.chunk_bytes
        for data, count in encode_chunks(rows, chunk_bytes, careful_step(self._size.bytes, chunk_bytes)):
            file.append(slot, data, count)


def merge_runs(file: SpillFile, slots: range, ascending: bool) -> Iterator[list[Row]]:
    """The rows of sorted runs as consecutive sorted lists; equal keys in order of the slots."""
    blocks = {slot: _blocks(file, slot) for slot in slots}
    loaded: dict[int, list[Row]] = {}
    while True:
        for slot in slots:
            if not loaded.get(slot) and slot in blocks:
                rows = next(blocks[slot], None)
                if rows is None:
                    del blocks[slot]
                    loaded.pop(slot, None)
                else:
                    loaded[slot] = rows
        if not loaded:
            return
        yield _stretch({slot: loaded[slot] for slot in slots if slot in loaded}, loaded, ascending)


def _stretch(ordered: dict[int, list[Row]], loaded: dict[int, list[Row]], ascending: bool) -> list[Row]:
    """Take from the loaded rows all that come before anything not loaded yet, and sort them.

    The run whose loaded rows end first is taken whole. Of runs before it also rows equal to its last key, but not of
    runs after it: it may go on with more of them, which come first.
    """
    lasts = {slot: rows[-1][0] for slot, rows in ordered.items()}
    end = min(lasts, key=lasts.__getitem__) if ascending else max(lasts, key=lasts.__getitem__)
    stretch: list[Row] = []
    for slot, rows in ordered.items():
        count = len(rows) if slot == end else _leading(rows, lasts[end], slot < end, ascending)
        stretch += rows[:count]
        loaded[slot] = rows[count:]
    stretch.sort(key=_FIRST, reverse=not ascending)
    return stretch


def _leading(rows: list[Row], key: Any, including: bool, ascending: bool) -> int:
    """How many rows of a sorted list come before ``key``, or up to it."""
    if ascending:
        return (bisect_right if including else bisect_left)(rows, key, key=_FIRST)
    backwards = rows[::-1]
    return len(rows) - (bisect_left if including else bisect_right)(backwards, key, key=_FIRST)


def _blocks(file: SpillFile, slot: int) -> Iterator[list[Row]]:
    return (decode(file.read(slot, index)) for index in range(file.chunks(slot)))
