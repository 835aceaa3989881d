"""The comparison that every other test leans on: what counts as the same, and what a difference looks like."""

from __future__ import annotations

import math
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import pytest

from minispark.testing.compare import assert_same_records, canonical, fingerprint, same

NAN = float("nan")
Point = namedtuple("Point", "x y")


@dataclass
class Box:
    inside: Any


class Plain:
    def __init__(self, inside: Any) -> None:
        self.inside = inside


@pytest.mark.parametrize(
    "value",
    [
        *(None, 0, True, 2**70, 1.5, NAN, -math.inf, 1j, "ä", b"\0", bytearray(b"x")),
        *((), [], {}, set(), [[1], {2: (3, NAN)}], {1: [NAN]}, {(1, 2)}, frozenset({1}), Point(1, NAN)),
        *(Box([NAN]), Plain([NAN])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_the_same_as_its_copy(value: Any) -> None:
    import copy
    import pickle

    for twin in (copy.deepcopy(value), pickle.loads(pickle.dumps(value, 5)) if not isinstance(value, Box) else value):
        assert same(value, twin)
        hash(fingerprint(twin))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        *((1, True), (1, 1.0), (0.0, -0.0), (0, False), ("a", b"a"), (b"a", bytearray(b"a")), (None, ())),
        *(
            ((1,), [1]),
            ((1, 2), Point(1, 2)),
            ([1, 2], [2, 1]),
            ({1: 1}, {1: True}),
            ({1}, {True}),
            ({1}, frozenset({1})),
        ),
        *(
            ({1}, frozenset({1})),
            (Box(1), Box(True)),
            (Plain(1), Plain(2)),
            (NAN, 1.0),
            ([[0.0]], [[-0.0]]),
            ([], [[]]),
            ([NAN], [NAN, NAN]),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_a_program_could_tell_apart_differ(left: Any, right: Any) -> None:
    assert not same(left, right)
    with pytest.raises(AssertionError):
        assert_same_records([left], [right])


def test_order_counts_only_where_it_is_asked_for() -> None:
    assert_same_records([[1], {2: 3}, None], [None, [1], {2: 3}])
    with pytest.raises(AssertionError, match="another order; the first difference is record 0"):
        assert_same_records([[1], None], [None, [1]], ordered=True)
    assert_same_records(iter([[1], None]), ([1], None), ordered=True)


def test_a_record_must_be_there_as_often_as_expected() -> None:
    with pytest.raises(AssertionError, match=r"4 records, 3 expected\n  unexpected: \[1\]"):
        assert_same_records([[1], [1], [2], [1]], [[1], [2], [1]])
    with pytest.raises(AssertionError, match=r"missing: \[1\]  \(2 times\)"):
        assert_same_records([[2]], [[1], [2], [1]])


def test_a_sequence_that_ends_early_says_so() -> None:
    with pytest.raises(AssertionError, match=r"1 records, 2 expected; the first difference is record 1(.|\n)*the end"):
        assert_same_records([1], [1, 2], ordered=True)


def test_a_long_difference_is_cut_short() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_same_records(["x" * 10_000], range(1000))
    assert len(str(caught.value)) < 2_000
    assert "and 990 more" in str(caught.value)


def test_canonical_order_is_one_for_all_permutations() -> None:
    values = [2, "a", None, (1, None), [1], {1: 2}, 1.5, True, {3, 1}]
    assert [repr(v) for v in canonical(values)] == [repr(v) for v in canonical(reversed(values))]
