"""Arguments are honoured, and what cannot be is said in the user's line, before any job runs."""

from __future__ import annotations

from operator import add
from typing import Any

import pytest

from minispark import SparkContext, skew
from minispark.errors import UnstableKeyError

PAIRS = [("a", n) for n in range(50)] + [("b", 1), ("c", 2)]


class ByAddress:
    pass


def two_phase_aggregate(rdd: Any, **options: Any) -> Any:
    return skew.two_phase_aggregate(rdd, 0, add, add, **options)


def two_phase_reduce(rdd: Any, **options: Any) -> Any:
    return skew.two_phase_reduce(rdd, add, **options)


def salted_join(rdd: Any, **options: Any) -> Any:
    return skew.salted_join(rdd, rdd, **options)


def split_join(rdd: Any, **options: Any) -> Any:
    return skew.split_join(rdd, rdd, **options)


SHUFFLING = [two_phase_aggregate, two_phase_reduce, skew.two_phase_group, salted_join, split_join]


@pytest.mark.slow
@pytest.mark.parametrize("remedy", SHUFFLING)
def test_partitions_as_asked(sc: SparkContext, remedy: Any) -> None:
    rdd = sc.parallelize(PAIRS, 3)
    for count in (1, 2, 7):
        made = remedy(rdd, numPartitions=count)
        assert made.getNumPartitions() == count
        assert made.keys().distinct().count() == 3


@pytest.mark.parametrize("remedy", SHUFFLING)
def test_partitions_unless_asked(sc: SparkContext, remedy: Any) -> None:
    """As the plain operator has them."""
    rdd = sc.parallelize(PAIRS, 3)
    plain = rdd.join(rdd) if "join" in remedy.__name__ else rdd.groupByKey()
    assert remedy(rdd).getNumPartitions() == plain.getNumPartitions()


@pytest.mark.parametrize("remedy", SHUFFLING)
@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"salts": 0}, ValueError, "salts must be at least 1, not 0"),
        ({"salts": 2.0}, TypeError, "salts must be an int, not 2.0"),
        ({"salts": True}, TypeError, "salts must be an int, not True"),
        ({"salts": None}, TypeError, "salts must be an int, not None"),
        ({"numPartitions": 0}, ValueError, "number of partitions must be at least 1, not 0"),
        ({"numPartitions": "2"}, TypeError, "number of partitions must be an int, not '2'"),
    ],
)
def test_numbers_that_cannot_be(sc: SparkContext, remedy: Any, options: Any, error: Any, told: str) -> None:
    with pytest.raises(error, match=told):
        remedy(sc.parallelize(PAIRS), **options)


@pytest.mark.parametrize(
    "remedy", [*SHUFFLING, lambda rdd: skew.drop_keys(rdd, []), lambda rdd: skew.split_keys(rdd, [])]
)
def test_no_rdd(remedy: Any) -> None:
    with pytest.raises(TypeError, match="needs an RDD, not"):
        remedy(PAIRS)


@pytest.mark.parametrize("join", [skew.broadcast_join, skew.split_join, skew.salted_join])
def test_no_rdd_on_the_right(sc: SparkContext, join: Any) -> None:
    with pytest.raises(TypeError, match=f"{join.__name__} needs an RDD, not"):
        join(sc.parallelize(PAIRS), PAIRS)


TAKING_KEYS = [skew.drop_keys, skew.split_keys, lambda rdd, keys: skew.split_join(rdd, rdd, hot=keys)]


@pytest.mark.parametrize("remedy", TAKING_KEYS, ids=["drop_keys", "split_keys", "split_join"])
@pytest.mark.parametrize(
    ("keys", "error", "told"),
    [
        ("os", TypeError, "must be a list of keys, not 'os'"),
        (b"os", TypeError, "must be a list of keys, not b'os'"),
        (7, TypeError, "must be a list of keys, not 7"),
        ([[1]], TypeError, "unhashable type: 'list'"),
        ([ByAddress()], UnstableKeyError, "hashes by its address"),
    ],
)
def test_keys_that_cannot_be(sc: SparkContext, remedy: Any, keys: Any, error: Any, told: str) -> None:
    with pytest.raises(error, match=told):
        remedy(sc.parallelize(PAIRS), keys)


@pytest.mark.parametrize("function", [None, 3])
def test_no_function(sc: SparkContext, function: Any) -> None:
    rdd = sc.parallelize(PAIRS)
    with pytest.raises(TypeError, match="two_phase_reduce needs a function"):
        skew.two_phase_reduce(rdd, function)
    with pytest.raises(TypeError, match="two_phase_aggregate needs a function"):
        skew.two_phase_aggregate(rdd, 0, function, add)


READING = {
    "drop_keys": lambda rdd: skew.drop_keys(rdd, ["a"])[0],
    "two_phase_reduce": two_phase_reduce,
    "salted_join": salted_join,
    "split_join": lambda rdd: skew.split_join(rdd, rdd, hot=["a"]),
    "broadcast_join": lambda rdd: skew.broadcast_join(rdd, rdd.context.parallelize([(1, 2)])),
    "broadcast_join, right": lambda rdd: skew.broadcast_join(rdd.context.parallelize([(1, 2)]), rdd),
}


@pytest.mark.parametrize("remedy", READING)
@pytest.mark.parametrize(
    ("record", "told"),
    [
        (3, "the record 3 is not a .key, value. pair"),
        ((1, 2, 3), "the record .1, 2, 3. is not a .key, value. pair"),
        (([], 1), "a key of type list cannot be hashed"),
    ],
)
def test_records_that_have_no_key(sc: SparkContext, remedy: str, record: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        READING[remedy](sc.parallelize([("a", 1), record], 1)).collect()


def test_keys_that_hash_by_their_address(sc: SparkContext) -> None:
    rdd = sc.parallelize([1]).map(lambda x: (ByAddress(), x))
    for remedy in (two_phase_reduce, salted_join, lambda rdd: skew.broadcast_join(rdd, rdd)):
        with pytest.raises(UnstableKeyError, match="hashes by its address"):
            remedy(rdd).collect()
