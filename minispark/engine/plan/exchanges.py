"""How a shuffle's map side prepares records and its reduce side merges them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import value


@value
class Combine:
    """``(k, v)`` to ``(k, c)`` with combiners on both sides (``combineByKey``); ``create`` None: the value itself."""

    create: Callable[[Any], Any] | None
    merge_value: Callable[[Any, Any], Any]
    merge_combiners: Callable[[Any, Any], Any]


@value
class Group:
    """``(k, v)`` to ``(k, all values)``; also each side of a join or cogroup."""


@value
class Distinct:
    """Records are keys; one of each is kept."""


@value
class Plain:
    """``(k, v)`` as they come: ``partitionBy``."""


@value
class Spread:
    """Records of any kind dealt out to the reducers in turn, ten at a time: ``repartition``."""


@value
class Sort:
    """``(k, v)`` in order of ``key(k)``; bounds are found after the map side ran."""

    key: Callable[[Any], Any] | None
    ascending: bool


Exchange = Combine | Group | Distinct | Plain | Spread | Sort
