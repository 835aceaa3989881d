"""Messages on a stream socket: a header of 12 bytes (magic, length), then the payload.

A message of several pieces is as many frames, all but the last of which say that another follows; each large piece is
sent from where it lies and received in memory of its own.

The sockets are local and carry no one else's bytes, so the magic and the bound only have to catch a stray write to a
worker's descriptor before it is taken for a length.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from minispark.engine.core.errors import EnvironmentFault
from minispark.engine.core.parts import PIECE_BYTES_MAX, Buffer, Parts, Payload, pieces_of

if TYPE_CHECKING:
    from socket import socket

HEADER = struct.Struct("<IQ")
MAGIC = 0x6D73_6B01
MAGIC_MORE = 0x6D73_6B02
"""Of a frame that is not the last of its message."""
FRAME_BYTES_MAX = PIECE_BYTES_MAX
READ_BYTES = 1 << 16
"""One read. Just under malloc's threshold for mapping pages, which would cost more than the read itself."""


class FrameError(EnvironmentFault):
    """Bytes that are not a frame arrived, or a message is too large to be one."""


class DriverGone(BaseException):
    """The other end of a worker's socket is closed. Not an Exception: no handler of the program's may outlive it."""


def header(piece: Buffer, more: bool = False) -> bytes:
    """The frame header for this piece of a message. Raises FrameError above 4 GiB."""
    if len(piece) > FRAME_BYTES_MAX:
        raise FrameError(f"a message of {len(piece)} bytes exceeds the bound of {FRAME_BYTES_MAX}")
    return HEADER.pack(MAGIC_MORE if more else MAGIC, len(piece))


def frames_of(message: Payload) -> Iterator[Buffer]:
    """What is to be written for a message, in order; nothing is copied beyond small pieces, which join their headers.

    Raises FrameError before the first of it if a piece is too large.
    """
    pieces = pieces_of(message)
    last = len(pieces) - 1
    headers = [header(piece, more=index < last) for index, piece in enumerate(pieces)]
    for start, piece in zip(headers, pieces, strict=True):
        if len(piece) <= READ_BYTES:
            yield start + bytes(piece)
        else:
            yield start
            yield piece


class FrameReader:
    """Turns reads of one socket into whole messages; a message larger than one read is received in place."""

    __slots__ = ("_filled", "_large", "_more", "_pieces", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._large: bytearray | None = None
        self._filled = 0
        self._more = False
        self._pieces: list[Buffer] = []

    def read(self, sock: socket, messages: list[Payload]) -> int:
        """One read: appends the messages it completes and returns its size, 0 at the end of the stream.

        Raises what ``recv`` raises (BlockingIOError if nothing is there) and FrameError.
        """
        if self._large is not None:
            return self._read_large(sock, self._large, messages)
        data = sock.recv(READ_BYTES)
        size = len(data)
        if self._rest:
            data = self._rest + data
        start, end = 0, len(data)
        while end - start >= HEADER.size:
            magic, length = HEADER.unpack_from(data, start)
            more = magic == MAGIC_MORE
            if (magic != MAGIC and not more) or length > FRAME_BYTES_MAX:
                raise FrameError(f"not a frame: {data[start : start + HEADER.size].hex()}")
            begin = start + HEADER.size
            if begin + length > end:
                if length > READ_BYTES:
                    self._large = bytearray(length)
                    self._more = more
                    self._filled = end - begin
                    self._large[: self._filled] = data[begin:]
                    start = end
                break
            start = begin + length
            self._take(data[begin:start], more, messages)
        self._rest = data[start:]
        return size

    def _read_large(self, sock: socket, large: bytearray, messages: list[Payload]) -> int:
        with memoryview(large) as whole, whole[self._filled :] as missing:
            size = sock.recv_into(missing)
        self._filled += size
        if self._filled == len(large):
            self._large = None
            self._take(large, self._more, messages)
        return size

    def _take(self, piece: Buffer, more: bool, messages: list[Payload]) -> None:
        """One whole frame."""
        if more:
            self._pieces.append(piece)
        elif self._pieces:
            messages.append(Parts((*self._pieces, piece)))
            self._pieces = []
        else:
            messages.append(piece)


class FrameWriter:
    """Queues messages for a non-blocking socket; nothing is copied beyond small messages' headers."""

    __slots__ = ("_largest", "_parts", "queued_bytes")

    def __init__(self) -> None:
        self._parts: deque[memoryview] = deque()
        self._largest = 0
        self.queued_bytes = 0

    @property
    def excess_bytes(self) -> int:
        """What is queued beside the largest message: that one may be as large as it is."""
        return self.queued_bytes - self._largest

    def put(self, message: Payload) -> None:
        if not self._parts:
            self._largest = 0
        self._largest = max(self._largest, len(message))
        for frame in frames_of(message):
            self._parts.append(memoryview(frame))
            self.queued_bytes += len(frame)

    def flush(self, sock: socket) -> bool:
        """Write what the socket takes now; True once nothing is queued. Raises OSError if the reader is gone."""
        parts = self._parts
        while parts:
            try:
                size = sock.send(parts[0])
            except BlockingIOError:
                return False
            self.queued_bytes -= size
            self._largest = min(self._largest, self.queued_bytes)
            if size == len(parts[0]):
                parts.popleft()
            else:
                parts[0] = parts[0][size:]
        return True


class Channel:
    """A worker's end: blocking, in order."""

    __slots__ = ("_messages", "_reader", "_sock")

    def __init__(self, sock: socket) -> None:
        self._sock = sock
        self._reader = FrameReader()
        self._messages: deque[Payload] = deque()

    def receive(self) -> Payload:
        """The next message. Raises DriverGone, FrameError."""
        while not self._messages:
            arrived: list[Payload] = []
            try:
                if not self._reader.read(self._sock, arrived):
                    raise DriverGone
            except ConnectionError:
                raise DriverGone from None
            self._messages.extend(arrived)
        return self._messages.popleft()

    def send(self, message: Payload) -> None:
        """Send one message, waiting for room. Raises DriverGone, FrameError if it is too large."""
        try:
            for frame in frames_of(message):
                self._sock.sendall(frame)
        except ConnectionError:
            raise DriverGone from None
