"""Pickles whose large buffers (numpy arrays, Arrow columns, parts of messages) stay where they are: protocol 5.

A buffer comes back as what is given for it: as a bytearray of its own the array that is made of it can be written to,
unless it could not before, and keeps no other's memory alive.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from typing import Any

from minispark.engine.core.parts import Buffer, Parts, Payload, pieces_of

BUFFER_BYTES_MIN = 64 << 10
"""Below it copying costs less than keeping a buffer apart."""


def setting_aside(buffers: list[Buffer], fixed_alone: bool = False) -> Callable[[pickle.PickleBuffer], bool]:
    """A ``buffer_callback`` that appends large buffers to ``buffers``, and leaves small ones in the pickle; with
    ``fixed_alone`` those that can be written to as well."""

    def callback(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if len(raw) < BUFFER_BYTES_MIN or (fixed_alone and not raw.readonly):
            return True
        buffers.append(raw)
        return False

    return callback


def dumps_parts(obj: Any) -> Payload:
    """The pickle of an object of ours, and its large buffers as further pieces, if it has any."""
    buffers: list[Buffer] = []
    data = pickle.dumps(obj, pickle.HIGHEST_PROTOCOL, buffer_callback=setting_aside(buffers))
    return Parts((data, *buffers)) if buffers else data


def loads_parts(payload: Payload) -> Any:
    """What ``dumps_parts`` was given; its buffers are the pieces themselves. The bytes must be trusted."""
    data, *buffers = pieces_of(payload)
    return pickle.loads(data, buffers=buffers)


def own_copies(buffers: Iterable[Buffer]) -> list[bytearray]:
    """For a pickle whose buffers lie in memory that is not to be kept."""
    return [bytearray(buffer) for buffer in buffers]
