"""How a shuffle's map side prepares records and its reduce side merges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Combine:
    """``(k, v)`` to ``(k, c)`` with combiners on both sides (``combineByKey``); ``create`` None: the value itself."""

    create: Callable[[Any], Any] | None
    merge_value: Callable[[Any, Any], Any]
    merge_combiners: Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Group:
    """``(k, v)`` to ``(k, all values)``; also each side of a join or cogroup."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """Records are keys; one of each is kept."""


@dataclass(frozen=True, slots=True)
class Plain:
    """``(k, v)`` as they come: ``partitionBy``."""


@dataclass(frozen=True, slots=True)
class Sort:
    """``(k, v)`` in order of ``key(k)``; bounds are found after the map side ran."""

    key: Callable[[Any], Any] | None
    ascending: bool


Exchange = Combine | Group | Distinct | Plain | Sort
