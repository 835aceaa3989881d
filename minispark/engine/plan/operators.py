"""Operator descriptors: what a narrow step does, as a value the engine can recognise, fuse, measure and replay.

An operator holds the user's function and where it was called; how it runs is decided by ``engine.kernels``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Combine


@value
class Map:
    """One record to one record."""

    function: Callable[[Any], Any]
    site: CallSite


@value
class Filter:
    """Keeps records for which the function is true."""

    function: Callable[[Any], Any]
    site: CallSite


@value
class FlatMap:
    """One record to the items of an iterable."""

    function: Callable[[Any], Iterable[Any]]
    site: CallSite


@value
class KeyBy:
    """``x`` to ``(f(x), x)``."""

    function: Callable[[Any], Any]
    site: CallSite


@value
class MapValues:
    """``(k, v)`` to ``(k, f(v))``."""

    function: Callable[[Any], Any]
    site: CallSite


@value
class FlatMapValues:
    """``(k, v)`` to ``(k, w)`` for each ``w`` in ``f(v)``."""

    function: Callable[[Any], Iterable[Any]]
    site: CallSite


@value
class Keys:
    """``(k, v)`` to ``k``."""

    site: CallSite


@value
class Values:
    """``(k, v)`` to ``v``."""

    site: CallSite


@value
class MapPartitions:
    """The iterator of a partition to an iterable; ``function(index, iterator)``. With ``barrier`` the tasks of its
    stage run all at once."""

    function: Callable[[int, Iterator[Any]], Iterable[Any]]
    site: CallSite
    barrier: bool = False


@value
class Glom:
    """All records of a partition as one list."""

    site: CallSite


@value
class CombineLocally:
    """Combine the values of each key within the partition: keys are routed already, so nothing is shuffled."""

    exchange: Combine
    site: CallSite


@value
class SortLocally:
    """The ``(key, value)`` pairs of the partition in order of ``key(k)`` (None: the key itself), equal ones as met."""

    key: Callable[[Any], Any] | None
    ascending: bool
    site: CallSite


@value
class Quarantine:
    """Passes records on. Those on which an operator before it fails are dead letters of quarantine ``id`` instead,
    ``errors_max`` of them at most, in ``directory``; ``kernels.guarding`` says how far back it reaches."""

    id: int
    directory: str
    errors_max: int
    site: CallSite


WholePartition = MapPartitions | Glom | CombineLocally | SortLocally
"""Operators over the iterator of a partition; all others work record by record."""

Operator = Map | Filter | FlatMap | KeyBy | MapValues | FlatMapValues | Keys | Values | Quarantine | WholePartition
