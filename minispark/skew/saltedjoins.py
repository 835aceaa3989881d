"""Joins that part hot keys by salts: all keys, or only those that are hot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from minispark.engine.core.values import value
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.rdd.pairs import cogroup_partitions, cogrouped
from minispark.rdd.rdd import RDD
from minispark.rdd.transformations import WithoutIndex
from minispark.skew.arguments import checked_count, checked_keys, checked_rdds
from minispark.skew.hotkeys import HotKey
from minispark.skew.keysets import KeySet
from minispark.skew.kinds import Kind, join_kind, preserves_left, preserves_right
from minispark.skew.meeting import Meeting, SaltedMeeting
from minispark.skew.salting import EVERY_KEY, NO_KEYS, Keys, KeysOnce, SaltedSide
from minispark.skew.salts import route
from minispark.skew.sampling import sample_keys

K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W")

SAMPLED_MAX = 1000
"""So many hot keys at most are looked for."""


def salted_join(
    left: RDD[tuple[K, V]],
    right: RDD[tuple[K, W]],
    how: str = "inner",
    *,
    salts: int = 8,
    numPartitions: int | None = None,
) -> RDD[tuple[K, Any]]:
    """The records of the plain join, every key of ``left`` parted by ``salts`` salts: for very many hot keys.

    Each record of ``left``, the skewed side, gets one salt; each of ``right`` is copied to all of them, so right's part
    of the shuffle is ``salts`` times as large: ``split_join`` copies only what meets a hot key. Right for all kinds.

    ``how`` is inner, left, right, full, semi or anti, or another name that Spark has for it; the records are those of
    ``join``, ``leftOuterJoin``, ``rightOuterJoin`` and ``fullOuterJoin``, and left's pairs for semi and anti. Raises
    ValueError for another ``how``, TypeError or ValueError for arguments that cannot be.

    >>> clicks = sc.parallelize([("home", n) for n in range(6)] + [("shop", 9)], 2)
    >>> names = sc.parallelize([("home", "Home"), ("help", "Help")])
    >>> sorted(salted_join(clicks, names, salts=3).collect())[:2]
    [('home', (0, 'Home')), ('home', (1, 'Home'))]
    >>> sorted(salted_join(clicks, names, "right", salts=3).collect())[:2]
    [('help', (None, 'Help')), ('home', (0, 'Home'))]
    """
    kind = join_kind(how)
    checked_rdds(left, right)
    count = cogroup_partitions((left, right), numPartitions)
    return _joined(left, right, kind, _Parting(checked_count("salts", salts), EVERY_KEY, NO_KEYS), count)


def split_join(
    left: RDD[tuple[K, V]],
    right: RDD[tuple[K, W]],
    how: str = "inner",
    *,
    hot: Iterable[Any] | None = None,
    salts: int = 8,
    numPartitions: int | None = None,
) -> RDD[tuple[K, Any]]:
    """The records of the plain join, hot keys parted by ``salts`` salts and all others left alone: for a few hot keys.

    ``hot`` names keys of ``left``, one by one or as ``top_keys`` gives them: each of their records there gets a salt,
    and the records of ``right`` are copied to all of them. All is done in one pass: nothing is computed twice.

    With ``hot=None`` two jobs look for them now, each computing a side once (persist what is dear): a key is hot where
    more of a side's records have it than a reducer would get if all got alike. Keys that are hot in ``right`` are then
    parted there, and left's records copied; of keys that are hot in both, the side with more records is parted.

    ``how``, results and errors are as for ``salted_join``; right for all kinds.

    >>> clicks = sc.parallelize([("home", n) for n in range(60)] + [("shop", 9)], 2)
    >>> names = sc.parallelize([("home", "Home"), ("help", "Help")])
    >>> split_join(clicks, names, numPartitions=4).count()
    60
    >>> sorted(split_join(clicks, names, "full", hot=["home"], salts=3).collect())[::61]
    [('help', (None, 'Help')), ('shop', (9, None))]
    """
    kind = join_kind(how)
    checked_rdds(left, right)
    checked_count("salts", salts)
    count = cogroup_partitions((left, right), numPartitions)
    if hot is not None:
        parting = _Parting(salts, Keys(KeySet(checked_keys("hot", hot))), NO_KEYS)
    elif count == 1:
        parting = _Parting(salts, NO_KEYS, NO_KEYS)
    else:
        parting = _found(left, right, kind, salts, count)
    return _joined(left, right, kind, parting, count)


@value
class _Parting:
    """Which keys get one of so many salts, on the left and on the right."""

    salts: int
    left: Keys
    right: Keys


def _found(left: RDD[Any], right: RDD[Any], kind: Kind, salts: int, count: int) -> _Parting:
    """What is hot enough to be parted, each key on the side that has more of it."""
    hot_left = _hot(left, count)
    hot_right = [] if kind in ("semi", "anti") else _hot(right, count)
    records = {key: hot.records for hot, key in zip(hot_right, KeySet(h.key for h in hot_right).keys, strict=True)}
    parted_left = KeySet(
        key
        for hot, key in zip(hot_left, KeySet(h.key for h in hot_left).keys, strict=True)
        if hot.records >= records.get(key, 0)
    )
    parted_right = KeySet(key for key in records if not parted_left.has(key))
    return _Parting(salts, Keys(parted_left), Keys(parted_right))


def _hot(rdd: RDD[Any], reducers: int) -> list[HotKey]:
    return [hot for hot in sample_keys(rdd, min(reducers, SAMPLED_MAX)) if hot.share > 1 / reducers]


def _joined(left: RDD[Any], right: RDD[Any], kind: Kind, parting: _Parting, count: int) -> RDD[Any]:
    if kind in ("semi", "anti"):
        right = right.mapPartitions(KeysOnce(), preservesPartitioning=True)
    if not parting.left and not parting.right:
        groups = cogrouped((left, right), count, "cogroup")
        return groups._narrow(MapPartitions(WithoutIndex(Meeting(kind)), call_site()), True)
    marks_left, marks_right = preserves_right(kind), preserves_left(kind)
    sides = (
        left.mapPartitionsWithIndex(SaltedSide(parting.salts, parting.left, parting.right, marks_left)),
        right.mapPartitionsWithIndex(SaltedSide(parting.salts, parting.right, parting.left, marks_right)),
    )
    groups = cogrouped(sides, count, "cogroup", route)
    return groups.mapPartitions(SaltedMeeting(kind, parting.left, parting.right))
