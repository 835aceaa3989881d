"""Routing: equal keys go to one partition, in every process."""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import os
import subprocess
import sys
import uuid
from collections import namedtuple
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minispark.engine.core.errors import UnstableKeyError
from minispark.engine.plan.partitioners import Partitioner, portable_hash

Point = namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


@dataclass(frozen=True)
class City:
    name: str
    size: int


EQUAL = [
    (1, 1.0),
    (1, True),
    (0.0, -0.0),
    (1, decimal.Decimal(1)),
    (0.5, fractions.Fraction(1, 2)),
    (1, Number.ONE),
    (Point("a", 1), ("a", 1.0)),
    (frozenset(["a", "b", "c"]), frozenset(["c", "b", "a"])),
    (float("nan"), float("nan")),
    (("a", (float("nan"), None)), ("a", (float("nan"), None))),
    (City("Bern", 1), City("Bern", 1)),
    (
        datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.UTC),
        datetime.datetime(2024, 1, 1, 14, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    ),
    (datetime.timedelta(seconds=60), datetime.timedelta(minutes=1)),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=lambda key: type(key).__name__)
def test_equal_keys_hash_alike(left: object, right: object) -> None:
    assert portable_hash(left) == portable_hash(right)


def test_numbers_hash_as_pyspark_does() -> None:
    assert [portable_hash(key) for key in (0, 5, -1, 2**80, 1.5)] == [hash(key) for key in (0, 5, -1, 2**80, 1.5)]
    assert portable_hash(None) == 0
    mixed = ((0x345678 ^ 1) * 1000003) & sys.maxsize
    assert portable_hash((1, None)) == (mixed * 1000003 & sys.maxsize) ^ 2


PROGRAM = """
import datetime, decimal, enum, uuid
from dataclasses import dataclass
from minispark.engine.plan.partitioners import portable_hash
class Color(enum.Enum):
    RED = "red"
@dataclass(frozen=True)
class City:
    name: str
    tags: frozenset
keys = ["word", "wörd", "\\ud800", b"raw", ("a", ("b", 1.5, None)), datetime.date(2024, 2, 29)]
keys += [datetime.datetime(2024, 1, 1), datetime.time(1, 2), Color.RED, decimal.Decimal("1.10"), uuid.UUID(int=7)]
keys += [frozenset("abc"), City("Bern", frozenset("xy"))]
print([portable_hash(key) for key in keys])
"""


def test_the_hash_seed_does_not_matter() -> None:
    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        ).stdout

    first = run("1")
    assert first.count(",") == 12
    assert first == run("2")


class ByAddress:
    pass


@pytest.mark.parametrize(
    "key", [ByAddress(), ("a", ByAddress()), ByAddress, len.__class__, lambda: 0], ids=lambda key: type(key).__name__
)
def test_a_key_that_hashes_by_address_is_refused(key: object) -> None:
    with pytest.raises(UnstableKeyError, match="hashes by its address"):
        portable_hash(key)


def test_an_unhashable_key_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        portable_hash([1])


keys = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just("\ud800"),
    lambda inner: st.tuples(inner, inner),
    max_leaves=5,
)


@pytest.mark.slow
@given(st.lists(keys), st.integers(1, 50))
def test_a_batch_is_routed_as_its_keys_one_by_one(batch: list[object], count: int) -> None:
    assert Partitioner(count).split(batch) == [portable_hash(key) % count for key in batch]


@given(st.lists(st.integers()) | st.lists(st.text()), st.integers(1, 50))
def test_uniform_batches_too(batch: list[object], count: int) -> None:
    assert Partitioner(count).split(batch) == [portable_hash(key) % count for key in batch]


def test_a_partition_function_of_the_user() -> None:
    assert Partitioner(3, len).split(["", "a", "abcd"]) == [0, 1, 1]
    with pytest.raises(TypeError, match=r"must return an int; for key 'b' it returned a float"):
        Partitioner(3, lambda key: 1 if key == "a" else 1.5).split(["a", "b"])


def test_partitioners_compare_by_what_they_do() -> None:
    assert Partitioner(3) == Partitioner(3) != Partitioner(4)
    assert Partitioner(3, len) == Partitioner(3, len) != Partitioner(3, hash)
    assert uuid.UUID(int=5).int == portable_hash(uuid.UUID(int=5))
