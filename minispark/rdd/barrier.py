"""Stages whose tasks all run at once, so that they can wait for each other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.rdd.boundary import users_boundary
from minispark.rdd.core import RDDBase, T_co, checked_function
from minispark.rdd.transformations import WithoutIndex

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")


@users_boundary
class RDDBarrier(Generic[T]):
    """An RDD whose next operator runs as a barrier stage (``pyspark.RDDBarrier``); made by ``RDD.barrier``.

    All tasks of the stage run at once, each in its own worker, or none: an action that would need more workers than
    there are raises a RuntimeError before anything runs. When one task fails for a reason that is retried, all run
    again.
    """

    def __init__(self, rdd: RDD[T]) -> None:
        self.rdd = rdd

    def __repr__(self) -> str:
        """Named as the program knows it, which may be by PySpark's name."""
        known = getattr(sys.modules.get("pyspark"), "RDDBarrier", None) is type(self)
        return f"<{'pyspark.core.rdd' if known else __name__}.RDDBarrier of {self.rdd!r}>"

    def mapPartitions(self, f: Callable[[Iterator[T]], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """As ``RDD.mapPartitions``; ``f`` may use ``BarrierTaskContext``.

        >>> sc.parallelize([1, 2], 1).barrier().mapPartitions(lambda records: [sum(records)]).collect()
        [3]
        """
        operator = MapPartitions(WithoutIndex(checked_function(f)), call_site(), barrier=True)
        return self.rdd._narrow(operator, preservesPartitioning)

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """As ``RDD.mapPartitionsWithIndex``; ``f`` may use ``BarrierTaskContext``.

        >>> sc.parallelize([1, 2], 1).barrier().mapPartitionsWithIndex(lambda index, records: [index]).collect()
        [0]
        """
        return self.rdd._narrow(MapPartitions(checked_function(f), call_site(), barrier=True), preservesPartitioning)


class Barriers(RDDBase[T_co]):
    """``barrier``."""

    def barrier(self) -> RDDBarrier[T_co]:
        """Have the next operator run as a barrier stage.

        >>> rdd = sc.parallelize([1, 2], 1)
        >>> from minispark import BarrierTaskContext
        >>> rdd.barrier().mapPartitions(lambda records: BarrierTaskContext.get().allGather("hello")).collect()
        ['hello']
        """
        return RDDBarrier(self._self())
