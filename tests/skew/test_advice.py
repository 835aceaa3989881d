"""The remedy for each kind of skew, and the figures of a distribution."""

from __future__ import annotations

import pytest

from minispark.engine.core.loads import KeyLoad, ShuffleLoads
from minispark.skew.advice import BROADCAST_BYTES_MAX, Advice, Case, advise
from minispark.skew.hotness import hot_keys
from minispark.skew.spread import gini_of

BIG = 8 * BROADCAST_BYTES_MAX
HOT_TASK = 3


def side(tasks: list[int], keys: list[KeyLoad] | None = None, met: int = 0) -> ShuffleLoads:
    """Records of 100 bytes."""
    records = [size // 100 for size in tasks]
    total = sum(records)
    return ShuffleLoads(0, total, sum(tasks), met or total, tuple(records), tuple(tasks), tuple(keys or ()))


def with_hot(share: float, total: int = BIG) -> ShuffleLoads:
    """Eight tasks of a side of which ``share`` belongs to a key."""
    rest, hot = int(total * (1 - share) / 8), int(total * share)
    tasks = [rest] * 8
    tasks[HOT_TASK] += hot
    return side(tasks, [KeyLoad("hot", hot // 100, hot, hot // 100, HOT_TASK)])


def even(total: int = BIG) -> ShuffleLoads:
    return side([total // 8] * 8)


def advice(kind: str, *sides: ShuffleLoads) -> Advice:
    tasks = tuple(map(sum, zip(*(each.reducer_bytes for each in sides), strict=True)))
    hot = tuple(key for number, each in enumerate(sides) for key in hot_keys(each, len(tasks), number))
    return advise(Case(kind, tasks, sides, hot))


@pytest.mark.parametrize(
    ("kind", "sides", "remedy"),
    [
        ("join", (with_hot(0.8), even()), "split_join"),
        ("leftOuterJoin", (with_hot(0.8), even()), "split_join"),
        ("join", (with_hot(0.8), even(BROADCAST_BYTES_MAX // 2)), "broadcast_join"),
        ("cogroup", (with_hot(0.8), even()), "split_keys"),
        ("groupByKey", (with_hot(0.8),), "reduceByKey or aggregateByKey"),
        ("combine", (with_hot(0.8),), "two_phase_aggregate"),
        ("sort", (with_hot(0.8),), "a finer sort key"),
        ("plain", (with_hot(0.8),), "split_keys"),
        ("join", (even(), even()), "nothing"),
        ("spread", (side([BIG, 1, 1, 1]),), "nothing"),
        ("plain", (side([BIG]),), "nothing"),
        ("plain", (side([0] * 8),), "nothing"),
    ],
)
def test_remedies(kind: str, sides: tuple[ShuffleLoads, ...], remedy: str) -> None:
    found = advice(kind, *sides)
    assert found.remedy == remedy
    assert (found.gain > 1) == (remedy != "nothing")


def test_a_join_of_very_many_hot_keys() -> None:
    each = BIG // 50
    keys = [KeyLoad(n, each // 100, each, each // 100, n) for n in range(40)]
    left = side([each] * 40 + [BIG // 5 // 160] * 160, keys)
    assert advice("join", left, side([BIG // 200] * 200)).remedy == "salted_join"


def test_the_gain_of_salting_a_hot_key() -> None:
    """80 % in one of eight tasks, 0.825 of all; spread over eight tasks each has an eighth."""
    assert advice("join", with_hot(0.8), even()).gain == pytest.approx((0.825 + 0.125) / 0.25, rel=0.05)


def test_more_partitions_for_many_keys_of_middling_size() -> None:
    keys = [KeyLoad(8 * n, 10_000, 1_000_000, 10_000, 0) for n in range(20)]
    found = advice("plain", side([20_000_000, *[2_000_000] * 7], keys))
    assert found.remedy == "more partitions"
    assert found.gain == pytest.approx(4, rel=0.1)


def test_more_partitions_do_not_part_keys_that_stay_together() -> None:
    """Their hashes agree in what four times the partitions look at, too."""
    keys = [KeyLoad(32 * n, 10_000, 1_000_000, 10_000, 0) for n in range(20)]
    found = advice("plain", side([20_000_000, *[2_000_000] * 7], keys))
    assert found.remedy == "nothing"
    assert "more partitions would leave the longest task as it is" in found.reason


def test_fewer_keys_than_tasks() -> None:
    keys = [KeyLoad(n, 1_000, 100_000, 1_000, n) for n in range(3)]
    found = advice("plain", side([100_000] * 3 + [0] * 5, keys))
    assert found.remedy == "nothing"
    assert "3 keys for 8 tasks" in found.reason


def test_what_was_combined_is_no_matter() -> None:
    found = advice("combine", side([1_000] * 8, [KeyLoad("os", 4, 400, 5_000, HOT_TASK)], met=10_000))
    assert found.remedy == "nothing"
    assert "'os' has 50% of the records, but they are combined before they travel" in found.reason


def test_never_more_partitions_for_one_hot_key() -> None:
    for share in range(5, 100, 5):
        for kind in ("join", "groupByKey", "plain", "combine", "sort", "cogroup"):
            assert advice(kind, with_hot(share / 100)).remedy != "more partitions"


@pytest.mark.parametrize(
    ("loads", "gini"), [([], 0.0), ([7], 0.0), ([1, 1, 1, 1], 0.0), ([0, 0, 0, 4], 0.75), ([1, 3], 0.25)]
)
def test_gini(loads: list[int], gini: float) -> None:
    """Half the mean of all differences, as a share of the mean."""
    assert gini_of(loads) == pytest.approx(gini)
