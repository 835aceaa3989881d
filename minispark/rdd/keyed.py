"""Operations by key that are made of others."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import Filter, MapValues, SortLocally
from minispark.engine.plan.partitioners import portable_hash
from minispark.engine.plan.program import ActionSink
from minispark.rdd.core import RDDBase, T_co, checked_function
from minispark.rdd.pairs import PartitionFunction, as_iterables, cogrouped, itself
from minispark.rdd.resultiterable import ResultIterable

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

K = TypeVar("K")
V = TypeVar("V")
U = TypeVar("U")


class KeyedOperations(RDDBase[T_co]):
    """``aggregateByKey`` and its kind."""

    def aggregateByKey(
        self: RDDBase[tuple[K, V]],
        zeroValue: U,
        seqFunc: Callable[[U, V], U],
        combFunc: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
    ) -> RDD[tuple[K, U]]:
        """The values of each key: ``seqFunc`` from a copy of ``zeroValue`` in each partition, then ``combFunc``.

        >>> rdd = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> def add(total, value):
        ...     return (total[0] + value, total[1] + 1)
        >>> sorted(rdd.aggregateByKey((0, 0), add, lambda a, b: (a[0] + b[0], a[1] + b[1])).collect())
        [('a', (3, 2)), ('b', (1, 1))]
        """
        start = _FromZero(zeroValue, checked_function(seqFunc))
        return self._self().combineByKey(start, seqFunc, checked_function(combFunc), numPartitions, partitionFunc)

    def foldByKey(
        self: RDDBase[tuple[K, V]],
        zeroValue: V,
        func: Callable[[V, V], V],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
    ) -> RDD[tuple[K, V]]:
        """The values of each key merged by an associative function, from a copy of ``zeroValue`` in each partition.

        >>> from operator import add
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).foldByKey(0, add).collect())
        [('a', 2), ('b', 1)]
        """
        start = _FromZero(zeroValue, checked_function(func))
        return self._self().combineByKey(start, func, func, numPartitions, partitionFunc)

    def groupBy(
        self,
        f: Callable[[T_co], K],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
    ) -> RDD[tuple[K, ResultIterable[T_co]]]:
        """All records for which ``f`` gives the same key, together with it.

        >>> groups = sc.parallelize([1, 1, 2, 3, 5, 8]).groupBy(lambda x: x % 2).collect()
        >>> sorted((key, sorted(records)) for key, records in groups)
        [(0, [2, 8]), (1, [1, 1, 3, 5])]
        """
        return self._self().keyBy(f).groupByKey(numPartitions, partitionFunc)

    def groupWith(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, Any]], *others: RDD[tuple[K, Any]]
    ) -> RDD[tuple[K, tuple[ResultIterable[Any], ...]]]:
        """``cogroup`` of any number of RDDs: for each key of any, the values of all.

        >>> a, b, c = (sc.parallelize([("k", value)]) for value in (1, 2, 3))
        >>> [(key, list(map(list, groups))) for key, groups in a.groupWith(b, c).collect()]
        [('k', [[1], [2], [3]])]
        """
        grouped = cogrouped((self, other, *others), None, "cogroup")
        return grouped._narrow(MapValues(as_iterables, call_site()), True)

    def repartitionAndSortWithinPartitions(
        self: RDDBase[tuple[K, V]],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
        ascending: bool = True,
        keyfunc: Callable[[Any], Any] = itself,
    ) -> RDD[tuple[K, V]]:
        """The pairs routed as by ``partitionBy``, each partition in order of ``keyfunc(key)``; equal keys as they came.

        A partition larger than memory is sorted through disk.

        >>> rdd = sc.parallelize([(0, 5), (3, 8), (2, 6), (0, 8), (3, 8), (1, 3)])
        >>> rdd.repartitionAndSortWithinPartitions(2, lambda x: x % 2, True).glom().collect()
        [[(0, 5), (0, 8), (2, 6)], [(1, 3), (3, 8), (3, 8)]]
        """
        key = None if keyfunc is itself else checked_function(keyfunc)
        routed = self._self().partitionBy(numPartitions, partitionFunc)
        return routed._narrow(SortLocally(key, bool(ascending), call_site()), True)

    def reduceByKeyLocally(self: RDDBase[tuple[K, V]], func: Callable[[V, V], V]) -> dict[K, V]:
        """As ``reduceByKey``, and the result as a dict in the driver.

        >>> from operator import add
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKeyLocally(add).items())
        [('a', 2), ('b', 1)]
        """
        return self._self().reduceByKey(func).collectAsMap()

    def lookup(self: RDDBase[tuple[K, V]], key: K) -> list[V]:
        """The values of one key. Of an RDD that was partitioned by key, only the key's partition is computed.

        >>> rdd = sc.parallelize([(i, str(i)) for i in range(100)], 10)
        >>> rdd.lookup(42), rdd.partitionBy(5).lookup(42), rdd.lookup(1000)
        (['42'], ['42'], [])
        """
        found = self._narrow(Filter(_HasKey(key), call_site()), True)
        partitioner = self.partitioner
        if partitioner is None:
            return found.values().collect()
        parts = found.values()._run(ActionSink(None, "collect"), [partitioner(key)])
        return [value for part in parts for value in part]


_SHARED = (int, float, complex, str, bytes, bool, type(None))


class _FromZero:
    """The first value of a key, merged into a zero value of its own."""

    __slots__ = ("function", "zero")

    def __init__(self, zero: Any, function: Callable[[Any, Any], Any]) -> None:
        self.zero = zero
        self.function = function

    def __call__(self, value: Any) -> Any:
        zero = self.zero
        return self.function(zero if type(zero) in _SHARED else deepcopy(zero), value)


class _HasKey:
    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __call__(self, pair: Any) -> bool:
        return bool(pair[0] == self.key)
