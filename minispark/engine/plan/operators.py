"""Operator descriptors: what a narrow step does, as a value the engine can recognise, fuse, measure and replay.

An operator holds the user's function and where it was called; how it runs is decided by ``engine.kernels``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Combine


@dataclass(frozen=True, slots=True)
class Map:
    """One record to one record."""

    function: Callable[[Any], Any]
    site: CallSite


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps records for which the function is true."""

    function: Callable[[Any], Any]
    site: CallSite


@dataclass(frozen=True, slots=True)
class FlatMap:
    """One record to the items of an iterable."""

    function: Callable[[Any], Iterable[Any]]
    site: CallSite


@dataclass(frozen=True, slots=True)
class KeyBy:
    """``x`` to ``(f(x), x)``."""

    function: Callable[[Any], Any]
    site: CallSite


@dataclass(frozen=True, slots=True)
class MapValues:
    """``(k, v)`` to ``(k, f(v))``."""

    function: Callable[[Any], Any]
    site: CallSite


@dataclass(frozen=True, slots=True)
class FlatMapValues:
    """``(k, v)`` to ``(k, w)`` for each ``w`` in ``f(v)``."""

    function: Callable[[Any], Iterable[Any]]
    site: CallSite


@dataclass(frozen=True, slots=True)
class Keys:
    """``(k, v)`` to ``k``."""

    site: CallSite


@dataclass(frozen=True, slots=True)
class Values:
    """``(k, v)`` to ``v``."""

    site: CallSite


@dataclass(frozen=True, slots=True)
class MapPartitions:
    """The iterator of a partition to an iterable; ``function(index, iterator)``."""

    function: Callable[[int, Iterator[Any]], Iterable[Any]]
    site: CallSite


@dataclass(frozen=True, slots=True)
class Glom:
    """All records of a partition as one list."""

    site: CallSite


@dataclass(frozen=True, slots=True)
class CombineLocally:
    """Combine the values of each key within the partition: keys are routed already, so nothing is shuffled."""

    exchange: Combine
    site: CallSite


Operator = (
    Map | Filter | FlatMap | KeyBy | MapValues | FlatMapValues | Keys | Values | MapPartitions | Glom | CombineLocally
)
