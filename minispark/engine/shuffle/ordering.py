"""Sorting by keys that are all whole numbers of 64 bits, or all floats, in a column."""

from __future__ import annotations

from typing import Any

KEYS_MIN = 1 << 16
"""Below it, importing numpy (a tenth of a second, once per worker) may cost more than it saves."""


def number_order(keys: list[Any], ascending: bool) -> tuple[list[int], list[Any]] | None:
    """Where the items of the sorted list stood, equal ones in their order, and the keys sorted; None if the keys are
    not of one such kind, there is a NaN, or too few to be worth it.

    >>> order, keys = number_order([n * 7 % 65_537 for n in range(65_537)], ascending=False)
    >>> order[:2], keys[:3]
    ([46812, 28087], [65536, 65535, 65534])
    >>> number_order([1.5, 2], ascending=True), number_order([True] * 65_536, ascending=True)
    (None, None)
    """
    if len(keys) < KEYS_MIN:
        return None
    kinds = set(map(type, keys))
    if kinds != {int} and kinds != {float}:
        return None
    import numpy as np  # heavy

    try:
        column = np.fromiter(keys, np.int64 if kinds == {int} else np.float64, len(keys))
    except OverflowError:
        return None
    if kinds == {float} and np.isnan(column).any():
        return None
    if ascending:
        order = np.argsort(column, kind="stable")
    else:
        order = len(keys) - 1 - np.argsort(column[::-1], kind="stable")[::-1]
    return order.tolist(), column[order].tolist()
