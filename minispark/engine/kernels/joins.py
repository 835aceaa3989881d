"""Grouped sides to records: cogroup and the joins.

Values of a key come as a list, or as a disk-backed group that can be read again and again; only lists are multiplied by
``itertools.product`` (it copies its inputs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, product, repeat
from typing import Any

Groups = Iterator[tuple[Any, tuple[Any, ...]]]
_NONE = (None,)


def inner_join(groups: Groups) -> Iterator[Any]:
    return chain.from_iterable(_pairs(key, left, right) for key, (left, right) in groups if left and right)


def left_join(groups: Groups) -> Iterator[Any]:
    return chain.from_iterable(_pairs(key, left, right or _NONE) for key, (left, right) in groups if left)


def right_join(groups: Groups) -> Iterator[Any]:
    return chain.from_iterable(_pairs(key, left or _NONE, right) for key, (left, right) in groups if right)


def full_join(groups: Groups) -> Iterator[Any]:
    return chain.from_iterable(_pairs(key, left or _NONE, right or _NONE) for key, (left, right) in groups)


def single(groups: Groups) -> Iterator[Any]:
    """One side: ``(key, values)``."""
    return ((key, values[0]) for key, values in groups)


def cogroup(groups: Groups) -> Iterator[Any]:
    return groups


def _pairs(key: Any, left: Iterable[Any], right: Iterable[Any]) -> Iterable[Any]:
    if type(left) in _IN_MEMORY and type(right) in _IN_MEMORY:
        return zip(repeat(key), product(left, right))
    return ((key, (v, w)) for v in left for w in right)


_IN_MEMORY = {list, tuple}

EMITTERS: dict[str, Callable[[Groups], Iterator[Any]]] = {
    "join": inner_join,
    "leftOuterJoin": left_join,
    "rightOuterJoin": right_join,
    "fullOuterJoin": full_join,
    "cogroup": cogroup,
    "groupByKey": single,
}
