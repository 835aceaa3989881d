"""Lines of a byte range of a file, as Hadoop's ``LineRecordReader`` splits them.

A split owns the lines that *begin* in it, but for the first: a split that does not start the file skips to the first
line end, and reads on past its own end until the line it is in is complete. So every line belongs to exactly one split.
Line ends are ``\\n``, ``\\r\\n`` and ``\\r``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from minispark.engine.core.errors import InputChangedError
from minispark.engine.formats.compression import Codec, codec_of, unpacked
from minispark.engine.formats.filesystems import filesystem_of
from minispark.engine.plan.nodes import TextSplit

READ_BYTES = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


Reject = Callable[[bytes, int, UnicodeDecodeError], None]
"""Told of a line that is not UTF-8, how many of the split's lines come before it, and what is wrong."""


def read_lines(split: TextSplit, use_unicode: bool, reject: Reject | None = None) -> Iterator[list[str] | list[bytes]]:
    """Batches of the split's lines, without the byte order mark that a file may begin with. Lines that are not UTF-8
    are left out where there is a ``reject``.

    Raises InputChangedError if the file is not the one that was planned, UnicodeDecodeError (with file and offset) for
    bytes that are not UTF-8, EOFError or OSError for a damaged compressed file, FileNotFoundError.
    """
    if use_unicode and reject is not None:
        yield from _good_lines(split, reject)
        return
    for offset, block in read_blocks(split):
        yield _decode(block, split.path, offset) if use_unicode else block.splitlines()


def _good_lines(split: TextSplit, reject: Reject) -> Iterator[list[str]]:
    before = 0
    for offset, block in read_blocks(split):
        try:
            lines = _decode(block, split.path, offset)
            before += len(lines)
        except UnicodeDecodeError:
            lines = []
            for line in block.splitlines(keepends=True):
                bare = line.rstrip(b"\r\n")
                try:
                    lines.append(bare.decode("utf-8"))
                except UnicodeDecodeError as error:
                    reject(bare, before, not_utf8(error, split.path, offset))
                offset += len(line)
                before += 1
        yield lines


def read_blocks(split: TextSplit) -> Iterator[tuple[int, bytes]]:
    """The split's whole lines in blocks, each with its offset in the (unpacked) file. Raises as ``read_lines``, but
    for what is not UTF-8."""
    codec = codec_of(split.path)
    with open_planned(split) as file:
        for offset, block in _whole_lines(file, split) if codec is None else _unpacked_lines(codec, file, split.path):
            if offset == 0 and block.startswith(BYTE_ORDER_MARK):
                block = block[len(BYTE_ORDER_MARK) :]
                offset = len(BYTE_ORDER_MARK)
            yield offset, block


def open_planned(split: TextSplit) -> BinaryIO:
    """The split's file, if it is the one that was planned. Raises InputChangedError, FileNotFoundError."""
    files = filesystem_of(split.path)
    file = files.open_read(split.path)
    status = files.status(split.path)
    if (status.size, status.modified_ns) != (split.size, split.modified_ns):
        file.close()
        raise InputChangedError(
            f"{split.path} changed while it was being read (size {split.size} when the job was planned, "
            f"{status.size} now); run the job again, or write to a new file"
        )
    return file


def _unpacked_lines(codec: Codec, file: BinaryIO, path: str) -> Iterator[tuple[int, bytes]]:
    """All lines of a compressed file, in blocks that end with a line end."""
    offset = 0
    rest = b""
    for data in unpacked(codec, file, path):
        rest += data
        cut = _cut(rest)
        if cut:
            yield offset, rest[:cut]
            offset += cut
            rest = rest[cut:]
    if rest:
        yield offset, rest


def _whole_lines(file: BinaryIO, split: TextSplit) -> Iterator[tuple[int, bytes]]:
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
                yield position - len(rest), rest
            return
        position += len(data)
        rest += data
        if position > split.end:
            break
        cut = _cut(rest)
        if cut:
            yield position - len(rest), rest[:cut]
            rest = rest[cut:]
    last = split.end - (position - len(rest))
    if last >= 0:
        first = position - len(rest)
        for block in _last_lines(file, rest, last):
            yield first, block


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
        raise not_utf8(error, path, offset) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def not_utf8(error: UnicodeDecodeError, path: str, offset: int) -> UnicodeDecodeError:
    """The same error with no more than the line at fault, naming file and offset; the text began at ``offset``."""
    begin = error.object.rfind(b"\n", 0, error.start) + 1
    line = error.object[max(begin, error.start - 80) :][:160]
    at = error.start - max(begin, error.start - 80)
    return UnicodeDecodeError(
        "utf-8",
        line,
        at,
        min(at + error.end - error.start, len(line)),
        f"{error.reason}: {path}, byte {offset + error.start}: not UTF-8; "
        "with use_unicode=False bytes are read as they are",
    )
