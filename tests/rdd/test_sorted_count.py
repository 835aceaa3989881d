"""``count`` of a sorted RDD is counted by the map outputs' indexes, and must agree with the records."""

from __future__ import annotations

import random
from typing import Any

import pytest

from minispark import SparkContext


@pytest.mark.slow
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("keyfunc", [None, lambda key: -key], ids=["plain", "keyfunc"])
@pytest.mark.parametrize("span", [3, 50_000])
@pytest.mark.parametrize("partitions", [1, 5])
def test_count_agrees_with_the_records(
    sc: SparkContext, ascending: bool, keyfunc: Any, span: int, partitions: int
) -> None:
    rng = random.Random(7)
    pairs = [(rng.randrange(span), i) for i in range(20_000)]
    ordered = sc.parallelize(pairs, 3).sortByKey(ascending, partitions, *([keyfunc] if keyfunc else []))
    lengths = [len(part) for part in ordered.glom().collect()]
    assert ordered.count() == len(pairs) == sum(lengths)


def test_keys_without_a_total_order(sc: SparkContext) -> None:
    keys = [float("nan") if i % 7 == 0 else float(i % 13) for i in range(3_000)]
    ordered = sc.parallelize([(key, 1) for key in keys], 3).sortByKey(True, 4)
    assert ordered.count() == len(ordered.collect()) == 3_000
