"""Aggregation in two phases on whatever data, and beyond memory: contexts of their own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from skew_model import check_two_phases

from minispark import SparkConf, SparkContext, skew
from minispark.testing.strategies import keys

NAN = float("nan")
FEW = st.sampled_from([None, 1, 1.0, True, 0.0, -0.0, NAN, "a", ("a", NAN)])


@pytest.mark.slow
def test_as_in_one_phase() -> None:
    @settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.one_of(FEW, keys()), st.integers(0, 9)), max_size=40),
        st.integers(1, 4),
        st.integers(1, 9),
    )
    def agrees(pairs: Any, partitions: int, salts: int) -> None:
        check_two_phases(sc, pairs, partitions, salts)

    with SparkContext("inline", "skew") as sc:
        agrees()


@pytest.mark.slow
def test_a_group_larger_than_memory() -> None:
    conf = SparkConf().setMaster("inline").set("spark.python.worker.memory", "16m")
    with SparkContext(conf=conf) as sc:
        pairs = sc.range(0, 300, 1, 3).flatMap(lambda n: (("hot", f"{n}-{i}" * 20) for i in range(1000)))
        groups = skew.two_phase_group(pairs, salts=4, numPartitions=4)
        assert groups.mapValues(lambda values: (len(values), len(set(map(hash, values))))).collect() == [
            ("hot", (300_000, 300_000))
        ]
