"""Block files: chunks, each belonging to a slot (a reducer, a run, a partition), and a footer that vouches for them.

Layout: the chunks; the footer (columns of slots, records, offsets, lengths and digests in order of slots, then the
report); a trailer of fixed size (counts, the digest of counts and footer, magic). The digests are keyed with the
context's key and the footer's is bound to the file's name, so neither a planted file nor another file of ours can stand
in for this one. Numbers are in the machine's byte order: files do not leave it.
"""

from __future__ import annotations

import fcntl
import os
import struct
from array import array
from bisect import bisect_left, bisect_right

from minispark.engine.core.errors import BlockError
from minispark.engine.core.values import value
from minispark.engine.storage.appendfile import AppendFile, Data, descriptors_exhausted, read_at
from minispark.engine.storage.digests import DIGEST_BYTES, chunk_digest, content_digest, footer_digest
from minispark.engine.storage.directories import LocalDirectories

META_SLOT = 0xFFFFFFFF
"""A slot that is left out of the sizes by slot: what a writer needs to tell its readers beside the records."""

_COUNTS = struct.Struct("=IQ")  # chunks, bytes of the report
_MAGIC = b"msblock1"
_TRAILER_BYTES = _COUNTS.size + DIGEST_BYTES + len(_MAGIC)
_CHUNK_BYTES = 4 + 4 + 8 + 8 + DIGEST_BYTES
_TAIL_BYTES = 16384


@value
class Summary:
    """A committed file. ``slot_bytes`` and ``slot_records`` have one entry a slot (``array('Q')``)."""

    path: str
    bytes: int
    slot_bytes: array[int]
    slot_records: array[int]


class BlockFileWriter:
    """Writes one block file; it exists under its name only after ``commit``.

    ``name`` must be unique in the context; the footer vouches for ``identity``, which is the name unless another is
    given (for a file that is to be renamed). Raises what :class:`AppendFile` raises.
    """

    __slots__ = ("_digests", "_file", "_key", "_lengths", "_offsets", "_records", "_slots", "identity")

    def __init__(self, directories: LocalDirectories, name: str, key: bytes, identity: str | None = None) -> None:
        self.identity = name if identity is None else identity
        self._key = key
        self._file = AppendFile(directories, name)
        self._slots = array("I")
        self._records = array("I")
        self._offsets = array("Q")
        self._lengths = array("Q")
        self._digests: list[bytes] = []

    @property
    def size(self) -> int:
        """Bytes appended so far."""
        return self._file.size

    def append(self, slot: int, payload: Data, records: int) -> None:
        """Add a chunk. Chunks of one slot are read in the order they were appended."""
        self._slots.append(slot)
        self._records.append(min(records, 0xFFFFFFFF))
        self._offsets.append(self._file.size)
        self._lengths.append(len(payload))
        self._digests.append(chunk_digest(self._key, payload))
        self._file.append(payload)

    def flush(self) -> None:
        """Hand everything appended to the operating system."""
        self._file.flush()

    def relocate(self) -> None:
        """Go on in the next directory."""
        self._file.relocate()

    def content_digest(self) -> bytes:
        """A checksum of all chunks appended so far: equal for equal payloads in equal order within each slot."""
        slots, records, _, _, digests = self._columns()
        return content_digest(self._key, slots.tobytes() + records.tobytes() + digests)

    def commit(self, report: bytes, slots: int = 1) -> Summary:
        """Append the footer with ``report``, make the file visible, and sum up slots 0 to ``slots - 1``."""
        slot_column, records, offsets, lengths, digests = self._columns()
        footer = b"".join(
            (slot_column.tobytes(), records.tobytes(), offsets.tobytes(), lengths.tobytes(), digests, report)
        )
        counts = _COUNTS.pack(len(slot_column), len(report))
        self._file.append(footer)
        self._file.append(counts + footer_digest(self._key, self.identity, counts, footer) + _MAGIC)
        size = self._file.size
        path = self._file.publish()
        slot_bytes, slot_records = array("Q", bytes(8 * slots)), array("Q", bytes(8 * slots))
        for slot, length, count in zip(slot_column, lengths, records, strict=True):
            if slot < slots:
                slot_bytes[slot] += length
                slot_records[slot] += count
        return Summary(path, size, slot_bytes, slot_records)

    def abort(self) -> None:
        """Remove what was written. Without effect after ``commit``."""
        self._file.discard()

    def _columns(self) -> tuple[array[int], array[int], array[int], array[int], bytes]:
        """The index's columns in order of slots."""
        slots, records, offsets, lengths = self._slots, self._records, self._offsets, self._lengths
        digests = self._digests
        order = sorted(range(len(slots)), key=slots.__getitem__)
        if order != list(range(len(slots))):
            slots, records = array("I", map(slots.__getitem__, order)), array("I", map(records.__getitem__, order))
            offsets, lengths = array("Q", map(offsets.__getitem__, order)), array("Q", map(lengths.__getitem__, order))
            digests = [digests[i] for i in order]
        return slots, records, offsets, lengths, b"".join(digests)


class BlockFileReader:
    """An open, authenticated block file. Chunks are numbered; those of a slot are consecutive.

    ``memo`` is for what a reader's user derives from the file and wants to keep as long as the reader.
    """

    __slots__ = ("_digests", "_fd", "_key", "_lengths", "_offsets", "_records", "_slots", "memo", "path", "report")

    def __init__(self, path: str, key: bytes, name: str) -> None:
        """Open and verify the footer. Raises BlockError saying why it cannot be trusted."""
        self.path = path
        self.memo: object = None
        self._key = key
        self._fd = -1
        try:
            self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            self._parse(name)
        except FileNotFoundError:
            raise BlockError(f"{path} is missing") from None
        except OSError as error:
            self.close()
            raise descriptors_exhausted(error) or BlockError(f"{path} cannot be read: {error.strerror}") from error
        except BlockError:
            self.close()
            raise

    def _parse(self, name: str) -> None:
        size = os.fstat(self._fd).st_size
        tail = read_at(self._fd, max(0, size - _TAIL_BYTES), _TAIL_BYTES)
        if len(tail) < _TRAILER_BYTES:
            raise BlockError(f"{self.path} is truncated: {size} bytes are no block file")
        trailer = tail[-_TRAILER_BYTES:]
        if not trailer.endswith(_MAGIC):
            raise BlockError(f"{self.path} is truncated or no block file: it does not end as one")
        count, report_bytes = _COUNTS.unpack_from(trailer)
        length = count * _CHUNK_BYTES + report_bytes
        if length + _TRAILER_BYTES > size:
            raise BlockError(f"{self.path} is truncated or its footer corrupt: {size} bytes, footer of {length}")
        if length + _TRAILER_BYTES > len(tail):
            tail = read_at(self._fd, size - length - _TRAILER_BYTES, length + _TRAILER_BYTES)
        footer = memoryview(tail)[-length - _TRAILER_BYTES : -_TRAILER_BYTES]
        digest = trailer[_COUNTS.size : -len(_MAGIC)]
        if footer_digest(self._key, name, trailer[: _COUNTS.size], footer) != digest:
            raise BlockError(f"{self.path}: the footer is corrupt, or this context did not write the file as {name}")
        self._slots, self._records = array("I"), array("I")
        self._offsets, self._lengths = array("Q"), array("Q")
        start = 0
        for column in (self._slots, self._records, self._offsets, self._lengths):
            end = start + count * column.itemsize
            column.frombytes(footer[start:end])
            start = end
        end = start + count * DIGEST_BYTES
        self._digests = bytes(footer[start:end])
        self.report = bytes(footer[end:])

    @property
    def slots(self) -> list[int]:
        """The slots that have chunks, in order."""
        return sorted(set(self._slots))

    def chunks(self, slot: int) -> range:
        """The numbers of a slot's chunks."""
        start = bisect_left(self._slots, slot)
        return range(start, bisect_right(self._slots, slot, start))

    def records(self, chunk: int) -> int:
        return self._records[chunk]

    def length(self, chunk: int) -> int:
        """Bytes of the chunk's payload."""
        return self._lengths[chunk]

    def read(self, chunk: int) -> bytes:
        """The chunk's payload, verified. Raises BlockError."""
        length = self._lengths[chunk]
        try:
            data = read_at(self._fd, self._offsets[chunk], length)
        except OSError as error:
            raise BlockError(f"{self.path}: chunk {chunk} cannot be read: {error.strerror}") from error
        if len(data) != length:
            raise BlockError(f"{self.path} is truncated: chunk {chunk} has {len(data)} of {length} bytes")
        if chunk_digest(self._key, data) != self._digests[chunk * DIGEST_BYTES : (chunk + 1) * DIGEST_BYTES]:
            raise BlockError(f"{self.path}: the checksum of chunk {chunk} differs")
        return data

    def hold(self) -> None:
        """Mark the file as being read until the reader is closed: it is not evicted."""
        fcntl.flock(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def close(self) -> None:
        """May be repeated."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)

    def __del__(self) -> None:
        if getattr(self, "_fd", -1) >= 0:
            self.close()
