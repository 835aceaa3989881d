"""Handing a merged table on: its memory shrinks as it is read, and what is left can still be spilled."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from minispark.engine.serde.codec import decode_columns, encode_columns
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.memory import Grant
from minispark.engine.storage.spillfile import SpillFile

Columns = tuple[list[Any], ...]
PART_RECORDS = 4096


class Emission:
    """Columns cut into parts, given one after another. Takes over the grant of the table they came from."""

    def __init__(self, columns: Columns, grant: Grant, workspace: Workspace) -> None:
        count = len(columns[0])
        step = max(1, min(PART_RECORDS, int(workspace.memory.batch_bytes * count / max(grant.bytes, 1))))
        self._parts: deque[Columns | None] = deque()
        for start in range(0, count, step):
            self._parts.append(tuple(column[start : start + step] for column in columns))
        self._grant = grant
        self._part_bytes = grant.bytes / max(len(self._parts), 1)
        self._workspace = workspace
        self._file: SpillFile | None = None
        self._read = 0
        grant.spill = self._spill

    def parts(self) -> Iterator[Columns]:
        """The parts in order; the last one given is the reader's to keep."""
        try:
            while self._parts:
                yield self._next()
        finally:
            self._grant.release()
            if self._file is not None:
                self._file.close()

    def _next(self) -> Columns:
        part = self._parts.popleft()
        if part is None:
            assert self._file is not None
            self._read += 1
            return decode_columns(self._file.read(0, self._read - 1))
        self._grant.bytes = int(self._part_bytes * len(self._parts))
        return part

    def _spill(self) -> int:
        """Write what was not given yet. It happens once: nothing is held afterwards."""
        if self._file is None:
            self._file = self._workspace.spills.open()
        for index, part in enumerate(self._parts):
            if part is not None:
                self._file.append(0, encode_columns(*part), len(part[0]))
                self._parts[index] = None
        return 0
