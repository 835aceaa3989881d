"""How many partitions there are and what stands in them: coalesce, repartition; and two RDDs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.exchanges import Spread
from minispark.engine.plan.nodes import CartesianNode, CoalescedNode, ShuffledNode, ZipNode
from minispark.engine.plan.partitioners import Partitioner
from minispark.rdd.core import RDDBase, T_co, checked_partitions

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

U = TypeVar("U")


class Partitioning(RDDBase[T_co]):
    """Methods that change the layout and keep the records."""

    def coalesce(self, numPartitions: int, shuffle: bool = False) -> RDD[T_co]:
        """At most ``numPartitions`` partitions, each of neighbouring ones put together, which moves no record.

        With ``shuffle`` exactly ``numPartitions``, and the records dealt out evenly. Raises ValueError for a number
        below 1, TypeError for what is no int.

        >>> sc.parallelize([1, 2, 3, 4, 5], 3).glom().collect()
        [[1], [2, 3], [4, 5]]
        >>> sc.parallelize([1, 2, 3, 4, 5], 3).coalesce(1).glom().collect()
        [[1, 2, 3, 4, 5]]
        """
        count, node, site = checked_partitions(numPartitions), self._node, call_site()
        if not shuffle:
            return self._make(CoalescedNode(self.ctx._next_id(), min(count, node.partitions), site, node))
        dep = self.ctx._shuffle(node, Spread(), Partitioner(count), site)
        return self._make(ShuffledNode(self.ctx._next_id(), count, site, dep))

    def repartition(self, numPartitions: int) -> RDD[T_co]:
        """The records dealt out to exactly ``numPartitions`` partitions, ten at a time as in PySpark.

        Where a record goes depends on its place only, so computing again gives the same. Raises ValueError for a number
        below 1. To have fewer partitions without moving records, use ``coalesce``.

        >>> rdd = sc.parallelize(range(100), 4).repartition(2)
        >>> rdd.getNumPartitions(), sorted(rdd.collect()) == list(range(100))
        (2, True)
        """
        return self.coalesce(numPartitions, shuffle=True)

    def cartesian(self, other: RDD[U]) -> RDD[tuple[T_co, U]]:
        """Every pair of a record here and one of ``other``. Raises TypeError if that is no RDD.

        A task computes one partition of ``other`` once and keeps it, on disk if need be.

        >>> rdd = sc.parallelize([1, 2])
        >>> sorted(rdd.cartesian(rdd).collect())
        [(1, 1), (1, 2), (2, 1), (2, 2)]
        """
        left, right = self._node, self._other(other)._node
        total = left.partitions * right.partitions
        return self._make(CartesianNode(self.ctx._next_id(), total, call_site(), left, right))

    def zip(self, other: RDD[U]) -> RDD[tuple[T_co, U]]:
        """The first record here with the first of ``other``, and so on.

        Raises ValueError at once if the numbers of partitions differ, and at the action if those of records in a
        partition do; TypeError if ``other`` is no RDD.

        >>> sc.parallelize(range(0, 5)).zip(sc.parallelize(range(1000, 1005))).collect()
        [(0, 1000), (1, 1001), (2, 1002), (3, 1003), (4, 1004)]
        """
        left, right = self._node, self._other(other)._node
        if left.partitions != right.partitions:
            raise ValueError(
                "Can only zip with RDD which has the same number of partitions: "
                f"there are {left.partitions} here and {right.partitions} in the other"
            )
        return self._make(ZipNode(self.ctx._next_id(), left.partitions, call_site(), left, right))

    def _other(self, other: RDD[U]) -> RDD[U]:
        operation = call_site().operation
        if not isinstance(other, RDDBase):
            raise TypeError(f"{operation} needs another RDD, not {other!r:.200}")
        if other.ctx is not self.ctx:
            raise ValueError(f"{operation}: {other!r} belongs to another context")
        return other
