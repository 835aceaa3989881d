"""What comes of the two sides of a key: records of a join, from the groups that a cogroup gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from minispark.engine.kernels.joins import EMITTERS, Groups
from minispark.skew.kinds import Kind, preserves_left, preserves_right
from minispark.skew.salting import Keys

_NOTHING: tuple[Any, ...] = ()
_JOINS = {"inner": "join", "left": "leftOuterJoin", "right": "rightOuterJoin", "full": "fullOuterJoin"}


class Meeting:
    """Groups by key to the records of a join of this kind: a function for ``mapPartitions``."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def __call__(self, groups: Groups) -> Iterator[Any]:
        if self.kind in _JOINS:
            return EMITTERS[_JOINS[self.kind]](groups)
        wanted = self.kind == "semi"
        found = (zip(repeat(key), left) for key, (left, right) in groups if left and bool(right) == wanted)
        return chain.from_iterable(found)


class SaltedMeeting:
    """As ``Meeting``, of groups by ``(key, salt)`` as two salted sides made them.

    A record that is copied is left alone if no salt has a record for it. Salt 0 decides that, as the marks there tell
    of all salts; at the others it then is as if the record were not there.
    """

    def __init__(self, kind: Kind, spread_left: Keys, spread_right: Keys) -> None:
        self.meeting = Meeting(kind)
        self.marked_left = spread_left if preserves_right(kind) else None
        self.marked_right = spread_right if preserves_left(kind) else None

    def __call__(self, groups: Groups) -> Iterator[Any]:
        if self.marked_left is None and self.marked_right is None:
            return self.meeting((key, sides) for (key, _), sides in groups)
        return self.meeting(self._decided(groups))

    def _decided(self, groups: Groups) -> Groups:
        has_left = self.marked_left.has if self.marked_left is not None else _no
        has_right = self.marked_right.has if self.marked_right is not None else _no
        for (key, salt), (left, right) in groups:
            if has_left(key):
                left, right = _with_partner(left, right, salt)
            elif has_right(key):
                right, left = _with_partner(right, left, salt)
            if left or right:
                yield key, (left, right)


def _no(key: Any) -> bool:
    return False


def _with_partner(spread: Any, copied: Any, salt: int) -> tuple[Any, Any]:
    """The values of the side that is spread, without marks, and of the other one if they stay."""
    if salt:
        return spread, copied if spread else _NOTHING
    if not spread:
        return _NOTHING, copied
    values = list(chain.from_iterable(spread)) if type(spread) is list else _Unmarked(spread)
    return values, copied if values else _NOTHING


class _Unmarked:
    """The values of a group on disk, without marks: to be read again and again. True if there is one."""

    def __init__(self, group: Iterable[tuple[Any, ...]]) -> None:
        self._group = group

    def __bool__(self) -> bool:
        return any(self._group)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._group)
