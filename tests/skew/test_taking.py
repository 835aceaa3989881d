"""``drop_keys`` and ``split_keys``: every pair is in exactly one of the RDDs returned."""

from __future__ import annotations

from typing import Any

import pytest
from skew_model import assert_same_pairs

from minispark import SparkContext, skew

NAN = float("nan")
PAIRS: list[Any] = [(key, place) for place, key in enumerate([1, None, 2, True, NAN, "a", ("x", NAN), 1.0, None] * 3)]


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        ([], []),
        ([1], [0, 3, 7]),
        ([None], [1, 8]),
        ([float("nan")], [4]),
        ([("x", float("nan"))], [6]),
        (["b"], []),
        ([None, "a", "b", True], [0, 1, 3, 5, 7, 8]),
        ([1, 2, None, NAN, "a", ("x", NAN)], list(range(9))),
    ],
)
def test_drop(sc: SparkContext, keys: list[Any], taken: list[int]) -> None:
    kept, dropped = skew.drop_keys(sc.parallelize(PAIRS, 4), keys)
    assert [place for _, place in dropped.collect()] == [n for n in range(len(PAIRS)) if n % 9 in taken]
    assert [place for _, place in kept.collect()] == [n for n in range(len(PAIRS)) if n % 9 not in taken]


def test_split(sc: SparkContext) -> None:
    rest, (none, nan, absent, one) = skew.split_keys(sc.parallelize(PAIRS, 4), [None, NAN, "b", 1])
    assert [part.count() for part in (rest, none, nan, absent, one)] == [9, 6, 3, 0, 9]
    assert_same_pairs(sc.union([rest, none, nan, absent, one]).collect(), PAIRS)


def test_keys_may_come_from_top_keys(sc: SparkContext) -> None:
    rdd = sc.parallelize(PAIRS, 4)
    kept, dropped = skew.drop_keys(rdd, skew.top_keys(rdd, 1))
    assert (kept.count(), dropped.count()) == (18, 9)


@pytest.mark.parametrize("keys", [[1, True], ["a", "a"], [NAN, float("nan")]])
def test_the_same_key_twice_has_no_two_parts(sc: SparkContext, keys: list[Any]) -> None:
    with pytest.raises(ValueError, match="two of the keys are one"):
        skew.split_keys(sc.parallelize(PAIRS), keys)


def test_partitions_stay(sc: SparkContext) -> None:
    routed = sc.parallelize([(n, n) for n in range(20)]).partitionBy(3)
    kept, dropped = skew.drop_keys(routed, [4])
    assert kept.partitioner == dropped.partitioner == routed.partitioner
