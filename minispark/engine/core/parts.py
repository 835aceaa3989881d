"""Bytes that lie in several pieces: a message or payload whose large buffers are nobody's copy."""

from __future__ import annotations

from pickle import PickleBuffer
from typing import Any

Buffer = bytes | bytearray | memoryview

PIECE_BYTES_MAX = 1 << 32
"""Of one piece of a message."""


class Parts:
    """What its pieces would be if they were joined. ``len`` is that of all of them; each is one-dimensional bytes.

    The pieces may be the memory of somebody's arrays: to be used up before anyone can change those. Pickled with a
    ``buffer_callback``, each piece is a buffer of its own.

    >>> parts = Parts((b"head", memoryview(b"body")))
    >>> len(parts), parts.joined()
    (8, b'headbody')
    """

    __slots__ = ("_length", "pieces")

    def __init__(self, pieces: tuple[Buffer, ...]) -> None:
        self.pieces = pieces
        self._length = sum(map(len, pieces))

    def __len__(self) -> int:
        return self._length

    def joined(self) -> bytes:
        """One copy of all."""
        return b"".join(self.pieces)

    def taken(self) -> tuple[Buffer, ...]:
        """The pieces, which this object holds no longer."""
        pieces, self.pieces = self.pieces, ()
        return pieces

    def __reduce__(self) -> tuple[Any, ...]:
        return Parts, (tuple(map(PickleBuffer, self.pieces)),)


Payload = bytes | bytearray | memoryview | Parts


def pieces_of(payload: Payload) -> tuple[Buffer, ...]:
    """The pieces of what may be one piece."""
    return payload.pieces if isinstance(payload, Parts) else (payload,)


def joined(payload: Payload) -> bytes:
    """A payload in one piece, which is nobody else's."""
    return payload.joined() if isinstance(payload, Parts) else bytes(payload)


class Several:
    """The results of several partitions, in a row; those of one are as they would be alone. ``len`` is the bytes of
    all."""

    __slots__ = ("_length", "results")

    def __init__(self, results: tuple[Any, ...]) -> None:
        self.results = results
        self._length = sum(map(len, results))

    def __len__(self) -> int:
        return self._length

    def __reduce__(self) -> tuple[Any, ...]:
        return Several, (self.results,)


class Batches:
    """Payloads of consecutive records, which together are one list. ``len`` is the bytes of all."""

    __slots__ = ("_length", "payloads")

    def __init__(self, payloads: tuple[Payload, ...]) -> None:
        self.payloads = payloads
        self._length = sum(map(len, payloads))

    def __len__(self) -> int:
        return self._length

    def __reduce__(self) -> tuple[Any, ...]:
        return Batches, (self.payloads,)
