"""One value in a block file, written in a stream and read with its large buffers mapped: shared by all who read it.

The file's chunks are a payload of the codec's for the one record, laid out to be written without a copy: the body in
slot 0 as it is pickled, the large buffers in slot 1, each in one stretch, and in the last slot the tag and where the
buffers are. Every chunk is verified before it is used; a buffer is verified in the mapping, once a reader.
"""

from __future__ import annotations

import io
import marshal
import pickle
from collections.abc import Callable, Iterator
from typing import Any

from minispark.engine.core.errors import BroadcastChangedError, MinisparkError, ResultNotSerializableError
from minispark.engine.core.parts import Buffer, Parts, joined
from minispark.engine.serde.codec import decode, encode_small, is_pickled, payload_of, pickled_tag
from minispark.engine.serde.culprit import describe_record
from minispark.engine.serde.outofband import setting_aside
from minispark.engine.serde.pickling import names_local_module, pickler_to
from minispark.engine.storage.blockfile import META_SLOT, BlockFileReader, BlockFileWriter

_BODY, _BUFFERS, _PADDING = range(3)
_PIECE_BYTES = 1 << 20
_STRETCH_BYTES = 16 << 20
"""What is digested at once of something large; the writing needs no memory for it."""
_ALIGNMENT = 64
_NAME_BYTES = 256
"""A module's name may lie across two writes."""

CHANGED = b"changed"
"""The report of a file that stands for a value which is no longer there."""

Spans = tuple[tuple[int, int], ...]


def write_value(open_writer: Callable[[], BlockFileWriter], value: Any) -> BlockFileWriter:
    """A writer that holds the value and waits to be committed. Nothing of the value is held twice: what is pickled goes
    to the file as it comes, and buffers from where they lie.

    Raises ResultNotSerializableError naming the path to what cannot be pickled, and what the writer raises.
    """
    small = encode_small([value])
    writer = open_writer()
    try:
        if small is not None:
            writer.append(_BODY, small[1:], 1)
            _append_meta(writer, small[0], ())
            return writer
        try:
            _append_pickled(writer, value, by_value=False)
            return writer
        except _NeedsValue:
            writer.abort()
        writer = open_writer()
        _append_pickled(writer, value, by_value=True)
        return writer
    except BaseException:
        writer.abort()
        raise


def read_value(reader: BlockFileReader) -> Any:
    """The value. Its large buffers are the file's own memory, which nobody can write to, mapped for as long as an
    object made of them lives. Raises BlockError, BroadcastChangedError, and what unpickling raises."""
    if reader.report == CHANGED:
        raise BroadcastChangedError(
            "the stored copy of a broadcast was lost, and its value in the driver is not what it was when stored: "
            "it has been changed since, or is pickled in another way each time; broadcast it again, and leave it alone"
        )
    tag, spans = _meta(reader)
    if not is_pickled(tag):
        return decode(bytes((tag,)) + b"".join(_pieces(reader, _BODY)))[0]
    body = io.BufferedReader(_Stream(_pieces(reader, _BODY)), _PIECE_BYTES)
    return pickle.Unpickler(body, buffers=_mapped(reader, spans)).load()[0][0]


def value_payload(reader: BlockFileReader) -> bytes:
    """The value's payload for ``codec.decode``, in one piece. Raises BlockError."""
    tag, spans = _meta(reader)
    body = b"".join(_pieces(reader, _BODY))
    return joined(payload_of(tag, body, tuple(_read(reader, spans))))


# --- writing ------------------------------------------------------------------------------------------------------


class _NeedsValue(Exception):
    """The pickle names a module that does not exist in another process."""


class _Body(io.RawIOBase):
    """A file that a pickler writes to: gathers what is small, and passes on what is large."""

    def __init__(self, writer: BlockFileWriter, by_value: bool) -> None:
        self._writer = writer
        self._by_value = by_value
        self._pending: list[Buffer] = []
        self._pending_bytes = 0
        self._tail = b""

    def write(self, data: Any) -> int:
        if not self._by_value:
            if names_local_module(self._tail + bytes(memoryview(data)[:_NAME_BYTES])) or names_local_module(data):
                raise _NeedsValue
            self._tail = bytes(memoryview(data)[-_NAME_BYTES:])
        if len(data) >= _PIECE_BYTES:
            self.flush()
            _append_stretches(self._writer, _BODY, memoryview(data).cast("B"))
        else:
            self._pending.append(bytes(data))
            self._pending_bytes += len(data)
            if self._pending_bytes >= _PIECE_BYTES:
                self.flush()
        return len(data)

    def flush(self) -> None:
        if self._pending:
            self._writer.append(_BODY, b"".join(self._pending), 1)
            self._pending = []
            self._pending_bytes = 0


def _append_pickled(writer: BlockFileWriter, value: Any, by_value: bool) -> None:
    buffers: list[Buffer] = []
    body = _Body(writer, by_value)
    try:
        pickler_to(body, setting_aside(buffers), by_value).dump(([value],))
    except (MemoryError, MinisparkError, OSError, _NeedsValue):
        raise
    except Exception as error:
        if not by_value:  # there may be a way; if not, its error is the better one
            raise _NeedsValue from None
        raise ResultNotSerializableError(describe_record([value], error)) from error
    body.flush()
    spans = []
    for buffer in buffers:
        if padding := -writer.size % _ALIGNMENT:
            writer.append(_PADDING, bytes(padding), 0)
        spans.append((writer.size, len(buffer)))
        _append_stretches(writer, _BUFFERS, memoryview(buffer))
    _append_meta(writer, pickled_tag(by_value, bool(buffers)), tuple(spans))


def _append_stretches(writer: BlockFileWriter, slot: int, data: memoryview) -> None:
    for start in range(0, len(data), _STRETCH_BYTES):
        writer.append(slot, Parts((data[start : start + _STRETCH_BYTES],)), 0)


def _append_meta(writer: BlockFileWriter, tag: int, spans: Spans) -> None:
    writer.append(META_SLOT, marshal.dumps((tag, spans), 2), 0)


# --- reading ------------------------------------------------------------------------------------------------------


def _meta(reader: BlockFileReader) -> tuple[int, Spans]:
    (chunk,) = reader.chunks(META_SLOT)
    tag, spans = marshal.loads(reader.read(chunk))
    return tag, spans


def _pieces(reader: BlockFileReader, slot: int) -> Iterator[bytes]:
    return (reader.read(chunk) for chunk in reader.chunks(slot))


class _Stream(io.RawIOBase):
    """Verified pieces as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        part, self._rest = self._rest[: len(target)], self._rest[len(target) :]
        target[: len(part)] = part
        return len(part)


def _mapped(reader: BlockFileReader, spans: Spans) -> list[memoryview]:
    """The buffers where they are in the file; where it cannot be mapped (no descriptor left for it, a file system that
    does not know how), in memory of this process."""
    if not spans:
        return []
    try:
        whole = memoryview(reader.mapped())
    except OSError:
        return _read(reader, spans)
    for chunk in reader.chunks(_BUFFERS):
        reader.verify(chunk, whole)
    return [whole[start : start + length] for start, length in spans]


def _read(reader: BlockFileReader, spans: Spans) -> list[memoryview]:
    pieces = _pieces(reader, _BUFFERS)
    found = []
    for _, length in spans:
        buffer, filled = bytearray(length), 0
        while filled < length:
            data = next(pieces)
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        found.append(memoryview(buffer).toreadonly())
    return found
