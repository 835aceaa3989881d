"""``top_keys`` names the heavy keys, with counts that can be trusted, whatever kind of key and however many."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from minispark import SparkContext, skew
from minispark.skew.sampling import COUNTED_WHOLE, KEYS_HELD, _KeyCounter


def counted(keys: Any, partition: int = 0) -> tuple[int, dict[Any, int]]:
    ((total, told),) = _KeyCounter(256)(partition, ((key, None) for key in keys))
    return total, dict(told)


def test_small_data_are_counted_exactly(sc: SparkContext) -> None:
    keys = ["a"] * 50 + ["b"] * 30 + ["c"] * 20
    random.Random(1).shuffle(keys)
    found = skew.top_keys(sc.parallelize(keys, 5).map(lambda key: (key, 0)), 2)
    assert found == [skew.HotKey("a", 50, 0.5), skew.HotKey("b", 30, 0.3)]


def test_keys_are_told_apart_as_a_shuffle_does(sc: SparkContext) -> None:
    keys = [None, 1, 1.0, True, float("nan"), float("nan"), ("x", float("nan")), ("x", float("nan")), 2] * 10
    found = {repr(hot.key): hot.records for hot in skew.top_keys(sc.parallelize([(key, 0) for key in keys], 4), 9)}
    assert found == {"1": 30, "nan": 20, "('x', nan)": 20, "None": 10, "2": 10}


@pytest.mark.parametrize("partitions", [1, 3])
def test_no_records(sc: SparkContext, partitions: int) -> None:
    assert skew.top_keys(sc.parallelize([], partitions), 3) == []
    assert skew.top_keys(sc.emptyRDD(), 3) == []


@pytest.mark.slow
@pytest.mark.parametrize("order", ["mixed", "in runs", "in turns"])
@pytest.mark.parametrize("seed", range(4))
def test_planted_keys_are_named_within_a_tenth(seed: int, order: str) -> None:
    """Five in a hundred and more, among a hundred thousand others, however they lie."""
    generator = random.Random(seed)
    shares = {"p": 0.05, "q": 0.05 + generator.random() / 4}
    size = 300_000 + generator.randrange(200_000)
    keys: list[Any] = [generator.randrange(100_000) for _ in range(size)]
    if order == "in turns":
        period = generator.choice([10, 14, 16, 20])
        shares = {"p": 1 / period}
        keys[::period] = ["p"] * len(keys[::period])
    else:
        planted = [key for key, share in shares.items() for _ in range(int(size * share))]
        keys[: len(planted)] = planted
        if order == "mixed":
            generator.shuffle(keys)
    total, told = counted(keys, seed)
    assert total == size
    assert list(told)[: len(shares)] == sorted(shares, key=lambda key: -shares[key])
    for key, share in shares.items():
        assert math.isclose(told[key] / total, share, rel_tol=0.1)


def test_memory_is_bounded_and_the_answer_small() -> None:
    told = counted(range(10 * KEYS_HELD))[1]
    assert len(told) <= 256
    assert all(count <= 1 for count in told.values()), "never more than there are"


@pytest.mark.slow
def test_the_same_data_give_the_same_answer() -> None:
    keys = [random.Random(0).randrange(50) for _ in range(2 * COUNTED_WHOLE)]
    assert counted(keys, 3) == counted(keys, 3)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (3, "the record 3 is not a .key, value. pair"),
        ((1, 2, 3), "the record .1, 2, 3. is not a .key, value. pair"),
        (([], 1), "a key of type list cannot be hashed"),
    ],
)
def test_records_that_have_no_key(sc: SparkContext, record: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        skew.top_keys(sc.parallelize([("a", 1), record], 1))


@pytest.mark.parametrize(("n", "error"), [(0, ValueError), (-1, ValueError), (1.0, TypeError), (True, TypeError)])
def test_bad_counts(sc: SparkContext, n: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="n must be"):
        skew.top_keys(sc.parallelize([(1, 1)]), n)


def test_no_rdd() -> None:
    with pytest.raises(TypeError, match=r"top_keys needs an RDD, not \[\(1, 2\)\]"):
        skew.top_keys([(1, 2)], 1)
