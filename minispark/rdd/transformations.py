"""Narrow transformations: a partition of the result needs one partition of each parent."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import Filter, FlatMap, Glom, KeyBy, Map, MapPartitions
from minispark.errors import PySparkRuntimeError
from minispark.rdd.core import RDDBase, T_co, checked_function

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

K = TypeVar("K")
U = TypeVar("U")


class WithoutIndex:
    """``f(iterator)`` as ``f(index, iterator)``."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, index: int, records: Iterator[Any]) -> Any:
        return self.function(records)


class Transformations(RDDBase[T_co]):
    """``map`` and its kind."""

    def map(self, f: Callable[[T_co], U], preservesPartitioning: bool = False) -> RDD[U]:
        """Apply ``f`` to each record.

        >>> sc.parallelize(["b", "a", "c"]).map(lambda x: (x, 1)).collect()
        [('b', 1), ('a', 1), ('c', 1)]
        """
        return self._narrow(Map(checked_function(f), call_site()), preservesPartitioning)

    def filter(self, f: Callable[[T_co], bool]) -> RDD[T_co]:
        """Keep the records for which ``f`` is true.

        >>> sc.parallelize([1, 2, 3, 4, 5]).filter(lambda x: x % 2 == 0).collect()
        [2, 4]
        """
        return self._narrow(Filter(checked_function(f), call_site()), True)

    def flatMap(self, f: Callable[[T_co], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Apply ``f`` to each record and take the items of what it returns.

        >>> sc.parallelize([2, 3, 4]).flatMap(lambda x: range(1, x)).collect()
        [1, 1, 2, 1, 2, 3]
        """
        return self._narrow(FlatMap(checked_function(f), call_site()), preservesPartitioning)

    def mapPartitions(self, f: Callable[[Iterator[T_co]], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Apply ``f`` to the iterator of each partition.

        >>> sc.parallelize([1, 2, 3, 4], 2).mapPartitions(lambda records: [sum(records)]).collect()
        [3, 7]
        """
        function = WithoutIndex(checked_function(f))
        return self._narrow(MapPartitions(function, call_site()), preservesPartitioning)

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterator[T_co]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Apply ``f`` to the index and the iterator of each partition.

        >>> sc.parallelize([1, 2, 3, 4], 4).mapPartitionsWithIndex(lambda i, records: [i]).sum()
        6
        """
        return self._narrow(MapPartitions(checked_function(f), call_site()), preservesPartitioning)

    def mapPartitionsWithSplit(
        self, f: Callable[[int, Iterator[T_co]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """``mapPartitionsWithIndex``, under the name it had before; a FutureWarning says so."""
        site = call_site()
        warnings.warn_explicit(
            "mapPartitionsWithSplit is deprecated; use mapPartitionsWithIndex instead",
            FutureWarning,
            site.file,
            site.line,
        )
        return self.mapPartitionsWithIndex(f, preservesPartitioning)

    def keyBy(self, f: Callable[[T_co], K]) -> RDD[tuple[K, T_co]]:
        """Pairs ``(f(x), x)``.

        >>> sc.parallelize(range(3)).keyBy(lambda x: x * x).collect()
        [(0, 0), (1, 1), (4, 2)]
        """
        return self._narrow(KeyBy(checked_function(f), call_site()))

    def glom(self) -> RDD[list[T_co]]:
        """Each partition as one list.

        >>> sc.parallelize([1, 2, 3, 4], 2).glom().collect()
        [[1, 2], [3, 4]]
        """
        return self._narrow(Glom(call_site()))

    def union(self, other: RDD[U]) -> RDD[T_co | U]:
        """The records of both, duplicates kept: this RDD's partitions, then the other's.

        >>> rdd = sc.parallelize([1, 1, 2, 3])
        >>> rdd.union(rdd).collect()
        [1, 1, 2, 3, 1, 1, 2, 3]
        """
        return self.ctx.union([self._self(), other])

    frame_of: ClassVar[Callable[..., Any] | None] = None
    """What makes a DataFrame of an RDD; the first SparkSession sets it, since DataFrames lie above RDDs."""

    def toDF(self, schema: Any = None, sampleRatio: float | None = None) -> Any:
        """A DataFrame of the records: rows, tuples, dicts; see ``SparkSession.createDataFrame``.

        Raises PySparkRuntimeError before there is a SparkSession.
        """
        make = type(self._self()).frame_of
        if make is None:
            raise PySparkRuntimeError(
                "toDF needs a SparkSession; make one first: SparkSession.builder.getOrCreate()",
                "NO_ACTIVE_OR_DEFAULT_SESSION",
                {},
            )
        return make(self._self(), schema, sampleRatio)

    def __add__(self, other: RDD[U]) -> RDD[T_co | U]:
        return self.union(other) if isinstance(other, RDDBase) else NotImplemented
