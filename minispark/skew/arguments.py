"""What the remedies are given, checked in the user's line and not in a worker later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.partitioners import portable_hash
from minispark.rdd.core import RDDBase
from minispark.skew.hotkeys import HotKey


def checked_rdds(*rdds: Any) -> None:
    """Raises TypeError for what is no RDD, ValueError for RDDs of different contexts."""
    for rdd in rdds:
        if not isinstance(rdd, RDDBase):
            raise TypeError(f"{call_site().operation} needs an RDD, not {rdd!r:.200}")
        if rdd.ctx is not rdds[0].ctx:
            raise ValueError(f"{call_site().operation}: {rdd!r} belongs to another context")


def checked_count(name: str, count: Any) -> int:
    """A whole number of at least 1. Raises TypeError or ValueError naming it."""
    if not isinstance(count, int) or isinstance(count, bool):
        raise TypeError(f"{name} must be an int, not {count!r:.200}")
    if count < 1:
        raise ValueError(f"{name} must be at least 1, not {count}")
    return count


def checked_keys(name: str, keys: Iterable[Any]) -> list[Any]:
    """Keys as given, one by one or as ``top_keys`` gives them.

    Raises TypeError for a str (which is one key, not many), for what is no iterable, and for a key that no record can
    have: one that cannot be hashed, or hashes by its address.

    >>> checked_keys("keys", [HotKey("os", 50, 0.5), None])
    ['os', None]
    """
    if isinstance(keys, (str, bytes)) or not isinstance(keys, Iterable):
        raise TypeError(f"{name} must be a list of keys, not {keys!r:.200}")
    found = [key.key if isinstance(key, HotKey) else key for key in keys]
    for key in found:
        portable_hash(key)
    return found
