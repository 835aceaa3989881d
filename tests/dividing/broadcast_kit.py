"""A side that is expected to be large beside one that is small, and whether a join of them was broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dividing_kit import Seen

from minispark import RDD, SparkContext
from minispark.engine.plan.partitioners import portable_hash
from minispark.observe import listening
from minispark.testing.compare import fingerprint

JOINS = ("join", "leftOuterJoin", "rightOuterJoin")
MANY = [(n % 50, n) for n in range(600)] + [(None, 1), (float("nan"), 2), (True, 3), (1.0, 4)]
FEW = [(n, f"name of {n}") for n in range(0, 80, 2)] + [(1, "one"), (1, "uno"), (None, "nobody"), (float("nan"), "?")]


def large(sc: SparkContext, records: list[Any], partitions: int = 3) -> RDD[Any]:
    """These records alone, of what is expected to be a megabyte: nobody knows what a filter lets through."""
    nothing = sc.range(0, 150_000, 1, 2).filter(lambda n: n < 0).map(lambda n: (n, n))
    return sc.parallelize(records, partitions).union(nothing)


def joined(sc: SparkContext, how: str, many: list[Any], few: list[Any], small: str = "") -> RDD[Any]:
    """``many`` with ``few``, the small one on the ``small`` side, else on the one where it may be broadcast."""
    one, other = large(sc, many), sc.parallelize(few, 2)
    if small == "left" or (not small and how == "rightOuterJoin"):
        one, other = other, one
    return getattr(one, how)(other, 4)


def compared(records: list[Any]) -> list[Any]:
    """In an order of their own, and keys by their hash: which of equal ones stands for them is not promised."""
    return sorted(repr((portable_hash(key), fingerprint(values))) for key, values in records)


def decisions(sc: SparkContext, action: Callable[[], object]) -> list[str]:
    """What was decided while ``action`` ran."""
    with listening(sc, Seen()) as seen:
        action()
    return [f"{each.what}: {each.why}" for each in seen.decisions]


def was_broadcast(told: list[str]) -> bool:
    return any(" is broadcast" in each for each in told)
