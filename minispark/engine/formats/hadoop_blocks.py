"""The framing that Hadoop puts around LZ4 and Snappy: blocks of chunks, each behind its length.

A block is the length of its content in four bytes, big endian, and then chunks, each behind its own packed length,
until the content is complete (Hadoop's ``BlockCompressorStream``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

CHUNK_BYTES = 128 << 10
"""Half of what Hadoop's reader has room for."""


def read_hadoop_blocks(file: BinaryIO, algorithm: str) -> Iterator[bytes]:
    """The content of all blocks. Raises EOFError, OSError."""
    import pyarrow  # only where a file needs it

    arrow: Any = pyarrow
    codec = arrow.Codec(algorithm)
    while head := _exactly(file, 4, may_end=True):
        left = int.from_bytes(head)
        while left > 0:
            packed = _exactly(file, int.from_bytes(_exactly(file, 4)))
            size = _snappy_size(packed) if algorithm == "snappy" else _lz4_size(packed, left)
            if not 0 < size <= left:
                raise OSError(f"a chunk of {size} bytes in a block that has {left} left")
            yield codec.decompress(packed, size, asbytes=True)
            left -= size


class HadoopBlockWriter:
    """Writes blocks of one chunk each."""

    def __init__(self, file: BinaryIO, algorithm: str) -> None:
        import pyarrow

        self._file = file
        arrow: Any = pyarrow
        self._codec = arrow.Codec(algorithm)
        self._rest = b""

    def write(self, data: bytes, /) -> None:
        data = self._rest + data
        whole = len(data) - len(data) % CHUNK_BYTES
        for start in range(0, whole, CHUNK_BYTES):
            self._block(data[start : start + CHUNK_BYTES])
        self._rest = data[whole:]

    def close(self) -> None:
        if self._rest:
            self._block(self._rest)
            self._rest = b""

    def _block(self, data: bytes) -> None:
        packed = self._codec.compress(data, asbytes=True)
        self._file.write(len(data).to_bytes(4) + len(packed).to_bytes(4) + packed)


def _exactly(file: BinaryIO, size: int, may_end: bool = False) -> bytes:
    data = b""
    while len(data) < size:
        more = file.read(size - len(data))
        if not more:
            if may_end and not data:
                return b""
            raise EOFError(f"{size - len(data)} bytes of a block are missing")
        data += more
    return data


def _snappy_size(packed: bytes) -> int:
    """The length of the content: a number in groups of seven bits before it."""
    size = 0
    for shift, byte in enumerate(packed[:5]):
        size |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            break
    return size


def _lz4_size(packed: bytes, limit: int) -> int:
    """The length of the content, counted without unpacking it; the count ends above ``limit``.

    Hadoop splits only what is written at once in more than a quarter of a megabyte; a block of LZ4 does not say how
    much is in it.
    """
    size = position = 0
    end = len(packed)
    try:
        while position < end and size <= limit:
            token = packed[position]
            literals, position = _lz4_number(packed, position + 1, token >> 4)
            size += literals
            position += literals + 2
            if position >= end:
                return size
            match, position = _lz4_number(packed, position, token & 15)
            size += match + 4
    except IndexError:
        raise OSError("a chunk of LZ4 ends in the middle of a sequence") from None
    return size


def _lz4_number(packed: bytes, position: int, first: int) -> tuple[int, int]:
    if first < 15:
        return first, position
    while packed[position] == 255:
        first += 255
        position += 1
    return first + packed[position], position + 1
