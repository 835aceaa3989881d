"""Aggregation in two phases: under salted keys, so that a hot key has several reducers, then under the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from minispark.rdd.rdd import RDD
from minispark.rdd.resultiterable import ResultIterable
from minispark.skew.arguments import checked_count, checked_rdds
from minispark.skew.salting import EVERY_KEY, NO_KEYS, SaltedSide
from minispark.skew.salts import route

K = TypeVar("K")
V = TypeVar("V")
U = TypeVar("U")

PIECE = 1024
"""Values of a group go into the second phase in lists of so many: none is as large as the group."""


def two_phase_aggregate(
    rdd: RDD[tuple[K, V]],
    zero: U,
    seq: Callable[[U, V], U],
    comb: Callable[[U, U], U],
    *,
    salts: int = 8,
    numPartitions: int | None = None,
) -> RDD[tuple[K, U]]:
    """``rdd.aggregateByKey(zero, seq, comb)``, a key's values combined by up to ``salts`` reducers before one has them.

    As there, ``seq`` starts from a copy of ``zero`` wherever it begins, here once for each partition, key and salt:
    ``zero`` must be neutral, and ``comb`` associative and commutative. ``aggregateByKey`` combines on the map side
    already, so this helps where combined values are large or dear to combine, and many map tasks have some of a key.

    Raises TypeError or ValueError for arguments that cannot be.

    >>> pairs = sc.parallelize([("a", n) for n in range(10)] + [("b", 1)], 3)
    >>> sorted(two_phase_aggregate(pairs, set(), lambda s, v: s | {v % 3}, set.union, salts=2).collect())
    [('a', {0, 1, 2}), ('b', {1})]
    """
    count = _checked(rdd, salts, numPartitions)
    salted = _salted(rdd, salts).aggregateByKey(zero, seq, comb, count, route)
    return _unsalted(salted).reduceByKey(comb, count)


def two_phase_reduce(
    rdd: RDD[tuple[K, V]], f: Callable[[V, V], V], *, salts: int = 8, numPartitions: int | None = None
) -> RDD[tuple[K, V]]:
    """``rdd.reduceByKey(f)``, a key's values merged by up to ``salts`` reducers before one has them.

    When it helps, and what it raises, is as for ``two_phase_aggregate``.

    >>> from operator import add
    >>> sorted(two_phase_reduce(sc.parallelize([("a", 1), ("b", 1), ("a", 1)], 2), add).collect())
    [('a', 2), ('b', 1)]
    """
    count = _checked(rdd, salts, numPartitions)
    return _unsalted(_salted(rdd, salts).reduceByKey(f, count, route)).reduceByKey(f, count)


def two_phase_group(
    rdd: RDD[tuple[K, V]], *, salts: int = 8, numPartitions: int | None = None
) -> RDD[tuple[K, ResultIterable[V]]]:
    """``rdd.groupByKey()``, a key's values gathered by up to ``salts`` reducers before one has them.

    The whole group goes to one reducer in the end, which reads one larger than memory from disk, as ``groupByKey``
    does; the values pass through a shuffle twice. What is done with a group afterwards is better done before, where it
    can be: ``two_phase_aggregate``. Raises as that does.

    >>> groups = two_phase_group(sc.parallelize([("a", 1), ("b", 1), ("a", 2)], 2), salts=2)
    >>> sorted((key, sorted(values)) for key, values in groups.collect())
    [('a', [1, 2]), ('b', [1])]
    """
    count = _checked(rdd, salts, numPartitions)
    pieces = _unsalted(_salted(rdd, salts).groupByKey(count, route)).flatMapValues(_in_pieces)
    return pieces.groupByKey(count).mapValues(_from_pieces)


def _checked(rdd: Any, salts: int, wanted: int | None) -> int:
    """The number of reducers, as ``reduceByKey`` would have it."""
    checked_rdds(rdd)
    checked_count("salts", salts)
    count: int = rdd._reduce_partitions(wanted)
    return count


def _salted(rdd: RDD[Any], salts: int) -> RDD[Any]:
    return rdd.mapPartitionsWithIndex(SaltedSide(salts, EVERY_KEY, NO_KEYS, marks=False))


def _unsalted(rdd: RDD[Any]) -> RDD[Any]:
    return rdd.mapPartitions(_without_salts)


def _without_salts(records: Iterable[Any]) -> Iterator[Any]:
    return ((key, value) for (key, _), value in records)


def _in_pieces(values: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(values)
    while piece := list(islice(iterator, PIECE)):
        yield piece


def _from_pieces(pieces: ResultIterable[Any]) -> ResultIterable[Any]:
    return ResultIterable(_Flat(pieces.data))


class _Flat:
    """The values of lists, one list after another: a sized iterable that can be read again. Pickled as a list."""

    __slots__ = ("_count", "_pieces")

    def __init__(self, pieces: Iterable[list[Any]]) -> None:
        self._pieces = pieces
        self._count = sum(map(len, pieces))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._pieces)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)
