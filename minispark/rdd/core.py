"""What all families of RDD methods share: an RDD is a context and a lineage node, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from minispark.engine.core.errors import ContextInTaskError
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.nodes import NarrowNode, Node
from minispark.engine.plan.operators import Operator
from minispark.engine.plan.partitioners import Partitioner

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext
    from minispark.rdd.rdd import RDD

T_co = TypeVar("T_co", covariant=True)


class RDDBase(Generic[T_co]):
    """The state of an RDD and the helpers that its families of methods use."""

    def __init__(self, context: SparkContext, node: Node) -> None:
        self.ctx = context
        self._node = node
        self._name: str | None = None

    # --- looking at it ---------------------------------------------------------------------------------------------

    @property
    def context(self) -> SparkContext:
        """The context that made this RDD."""
        return self.ctx

    @property
    def partitioner(self) -> Partitioner | None:
        """How keys were routed to partitions, if they were."""
        return self._node.partitioner

    def id(self) -> int:
        """A number unique to this RDD in its context."""
        return self._node.id

    def name(self) -> str | None:
        """The name given by ``setName``."""
        return self._name

    def setName(self, name: str) -> RDD[T_co]:
        """Name this RDD."""
        self._name = name
        return self._self()

    def getNumPartitions(self) -> int:
        """The number of partitions.

        >>> sc.parallelize([1, 2, 3, 4], 2).getNumPartitions()
        2
        """
        return self._node.partitions

    def __repr__(self) -> str:
        site = self._node.site
        kind = type(self).__name__ if self._node.partitions else "EmptyRDD"
        return f"{self._name or kind}[{self._node.id}] from {site}"

    def __reduce__(self) -> NoReturn:
        raise ContextInTaskError(
            f"{self!r} is used inside a function that runs in a worker; RDDs, contexts and actions exist only in the "
            "driver. Collect what the function needs first (rdd.collect(), or sc.broadcast of it), or join the two RDDs"
        )

    # --- making others ---------------------------------------------------------------------------------------------

    def _self(self) -> RDD[T_co]:
        return self  # type: ignore[return-value]  # every instance is an RDD: this class is its base alone

    def _make(self, node: Node) -> RDD[Any]:
        return type(self)(self.ctx, node)  # type: ignore[return-value]  # as for _self

    def _narrow(self, operator: Operator, keep_partitioner: bool = False) -> RDD[Any]:
        node = self._node
        partitioner = node.partitioner if keep_partitioner else None
        return self._make(NarrowNode(self.ctx._next_id(), node.partitions, operator.site, node, operator, partitioner))

    def _reduce_partitions(self, wanted: int | None) -> int:
        """The number of reducers: as asked, else ``spark.default.parallelism`` if set, else as many as now."""
        if wanted is not None:
            return checked_partitions(wanted)
        return self.ctx._reduce_partitions_default(self._node.partitions)


def checked_partitions(count: Any) -> int:
    """A partition count as given by the user. Raises TypeError or ValueError naming it."""
    if not isinstance(count, int) or isinstance(count, bool):
        raise TypeError(f"the number of partitions must be an int, not {count!r}")
    if count < 1:
        raise ValueError(f"the number of partitions must be at least 1, not {count}")
    return count


def checked_function(function: Any) -> Callable[..., Any]:
    """A function as given by the user. Raises TypeError naming what was given instead, and to which operator."""
    if not callable(function):
        raise TypeError(f"{call_site().operation} needs a function, not {function!r:.200}")
    checked: Callable[..., Any] = function
    return checked
