"""Keys of every kind are grouped as documented, and go where their value alone says."""

from __future__ import annotations

import copy
import pickle
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minispark import SparkContext, portable_hash
from minispark.testing.compare import assert_same_records, canonical, fingerprint
from minispark.testing.oracle import OracleContext
from minispark.testing.rules import dict_key
from minispark.testing.strategies import keys

MakeContext = Callable[..., SparkContext]


def times(count: int) -> Any:
    from hypothesis import settings

    return settings(max_examples=count)


@pytest.mark.matrix(29, 30, 31, 32)
@times(200)
@given(keys(), keys())
def test_equal_keys_go_together_and_so_do_copies(left: Any, right: Any) -> None:
    for twin in (copy.deepcopy(left), pickle.loads(pickle.dumps(left))):
        assert portable_hash(left) == portable_hash(twin)
    if dict_key(left) == dict_key(right):
        assert portable_hash(left) == portable_hash(right)


@pytest.mark.slow
@pytest.mark.matrix(29, 30, 31, 32)
def test_keys_of_all_kinds_are_grouped_as_a_dict_would_and_nan_once(make_context: MakeContext) -> None:
    @times(50)
    @given(st.lists(keys(), min_size=1, max_size=30), st.integers(1, 5), st.integers(1, 5))
    def check(drawn: list[Any], slices: int, reducers: int) -> None:
        sc = make_context("inline")
        pairs = [(copy.deepcopy(key), place) for place, key in enumerate(drawn)]
        expected: dict[Any, list[int]] = defaultdict(list)
        for key, place in pairs:
            expected[dict_key(key)].append(place)
        rdd = sc.parallelize(pairs, slices)
        parts = rdd.groupByKey(reducers).mapValues(list).glom().collect()
        assert sorted(places for part in parts for _, places in part) == sorted(expected.values())
        for index, part in enumerate(parts):
            assert {portable_hash(key) % reducers for key, _ in part} <= {index}
        sums = rdd.reduceByKey(lambda a, b: a + b, reducers).values().collect()
        assert sorted(sums) == sorted(map(sum, expected.values()))
        assert rdd.keys().distinct(reducers).count() == len(expected)
        joined = rdd.join(rdd, reducers).values().collect()
        assert sorted(joined) == sorted((x, y) for places in expected.values() for x in places for y in places)

    check()


@pytest.mark.matrix(30)
@pytest.mark.parametrize("nan", ["float('nan')", "complex('nan')", "Decimal('NaN')", "(1, (Decimal('NaN'), None))"])
def test_nan_of_any_type_is_one_group(make_context: MakeContext, nan: str) -> None:
    from decimal import Decimal

    sc = make_context("local[2]")
    drawn = [eval(nan, {"Decimal": Decimal}) for _ in range(8)]
    ((key, values),) = sc.parallelize([(key, 1) for key in drawn], 4).groupByKey(3).mapValues(list).collect()
    assert fingerprint(key) == fingerprint(drawn[0])
    assert values == [1] * 8
    assert sc.parallelize(drawn, 4).distinct(3).count() == 1


def test_the_model_groups_as_the_engine_does(make_context: MakeContext) -> None:
    @times(40)
    @given(st.lists(keys(), max_size=20))
    def check(drawn: list[Any]) -> None:
        pairs = [(key, place) for place, key in enumerate(drawn)]
        groups = [
            context.parallelize(pairs, 3).groupByKey(2).mapValues(canonical).values().collect()
            for context in (make_context("inline"), OracleContext())
        ]
        assert_same_records(*groups)

    check()
