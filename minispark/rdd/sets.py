"""RDDs as sets of records, or of keys."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import FlatMapValues, MapPartitions
from minispark.rdd.core import RDDBase, T_co

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

K = TypeVar("K")
V = TypeVar("V")
_NOTHING: tuple[Any, ...] = ()


class SetOperations(RDDBase[T_co]):
    """``intersection`` and its kind. Records, or keys, must be hashable."""

    def intersection(self, other: RDD[T_co]) -> RDD[T_co]:
        """The records of both, each once.

        >>> left, right = sc.parallelize([1, 10, 2, 3, 4, 5]), sc.parallelize([1, 6, 2, 3, 7, 8])
        >>> sorted(left.intersection(right).collect())
        [1, 2, 3]
        """
        groups = _as_keys(self).cogroup(_as_keys(other))
        return groups._narrow(FlatMapValues(_once_if_both, call_site()), True).keys()

    def subtract(self, other: RDD[T_co], numPartitions: int | None = None) -> RDD[T_co]:
        """The records that the other RDD lacks, as often as they occur.

        >>> left = sc.parallelize([("a", 1), ("b", 4), ("b", 5), ("a", 3)])
        >>> right = sc.parallelize([("a", 3), ("c", None)])
        >>> sorted(left.subtract(right).collect())
        [('a', 1), ('b', 4), ('b', 5)]
        """
        return _as_keys(self).subtractByKey(_as_keys(other), numPartitions).keys()

    def subtractByKey(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, Any]], numPartitions: int | None = None
    ) -> RDD[tuple[K, V]]:
        """The pairs whose key the other RDD lacks, as often as they occur.

        >>> left = sc.parallelize([("a", 1), ("b", 4), ("b", 5), ("a", 2)])
        >>> right = sc.parallelize([("a", 3), ("c", None)])
        >>> sorted(left.subtractByKey(right).collect())
        [('b', 4), ('b', 5)]
        """
        groups = self._self().cogroup(other, numPartitions)
        return groups._narrow(FlatMapValues(_left_if_alone, call_site()), True)


def _as_keys(rdd: RDDBase[Any]) -> RDD[tuple[Any, None]]:
    if not isinstance(rdd, RDDBase):
        raise TypeError(f"{call_site().operation} needs another RDD, not {rdd!r:.200}")
    return rdd._narrow(MapPartitions(_with_none, call_site()))


def _with_none(partition: int, records: Iterable[Any]) -> Iterable[Any]:
    return zip(records, repeat(None))


def _once_if_both(sides: tuple[Any, Any]) -> Iterable[Any]:
    return (None,) if len(sides[0]) and len(sides[1]) else _NOTHING


def _left_if_alone(sides: tuple[Any, Any]) -> Iterable[Any]:
    return _NOTHING if len(sides[1]) else sides[0]
