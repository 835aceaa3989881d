"""Actions: what makes an RDD be computed. Partial results come from the workers, and are merged there by user code."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import reduce as fold_left
from operator import add
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.program import ActionSink
from minispark.rdd.core import RDDBase, T_co, checked_function

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

K = TypeVar("K")
V = TypeVar("V")
U = TypeVar("U")
_PLAIN_NUMBERS = {int, float, bool, complex}


class Actions(RDDBase[T_co]):
    """``collect`` and its kind."""

    def collect(self) -> list[T_co]:
        """All records, in order of partitions. They must fit the driver (``spark.driver.maxResultSize``).

        >>> sc.parallelize([3, 1, 2], 2).collect()
        [3, 1, 2]
        """
        records: list[T_co] = []
        for part in self._run(ActionSink(None, "collect")):
            records.extend(part)
        return records

    def collectAsMap(self: Actions[tuple[K, V]]) -> dict[K, V]:
        """The pairs as a dict; of several values of a key the last one stays.

        >>> sc.parallelize([(1, 2), (3, 4)]).collectAsMap()[3]
        4
        """
        return dict(self._self().collect())

    def count(self) -> int:
        """The number of records.

        >>> sc.parallelize([2, 3, 4]).count()
        3
        """
        return sum(self._run(ActionSink(None, "count")))

    def sum(self: Actions[Any]) -> Any:
        """The sum of the records; 0 if there are none.

        >>> sc.parallelize([1.0, 2.0, 3.0]).sum()
        6.0
        """
        return self._merge(self._run(ActionSink(None, "sum")), sum, add)

    def reduce(self: Actions[U], f: Callable[[U, U], U]) -> U:
        """All records merged by an associative, commutative function. Raises ValueError if there are none.

        >>> from operator import add
        >>> sc.parallelize([1, 2, 3, 4, 5]).reduce(add)
        15
        """
        checked_function(f)
        parts: list[U] = [part[0] for part in self._run(ActionSink(_Reduce(f))) if part]
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        result: U = self._merge(parts, lambda values: fold_left(f, values), f)
        return result

    def fold(self: Actions[U], zeroValue: U, op: Callable[[U, U], U]) -> U:
        """``op`` over the records of each partition from ``zeroValue``, then over the results from it again.

        >>> from operator import add
        >>> sc.parallelize([1, 2, 3, 4, 5]).fold(0, add)
        15
        """
        checked_function(op)
        parts = self._run(ActionSink(_Fold(zeroValue, op)))
        result: U = self._merge(parts, lambda values: fold_left(op, values, zeroValue), op)
        return result

    def aggregate(self, zeroValue: U, seqOp: Callable[[U, T_co], U], combOp: Callable[[U, U], U]) -> U:
        """``seqOp`` over the records of each partition from ``zeroValue``, then ``combOp`` over the results.

        >>> total = sc.parallelize([1, 2, 3, 4])
        >>> total.aggregate((0, 0), lambda a, x: (a[0] + x, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]))
        (10, 4)
        """
        checked_function(seqOp)
        checked_function(combOp)
        parts = self._run(ActionSink(_Fold(zeroValue, seqOp)))
        result: U = self._merge(parts, lambda values: fold_left(combOp, values, zeroValue), combOp)
        return result

    def max(self, key: Callable[[T_co], Any] | None = None) -> T_co:
        """The largest record, or the one with the largest ``key``.

        >>> sc.parallelize([1.0, 5.0, 43.0, 10.0]).max()
        43.0
        """
        return self._self().reduce(_Extreme(max, key))

    def min(self, key: Callable[[T_co], Any] | None = None) -> T_co:
        """The smallest record, or the one with the smallest ``key``.

        >>> sc.parallelize([2.0, 5.0, 43.0, 10.0]).min()
        2.0
        """
        return self._self().reduce(_Extreme(min, key))

    def take(self, num: int) -> list[T_co]:
        """The first ``num`` records, from as few partitions as that takes.

        Raises ValueError if ``num`` is negative, where PySpark answers with an empty list.

        >>> sc.parallelize([2, 3, 4, 5, 6], 5).take(3)
        [2, 3, 4]
        """
        _checked_number(num)
        items: list[T_co] = []
        scanned, total = 0, self.getNumPartitions()
        while len(items) < num and scanned < total:
            wanted = 1 if scanned == 0 else scanned * 4
            if items:  # grow by what the partitions so far promise, half as much again
                wanted = min(max(int(1.5 * num * scanned / len(items)) - scanned, 1), scanned * 4)
            parts = range(scanned, min(scanned + wanted, total))
            for part in self._run(ActionSink(None, "take", num - len(items)), parts):
                items.extend(part[: num - len(items)])
            scanned = parts.stop
        return items

    def first(self) -> T_co:
        """The first record. Raises ValueError if there is none.

        >>> sc.parallelize([2, 3, 4]).first()
        2
        """
        items = self.take(1)
        if not items:
            raise ValueError("RDD is empty")
        return items[0]

    def isEmpty(self) -> bool:
        """Whether there is no record.

        >>> sc.parallelize([]).isEmpty()
        True
        """
        return self.getNumPartitions() == 0 or not self.take(1)

    def takeOrdered(self, num: int, key: Callable[[T_co], Any] | None = None) -> list[T_co]:
        """The ``num`` smallest records, or those with the smallest ``key``, in order.

        >>> sc.parallelize([10, 1, 2, 9, 3, 4, 5, 6, 7], 2).takeOrdered(3, key=lambda x: -x)
        [10, 9, 7]
        """
        return self._ordered(num, key, heapq.nsmallest)

    def top(self, num: int, key: Callable[[T_co], Any] | None = None) -> list[T_co]:
        """The ``num`` largest records, or those with the largest ``key``, largest first.

        >>> sc.parallelize([10, 4, 2, 12, 3]).top(1)
        [12]
        """
        return self._ordered(num, key, heapq.nlargest)

    def foreach(self, f: Callable[[T_co], Any]) -> None:
        """Call ``f`` for each record, in the workers.

        >>> total = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3]).foreach(lambda x: total.add(x))
        >>> total.value
        6
        """
        self._run(ActionSink(_ForEach(checked_function(f))))

    def foreachPartition(self, f: Callable[[Iterator[T_co]], Any]) -> None:
        """Call ``f`` with the iterator of each partition, in the workers.

        >>> total = sc.accumulator(0)
        >>> sc.parallelize([1, 2, 3], 2).foreachPartition(lambda records: total.add(sum(records)))
        >>> total.value
        6
        """
        self._run(ActionSink(_ForEachPartition(checked_function(f))))

    def countByValue(self: Actions[K]) -> dict[K, int]:
        """How often each record occurs.

        >>> sorted(sc.parallelize([1, 2, 1, 2, 2], 2).countByValue().items())
        [(1, 2), (2, 3)]
        """
        from collections import defaultdict

        counts: dict[K, int] = defaultdict(int)
        for part in self._run(ActionSink(_count_values)):
            for record, count in part:
                counts[record] += count
        return counts

    def countByKey(self: Actions[tuple[K, V]]) -> dict[K, int]:
        """How many pairs each key has.

        >>> sorted(sc.parallelize([("a", 1), ("b", 1), ("a", 1)]).countByKey().items())
        [('a', 2), ('b', 1)]
        """
        return self._self().keys().countByValue()

    # --- how they run ----------------------------------------------------------------------------------------------

    def _run(self, sink: ActionSink, partitions: Iterable[int] | None = None) -> list[Any]:
        """The sink's value of each partition, in order of partitions."""
        return self.ctx._run(self._node, sink, partitions, call_site())

    def _merge(self, parts: list[Any], merge: Callable[[list[Any]], Any], function: Callable[..., Any]) -> Any:
        """Merge partial results: here where that runs no user code, else in a worker."""
        if function is add and set(map(type, parts)) <= _PLAIN_NUMBERS:
            return merge(parts)
        rdd: RDD[Any] = self.ctx._hidden([parts])
        return self.ctx._run(rdd._node, ActionSink(_MergeParts(merge)), None, call_site())[0]

    def _ordered(self, num: int, key: Callable[[Any], Any] | None, pick: Callable[..., list[Any]]) -> list[Any]:
        _checked_number(num)
        if key is not None:
            checked_function(key)
        parts = self._run(ActionSink(_Ordered(pick, num, key)))
        if sum(map(len, parts)) == 0:
            return []
        flat = [record for part in parts for record in part]
        result: list[Any] = self._merge(flat, lambda records: pick(num, records, key), pick)
        return result


def _checked_number(num: Any, least: int = 0) -> None:
    if not isinstance(num, int) or isinstance(num, bool):
        raise TypeError(f"{call_site().operation} needs a whole number of records, not {num!r}")
    if num < least:
        raise ValueError(f"{call_site().operation} needs a number of records of at least {least}, not {num!r}")


class _Reduce:
    """``[the partition reduced]``, or ``[]`` if it is empty."""

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self.function = function

    def __call__(self, partition: int, records: Iterator[Any]) -> list[Any]:
        for first in records:
            return [fold_left(self.function, records, first)]
        return []


class _Fold:
    """The partition folded from a zero value."""

    def __init__(self, zero: Any, function: Callable[[Any, Any], Any]) -> None:
        self.zero = zero
        self.function = function

    def __call__(self, partition: int, records: Iterator[Any]) -> Any:
        from copy import deepcopy  # an operator may change its first argument; the program serves many partitions

        return fold_left(self.function, records, deepcopy(self.zero))


class _Extreme:
    """``max`` or ``min`` of two, by key."""

    def __init__(self, pick: Callable[..., Any], key: Callable[[Any], Any] | None) -> None:
        self.pick = pick
        self.key = key

    def __call__(self, left: Any, right: Any) -> Any:
        return self.pick(left, right) if self.key is None else self.pick(left, right, key=self.key)


class _Ordered:
    """The first ``num`` of the partition in order."""

    def __init__(self, pick: Callable[..., list[Any]], num: int, key: Callable[[Any], Any] | None) -> None:
        self.pick = pick
        self.num = num
        self.key = key

    def __call__(self, partition: int, records: Iterator[Any]) -> list[Any]:
        return self.pick(self.num, records, self.key)


class _ForEach:
    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, partition: int, records: Iterator[Any]) -> None:
        function = self.function
        for record in records:
            function(record)


class _ForEachPartition:
    def __init__(self, function: Callable[[Iterator[Any]], Any]) -> None:
        self.function = function

    def __call__(self, partition: int, records: Iterator[Any]) -> None:
        result = self.function(records)
        if isinstance(result, Iterator):  # a generator function: its body runs only when it is read
            for _ in result:
                pass


class _MergeParts:
    """``merge`` of the one record that holds all partial results."""

    def __init__(self, merge: Callable[[list[Any]], Any]) -> None:
        self.merge = merge

    def __call__(self, partition: int, records: Iterator[Any]) -> Any:
        return self.merge(next(records))


def _count_values(partition: int, records: Iterator[Any]) -> list[tuple[Any, int]]:
    from collections import Counter

    return list(Counter(records).items())
