"""Spilled data: chunks by slot in a file without a name, indexed in memory, gone with their holder."""

from __future__ import annotations

import os
from itertools import count

from minispark.engine.core.errors import BlockError
from minispark.engine.storage.appendfile import AppendFile, Data
from minispark.engine.storage.digests import chunk_digest
from minispark.engine.storage.directories import LocalDirectories

_numbers = count()


class SpillSpace:
    """Where one task spills to. ``bytes`` counts what its files were given."""

    __slots__ = ("_directories", "_key", "bytes")

    def __init__(self, directories: LocalDirectories, key: bytes) -> None:
        self._directories = directories
        self._key = key
        self.bytes = 0

    def open(self) -> SpillFile:
        return SpillFile(self._directories, self._key, self)


class SpillFile:
    """Chunks appended and read again by one process. Every chunk is verified as it is read.

    On disk the file has no name, so a killed process leaves nothing. It is closed when the last reference goes.
    """

    __slots__ = ("_chunks", "_file", "_key", "_space")

    def __init__(self, directories: LocalDirectories, key: bytes, space: SpillSpace | None = None) -> None:
        self._space = space
        self._file = AppendFile(directories, f"spill-{os.getpid()}-{next(_numbers)}", anonymous=True)
        self._key = key
        self._chunks: dict[int, list[tuple[int, int, int, bytes]]] = {}

    @property
    def size(self) -> int:
        """Bytes spilled so far."""
        return self._file.size

    @property
    def slots(self) -> list[int]:
        """The slots that have chunks, in order."""
        return sorted(self._chunks)

    def append(self, slot: int, payload: Data, records: int) -> None:
        """Add a chunk to a slot. Raises DiskFullError or LocalDirectoryError."""
        chunk = (self._file.size, len(payload), records, chunk_digest(self._key, payload))
        self._file.append(payload)
        self._chunks.setdefault(slot, []).append(chunk)
        if self._space is not None:
            self._space.bytes += len(payload)

    def chunks(self, slot: int) -> int:
        """How many chunks the slot has."""
        return len(self._chunks.get(slot, ()))

    def records(self, slot: int) -> int:
        """Records in all chunks of the slot."""
        return sum(chunk[2] for chunk in self._chunks.get(slot, ()))

    def length(self, slot: int) -> int:
        """Bytes in all chunks of the slot."""
        return sum(chunk[1] for chunk in self._chunks.get(slot, ()))

    def read(self, slot: int, index: int) -> bytes:
        """The payload of the slot's chunk number ``index``, verified. Raises BlockError, and what writing raises."""
        offset, length, _, digest = self._chunks[slot][index]
        data = self._file.read(offset, length)
        if len(data) != length or chunk_digest(self._key, data) != digest:
            raise BlockError(f"spilled data of {length} bytes cannot be read back: the disk or memory is at fault")
        return data

    def close(self) -> None:
        """Give the space back. May be repeated."""
        self._file.discard()
        self._chunks = {}
