"""Records kept to be read again, or all at once: in memory as far as granted, else on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from minispark.engine.serde.codec import decode, encode_chunks
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.spillfile import SpillFile


class KeptRecords:
    """All records of an iterator, read to its end now. Whoever needs the memory more makes them spill."""

    def __init__(self, records: Iterable[Any], workspace: Workspace) -> None:
        self._blocks: list[list[Any] | None] = []
        self._workspace = workspace
        self._file: SpillFile | None = None
        self._bytes = 0.0
        self._grant = workspace.memory.register("kept records", self._spill)
        pace = Pace(workspace.memory.batch_bytes)
        iterator = iter(records)
        while block := pace.take(iterator):
            self._blocks.append(block)
            self._bytes += len(block) * (pace.size.bytes + 8)
            if not self._grant.resize(self._bytes):
                self._grant.resize(self._spill())

    def blocks(self) -> Iterator[list[Any]]:
        """The records in order, a list at a time; as often as wanted."""
        for index in range(len(self._blocks)):
            yield from self._block(index)

    def drain(self) -> Iterator[list[Any]]:
        """As ``blocks``, once: what was passed on is let go of."""
        for index, block in enumerate(self._blocks):
            if block is None:
                yield from self._block(index)
                continue
            self._blocks[index] = []
            self._bytes *= 1 - 1 / (len(self._blocks) - index)
            self._grant.resize(self._bytes)
            yield block
        self._grant.release()
        if self._file is not None:
            self._file.close()

    def _block(self, index: int) -> Iterator[list[Any]]:
        block = self._blocks[index]
        if block is not None:
            yield block
        else:
            assert self._file is not None
            file = self._file
            yield from (decode(file.read(index, chunk)) for chunk in range(file.chunks(index)))

    def _spill(self) -> int:
        if self._file is None:
            self._file = self._workspace.spills.open()
        for index, block in enumerate(self._blocks):
            if block:
                for payload, count in encode_chunks(block, self._workspace.memory.chunk_bytes):
                    self._file.append(index, payload, count)
                self._blocks[index] = None
        self._bytes = 0.0
        return 0
