"""Reductions of many partial results in several rounds, so that the last one merges few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import reduce as fold_left
from itertools import repeat
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.rdd.core import RDDBase, T_co, checked_function

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

U = TypeVar("U")


class TreeActions(RDDBase[T_co]):
    """``treeReduce`` and ``treeAggregate``."""

    def treeReduce(self: RDDBase[U], f: Callable[[U, U], U], depth: int = 2) -> U:
        """As ``reduce``, merging partial results in the workers over ``depth`` rounds.

        Raises ValueError if there are no records, or if ``depth`` is less than 1.

        >>> from operator import add
        >>> sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10).treeReduce(add)
        -5
        """
        _check_depth(depth)
        partials = self._narrow(MapPartitions(_Reduced(checked_function(f)), call_site()))
        result: U = merged(partials, f, depth)
        return result

    def treeAggregate(
        self, zeroValue: U, seqOp: Callable[[U, T_co], U], combOp: Callable[[U, U], U], depth: int = 2
    ) -> U:
        """As ``aggregate``, merging partial results in the workers over ``depth`` rounds; the zero value enters once a
        partition. Raises ValueError if ``depth`` is less than 1.

        >>> from operator import add
        >>> sc.parallelize([-5, -4, -3, -2, -1, 1, 2, 3, 4], 10).treeAggregate(0, add, add)
        -5
        """
        _check_depth(depth)
        checked_function(combOp)
        if self.getNumPartitions() == 0:
            return zeroValue
        partials = self._narrow(MapPartitions(_Folded(zeroValue, checked_function(seqOp)), call_site()))
        result: U = merged(partials, combOp, depth)
        return result


def merged(partials: RDD[Any], merge: Callable[[Any, Any], Any], depth: int) -> Any:
    """The records merged to one, by shuffles to ever fewer partitions. Raises ValueError if there are none."""
    count: float = partials.getNumPartitions()
    scale = max(ceil(count ** (1.0 / depth)), 2)
    while count > scale + count / scale:
        count /= scale
        keyed = partials._narrow(MapPartitions(_Dealt(int(count)), call_site()))
        partials = keyed.reduceByKey(merge, int(count)).values()
    return partials.reduce(merge)


def _check_depth(depth: int) -> None:
    if depth < 1:
        raise ValueError(f"Depth cannot be smaller than 1 but got {depth}.")


class _Reduced:
    """The partition's records merged to one; none if there are none."""

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        self.function = function

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterable[Any]:
        for first in records:
            return [fold_left(self.function, records, first)]
        return []


class _Folded:
    """The partition's records merged from a zero value of its own."""

    def __init__(self, zero: Any, function: Callable[[Any, Any], Any]) -> None:
        self.zero = zero
        self.function = function

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterable[Any]:
        return [fold_left(self.function, records, deepcopy(self.zero))]


class _Dealt:
    """Records with their partition's index, remainder by ``count``, as key."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterable[Any]:
        return zip(repeat(partition % self.count), records)
