"""Hadoop's sequence files (``org.apache.hadoop.io.SequenceFile``, version 6): pairs behind a header that names their
classes, with marks between them where a split may begin.

A split owns what stands between the first mark at or after its start and the first mark at or after its end; the first
split also what stands before any mark.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from minispark.engine.core.values import value
from minispark.engine.formats.compression import Codec, codec_named, packing, unpacked
from minispark.engine.formats.varints import read_varint, varint_size, write_varint

MARK_EVERY_BYTES = 100 << 10
"""As Hadoop sets them; splits are not made smaller."""

BLOCK_BYTES = 1_000_000
_ESCAPE = b"\xff\xff\xff\xff"

Pair = tuple[bytes, bytes]


@value
class Header:
    """``mark`` is the file's own sixteen bytes; ``end`` is where pairs begin."""

    key_class: str
    value_class: str
    codec: Codec | None
    in_blocks: bool
    mark: bytes
    end: int


# --- reading ------------------------------------------------------------------------------------------------------


def read_header(file: BinaryIO, path: str) -> Header:
    """Raises ValueError for a file that is no sequence file, or one of a version or codec that is not read."""
    start = file.read(4)
    if start[:3] != b"SEQ":
        raise ValueError(f"{path} is not a Hadoop sequence file: it begins with {start!r}")
    if start[3] != 6:
        raise ValueError(f"{path} is a sequence file of version {start[3]}; only version 6 is read")
    key_class, value_class = _text(file), _text(file)
    packed, in_blocks = _exactly(file, 2)
    codec = codec_named(_text(file)) if packed else None
    (entries,) = struct.unpack(">i", _exactly(file, 4))
    for _ in range(2 * entries):
        _text(file)
    mark = _exactly(file, 16)
    return Header(key_class, value_class, codec, bool(in_blocks), mark, file.tell())


def read_pairs(file: BinaryIO, header: Header, path: str, start: int, end: int) -> Iterator[list[Pair]]:
    """Keys and values as bytes, in batches. Raises EOFError or OSError, naming the file, for a damaged one."""
    try:
        if start > 0:
            _seek_mark(file, header.mark, max(start, header.end))
        yield from (_blocks if header.in_blocks else _records)(file, header, path, end)
    except (EOFError, struct.error) as error:
        raise EOFError(f"{path} is truncated: {error}; write it again") from None


def _records(file: BinaryIO, header: Header, path: str, end: int) -> Iterator[list[Pair]]:
    batch: list[Pair] = []
    held = 0
    position = file.tell()
    while head := file.read(4):
        if head == _ESCAPE:
            if position >= end:
                break
            _check_mark(file, header, path)
            head = _exactly(file, 4)
        size, key_size = struct.unpack(">ii", head + _exactly(file, 4))
        if not 0 <= key_size <= size:
            raise OSError(f"{path} is damaged: a pair of {size} bytes with a key of {key_size}, before {file.tell()}")
        data = _exactly(file, size)
        packed = data[key_size:]
        batch.append((data[:key_size], packed if header.codec is None else _unpack(header.codec, packed, path)))
        held += size
        if held > BLOCK_BYTES:
            yield batch
            batch, held = [], 0
        position = file.tell()
    yield batch


def _blocks(file: BinaryIO, header: Header, path: str, end: int) -> Iterator[list[Pair]]:
    while True:
        position = file.tell()
        head = file.read(4)
        if not head or position >= end:
            return
        if head != _ESCAPE:
            raise OSError(f"{path} is damaged: no mark before the block at {position}")
        _check_mark(file, header, path)
        count = _varint(file)
        assert header.codec is not None
        parts = [_unpack(header.codec, _exactly(file, _varint(file)), path) for _ in range(4)]
        keys, values = _cut(parts[0], parts[1], count), _cut(parts[2], parts[3], count)
        yield list(zip(keys, values, strict=True))


def _cut(sizes: bytes, data: bytes, count: int) -> Iterator[bytes]:
    at = start = 0
    for _ in range(count):
        size, at = read_varint(sizes, at)
        yield data[start : start + size]
        start += size


def _seek_mark(file: BinaryIO, mark: bytes, start: int) -> None:
    """Go to the escape before the first mark that stands at or after ``start``, else to the end."""
    sought = _ESCAPE + mark
    file.seek(start)
    window, base = b"", start
    while more := file.read(1 << 16):
        window += more
        found = window.find(sought)
        if found >= 0:
            file.seek(base + found)
            return
        keep = window[-len(sought) + 1 :]
        base += len(window) - len(keep)
        window = keep


def _check_mark(file: BinaryIO, header: Header, path: str) -> None:
    if _exactly(file, 16) != header.mark:
        raise OSError(f"{path} is damaged: the mark before {file.tell()} is not the file's own")


def _unpack(codec: Codec, data: bytes, path: str) -> bytes:
    return b"".join(unpacked(codec, io.BytesIO(data), path))


def _varint(file: BinaryIO) -> int:
    first = _exactly(file, 1)
    return read_varint(first + _exactly(file, varint_size(first[0])[0]), 0)[0]


def _text(file: BinaryIO) -> str:
    return _exactly(file, _varint(file)).decode("utf-8")


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError(f"{size - len(data)} bytes of a pair are missing")
    return data


# --- writing ------------------------------------------------------------------------------------------------------


class SequenceWriter:
    """Writes pairs, given as bytes; packed in blocks with a codec."""

    def __init__(self, file: Any, key_class: str, value_class: str, codec: str | None = None) -> None:
        self._file = file
        self._codec = codec
        self._mark = os.urandom(16)
        self._held: list[Pair] = []
        self._held_bytes = 0
        names = [key_class, value_class]
        header = b"SEQ\x06" + b"".join(map(_as_text, names))
        header += b"\x01\x01" + _as_text(codec) if codec is not None else b"\x00\x00"
        header += bytes(4) + self._mark
        file.write(header)
        self._since_mark = len(header)

    def write(self, pairs: list[Pair]) -> None:
        if self._codec is None:
            self._file.write(b"".join(map(self._record, pairs)))
            return
        for pair in pairs:
            self._held.append(pair)
            self._held_bytes += len(pair[0]) + len(pair[1])
            if self._held_bytes >= BLOCK_BYTES:
                self._write_block()

    def close(self) -> None:
        """Write what is left; the file below stays open."""
        if self._held:
            self._write_block()

    def _record(self, pair: Pair) -> bytes:
        key, item = pair
        record = struct.pack(">ii", len(key) + len(item), len(key)) + key + item
        if self._since_mark >= MARK_EVERY_BYTES:
            record = _ESCAPE + self._mark + record
            self._since_mark = 0
        self._since_mark += len(record)
        return record

    def _write_block(self) -> None:
        keys, values = zip(*self._held, strict=True)
        block = [_ESCAPE, self._mark, write_varint(len(keys))]
        for side in (keys, values):
            for part in (b"".join(write_varint(len(item)) for item in side), b"".join(side)):
                packed = self._packed(part)
                block += [write_varint(len(packed)), packed]
        self._file.write(b"".join(block))
        self._held, self._held_bytes = [], 0

    def _packed(self, data: bytes) -> bytes:
        target = io.BytesIO()
        packer = packing(self._codec, target)
        assert packer is not None
        packer.write(data)
        packer.close()
        return target.getvalue()


def _as_text(name: str) -> bytes:
    data = name.encode("utf-8")
    return write_varint(len(data)) + data
