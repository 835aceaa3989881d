"""Operations on RDDs of pairs: aggregation by key, joins, sorting, and what else routes records by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.exchanges import Combine, Distinct, Exchange, Group, Plain, Sort
from minispark.engine.plan.nodes import BoundsDep, CoGroupNode, Node, ShuffleDep, ShuffledNode
from minispark.engine.plan.operators import CombineLocally, FlatMapValues, Keys, MapValues, Values
from minispark.engine.plan.partitioners import Partitioner, portable_hash
from minispark.rdd.core import RDDBase, T_co, checked_function, checked_partitions
from minispark.rdd.resultiterable import ResultIterable

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W")
C = TypeVar("C")
PartitionFunction = Callable[[Any], int]


def itself(key: Any) -> Any:
    """The key: what pairs are sorted by unless told."""
    return key


class PairOperations(RDDBase[T_co]):
    """Methods for records that are ``(key, value)`` pairs. A key needs a hash that is not its address."""

    def keys(self: RDDBase[tuple[K, V]]) -> RDD[K]:
        """The key of each pair.

        >>> sc.parallelize([(1, 2), (3, 4)]).keys().collect()
        [1, 3]
        """
        return self._narrow(Keys(call_site()))

    def values(self: RDDBase[tuple[K, V]]) -> RDD[V]:
        """The value of each pair.

        >>> sc.parallelize([(1, 2), (3, 4)]).values().collect()
        [2, 4]
        """
        return self._narrow(Values(call_site()))

    def mapValues(self: RDDBase[tuple[K, V]], f: Callable[[V], W]) -> RDD[tuple[K, W]]:
        """Apply ``f`` to each value; keys and partitioning stay.

        >>> sc.parallelize([("a", ["apple", "lemon"]), ("b", ["grapes"])]).mapValues(len).collect()
        [('a', 2), ('b', 1)]
        """
        return self._narrow(MapValues(checked_function(f), call_site()), True)

    def flatMapValues(self: RDDBase[tuple[K, V]], f: Callable[[V], Iterable[W]]) -> RDD[tuple[K, W]]:
        """A pair for each item of ``f(value)``; keys and partitioning stay.

        >>> sc.parallelize([("a", ["x", "y"]), ("b", ["z"])]).flatMapValues(lambda x: x).collect()
        [('a', 'x'), ('a', 'y'), ('b', 'z')]
        """
        return self._narrow(FlatMapValues(checked_function(f), call_site()), True)

    # --- aggregation -----------------------------------------------------------------------------------------------

    def combineByKey(
        self: RDDBase[tuple[K, V]],
        createCombiner: Callable[[V], C],
        mergeValue: Callable[[C, V], C],
        mergeCombiners: Callable[[C, C], C],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
    ) -> RDD[tuple[K, C]]:
        """Aggregate the values of each key by three functions, on the map side first.

        >>> rdd = sc.parallelize([("a", 1), ("b", 1), ("a", 2)])
        >>> sorted(rdd.combineByKey(lambda v: [v], lambda c, v: c + [v], lambda c, d: c + d).collect())
        [('a', [1, 2]), ('b', [1])]
        """
        for function in (createCombiner, mergeValue, mergeCombiners):
            checked_function(function)
        return _combine(self, Combine(createCombiner, mergeValue, mergeCombiners), numPartitions, partitionFunc)

    def reduceByKey(
        self: RDDBase[tuple[K, V]],
        func: Callable[[V, V], V],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
    ) -> RDD[tuple[K, V]]:
        """Merge the values of each key by an associative, commutative function, on the map side first.

        >>> from operator import add
        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).reduceByKey(add).collect())
        [('a', 2), ('b', 1)]
        """
        checked_function(func)
        return _combine(self, Combine(None, func, func), numPartitions, partitionFunc)

    def groupByKey(
        self: RDDBase[tuple[K, V]],
        numPartitions: int | None = None,
        partitionFunc: PartitionFunction = portable_hash,
    ) -> RDD[tuple[K, ResultIterable[V]]]:
        """All values of each key, as an iterable that can be read again; one larger than memory is read from disk.

        >>> rdd = sc.parallelize([("a", 1), ("b", 1), ("a", 1)])
        >>> sorted(rdd.groupByKey().mapValues(list).collect())
        [('a', [1, 1]), ('b', [1])]
        """
        site = call_site()
        partitioner = Partitioner(self._reduce_partitions(numPartitions), checked_function(partitionFunc))
        side = _side(self, partitioner)
        node = CoGroupNode(self.ctx._next_id(), partitioner.partitions, site, (side,), "groupByKey", partitioner)
        return self._make(node)._narrow(MapValues(ResultIterable, site), True)

    def distinct(self, numPartitions: int | None = None) -> RDD[T_co]:
        """Each record once. Records must be hashable.

        >>> sorted(sc.parallelize([1, 1, 2, 3]).distinct().collect())
        [1, 2, 3]
        """
        return _shuffled(self, Distinct(), Partitioner(self._reduce_partitions(numPartitions)), keyed=False)

    def partitionBy(
        self: RDDBase[tuple[K, V]], numPartitions: int | None, partitionFunc: PartitionFunction = portable_hash
    ) -> RDD[tuple[K, V]]:
        """The same pairs, routed by ``partitionFunc(key) % numPartitions``.

        >>> pairs = sc.parallelize([1, 2, 3, 4, 2, 4, 1]).map(lambda x: (x, x))
        >>> [sorted(part) for part in pairs.partitionBy(2).keys().glom().collect()]
        [[2, 2, 4, 4], [1, 1, 3]]
        """
        partitioner = Partitioner(self._reduce_partitions(numPartitions), checked_function(partitionFunc))
        if self._node.partitioner == partitioner:
            return self._self()
        return _shuffled(self, Plain(), partitioner)

    # --- joins -----------------------------------------------------------------------------------------------------

    def join(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V, W]]]:
        """Pairs of all values that share a key, duplicates kept.

        >>> left, right = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("a", 3)])
        >>> sorted(left.join(right).collect())
        [('a', (1, 2)), ('a', (1, 3))]
        """
        return cogrouped((self, other), numPartitions, "join")

    def leftOuterJoin(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V, W | None]]]:
        """As ``join``, and ``(k, (v, None))`` for keys that the other lacks.

        >>> left, right = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> sorted(left.leftOuterJoin(right).collect())
        [('a', (1, 2)), ('b', (4, None))]
        """
        return cogrouped((self, other), numPartitions, "leftOuterJoin")

    def rightOuterJoin(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V | None, W]]]:
        """As ``join``, and ``(k, (None, w))`` for keys that this one lacks.

        >>> left, right = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> sorted(right.rightOuterJoin(left).collect())
        [('a', (2, 1)), ('b', (None, 4))]
        """
        return cogrouped((self, other), numPartitions, "rightOuterJoin")

    def fullOuterJoin(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[V | None, W | None]]]:
        """As ``join``, and a pair with None for keys that either lacks.

        >>> left, right = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2), ("c", 8)])
        >>> sorted(left.fullOuterJoin(right).collect())
        [('a', (1, 2)), ('b', (4, None)), ('c', (None, 8))]
        """
        return cogrouped((self, other), numPartitions, "fullOuterJoin")

    def cogroup(
        self: RDDBase[tuple[K, V]], other: RDD[tuple[K, W]], numPartitions: int | None = None
    ) -> RDD[tuple[K, tuple[ResultIterable[V], ResultIterable[W]]]]:
        """For each key of either, the values of both.

        >>> left, right = sc.parallelize([("a", 1), ("b", 4)]), sc.parallelize([("a", 2)])
        >>> [(k, list(map(list, groups))) for k, groups in sorted(left.cogroup(right).collect())]
        [('a', [[1], [2]]), ('b', [[4], []])]
        """
        grouped = cogrouped((self, other), numPartitions, "cogroup")
        return grouped._narrow(MapValues(as_iterables, call_site()), True)

    # --- sorting ---------------------------------------------------------------------------------------------------

    def sortByKey(
        self: RDDBase[tuple[K, V]],
        ascending: bool = True,
        numPartitions: int | None = None,
        keyfunc: Callable[[Any], Any] = itself,
    ) -> RDD[tuple[K, V]]:
        """The pairs in order of ``keyfunc(key)``: ranges of keys by partition, each partition sorted; stable.

        The ranges come from a sample of the map side's own sorted runs, so the RDD is computed once, when an action
        needs it (PySpark computes it three times, the first two at once).

        >>> sc.parallelize([("a", 1), ("b", 2), ("1", 3), ("d", 4), ("2", 5)]).sortByKey(True, 2).keys().collect()
        ['1', '2', 'a', 'b', 'd']
        """
        site = call_site()
        key = None if keyfunc is itself else checked_function(keyfunc)
        count = self._reduce_partitions(numPartitions)
        # Bounds decide the layout; the partitioner only has to differ from every other one.
        dep = ShuffleDep(self.ctx._next_shuffle_id(), self._node, Sort(key, bool(ascending)), Partitioner(count), site)
        bounds = BoundsDep(self.ctx._next_shuffle_id(), dep, site) if count > 1 else None
        self.ctx._track_shuffles(dep, bounds)
        return self._make(ShuffledNode(self.ctx._next_id(), count, site, dep, bounds, None))

    def sortBy(
        self, keyfunc: Callable[[T_co], Any], ascending: bool = True, numPartitions: int | None = None
    ) -> RDD[T_co]:
        """The records in order of ``keyfunc(record)``.

        >>> sc.parallelize([("a", 3), ("b", 1), ("c", 2)]).sortBy(lambda x: x[1]).collect()
        [('b', 1), ('c', 2), ('a', 3)]
        """
        keyed = PairOperations.sortByKey(self._self().keyBy(keyfunc), ascending, numPartitions)
        return PairOperations.values(keyed)


def as_iterables(groups: tuple[Any, ...]) -> tuple[ResultIterable[Any], ...]:
    return tuple(map(ResultIterable, groups))


def _combine(rdd: RDDBase[Any], exchange: Combine, wanted: int | None, function: PartitionFunction) -> RDD[Any]:
    partitioner = Partitioner(rdd._reduce_partitions(wanted), checked_function(function))
    if rdd._node.partitioner == partitioner:  # every key is in one partition already: no shuffle
        return rdd._narrow(CombineLocally(exchange, call_site()), True)
    return _shuffled(rdd, exchange, partitioner)


def _shuffled(rdd: RDDBase[Any], exchange: Exchange, partitioner: Partitioner, keyed: bool = True) -> RDD[Any]:
    dep = _shuffle(rdd, exchange, partitioner)
    kept = partitioner if keyed else None
    return rdd._make(ShuffledNode(rdd.ctx._next_id(), partitioner.partitions, call_site(), dep, None, kept))


def _shuffle(rdd: RDDBase[Any], exchange: Exchange, partitioner: Partitioner) -> ShuffleDep:
    """The shuffle of this RDD by this exchange: the same one again where it exists, so its files are reused."""
    return rdd.ctx._shuffle(rdd._node, exchange, partitioner, call_site())


def _side(rdd: RDDBase[Any], partitioner: Partitioner) -> ShuffleDep | Node:
    if rdd._node.partitioner == partitioner:
        return rdd._node
    return _shuffle(rdd, Group(), partitioner)


def cogrouped(
    rdds: tuple[RDDBase[Any], ...], wanted: int | None, emit: str, function: PartitionFunction = portable_hash
) -> RDD[Any]:
    """All RDDs by key together, in as many partitions as asked, else as their union would have."""
    partitioner = Partitioner(cogroup_partitions(rdds, wanted), function)
    sides = tuple(_side(rdd, partitioner) for rdd in rdds)
    first = rdds[0]
    return first._make(CoGroupNode(first.ctx._next_id(), partitioner.partitions, call_site(), sides, emit, partitioner))


def cogroup_partitions(rdds: tuple[RDDBase[Any], ...], wanted: int | None) -> int:
    """How many partitions these have by key together. Raises TypeError for what is no RDD or no number."""
    first = rdds[0]
    for rdd in rdds:
        if not isinstance(rdd, RDDBase):
            raise TypeError(f"{call_site().operation} needs another RDD, not {rdd!r:.200}")
    if wanted is not None:
        return checked_partitions(wanted)
    return first.ctx._reduce_partitions_default(first.ctx.union([rdd._self() for rdd in rdds]).getNumPartitions())
