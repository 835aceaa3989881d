"""A number for each record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, count
from typing import TYPE_CHECKING, Any

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.engine.plan.program import ActionSink
from minispark.rdd.core import RDDBase, T_co

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD


class Numbering(RDDBase[T_co]):
    """``zipWithIndex`` and its kind."""

    def zipWithIndex(self) -> RDD[tuple[T_co, int]]:
        """Each record with its place among all, from 0, in order of partitions.

        Of more than one partition, all but the last are counted first, by a job that runs now.

        >>> sc.parallelize(["a", "b", "c", "d"], 3).zipWithIndex().collect()
        [('a', 0), ('b', 1), ('c', 2), ('d', 3)]
        """
        last = max(self.getNumPartitions() - 1, 0)
        counts = self._self()._run(ActionSink(None, "count"), range(last))
        starts = tuple(accumulate(counts, initial=0))
        return self._narrow(MapPartitions(_Numbered(starts, 1), call_site()))

    def zipWithUniqueId(self) -> RDD[tuple[T_co, int]]:
        """Each record with a number of its own: of n partitions, the k-th has k, n + k, 2 * n + k, ... Runs no job.

        >>> sc.parallelize(["a", "b", "c", "d", "e"], 3).zipWithUniqueId().collect()
        [('a', 0), ('b', 1), ('c', 4), ('d', 2), ('e', 5)]
        """
        total = self.getNumPartitions()
        return self._narrow(MapPartitions(_Numbered(range(total), total), call_site()))


class _Numbered:
    """Records with numbers from the start of their partition on, by steps."""

    def __init__(self, starts: tuple[int, ...] | range, step: int) -> None:
        self.starts = starts
        self.step = step

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterator[Any]:
        return zip(records, count(self.starts[partition], self.step))
