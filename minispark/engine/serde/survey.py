"""May marshal write these objects, and about how many bytes would it take? Answered by C-level passes over columns.

marshal is several times faster than pickle, but silently turns every object with the buffer protocol (bytearray, numpy
arrays and scalars) into bytes and writes a shared object once for each reference. So a batch qualifies only if every
object at every depth is of an exact builtin type that survives, and its shared objects do not blow it up.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from types import NoneType
from typing import Any

DEPTH_MAX = 16
"""Nesting looked into; deeper (or cyclic) batches are pickled."""

ELEMENTS_MAX = 1 << 22
"""Objects inside containers looked at; with more, a batch is pickled (32 MB of references at most are held here)."""

_ATOMS: dict[type, int] = {int: 5, float: 9, bool: 1, NoneType: 1, complex: 17}
_SIZED = {str, bytes}
_CONTAINERS = {tuple, list, dict, set, frozenset}
_SETS = {set, frozenset}
_SAFE = _ATOMS.keys() | _SIZED | _CONTAINERS
_LARGE_RECORD_BYTES = 512
_LARGE_BYTES = 64
_SHARING_FACTOR = 3


class Survey:
    """What is known of a batch after ``add`` looked at its columns. ``bytes`` estimates marshal's output.

    ``has_floats`` tells whether a float (or complex) was met: the only marshal-safe atoms that may be NaN.
    ``foreign`` holds the types that disqualified it; it may be empty although ``add`` said no (too deep, too many).
    """

    __slots__ = ("bytes", "elements", "foreign", "has_floats", "has_sets")

    def __init__(self) -> None:
        self.bytes = 0
        self.elements = 0
        self.has_sets = False
        self.has_floats = False
        self.foreign: set[type] = set()

    def add(self, column: list[Any], depth: int = 0) -> bool:
        """Look at a list's items and, through their containers, at everything below. False: not for marshal."""
        kinds = set(map(type, column))
        count = len(column)
        if len(kinds) == 1:
            (kind,) = kinds
            if kind in _SIZED:
                self.bytes += 5 * count + sum(map(len, column))
                return True
            if kind in _ATOMS:
                self.bytes += count * (_integer_bytes(column) if kind is int else _ATOMS[kind])
                self.has_floats |= kind is float or kind is complex
                return True
            if kind in _CONTAINERS:
                return self._enter(kind, column, depth + 1)
        if not kinds <= _SAFE:
            self.foreign = kinds - _SAFE
            return False
        return all(self._add_kind(kind, [x for x in column if type(x) is kind], depth) for kind in kinds)

    def _add_kind(self, kind: type, column: list[Any], depth: int) -> bool:
        return self._enter(kind, column, depth + 1) if kind in _CONTAINERS else self.add(column, depth)

    def _enter(self, kind: type, members: list[Any], depth: int) -> bool:
        self.bytes += 5 * len(members)
        self.elements += sum(map(len, members))
        if depth > DEPTH_MAX or self.elements > ELEMENTS_MAX:
            return False
        if kind is tuple:
            widths = set(map(len, members))
            if len(widths) == 1 and (width := widths.pop()) <= 8:
                return all(self.add(list(map(itemgetter(i), members)), depth) for i in range(width))
        elif kind is dict:
            if not self.add(list(chain.from_iterable(map(dict.values, members))), depth):
                return False
        elif kind in _SETS:
            self.has_sets = True
        return self.add(list(chain.from_iterable(members)), depth)

    def blows_up(self, columns: tuple[list[Any], ...]) -> bool:
        """Whether objects shared between records would make marshal's output several times what is there."""
        if self.bytes <= _LARGE_RECORD_BYTES * max(map(len, columns), default=0):
            return False
        return self.bytes > _SHARING_FACTOR * sum(_distinct_bytes(column, 0) for column in columns)


def _integer_bytes(column: list[int]) -> int:
    """Bytes of one int of the column, judged by its ends and a few between."""
    bits = max(map(int.bit_length, column[:: len(column) // 8 + 1] + column[-1:]))
    return 5 if bits <= 31 else 5 + bits // 7


def _distinct_bytes(column: list[Any], depth: int) -> int:
    """As ``Survey.bytes``, but a large object counts once and a further reference 5 bytes."""
    total = 0
    kinds = set(map(type, column))
    for kind in kinds:
        members: list[Any] = column if len(kinds) == 1 else [x for x in column if type(x) is kind]
        if kind in _SIZED:
            size = sum(map(len, members))
            if size > _LARGE_BYTES * len(members):
                size = sum(map(len, _distinct(members)))
            total += 5 * len(members) + size
        elif kind in _CONTAINERS:
            distinct = _distinct(members)
            total += 5 * len(members)
            if depth < DEPTH_MAX:
                total += _distinct_bytes(list(chain.from_iterable(distinct)), depth + 1)
                if kind is dict:
                    total += _distinct_bytes(list(chain.from_iterable(map(dict.values, distinct))), depth + 1)
        else:
            total += len(members) * (_integer_bytes(members) if kind is int else _ATOMS[kind])
    return total


def _distinct(members: list[Any]) -> list[Any]:
    return list(dict(zip(map(id, members), members, strict=True)).values())
