"""What the remedies must give, on lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import add
from typing import Any

from minispark import RDD, SparkContext, skew
from minispark.engine.shuffle.nan import unify_nan
from minispark.testing import assert_same_records

KINDS = ("inner", "left", "right", "full", "semi", "anti")
Records = list[tuple[Any, Any]]


def by_key(records: Records) -> dict[Any, list[Any]]:
    """Values by key: a dict tells keys apart, but all NaNs of a type are one."""
    found: dict[Any, list[Any]] = {}
    for key, (_, value) in zip(unify_nan([key for key, _ in records]), records, strict=True):
        found.setdefault(key, []).append(value)
    return found


def joined(left: Records, right: Records, kind: str) -> Records:
    """The join of this kind."""
    ours, theirs = by_key(left), by_key(right)
    if kind in ("semi", "anti"):
        return [(key, value) for key, values in ours.items() for value in values if (key in theirs) == (kind == "semi")]
    made = []
    for key in {**ours, **theirs}:
        for value in ours.get(key, [None] if kind in ("right", "full") else []):
            made += [(key, (value, other)) for other in theirs.get(key, [None] if kind in ("left", "full") else [])]
    return made


def assert_same_pairs(actual: Iterable[Any], expected: Iterable[Any]) -> None:
    """The same pairs as multisets. Which of equal keys (1, True) stands for them, nobody promised."""
    actual, expected = list(actual), list(expected)
    stand_in: dict[Any, Any] = {}
    keys = unify_nan([key for key, _ in [*expected, *actual]])
    same = [(stand_in.setdefault(key, key), value) for key, (_, value) in zip(keys, [*expected, *actual], strict=True)]
    assert_same_records(same[len(expected) :], same[: len(expected)])


Strategy = Callable[[RDD[Any], RDD[Any], str], RDD[Any]]


def hottest(left: RDD[Any], right: RDD[Any], how: str) -> RDD[Any]:
    """The keys of left's that are found, given by hand, and one that nobody has."""
    return skew.split_join(left, right, how, hot=[*skew.top_keys(left, 2), "nobody's"], salts=3)


STRATEGIES: dict[str, Strategy] = {
    "broadcast": skew.broadcast_join,
    "salted": lambda left, right, how: skew.salted_join(left, right, how, salts=3),
    "split, hot keys given": hottest,
    "split, hot keys found": lambda left, right, how: skew.split_join(left, right, how, salts=3, numPartitions=4),
}


def check_join(sc: SparkContext, strategy: str, left: Any, right: Any, parts: tuple[int, int], how: str) -> None:
    """Raise AssertionError unless the strategy joins the two sides, in so many partitions, as the model does."""
    sides = sc.parallelize(left, parts[0]), sc.parallelize(right, parts[1])
    assert_same_pairs(STRATEGIES[strategy](*sides, how).collect(), joined(left, right, how))


def counted(total: tuple[int, int], value: int) -> tuple[int, int]:
    return total[0] + value, total[1] + 1


def merged(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def check_two_phases(sc: SparkContext, pairs: Any, partitions: int, salts: int) -> None:
    """Raise AssertionError unless two phases reduce, aggregate and group as one does."""
    rdd = sc.parallelize(pairs, partitions)
    groups = by_key(pairs)
    reduced = skew.two_phase_reduce(rdd, add, salts=salts)
    assert_same_pairs(reduced.collect(), [(key, sum(values)) for key, values in groups.items()])
    aggregated = skew.two_phase_aggregate(rdd, (0, 0), counted, merged, salts=salts)
    assert_same_pairs(aggregated.collect(), [(key, (sum(values), len(values))) for key, values in groups.items()])
    grouped = skew.two_phase_group(rdd, salts=salts).mapValues(sorted)
    assert_same_pairs(grouped.collect(), [(key, sorted(values)) for key, values in groups.items()])
