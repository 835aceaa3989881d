"""The part of the model that is made of other operators."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from minispark.testing.rules import dict_key

Model = Any
"""An ``OracleRDD``, which this is a base of."""


class Composed:
    """Operators by key and as sets, the obvious way."""

    def leftOuterJoin(self: Model, other: Model, numPartitions: int | None = None) -> Model:
        both = self.cogroup(other, numPartitions)
        return both.flatMapValues(lambda sides: [(left, right) for left in sides[0] for right in sides[1] or [None]])

    def rightOuterJoin(self: Model, other: Model, numPartitions: int | None = None) -> Model:
        both = self.cogroup(other, numPartitions)
        return both.flatMapValues(lambda sides: [(left, right) for left in sides[0] or [None] for right in sides[1]])

    def fullOuterJoin(self: Model, other: Model, numPartitions: int | None = None) -> Model:
        both = self.cogroup(other, numPartitions)
        return both.flatMapValues(lambda sides: [(v, w) for v in sides[0] or [None] for w in sides[1] or [None]])

    def subtractByKey(self: Model, other: Model, numPartitions: int | None = None) -> Model:
        both = self.cogroup(other, numPartitions)
        return both.flatMapValues(lambda sides: [] if sides[1] else sides[0])

    def subtract(self: Model, other: Model, numPartitions: int | None = None) -> Model:
        return _as_keys(self).subtractByKey(_as_keys(other), numPartitions).keys()

    def intersection(self: Model, other: Model) -> Model:
        both = _as_keys(self).cogroup(_as_keys(other))
        return both.flatMapValues(lambda sides: [None] if sides[0] and sides[1] else []).keys()

    def aggregateByKey(
        self: Model,
        zeroValue: Any,
        seqFunc: Callable[[Any, Any], Any],
        combFunc: Callable[[Any, Any], Any],
        numPartitions: int | None = None,
    ) -> Model:
        """The zero enters once a key of a partition, so that one which changes something depends on the layout."""

        def combined(pairs: list[Any]) -> list[Any]:
            combiners: dict[Any, tuple[Any, Any]] = {}
            for key, value in pairs:
                first, so_far = combiners.get(dict_key(key)) or (key, deepcopy(zeroValue))
                combiners[dict_key(key)] = (first, seqFunc(so_far, value))
            return list(combiners.values())

        return self._each(combined, keys_stay=True).reduceByKey(combFunc, numPartitions)

    def foldByKey(
        self: Model, zeroValue: Any, func: Callable[[Any, Any], Any], numPartitions: int | None = None
    ) -> Model:
        return self.aggregateByKey(zeroValue, func, func, numPartitions)

    def groupBy(self: Model, f: Callable[[Any], Any], numPartitions: int | None = None) -> Model:
        return self.keyBy(f).groupByKey(numPartitions)


def _as_keys(rdd: Model) -> Model:
    return rdd.map(lambda record: (record, None))
