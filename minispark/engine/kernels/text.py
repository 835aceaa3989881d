"""Lines of a byte range of a file, as Hadoop's ``LineRecordReader`` splits them.

A split owns the lines that *begin* in it, but for the first: a split that does not start the file skips to the first
line end, and reads on past its own end until the line it is in is complete. So every line belongs to exactly one split.
Line ends are ``\\n``, ``\\r\\n`` and ``\\r``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from minispark.engine.core.errors import InputChangedError
from minispark.engine.plan.nodes import TextSplit

READ_BYTES = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(split: TextSplit, use_unicode: bool) -> Iterator[list[str] | list[bytes]]:
    """Batches of the split's lines, without the byte order mark that a file may begin with.

    Raises InputChangedError if the file is not the one that was planned, UnicodeDecodeError (with file and offset) for
    bytes that are not UTF-8, FileNotFoundError.
    """
    with open(split.path, "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (split.size, split.modified_ns):
            raise InputChangedError(
                f"{split.path} changed while it was being read (size {split.size} when the job was planned, "
                f"{status.st_size} now); run the job again, or write to a new file"
            )
        offset = split.start
        for block in _unpacked_lines(file, split.path) if is_compressed(split.path) else _whole_lines(file, split):
            if offset == 0 and block.startswith(BYTE_ORDER_MARK):
                block = block[len(BYTE_ORDER_MARK) :]
                offset = len(BYTE_ORDER_MARK)
            yield _decode(block, split.path, offset) if use_unicode else block.splitlines()
            offset += len(block)


def is_compressed(path: str) -> bool:
    """Whether a file is read through a decompressor, by its name as Hadoop has it; such a file is one split."""
    return path.endswith((".gz", ".bz2"))


def _unpacked_lines(file: BinaryIO, path: str) -> Iterator[bytes]:
    """All lines of a gzip or bzip2 file, in blocks that end with a line end. Several members follow each other."""
    unpacked: Any
    if path.endswith(".gz"):
        import gzip  # imported here: few read compressed text, and all would pay

        unpacked = gzip.GzipFile(fileobj=file)
    else:
        import bz2

        unpacked = bz2.BZ2File(file)
    rest = b""
    with unpacked:
        while data := unpacked.read(READ_BYTES):
            rest += data
            cut = _cut(rest)
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
    if rest:
        yield rest


def _whole_lines(file: BinaryIO, split: TextSplit) -> Iterator[bytes]:
    """The split's bytes in blocks that end with a line end (the file's last line may lack it)."""
    position = split.start
    rest = b""
    if position > 0:  # the line under way at ``start`` belongs to the split before, also one that begins right here
        file.seek(position)
        position, rest = _skip_line(file, position)
    while position <= split.end:
        data = file.read(min(READ_BYTES, split.end - position + 1))
        if not data:
            if rest:
                yield rest
            return
        position += len(data)
        rest += data
        if position > split.end:
            break
        cut = _cut(rest)
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    last = split.end - (position - len(rest))
    if last >= 0:
        yield from _last_lines(file, rest, last)


def _last_lines(file: BinaryIO, data: bytes, end: int) -> Iterator[bytes]:
    """``data`` to the end of the line that holds byte ``end``: a line that begins right after the split is its last."""
    while True:
        cut = _line_end(data, end)
        if cut is not None:
            yield data[:cut]
            return
        more = file.read(READ_BYTES)
        if not more:
            if data:
                yield data
            return
        data += more


def _line_end(data: bytes, start: int) -> int | None:
    """Offset just after the first line end at or after ``start``, or None if more bytes are needed to tell."""
    newline = data.find(b"\n", start)
    carriage = data.find(b"\r", start, newline if newline >= 0 else len(data))
    if carriage < 0:
        return newline + 1 if newline >= 0 else None
    if carriage + 1 == len(data):
        return None  # a \n may follow
    return carriage + 2 if data[carriage + 1] == 0x0A else carriage + 1


def _cut(data: bytes) -> int:
    """How much of ``data`` is whole lines: just after its last line end (a final ``\\r`` may be half of one)."""
    newline = data.rfind(b"\n")
    carriage = data.rfind(b"\r", newline + 1, len(data) - 1)
    return max(newline, carriage) + 1


def _skip_line(file: BinaryIO, position: int) -> tuple[int, bytes]:
    """Read past the first line end; returns the file position reached and the bytes read beyond that line end."""
    data = b""
    while True:
        more = file.read(1 << 16)
        position += len(more)
        data += more
        cut = _line_end(data, 0) if more else len(data)
        if cut is not None:
            return position, data[cut:]


def _decode(block: bytes, path: str, offset: int) -> list[str]:
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError as error:
        line = block[block.rfind(b"\n", 0, error.start) + 1 :][:80]
        error.add_note(
            f"{path}, byte {offset + error.start}: not UTF-8 in the line that begins {line!r}; "
            "textFile(..., use_unicode=False) reads lines as bytes"
        )
        raise
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines
