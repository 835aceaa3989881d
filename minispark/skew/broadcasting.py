"""A join whose right side is sent to every worker whole: the left side is not shuffled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from minispark.engine.plan.partitioners import portable_hash
from minispark.engine.shuffle.nan import has_nan, unify_nan
from minispark.rdd.broadcast import Broadcast
from minispark.rdd.rdd import RDD
from minispark.skew.arguments import checked_rdds
from minispark.skew.kinds import Kind, join_kind, preserves_right
from minispark.skew.pairs import refused
from minispark.skew.salting import KeysOnce

K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W")
_NONE = (None,)


def broadcast_join(left: RDD[tuple[K, V]], right: RDD[tuple[K, W]], how: str = "inner") -> RDD[tuple[K, Any]]:
    """The records of the plain join, without a shuffle of ``left``: for a ``right`` that each worker has memory for.

    A job collects ``right`` now (for semi and anti its keys alone), and every worker gets all of it once. Partitions
    and partitioner are left's. For right and full, partitions follow with the records of ``right`` whose key ``left``
    lacks. Which these are, a second pass over ``left`` finds, in a shuffle of the keys that both have: persist ``left``
    if it is dear. Values of ``right`` are shared by the records of a worker: do not change them in place.

    ``how``, results and errors are as for ``salted_join``; right for all kinds. A right side beyond
    ``spark.driver.maxResultSize`` raises ResultTooLargeError: use ``split_join``.

    >>> clicks = sc.parallelize([("home", 1), ("shop", 2), ("home", 3)], 2)
    >>> names = sc.parallelize([("home", "Home"), ("help", "Help")])
    >>> broadcast_join(clicks, names).collect()
    [('home', (1, 'Home')), ('home', (3, 'Home'))]
    >>> broadcast_join(clicks, names, "full").collect()
    [('home', (1, 'Home')), ('shop', (2, None)), ('home', (3, 'Home')), ('help', (None, 'Help'))]
    """
    kind = join_kind(how)
    checked_rdds(left, right)
    if kind in ("semi", "anti"):
        right = right.mapPartitions(KeysOnce())
    rows = right.collect()
    table = left.ctx.broadcast(Table(_grouped(rows)))
    joined = left.mapPartitions(_Lookup(kind, table), preservesPartitioning=True)
    if not preserves_right(kind) or not rows:
        return joined
    slices = max(1, min(right.getNumPartitions(), len(rows)))
    met = left.mapPartitions(_KeysMet(table))
    alone = left.ctx.parallelize(rows, slices).subtractByKey(met, slices)
    return joined.union(alone.mapValues(_without_left))


class Table:
    """Values by key, keys compared as a shuffle compares them; made anew where it is unpickled."""

    __slots__ = ("_found", "_items", "_unified")

    def __init__(self, items: list[tuple[Any, list[Any]]]) -> None:
        keys = [key for key, _ in items]
        self._items = items
        self._found = dict(zip(unify_nan(keys), (values for _, values in items), strict=True))
        self._unified = any(map(has_nan, keys))

    @property
    def values_of(self) -> Callable[[Any], list[Any] | None]:
        """The values of a key, or None. Where no key is or contains a NaN, a call to C."""
        return self._of_unified if self._unified else self._found.get

    def _of_unified(self, key: Any) -> list[Any] | None:
        return self._found.get(unify_nan([key])[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (self._items,)


def _grouped(rows: list[Any]) -> list[tuple[Any, list[Any]]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        try:
            key, value = row
            portable_hash(key)
            found.setdefault(unify_nan([key])[0], []).append(value)
        except Exception as error:
            refused(row, error)
    return list(found.items())


def _looked_up(table: Table, records: Iterable[Any]) -> Iterator[tuple[Any, Any, list[Any] | None]]:
    """Key and value of each record, and the table's values of that key."""
    values_of = table.values_of
    for record in records:
        try:
            key, value = record
            found = values_of(key)
        except Exception as error:
            refused(record, error)
        yield key, value, found


class _Lookup:
    """Pairs of the left side to the join's records."""

    def __init__(self, kind: Kind, table: Broadcast[Table]) -> None:
        self.kind = kind
        self.table = table

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        if self.kind in ("semi", "anti"):
            return self._filtered(records, self.kind == "semi")
        return self._joined(records, _NONE if self.kind in ("left", "full") else ())

    def _joined(self, records: Iterable[Any], otherwise: tuple[Any, ...]) -> Iterator[Any]:
        for key, value, found in _looked_up(self.table.value, records):
            for other in found or otherwise:
                yield key, (value, other)

    def _filtered(self, records: Iterable[Any], wanted: bool) -> Iterator[Any]:
        for key, value, found in _looked_up(self.table.value, records):
            if (found is not None) == wanted:
                yield key, value


class _KeysMet:
    """``(key, None)`` of each key of the table that a partition of the left side has."""

    def __init__(self, table: Broadcast[Table]) -> None:
        self.table = table

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        met: set[int] = set()
        for key, _, found in _looked_up(self.table.value, records):
            if found is not None and id(found) not in met:  # of a key there is one list, held by the table
                met.add(id(found))
                yield key, None


def _without_left(value: Any) -> tuple[None, Any]:
    return None, value
