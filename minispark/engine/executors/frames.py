"""Messages on a stream socket: a header of 12 bytes (magic, length), then the payload.

The sockets are local and carry no one else's bytes, so the magic and the bound only have to catch a stray write to a
worker's descriptor before it is taken for a length.
"""

from __future__ import annotations

import struct
from collections import deque
from typing import TYPE_CHECKING

from minispark.engine.core.errors import EnvironmentFault

if TYPE_CHECKING:
    from socket import socket

HEADER = struct.Struct("<IQ")
MAGIC = 0x6D73_6B01
FRAME_BYTES_MAX = 1 << 32
READ_BYTES = 1 << 16
"""One read. Just under malloc's threshold for mapping pages, which would cost more than the read itself."""


class FrameError(EnvironmentFault):
    """Bytes that are not a frame arrived, or a message is too large to be one."""


class DriverGone(BaseException):
    """The other end of a worker's socket is closed. Not an Exception: no handler of the program's may outlive it."""


def header(message: bytes) -> bytes:
    """The frame header for this message. Raises FrameError above 4 GiB."""
    if len(message) > FRAME_BYTES_MAX:
        raise FrameError(f"a message of {len(message)} bytes exceeds the bound of {FRAME_BYTES_MAX}")
    return HEADER.pack(MAGIC, len(message))


class FrameReader:
    """Turns reads of one socket into whole messages; a message larger than one read is received in place."""

    __slots__ = ("_filled", "_large", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._large: bytearray | None = None
        self._filled = 0

    def read(self, sock: socket, messages: list[bytes]) -> int:
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
            if magic != MAGIC or length > FRAME_BYTES_MAX:
                raise FrameError(f"not a frame: {data[start : start + HEADER.size].hex()}")
            begin = start + HEADER.size
            if begin + length > end:
                if length > READ_BYTES:
                    self._large = bytearray(length)
                    self._filled = end - begin
                    self._large[: self._filled] = data[begin:]
                    start = end
                break
            start = begin + length
            messages.append(data[begin:start])
        self._rest = data[start:]
        return size

    def _read_large(self, sock: socket, large: bytearray, messages: list[bytes]) -> int:
        with memoryview(large) as whole, whole[self._filled :] as missing:
            size = sock.recv_into(missing)
        self._filled += size
        if self._filled == len(large):
            self._large = None
            messages.append(bytes(large))
        return size


class FrameWriter:
    """Queues messages for a non-blocking socket; nothing is copied beyond small messages' headers."""

    __slots__ = ("_parts", "queued_bytes")

    def __init__(self) -> None:
        self._parts: deque[memoryview] = deque()
        self.queued_bytes = 0

    def put(self, message: bytes) -> None:
        start = header(message)
        if len(message) <= READ_BYTES:
            self._parts.append(memoryview(start + message))
        else:
            self._parts.append(memoryview(start))
            self._parts.append(memoryview(message))
        self.queued_bytes += len(start) + len(message)

    def flush(self, sock: socket) -> bool:
        """Write what the socket takes now; True once nothing is queued. Raises OSError if the reader is gone."""
        parts = self._parts
        while parts:
            try:
                size = sock.send(parts[0])
            except BlockingIOError:
                return False
            self.queued_bytes -= size
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
        self._messages: deque[bytes] = deque()

    def receive(self) -> bytes:
        """The next message. Raises DriverGone, FrameError."""
        while not self._messages:
            arrived: list[bytes] = []
            try:
                if not self._reader.read(self._sock, arrived):
                    raise DriverGone
            except ConnectionError:
                raise DriverGone from None
            self._messages.extend(arrived)
        return self._messages.popleft()

    def send(self, message: bytes) -> None:
        """Send one message, waiting for room. Raises DriverGone, FrameError if it is too large."""
        start = header(message)
        try:
            if len(message) <= READ_BYTES:
                self._sock.sendall(start + message)
            else:
                self._sock.sendall(start)
                self._sock.sendall(message)
        except ConnectionError:
            raise DriverGone from None
