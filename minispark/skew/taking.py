"""Taking the few keys out that cause the skew: what is taken out is returned beside the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from minispark.rdd.rdd import RDD
from minispark.skew.arguments import checked_keys, checked_rdds
from minispark.skew.keysets import KeySet
from minispark.skew.pairs import refused

K = TypeVar("K")
V = TypeVar("V")


def drop_keys(rdd: RDD[tuple[K, V]], keys: Iterable[Any]) -> tuple[RDD[tuple[K, V]], RDD[tuple[K, V]]]:
    """``(kept, dropped)``: the pairs without these keys, and those with them. Each pair is in exactly one.

    ``keys`` are keys, or what ``top_keys`` gives: None for the missing ones, NaN for the numbers that are none. Runs no
    job; where both are used, ``rdd`` is computed for each: persist it if that is dear. Partitions and order stay.

    Raises TypeError for a str instead of a list, and for keys that cannot be hashed.

    >>> pairs = sc.parallelize([(None, 1), ("a", 2), (None, 3), ("b", 4)], 2)
    >>> kept, dropped = drop_keys(pairs, [None])
    >>> kept.collect(), dropped.count()
    ([('a', 2), ('b', 4)], 2)
    """
    checked_rdds(rdd)
    taken = KeySet(checked_keys("keys", keys))
    return _picked(rdd, taken, False), _picked(rdd, taken, True)


def split_keys(rdd: RDD[tuple[K, V]], keys: Iterable[Any]) -> tuple[RDD[tuple[K, V]], list[RDD[tuple[K, V]]]]:
    """``(rest, parts)``: the pairs without these keys, and for each key, in the order given, the pairs with it.

    For keys that each get a treatment of their own: a part has one key only, so its values need no shuffle to be
    aggregated. Otherwise as ``drop_keys``; raises ValueError where two of the keys are one (1 and True).

    >>> pairs = sc.parallelize([("os", 1), ("abc", 2), ("os", 3), ("sys", 4)], 2)
    >>> rest, (of_os, of_sys) = split_keys(pairs, ["os", "sys"])
    >>> rest.collect(), of_os.values().sum(), of_sys.values().sum()
    ([('abc', 2)], 4, 4)
    """
    checked_rdds(rdd)
    wanted = checked_keys("keys", keys)
    taken = KeySet(wanted)
    if len(taken) < len(wanted):
        raise ValueError(f"two of the keys are one: {wanted!r:.200}")
    return _picked(rdd, taken, False), [_picked(rdd, KeySet([key]), True) for key in wanted]


def _picked(rdd: RDD[tuple[K, V]], keys: KeySet, inside: bool) -> RDD[tuple[K, V]]:
    return rdd.mapPartitions(_Picked(keys, inside), preservesPartitioning=True)


class _Picked:
    """The pairs whose key is in the set, or is not."""

    def __init__(self, keys: KeySet, inside: bool) -> None:
        self.keys = keys
        self.inside = inside

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        has: Callable[[Any], bool] = self.keys.has
        inside = self.inside
        for record in records:
            try:
                key, _ = record
                picked = has(key) == inside
            except Exception as error:
                refused(record, error)
            if picked:
                yield record
