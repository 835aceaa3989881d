"""How evenly tasks are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from minispark.engine.core.values import value


@value
class Spread:
    """Of one load a task. ``gini`` is 0 where all have the same, and nears 1 where one has everything."""

    total: int
    longest: int
    median: float
    gini: float


def spread_of(loads: Sequence[int]) -> Spread:
    """
    >>> spread_of([10, 10, 10, 70])
    Spread(total=100, longest=70, median=10.0, gini=0.45)
    """
    if not loads:
        return Spread(0, 0, 0.0, 0.0)
    return Spread(sum(loads), max(loads), float(median(loads)), round(gini_of(loads), 4))


def gini_of(loads: Sequence[int]) -> float:
    """Gini's coefficient: half the mean difference of two loads, as a share of the mean load (Gini, 1912).

    >>> gini_of([5, 5, 5]), round(gini_of([0, 0, 0, 9]), 3), gini_of([0, 0])
    (0.0, 0.75, 0.0)
    """
    count, total = len(loads), sum(loads)
    if not total:
        return 0.0
    weighted = sum(rank * load for rank, load in enumerate(sorted(loads), 1))
    return 2 * weighted / (count * total) - (count + 1) / count
