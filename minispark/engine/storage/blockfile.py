"""Block files: chunks, each belonging to a slot (a reducer, a run, a partition), and a footer that vouches for them.

Layout: the chunks; the footer (the report, the pages of the index, their directory); a trailer of fixed size (counts,
the report's digest, the digest of these and the directory, magic). The digests are keyed with the context's key and the
trailer's is bound to the file's name, so neither a planted file nor another file of ours can stand in for this one.
Whoever wants one slot's chunks reads the end of the file, one page of the index and the chunks. Numbers are in the
machine's byte order: files do not leave it.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from array import array
from functools import partial, reduce
from operator import or_

from minispark.engine.core.errors import BlockError, EnvironmentFault
from minispark.engine.core.values import value
from minispark.engine.storage.appendfile import AppendFile, Data, descriptors_exhausted, read_at
from minispark.engine.storage.blockindex import BlockIndex, Columns, directory_bytes, encode_index, pages_bytes
from minispark.engine.storage.digests import DIGEST_BYTES, chunk_digest, content_digest, footer_digest, report_digest
from minispark.engine.storage.directories import LocalDirectories

META_SLOT = 0xFFFFFFFF
"""A slot that is left out of the sizes by slot: what a writer needs to tell its readers beside the records."""

_COUNTS = struct.Struct(f"=IQQ{DIGEST_BYTES}s")  # chunks, mask of their slots, bytes of the report, its digest
_MAGIC = b"msblock2"
_TRAILER_BYTES = _COUNTS.size + DIGEST_BYTES + len(_MAGIC)
TAIL_BYTES = 4096
"""Read of a file at once: a small file's index, or all of a smaller one."""


def slot_bit(slot: int) -> int:
    """The bit of a slot in a file's mask: where it is not set, the file has no chunk of the slot."""
    return 1 << (slot & 63)


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
    given (for a file that is to be renamed). Takes and raises what :class:`AppendFile` raises.
    """

    __slots__ = ("_digests", "_file", "_key", "_lengths", "_offsets", "_records", "_slots", "identity")

    def __init__(
        self,
        directories: LocalDirectories,
        name: str,
        key: bytes,
        identity: str | None = None,
        modest: bool = False,
    ) -> None:
        self.identity = name if identity is None else identity
        self._key = key
        self._file = AppendFile(directories, name, modest=modest)
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
        columns = self._index()
        head = array("I", columns.slots).tobytes() + array("I", columns.records).tobytes()
        return content_digest(self._key, head + b"".join(columns.digests))

    def commit(self, report: bytes, slots: int = 1) -> Summary:
        """Append the footer with ``report``, make the file visible, and sum up slots 0 to ``slots - 1``."""
        columns = self._index()
        pages, directory = encode_index(self._key, columns)
        mask = reduce(or_, map(slot_bit, set(columns.slots) - {META_SLOT}), 0)
        counts = _COUNTS.pack(len(columns.slots), mask, len(report), report_digest(self._key, report))
        digest = footer_digest(self._key, self.identity, counts, directory)
        self._file.append(b"".join((report, pages, directory, counts, digest, _MAGIC)))
        size = self._file.size
        path = self._file.publish()
        slot_bytes, slot_records = array("Q", bytes(8 * slots)), array("Q", bytes(8 * slots))
        for slot, length, records in zip(columns.slots, columns.lengths, columns.records, strict=True):
            if slot < slots:
                slot_bytes[slot] += length
                slot_records[slot] += records
        return Summary(path, size, slot_bytes, slot_records)

    def abort(self) -> None:
        """Remove what was written. Without effect after ``commit``."""
        self._file.discard()

    def _index(self) -> Columns:
        columns = Columns(self._slots, self._records, self._offsets, self._lengths, self._digests)
        order = sorted(range(len(self._slots)), key=self._slots.__getitem__)
        if order == list(range(len(order))):
            return columns
        numbers = self._slots, self._records, self._offsets, self._lengths
        slots, records, offsets, lengths = [[column[at] for at in order] for column in numbers]
        return Columns(slots, records, offsets, lengths, [self._digests[at] for at in order])


class _OpenFile:
    """A file being read. ``tail`` are its last bytes as they were when it was opened, ``size`` all of them."""

    __slots__ = ("fd", "path", "size", "tail")

    def __init__(self, path: str, tail_bytes: int) -> None:
        """Raises BlockError, DescriptorsExhaustedError."""
        self.path = path
        self.fd = -1
        try:
            self._open()
            self.size = os.lseek(self.fd, 0, os.SEEK_END)
            length = min(self.size, tail_bytes)
            self.tail = read_at(self.fd, self.size - length, length)
        except OSError as error:
            raise self._failed(error) from error

    def reopen(self) -> None:
        """After ``close``. Raises as above."""
        try:
            self._open()
        except OSError as error:
            raise self._failed(error) from error

    def read(self, start: int, length: int, what: str | int) -> bytes:
        """``length`` bytes that are ``what``, a part of the file or a chunk's number. Raises BlockError."""
        at = start - self.size + len(self.tail)
        if at >= 0 and at + length <= len(self.tail):
            return self.tail[at : at + length]
        try:
            data = read_at(self.fd, start, length)
        except OSError as error:
            raise BlockError(f"{self.path}: {_named(what)} cannot be read: {error.strerror}") from error
        if len(data) != length:
            raise BlockError(f"{self.path} is truncated: {_named(what)} has {len(data)} of {length} bytes")
        return data

    def end(self, end: int, length: int, what: str) -> bytes:
        """``length`` bytes up to ``end`` bytes before the file's end. Raises BlockError."""
        if end + length <= len(self.tail):
            return self.tail[-end - length : -end]
        return self.read(self.size - end - length, length, what)

    def close(self) -> None:
        """May be repeated."""
        self.tail = b""
        if self.fd >= 0:
            fd, self.fd = self.fd, -1
            os.close(fd)

    def _open(self) -> None:
        self.fd = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))

    def _failed(self, error: OSError) -> EnvironmentFault:
        self.close()
        if isinstance(error, FileNotFoundError):
            return BlockError(f"{self.path} is missing")
        return descriptors_exhausted(error) or BlockError(f"{self.path} cannot be read: {error.strerror}")

    def __del__(self) -> None:
        if getattr(self, "fd", -1) >= 0:
            self.close()


class BlockFileReader:
    """An open, authenticated block file. Chunks are numbered; those of a slot are consecutive.

    ``mask`` has the ``slot_bit`` of every slot with chunks (but for META_SLOT). ``memo`` is for what a reader's user
    derives from the file and wants to keep as long as the reader. Index, report and chunks are read and verified when
    they are asked for; whatever asks for them raises BlockError.
    """

    __slots__ = ("_file", "_index", "_key", "_report", "mask", "memo", "path")

    def __init__(self, path: str, key: bytes, name: str, tail_bytes: int = TAIL_BYTES) -> None:
        """Open the file, read its last ``tail_bytes`` and verify what vouches for the rest. Raises BlockError saying
        why it cannot be trusted."""
        self.path = path
        self.memo: object = None
        self._key = key
        self._file = _OpenFile(path, tail_bytes)
        try:
            self._parse(name)
        except BlockError:
            self.close()
            raise

    def _parse(self, name: str) -> None:
        file, trailer = self._file, self._file.tail[-_TRAILER_BYTES:]
        if len(trailer) < _TRAILER_BYTES:
            raise BlockError(f"{self.path} is truncated: {file.size} bytes are no block file")
        if not trailer.endswith(_MAGIC):
            raise BlockError(f"{self.path} is truncated or no block file: it does not end as one")
        chunks, mask, report_bytes, digest = _COUNTS.unpack_from(trailer)
        end = directory_bytes(chunks) + _TRAILER_BYTES
        length = end + pages_bytes(chunks) + report_bytes
        if length > file.size:
            raise BlockError(f"{self.path} is truncated or its footer corrupt: {file.size} bytes, footer of {length}")
        directory = file.end(_TRAILER_BYTES, directory_bytes(chunks), "the footer")
        if footer_digest(self._key, name, trailer[: _COUNTS.size], directory) != trailer[_COUNTS.size : -len(_MAGIC)]:
            raise BlockError(f"{self.path}: the footer is corrupt, or this context did not write the file as {name}")
        self.mask: int = mask
        self._report = file.size - length, report_bytes, digest
        self._index = BlockIndex(self.path, self._key, chunks, directory, partial(_read_pages, file, end, chunks))

    @property
    def report(self) -> bytes:
        """What the file's writer had to tell."""
        start, length, digest = self._report
        report = self._file.read(start, length, "the report")
        if report_digest(self._key, report) != digest:
            raise BlockError(f"{self.path}: the footer is corrupt: the report's checksum differs")
        return report

    @property
    def slots(self) -> list[int]:
        """The slots that have chunks, in order."""
        return self._index.slots

    def chunks(self, slot: int) -> range:
        """The numbers of a slot's chunks."""
        return self._index.chunks(slot)

    def records(self, chunk: int) -> int:
        return self._index.row(chunk)[0]

    def length(self, chunk: int) -> int:
        """Bytes of the chunk's payload."""
        return self._index.row(chunk)[2]

    def sizes(self, slots: int) -> tuple[array[int], array[int]]:
        """Records and bytes of slots 0 to ``slots - 1``, as ``Summary`` has them."""
        return self._index.sizes(slots)

    def read(self, chunk: int) -> bytes:
        """The chunk's payload."""
        return self.counted(chunk)[1]

    def counted(self, chunk: int) -> tuple[int, bytes]:
        """How many records the chunk has, and its payload."""
        records, offset, length, digest = self._index.row(chunk)
        data = self._file.read(offset, length, chunk)
        if chunk_digest(self._key, data) != digest:
            raise self._differs(chunk)
        return records, data

    def mapped(self) -> mmap.mmap:
        """The file's content as memory that nobody can write to, shared with all others who map it. It is not verified
        yet. Raises OSError where it cannot be mapped."""
        return mmap.mmap(self._file.fd, self._file.size, access=mmap.ACCESS_READ)

    def verify(self, chunk: int, whole: memoryview) -> None:
        """Compare a chunk in the mapped file with its digest."""
        _, offset, length, digest = self._index.row(chunk)
        if chunk_digest(self._key, whole[offset : offset + length]) != digest:
            raise self._differs(chunk)

    def _differs(self, chunk: int) -> BlockError:
        return BlockError(f"{self.path}: the checksum of chunk {chunk} differs")

    @property
    def tail_bytes(self) -> int:
        """Bytes of the file's end that are held while it is open."""
        return len(self._file.tail)

    def hold(self) -> None:
        """Mark the file as being read until the reader is closed: it is not evicted."""
        fcntl.flock(self._file.fd, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def close(self) -> None:
        """May be repeated."""
        self._file.close()

    def rest(self) -> None:
        """Close, and keep the little of the index that whoever opens the file again is likely to want."""
        self._file.close()
        self._index.trim()
        self.memo = None

    def reopen(self) -> None:
        """After ``rest``: what was verified before is not read again. Raises BlockError, DescriptorsExhaustedError."""
        self._file.reopen()

    @property
    def resting_bytes(self) -> int:
        """About what a reader holds while it rests."""
        return self._index.trimmed_bytes


def _named(what: str | int) -> str:
    return what if isinstance(what, str) else f"chunk {what}"


def _read_pages(file: _OpenFile, end: int, chunks: int, start: int, length: int) -> bytes:
    """Bytes of the pages, which end ``end`` bytes before the file does."""
    return file.end(end + pages_bytes(chunks) - start - length, length, "the footer")
