"""Aggregation in two phases gives what one phase gives."""

from __future__ import annotations

from typing import Any

import pytest
from skew_model import check_two_phases

from minispark import SparkContext, skew

NAN = float("nan")
PAIRS: list[Any] = [("hot", n) for n in range(3000)] + [(None, 1), (1, 2), (True, 3), (NAN, 4), (float("nan"), 5)]


@pytest.mark.slow
@pytest.mark.parametrize("salts", [1, 2, 8, 100])
def test_on_chosen_data(sc: SparkContext, salts: int) -> None:
    check_two_phases(sc, PAIRS, 5, salts)
    check_two_phases(sc, [], 2, salts)


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


def test_a_zero_that_is_changed_in_place(sc: SparkContext) -> None:
    def noted(found: set[int], value: int) -> set[int]:
        found.add(value)
        return found

    rdd = sc.parallelize([(n % 2, n) for n in range(100)], 4)
    made = dict(skew.two_phase_aggregate(rdd, set(), noted, set.union).collect())
    assert made == {0: set(range(0, 100, 2)), 1: set(range(1, 100, 2))}
