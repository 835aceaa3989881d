"""Pairs of a record and a constant, added up: counted in C with the answer that adding would give."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from operator import add
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minispark import SparkContext

ONE = 1
RECORDS = st.lists(st.sampled_from([1, 1.0, True, 0, -0.0, False, None, "", "a", b"a", (1, "a"), (1.0, "a"), 2**70]))


def added(records: list[Any], function: Callable[[Any], tuple[Any, Any]]) -> dict[Any, Any]:
    sums: dict[Any, Any] = {}
    for key, value in map(function, records):
        sums[key] = sums[key] + value if key in sums else value
    return sums


FUNCTIONS: list[Callable[[Any], tuple[Any, Any]]] = [
    lambda word: (word, 1),
    lambda word: (word, 3),
    lambda word: (word, -(2**70)),
    lambda word: (word, True),
    lambda word: (word, 1.5),
    lambda word: (word, ONE),
    lambda word, more=2: (word, more),
    lambda word: (word, "x"),
]


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, function=st.sampled_from(FUNCTIONS), slices=st.integers(1, 3))
def test_counts_are_what_adding_gives(
    sc: SparkContext, records: list[Any], function: Callable[[Any], tuple[Any, Any]], slices: int
) -> None:
    found = sc.parallelize(records, slices).map(function).reduceByKey(lambda a, b: a + b, 2).collect()
    assert len(found) == len(dict(found))
    assert sorted(map(repr, dict(found).values())) == sorted(map(repr, added(records, function).values()))
    assert dict(found) == added(records, function)


def test_the_first_of_equal_keys_stands_for_all(sc: SparkContext) -> None:
    pairs = sc.parallelize([True, 1, 1.0], 1).map(lambda x: (x, 1)).reduceByKey(add, 1).collect()
    assert repr(pairs) == "[(True, 3)]"


@pytest.mark.slow
@pytest.mark.parametrize("keys", [50, 200_000], ids=["few keys", "as many keys as records"])
def test_many_records(sc: SparkContext, keys: int) -> None:
    draw = random.Random(keys)
    words = [f"word {draw.randrange(keys)}" for _ in range(200_000)]
    assert dict(sc.parallelize(words, 2).map(lambda w: (w, 2)).reduceByKey(add).collect()) == {
        word: 2 * count for word, count in Counter(words).items()
    }


def test_a_record_that_cannot_be_a_key_is_shown(sc: SparkContext) -> None:
    records = sc.parallelize(["a", ["culprit"], "b"], 1).map(lambda w: (w, 1)).reduceByKey(add)
    with pytest.raises(TypeError, match=r"\['culprit'\].*list cannot be hashed"):
        records.collect()


class Raising:
    def __hash__(self) -> int:
        raise ZeroDivisionError("in a key's hash")


def test_the_error_of_a_keys_own_hash_arrives(sc: SparkContext) -> None:
    with pytest.raises(ZeroDivisionError, match="in a key's hash"):
        sc.parallelize(range(5), 1).map(lambda i: Raising()).map(lambda w: (w, 1)).reduceByKey(add).collect()


def test_an_error_upstream_names_its_record(sc: SparkContext) -> None:
    counts = sc.parallelize([3, 0, 1], 1).map(lambda x: 1 // x).map(lambda w: (w, 1)).reduceByKey(add)
    with pytest.raises(ZeroDivisionError) as caught:
        counts.collect()
    assert any("record: 0" in note or "record 0" in note for note in caught.value.__notes__), caught.value.__notes__


def test_stop_iteration_is_no_silent_end(sc: SparkContext) -> None:
    def stop(x: int) -> int:
        if x == 2:
            raise StopIteration
        return x

    with pytest.raises(RuntimeError, match="StopIteration"):
        sc.parallelize(range(5), 1).map(stop).map(lambda w: (w, 1)).reduceByKey(add).collect()
