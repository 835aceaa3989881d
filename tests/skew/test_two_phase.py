"""Aggregation in two phases gives what one phase gives."""

from __future__ import annotations

from operator import add
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from skew_model import assert_same_pairs, by_key

from minispark import SparkContext, skew
from minispark.testing.strategies import keys

NAN = float("nan")
FEW = st.sampled_from([None, 1, 1.0, True, 0.0, -0.0, NAN, "a", ("a", NAN)])
PAIRS: list[Any] = [("hot", n) for n in range(3000)] + [(None, 1), (1, 2), (True, 3), (NAN, 4), (float("nan"), 5)]


def counted(total: tuple[int, int], value: int) -> tuple[int, int]:
    return total[0] + value, total[1] + 1


def merged(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def check(sc: SparkContext, pairs: Any, partitions: int, salts: int) -> None:
    rdd = sc.parallelize(pairs, partitions)
    groups = by_key(pairs)
    reduced = skew.two_phase_reduce(rdd, add, salts=salts)
    assert_same_pairs(reduced.collect(), [(key, sum(values)) for key, values in groups.items()])
    aggregated = skew.two_phase_aggregate(rdd, (0, 0), counted, merged, salts=salts)
    assert_same_pairs(aggregated.collect(), [(key, (sum(values), len(values))) for key, values in groups.items()])
    grouped = skew.two_phase_group(rdd, salts=salts).mapValues(sorted)
    assert_same_pairs(grouped.collect(), [(key, sorted(values)) for key, values in groups.items()])


@pytest.mark.parametrize("salts", [1, 2, 8, 100])
def test_on_chosen_data(sc: SparkContext, salts: int) -> None:
    check(sc, PAIRS, 5, salts)
    check(sc, [], 2, salts)


@pytest.mark.slow
def test_as_in_one_phase() -> None:
    @settings(deadline=None, derandomize=True, max_examples=100, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.one_of(FEW, keys()), st.integers(0, 9)), max_size=40),
        st.integers(1, 4),
        st.integers(1, 9),
    )
    def agrees(pairs: Any, partitions: int, salts: int) -> None:
        check(sc, pairs, partitions, salts)

    with SparkContext("inline", "skew") as sc:
        agrees()


def test_groups_are_those_of_group_by_key(sc: SparkContext) -> None:
    """Of known length, to be read again, in a task and after it."""
    groups = skew.two_phase_group(sc.parallelize(PAIRS, 3))
    ((length, first, second),) = (
        groups.filter(lambda pair: pair[0] == "hot")
        .map(lambda pair: (len(pair[1]), sum(pair[1]), sum(pair[1])))
        .collect()
    )
    assert (length, first, second) == (3000, sum(range(3000)), sum(range(3000)))
    (values,) = [values for key, values in groups.collect() if key == "hot"]
    assert (type(values), len(values), sorted(values)) == (
        type(sc.parallelize([(1, 1)]).groupByKey().first()[1]),
        3000,
        list(range(3000)),
    )


@pytest.mark.slow
def test_a_group_larger_than_memory(tmp_path: Any) -> None:
    from minispark import SparkConf

    conf = SparkConf().setMaster("inline").set("spark.python.worker.memory", "16m")
    with SparkContext(conf=conf) as sc:
        pairs = sc.range(0, 300, 1, 3).flatMap(lambda n: (("hot", f"{n}-{i}" * 20) for i in range(1000)))
        groups = skew.two_phase_group(pairs, salts=4, numPartitions=4)
        assert groups.mapValues(lambda values: (len(values), len(set(map(hash, values))))).collect() == [
            ("hot", (300_000, 300_000))
        ]


def test_a_zero_that_is_changed_in_place(sc: SparkContext) -> None:
    def noted(found: set[int], value: int) -> set[int]:
        found.add(value)
        return found

    rdd = sc.parallelize([(n % 2, n) for n in range(100)], 4)
    made = dict(skew.two_phase_aggregate(rdd, set(), noted, set.union).collect())
    assert made == {0: set(range(0, 100, 2)), 1: set(range(1, 100, 2))}
