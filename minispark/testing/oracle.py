"""A model of RDDs made of lists: what every operator must give, and how much of its order is promised.

:class:`OracleContext` and :class:`OracleRDD` have PySpark's names, but hold all partitions as lists and compute at
once, the obvious way. A program that runs on them and on an engine can be checked by :func:`agreement.assert_agrees`,
which compares as strictly as the promises allow and no more:

* ``layout``: is it promised in which partition a record is? Not after routing by keys whose hash is the engine's own
  choice (str, bytes, NaN), nor after a sort that cuts by a sample.
* ``order``: ``LISTED`` where the whole sequence is promised; ``SORTED`` after a sort whose equal keys came in no
  promised order; ``FREE`` within each partition after an operator that hashes its keys.

Keys are equal as Python's dict has it (1, 1.0 and True are one key), except that all NaNs are one.
"""

from __future__ import annotations

import functools
import operator
import random
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from minispark.engine.shuffle.spread import first_reducer
from minispark.testing.functions import ORDER_FREE, RECORD_BY_RECORD
from minispark.testing.oracle_composed import Composed
from minispark.testing.rules import Partitions, cut, dict_key, known_hash, split_lines


class Order(IntEnum):
    """What is promised of the sequence of a collected RDD's records, the weakest first."""

    FREE = 0
    SORTED = 1
    LISTED = 2


class NotPromised(Exception):
    """The program asks for something that an engine may answer in several ways; it cannot be checked."""


@dataclass(frozen=True)
class _Broadcast:
    value: Any


class _Accumulator:
    def __init__(self, value: Any) -> None:
        self.value = value

    def add(self, term: Any) -> None:
        self.value += term


class OracleContext:
    """Sources of model RDDs, and shared variables that need no sharing.

    ``by_arrival``: what Spark promises and no more, as a strict context gives no more; else what minispark promises.

    >>> sc = OracleContext()
    >>> sc.parallelize([(1, "a"), (2, "b"), (1, "c")]).groupByKey().collect()
    [(2, ['b']), (1, ['a', 'c'])]
    """

    defaultParallelism = 2

    def __init__(self, by_arrival: bool = False) -> None:
        self._kind = SparkRDD if by_arrival else OracleRDD

    def parallelize(self, records: Iterable[Any], numSlices: int = 2) -> OracleRDD:
        return self._kind(cut(records if isinstance(records, range) else list(records), numSlices))

    def range(self, start: int, end: int | None = None, step: int = 1, numSlices: int = 2) -> OracleRDD:
        numbers = range(start) if end is None else range(start, end, step)
        return self.parallelize(numbers, numSlices)

    def textFile(self, path: str, minPartitions: int = 2) -> OracleRDD:
        return self.text(Path(path).read_bytes(), minPartitions)

    def text(self, content: bytes, minPartitions: int = 2) -> OracleRDD:
        """What ``textFile`` gives for a file of this content."""
        return self._kind(split_lines(content, minPartitions))

    def broadcast(self, value: Any) -> _Broadcast:
        return _Broadcast(value)

    def accumulator(self, value: Any) -> _Accumulator:
        return _Accumulator(value)


class OracleRDD(Composed):
    """Partitions as lists, with what is promised of them. Operators give new RDDs, actions plain values.

    ``by_arrival``: promised is what Spark promises. Reducers then meet map outputs in any order, and a shuffle makes
    any number of partitions unless it is told; else reducers meet them in map order, and there are as many as before.
    """

    by_arrival = False

    def __init__(
        self,
        partitions: Partitions,
        order: Order = Order.LISTED,
        layout: bool = True,
        partitioner: tuple[int, Callable[[Any], int] | None] | None = None,
        sort_key: Callable[[Any], Any] | None = None,
    ) -> None:
        self.partitions = partitions
        self.order = order
        self.layout = layout
        self.partitioner = partitioner
        self.sort_key = sort_key

    # --- record by record --------------------------------------------------------------------------------------

    def map(self, f: Callable[[Any], Any]) -> OracleRDD:
        return self._each(lambda records: list(map(f, records)))

    def filter(self, f: Callable[[Any], Any]) -> OracleRDD:
        return self._each(lambda records: list(filter(f, records)), keys_stay=True)

    def flatMap(self, f: Callable[[Any], Iterable[Any]]) -> OracleRDD:
        return self._each(lambda records: list(chain.from_iterable(map(f, records))))

    def mapValues(self, f: Callable[[Any], Any]) -> OracleRDD:
        return self._each(lambda pairs: [(key, f(value)) for key, value in pairs], keys_stay=True)

    def flatMapValues(self, f: Callable[[Any], Iterable[Any]]) -> OracleRDD:
        return self._each(lambda pairs: [(key, item) for key, value in pairs for item in f(value)], keys_stay=True)

    def keyBy(self, f: Callable[[Any], Any]) -> OracleRDD:
        return self.map(lambda record: (f(record), record))

    def keys(self) -> OracleRDD:
        return self.map(operator.itemgetter(0))

    def values(self) -> OracleRDD:
        return self.map(operator.itemgetter(1))

    # --- partition by partition ---------------------------------------------------------------------------------

    def mapPartitions(self, f: Callable[[Iterable[Any]], Iterable[Any]]) -> OracleRDD:
        """NotPromised unless what the function may look at is promised."""
        if f in RECORD_BY_RECORD:
            return self.flatMap(lambda record: f(iter([record])))
        self._demand(Order.FREE if f in ORDER_FREE else Order.LISTED, layout=True)
        return type(self)([list(f(iter(records))) for records in self.partitions])

    def mapPartitionsWithIndex(self, f: Callable[[int, Iterable[Any]], Iterable[Any]]) -> OracleRDD:
        """NotPromised unless partitions and their order are: the function may look at both."""
        self._demand(Order.LISTED, layout=True)
        return type(self)([list(f(index, iter(records))) for index, records in enumerate(self.partitions)])

    def glom(self) -> OracleRDD:
        return self.mapPartitions(lambda records: [list(records)])

    # --- several RDDs ----------------------------------------------------------------------------------------------

    def union(self, other: OracleRDD) -> OracleRDD:
        """One after the other; partition by partition if both have the same partitioner, which the union keeps."""
        order = min(self.order, other.order)
        order = order if order is Order.LISTED else Order.FREE
        layout = self.layout and other.layout
        if self.partitioner is not None and self.partitioner == other.partitioner:
            merged = [left + right for left, right in zip(self.partitions, other.partitions, strict=True)]
            order = order if layout else Order.FREE
            return type(self)(merged, order, layout, self.partitioner)
        return type(self)(self.partitions + other.partitions, order, layout)

    def join(self, other: OracleRDD, numPartitions: int | None = None) -> OracleRDD:
        """All pairs of a key's values: the left one's in their order, and for each the right one's in theirs."""
        both = self.cogroup(other, numPartitions)
        return both.flatMapValues(lambda sides: [(left, right) for left in sides[0] for right in sides[1]])

    def cogroup(self, other: OracleRDD, numPartitions: int | None = None) -> OracleRDD:
        tagged = self.mapValues(lambda value: (0, value)).union(other.mapValues(lambda value: (1, value)))
        return tagged.groupByKey(numPartitions).mapValues(
            lambda values: tuple([value for side, value in values if side == wanted] for wanted in (0, 1))
        )

    def cartesian(self, other: OracleRDD) -> OracleRDD:
        """Pairs in the order of both sides; a partition for each pair of partitions."""
        parts = [[(x, y) for x in left for y in right] for left in self.partitions for right in other.partitions]
        order = Order.LISTED if self.order is other.order is Order.LISTED else Order.FREE
        return type(self)(parts, order, self.layout and other.layout)

    def zip(self, other: OracleRDD) -> OracleRDD:
        """NotPromised unless order and layout of both sides are."""
        self._demand(Order.LISTED, layout=True)
        other._demand(Order.LISTED, layout=True)
        parts = [list(zip(*both, strict=True)) for both in zip(self.partitions, other.partitions, strict=True)]
        return type(self)(parts)

    # --- how many partitions ----------------------------------------------------------------------------------------

    def coalesce(self, numPartitions: int, shuffle: bool = False) -> OracleRDD:
        """Neighbours put together; with ``shuffle`` the records dealt out by their places, which must be promised."""
        if numPartitions < 1:
            raise ValueError(f"numPartitions must be positive: {numPartitions}")
        if not shuffle:
            before, after = len(self.partitions), min(len(self.partitions), numPartitions)
            ends = [(i + 1) * before // after for i in range(after)]
            runs = zip([0, *ends], ends, strict=False)
            parts = [list(chain.from_iterable(self.partitions[start:end])) for start, end in runs]
            return type(self)(parts, self.order, self.layout, None, self.sort_key)
        parts = [[] for _ in range(numPartitions)]
        for index, records in enumerate(self.partitions):
            first = first_reducer(index, numPartitions) + 1
            for place, record in enumerate(records):
                parts[(first + place // 10) % numPartitions].append(record)
        known = self.order is Order.LISTED and self.layout
        order = Order.LISTED if known and not self.by_arrival else Order.FREE
        return type(self)(parts, order, known or numPartitions == 1)

    def repartition(self, numPartitions: int) -> OracleRDD:
        return self.coalesce(numPartitions, shuffle=True)

    # --- by key -----------------------------------------------------------------------------------------------------

    def partitionBy(self, numPartitions: int, partitionFunc: Callable[[Any], int] | None = None) -> OracleRDD:
        """Map order, and each map partition's own order, are kept within a reducer's partition."""
        if self.partitioner == (numPartitions, partitionFunc):
            return self
        targets = [(partitionFunc or known_hash)(pair[0]) for pair in self._records()]
        layout = None not in targets
        parts: Partitions = [[] for _ in range(numPartitions)]
        for target, pair in zip(targets, self._records(), strict=True):
            parts[(target or 0) % numPartitions].append(pair)
        listed = self.order is Order.LISTED and not self.by_arrival and (layout or numPartitions == 1)
        order = Order.LISTED if listed else Order.FREE
        return type(self)(parts, order, layout or numPartitions == 1, (numPartitions, partitionFunc))

    def groupByKey(self, numPartitions: int | None = None) -> OracleRDD:
        """Values as lists, in the order of the records."""
        told = numPartitions is not None or not self.by_arrival
        numPartitions = numPartitions or len(self.partitions)
        groups: dict[Any, tuple[Any, list[Any]]] = {}
        for key, value in self._records():
            groups.setdefault(dict_key(key), (key, []))[1].append(value)
        grouped = type(self)([list(groups.values())]).partitionBy(numPartitions)
        partitioner = grouped.partitioner if told else None
        return type(self)(grouped.partitions, Order.FREE, grouped.layout and told, partitioner)

    def combineByKey(
        self,
        createCombiner: Callable[[Any], Any],
        mergeValue: Callable[[Any, Any], Any],
        mergeCombiners: Callable[[Any, Any], Any],
        numPartitions: int | None = None,
    ) -> OracleRDD:
        """As if one task met all values of a key in order, which lawful functions cannot tell from anything else."""

        def fold(values: list[Any]) -> Any:
            return functools.reduce(mergeValue, values[1:], createCombiner(values[0]))

        return self.groupByKey(numPartitions).mapValues(fold)

    def reduceByKey(self, func: Callable[[Any, Any], Any], numPartitions: int | None = None) -> OracleRDD:
        return self.combineByKey(lambda value: value, func, func, numPartitions)

    def distinct(self, numPartitions: int | None = None) -> OracleRDD:
        return self.map(lambda record: (record, None)).groupByKey(numPartitions).keys()

    def sortByKey(
        self, ascending: bool = True, numPartitions: int | None = None, keyfunc: Callable[[Any], Any] | None = None
    ) -> OracleRDD:
        """Stable in both directions. Up to 20 records a partition PySpark samples them all: the cuts are known."""
        told = numPartitions is not None or not self.by_arrival
        numPartitions = numPartitions or len(self.partitions)
        key_of = keyfunc or (lambda key: key)

        def pair_key(pair: Any) -> Any:
            return key_of(pair[0])

        pairs = sorted(self._records(), key=pair_key, reverse=not ascending)
        sample = sorted((pair[0] for pair in pairs), key=key_of)
        cuts = [sample[len(sample) * (i + 1) // numPartitions] for i in range(numPartitions - 1)] if sample else []
        parts: Partitions = [[] for _ in range(numPartitions)]
        for pair in pairs:
            index = bisect_left(cuts, pair_key(pair), key=key_of)
            parts[index if ascending else numPartitions - 1 - index].append(pair)
        order = Order.LISTED if self.order is Order.LISTED and not self.by_arrival else Order.SORTED
        layout = numPartitions == 1 or (keyfunc is None and 0 < len(pairs) <= 20 * numPartitions)
        return type(self)(parts, order, layout and told, None, pair_key)

    def repartitionAndSortWithinPartitions(self, numPartitions: int | None = None) -> OracleRDD:
        """Stable; which partition a record is in decides its place, so nothing is promised of order without that."""
        routed = self.partitionBy(numPartitions or len(self.partitions))
        parts = [sorted(part, key=operator.itemgetter(0)) for part in routed.partitions]
        order = max(routed.order, Order.SORTED) if routed.layout else Order.FREE
        return type(self)(parts, order, routed.layout, routed.partitioner, operator.itemgetter(0))

    # --- by place ---------------------------------------------------------------------------------------------------

    def zipWithIndex(self) -> OracleRDD:
        """NotPromised unless the whole sequence is; the layout does not matter."""
        self._demand(Order.LISTED, layout=False)
        places = count()
        return self._each(lambda records: [(record, next(places)) for record in records])

    def zipWithUniqueId(self) -> OracleRDD:
        """NotPromised unless partitions and their order are."""
        self._demand(Order.LISTED, layout=True)
        parts = enumerate(self.partitions)
        total = len(self.partitions)
        return type(self)([[(record, i * total + k) for i, record in enumerate(records)] for k, records in parts])

    def sample(self, withReplacement: bool, fraction: float, seed: int | None = None) -> OracleRDD:
        """PySpark's random numbers, one for each record of a partition in order. Else NotPromised."""
        if withReplacement or seed is None or fraction < 0:
            raise NotPromised("only samples without replacement, by a seed, are modelled")
        self._demand(Order.LISTED, layout=True)
        parts: Partitions = []
        for index, records in enumerate(self.partitions):
            numbers = random.Random(seed ^ index)
            for _ in range(10):
                numbers.randint(0, 1)
            parts.append([record for record in records if numbers.random() < fraction])
        return type(self)(parts, self.order, self.layout, self.partitioner)

    # --- keeping ----------------------------------------------------------------------------------------------------

    def cache(self) -> OracleRDD:
        return self

    persist = unpersist = cache

    # --- actions ----------------------------------------------------------------------------------------------------

    def collect(self) -> list[Any]:
        return list(self._records())

    def count(self) -> int:
        return len(self.collect())

    def sum(self) -> Any:
        return sum(self._records())

    def take(self, num: int) -> list[Any]:
        return list(islice(self._records(), max(num, 0)))

    def first(self) -> Any:
        """ValueError for an empty RDD."""
        for record in self._records():
            return record
        raise ValueError("an empty RDD has no first record")

    def takeOrdered(self, num: int, key: Callable[[Any], Any] | None = None) -> list[Any]:
        return sorted(self._records(), key=key)[:num]

    def reduce(self, f: Callable[[Any, Any], Any]) -> Any:
        """ValueError for an empty RDD."""
        if not self.count():
            raise ValueError("cannot reduce an empty RDD")
        return functools.reduce(f, self._records())

    def max(self, key: Callable[[Any], Any] | None = None) -> Any:
        return max(self._records(), key=key)

    def min(self, key: Callable[[Any], Any] | None = None) -> Any:
        return min(self._records(), key=key)

    def treeReduce(self, f: Callable[[Any, Any], Any], depth: int = 2) -> Any:
        return self.reduce(f)

    def fold(self, zeroValue: Any, op: Callable[[Any, Any], Any]) -> Any:
        """The zero enters once a partition and once more, as in PySpark."""
        return functools.reduce(op, [functools.reduce(op, part, zeroValue) for part in self.partitions], zeroValue)

    def getNumPartitions(self) -> int:
        return len(self.partitions)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _records(self) -> Iterable[Any]:
        return chain.from_iterable(self.partitions)

    def _each(self, f: Callable[[list[Any]], list[Any]], keys_stay: bool = False) -> OracleRDD:
        order = self.order if keys_stay or self.order is not Order.SORTED else Order.FREE
        partitioner = self.partitioner if keys_stay else None
        return type(self)(list(map(f, self.partitions)), order, self.layout, partitioner, self.sort_key)

    def _demand(self, order: Order, layout: bool) -> None:
        if self.order < order or self.layout < layout:
            raise NotPromised(f"order is {self.order.name}, layout is {'' if self.layout else 'not '}promised")


class SparkRDD(OracleRDD):
    """As little as Spark itself promises."""

    by_arrival = True
