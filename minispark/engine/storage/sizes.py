"""How much memory objects hold, judged by samples: deterministic, so that a recomputation spills where it did."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice
from types import NoneType
from typing import Any

_FREE = {bool, NoneType, type, type(len), type(Ellipsis)}
_MEMBERS_MAX = 8
_DEPTH_MAX = 6


def deep_size(obj: Any, depth: int = 0) -> float:
    """Bytes of ``obj`` and what it refers to, large containers judged by a few members. Shared objects count fully."""
    kind = type(obj)
    if kind is int:
        return 0.0 if -5 <= obj <= 256 else float(sys.getsizeof(obj))
    if kind in _FREE:
        return 0.0
    try:
        size = float(sys.getsizeof(obj))
    except Exception:  # a user's __sizeof__
        size = 64.0
    if kind is str or kind is float or kind is bytes or depth == _DEPTH_MAX:
        return size
    if isinstance(obj, dict):
        return size + _members(obj, len(obj), depth) + _members(obj.values(), len(obj), depth)
    if isinstance(obj, (tuple, list, set, frozenset)):
        return size + _members(obj, len(obj), depth)
    attributes = getattr(obj, "__dict__", None)
    if type(attributes) is dict:
        size += sys.getsizeof(attributes) + _members(attributes.values(), len(attributes), depth)
    return size


def _members(members: Iterable[Any], count: int, depth: int) -> float:
    if count <= _MEMBERS_MAX:
        return sum(deep_size(member, depth + 1) for member in members)
    if isinstance(members, (list, tuple)):
        sample: Iterable[Any] = members[:: count // _MEMBERS_MAX]
    else:
        sample = islice(members, _MEMBERS_MAX)
    sizes = [deep_size(member, depth + 1) for member in sample]
    return sum(sizes) / len(sizes) * count


class RecordSize:
    """Bytes of a typical record, following a stream: the mean of the samples, the latest ones weighing a half."""

    __slots__ = ("bytes",)

    def __init__(self) -> None:
        self.bytes = 0.0

    def update(self, sample: Iterable[Any]) -> float:
        """Look at some records; returns the new value."""
        sizes = [deep_size(record) for record in sample]
        if sizes:
            mean = sum(sizes) / len(sizes)
            self.bytes = mean if self.bytes == 0.0 else (self.bytes + mean) / 2
        return self.bytes
