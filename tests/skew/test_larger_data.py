"""More records than a worker may hold, order that varies, a right side that is too large to be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from skew_model import KINDS, STRATEGIES, assert_same_pairs, joined

from minispark import SparkConf, SparkContext, skew
from minispark.errors import ResultTooLargeError

HOT = 60_000
"""Records of 400 bytes under one key: several times what the worker may hold."""


@pytest.fixture
def narrow() -> Iterator[SparkContext]:
    conf = SparkConf().setMaster("inline").set("spark.python.worker.memory", "4m")
    with SparkContext(conf=conf) as context:
        yield context


@pytest.mark.slow
@pytest.mark.parametrize("how", ["inner", "full", "right"])
@pytest.mark.parametrize("remedy", ["split_join", "salted_join"])
def test_a_hot_key_larger_than_memory(narrow: SparkContext, remedy: str, how: str) -> None:
    """Also at salt 0, where its values come with marks from disk."""
    left = narrow.range(0, HOT, 1, 3).map(lambda n: ("hot", f"{n:0400}")).union(narrow.parallelize([("l", "l")]))
    right = narrow.parallelize([("hot", 1), ("hot", 2), ("r", 3)], 2)
    options: Any = {"salts": 2, "numPartitions": 2} | ({"hot": ["hot"]} if remedy == "split_join" else {})
    join = getattr(skew, remedy)(left, right, how, **options)
    found = join.map(lambda pair: (pair[0], pair[1][1], int(pair[1][0]) if pair[0] == "hot" else None)).collect()
    assert Counter(key for key, _, _ in found) == {
        "hot": 2 * HOT,
        **({"r": 1} if how != "inner" else {}),
        **({"l": 1} if how == "full" else {}),
    }
    assert {n for _, other, n in found if other == 1} == set(range(HOT))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_in_a_strict_context(seed: int) -> None:
    """Map outputs arrive in another order, every worker has a hash seed of its own, what is changed is noticed."""
    left: list[Any] = [("hot", [n]) for n in range(40)] + [(n % 5, [n]) for n in range(20)] + [(None, [0])]
    right: list[Any] = [("hot", "a"), (None, "b"), (3, "c"), (9, "d")]
    conf = SparkConf().set("spark.minispark.strict.seed", str(seed))
    with SparkContext("local[2]", "skew", conf=conf, strict=True) as sc:
        routed = sc.parallelize(left).partitionBy(4)
        for strategy in STRATEGIES.values():
            for how in KINDS:
                assert_same_pairs(strategy(routed, sc.parallelize(right), how).collect(), joined(left, right, how))


def test_a_right_side_too_large_to_be_sent() -> None:
    with SparkContext(conf=SparkConf().setMaster("inline").set("spark.driver.maxResultSize", "1k")) as sc:
        left, right = sc.parallelize([(1, 1)]), sc.parallelize([(n, "x" * 100) for n in range(100)])
        with pytest.raises(ResultTooLargeError):
            skew.broadcast_join(left, right)
        assert skew.split_join(left, right, hot=[1]).collect() == [(1, (1, "x" * 100))]
