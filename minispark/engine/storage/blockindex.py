"""The index of a block file: rows of its chunks in pages, each vouched for by itself, so that who wants one slot reads
and verifies one page, however many there are.

A page has up to ``PAGE_ROWS`` rows in order of slots: first the column of slots, then a row of records, offset, length
and digest a chunk. The directory has the first slot and the digest of every page. Numbers are in the machine's byte
order.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from minispark.engine.core.errors import BlockError
from minispark.engine.storage.digests import DIGEST_BYTES, page_digest

PAGE_ROWS = 64
_SLOT_BYTES = 4
_ROW_FORMAT = f"IQQ{DIGEST_BYTES}s"
_ROW = struct.Struct("=" + _ROW_FORMAT)
_PAGES_KEPT = 4
_OBJECTS_BYTES = 1500


Row = tuple[int, int, int, bytes]
"""Where a chunk is, and what it must be: its records, offset, length and digest."""


class Columns(NamedTuple):
    """The rows of a file's chunks, in order of ``slots``."""

    slots: Sequence[int]
    records: Sequence[int]
    offsets: Sequence[int]
    lengths: Sequence[int]
    digests: Sequence[bytes]


class _Page(NamedTuple):
    slots: array[int]
    rows: bytes


def pages_bytes(rows: int) -> int:
    """The size of a page, or of all pages, with so many rows."""
    return rows * (_SLOT_BYTES + _ROW.size)


def directory_bytes(rows: int) -> int:
    """The size of the directory of a file with so many chunks."""
    return -(-rows // PAGE_ROWS) * (_SLOT_BYTES + DIGEST_BYTES)


@lru_cache(maxsize=PAGE_ROWS)
def _rows_struct(rows: int) -> struct.Struct:
    return struct.Struct("=" + _ROW_FORMAT * rows)


def encode_index(key: bytes, columns: Columns) -> tuple[bytes, bytes]:
    """All pages, and their directory."""
    slots = array("I", columns.slots)
    pages = []
    for start in range(0, len(slots), PAGE_ROWS):
        part = slice(start, start + PAGE_ROWS)
        page_slots = slots[part]
        rows = zip(*[column[part] for column in columns[1:]], strict=True)
        packed = _rows_struct(len(page_slots)).pack(*chain.from_iterable(rows))
        pages.append(page_slots.tobytes() + packed)
    directory = slots[::PAGE_ROWS].tobytes() + b"".join([page_digest(key, page) for page in pages])
    return b"".join(pages), directory


class BlockIndex:
    """The index of an open file, read as asked for. Chunks are numbered; those of a slot are consecutive.

    ``read`` gives bytes of the pages of the file at ``path``, by offset among them and length, or raises BlockError.
    ``directory`` has been verified; pages are verified here, with ``key``, and the last few of them kept.
    """

    __slots__ = ("_digests", "_firsts", "_key", "_pages", "_path", "_read", "_rows")

    def __init__(self, path: str, key: bytes, rows: int, directory: bytes, read: Callable[[int, int], bytes]) -> None:
        pages = -(-rows // PAGE_ROWS)
        self._path = path
        self._key = key
        self._rows = rows
        self._firsts = array("I", directory[: pages * _SLOT_BYTES])
        self._digests = directory[pages * _SLOT_BYTES :]
        self._read = read
        self._pages: dict[int, _Page] = {}

    @property
    def slots(self) -> list[int]:
        """The slots that have chunks, in order."""
        return sorted({slot for number in range(len(self._firsts)) for slot in self._page(number).slots})

    def chunks(self, slot: int) -> range:
        """The numbers of a slot's chunks. Raises BlockError."""
        last = bisect_right(self._firsts, slot) - 1
        if last < 0:
            return range(0)
        slots = (self._pages.get(last) or self._load(last)).slots
        end = bisect_right(slots, slot)
        begin = bisect_left(slots, slot, 0, end)
        if begin or not last:
            return range(last * PAGE_ROWS + begin, last * PAGE_ROWS + end)
        end += last * PAGE_ROWS
        first = last
        if slots[0] == slot:  # it may have begun pages before
            first = max(0, bisect_left(self._firsts, slot) - 1)
            slots = self._page(first).slots
        return range(first * PAGE_ROWS + bisect_left(slots, slot), end)

    def row(self, chunk: int) -> Row:
        """Raises BlockError."""
        page = self._page(chunk // PAGE_ROWS)
        return _ROW.unpack_from(page.rows, chunk % PAGE_ROWS * _ROW.size)

    def sizes(self, slots: int) -> tuple[array[int], array[int]]:
        """Records and bytes of each of the slots 0 to ``slots - 1``. Raises BlockError."""
        records, lengths = array("Q", bytes(8 * slots)), array("Q", bytes(8 * slots))
        for number in range(len(self._firsts)):
            page = self._page(number)
            for slot, (count, _, length, _) in zip(page.slots, _ROW.iter_unpack(page.rows), strict=True):
                if slot < slots:
                    records[slot] += count
                    lengths[slot] += length
        return records, lengths

    @property
    def trimmed_bytes(self) -> int:
        """About what is held after ``trim``."""
        return _OBJECTS_BYTES + directory_bytes(self._rows) + pages_bytes(min(self._rows, PAGE_ROWS))

    def trim(self) -> None:
        """Keep the page read last only."""
        while len(self._pages) > 1:
            del self._pages[next(iter(self._pages))]

    def _page(self, number: int) -> _Page:
        return self._pages.get(number) or self._load(number)

    def _load(self, number: int) -> _Page:
        rows = min(PAGE_ROWS, self._rows - number * PAGE_ROWS)
        data = self._read(pages_bytes(number * PAGE_ROWS), pages_bytes(rows))
        if page_digest(self._key, data) != self._digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]:
            raise BlockError(f"{self._path}: the footer is corrupt: the checksum of page {number} differs")
        page = _Page(array("I", data[: rows * _SLOT_BYTES]), data[rows * _SLOT_BYTES :])
        if len(self._pages) == _PAGES_KEPT:
            del self._pages[next(iter(self._pages))]
        self._pages[number] = page
        return page
