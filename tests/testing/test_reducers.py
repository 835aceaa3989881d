"""``check_reducer`` finds each way in which a function is no reducer, and shows the smallest case of it."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from minispark.testing import NotAReducer, check_combiner, check_reducer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "samples"),
    [
        (operator.add, range(-20, 20)),
        (max, ["b", "a", "ab"]),
        (lambda a, b: a | b, [{1}, {2, 3}, set()]),
        (lambda a, b: Counter(a) + Counter(b), [Counter("ab"), Counter("a")]),
        (lambda a, b: (a[0] + b[0], max(a[1], b[1])), [(1, 2), (0, 5)]),
        (math.gcd, range(1, 200)),
    ],
)
def test_reducers_pass(f: Callable[[Any, Any], Any], samples: Any) -> None:
    check_reducer(f, samples)


@pytest.mark.parametrize(
    ("f", "samples", "law", "operands"),
    [
        (operator.sub, [5, 3, 0, 1], "commutative", (0, 1)),
        (lambda a, b: (a + b) / 2, [1, 2, 4], "associative", (1, 1, 2)),
        (operator.add, ["b", "a"], "commutative", ("a", "b")),
        (lambda a, b: abs(a - b), [3, 1, 2], "associative", (1, 1, 2)),
        (max, [1, True], "commutative", (1, True)),
        (operator.add, [0.1, 0.2, 0.3, 0.4], "associative", (0.1, 0.2, 0.3)),
        (lambda a, b: a + b if a + b < 10 else 10 + (a < b), range(1, 7), "commutative", (4, 6)),
    ],
)
def test_the_smallest_counter_example_is_shown(
    f: Callable[[Any, Any], Any], samples: Any, law: str, operands: tuple[Any, ...]
) -> None:
    with pytest.raises(NotAReducer, match=law) as caught:
        check_reducer(f, samples)
    assert caught.value.law == law
    assert caught.value.operands == operands
    (_, left), (_, right) = caught.value.results
    assert (left, type(left)) != (right, type(right))


def test_a_law_that_only_partial_results_break_is_found() -> None:
    def f(a: int, b: int) -> int:
        return a + b if max(a, b) < 3 else max(a, b)

    with pytest.raises(NotAReducer) as caught:
        check_reducer(f, [1])
    assert caught.value.law == "any order and grouping"
    assert set(caught.value.operands) == {1}
    assert "one after the other" in str(caught.value)


@pytest.mark.slow
def test_the_verdict_is_the_same_every_time() -> None:
    def shown(seed: int) -> str:
        with pytest.raises(NotAReducer) as caught:
            check_reducer(lambda a, b: a + b + (140 < a < 180), range(200), seed=seed)
        return str(caught.value)

    assert shown(0) == shown(0)
    assert "b = 141" in shown(0), "the smallest, though not every pair of 200 is tried"


def test_floats_may_be_given_some_tolerance() -> None:
    check_reducer(operator.add, [0.1, 0.2, 0.3, 0.4], rel_tol=1e-12)
    with pytest.raises(NotAReducer):
        check_reducer(lambda a, b: (a + b) / 2, [0.1, 0.2, 0.3], rel_tol=1e-12)


def test_a_zero_must_change_nothing() -> None:
    check_reducer(operator.add, [1, 2], zero=0)
    with pytest.raises(NotAReducer, match=r"'neutral zero'(.|\n)*f\(zero, a\) = 2") as caught:
        check_reducer(operator.add, [1, 2], zero=1)
    assert caught.value.operands == (1,)


def test_what_is_not_deterministic_is_found() -> None:
    calls = iter(range(1000))
    with pytest.raises(NotAReducer, match="deterministic"):
        check_reducer(lambda a, b: a + b + next(calls), [1])


class Sets:
    """Reducers of sets that change what they are given."""

    @staticmethod
    def into_left(a: set[int], b: set[int]) -> set[int]:
        a |= b
        return a

    @staticmethod
    def into_right(a: set[int], b: set[int]) -> set[int]:
        b |= a
        return b


SETS = [{1}, {2}]


def test_operands_must_be_left_alone_but_for_the_left_one_of_a_fold() -> None:
    with pytest.raises(NotAReducer, match=r"only the left operand may be changed, and only in fold") as caught:
        check_reducer(Sets.into_left, SETS)
    assert caught.value.law == "leaves its operands alone"
    assert caught.value.operands == ({1}, {2})
    check_reducer(Sets.into_left, SETS, zero=set())
    for zero in ({}, {"zero": set()}):
        with pytest.raises(NotAReducer, match=r"b after f\(a, b\) = \{1, 2\}"):
            check_reducer(Sets.into_right, SETS, **zero)
    assert [{1}, {2}] == SETS, "the caller's samples are left alone"


def test_an_error_of_the_function_is_its_own() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        check_reducer(operator.add, [1, None])
    with pytest.raises(ValueError, match="no samples"):
        check_reducer(operator.add, [])


def test_operands_are_shown_within_bounds() -> None:
    with pytest.raises(NotAReducer) as caught:
        check_reducer(operator.add, ["x" * 9_000, "y" * 9_000])
    assert len(str(caught.value)) < 2_000


def add_to(c: list[int], v: int) -> list[int]:
    c.append(v)
    return c


def test_combiners_that_are_one_reduction_pass() -> None:
    check_combiner(lambda v: [v], add_to, operator.add, range(5), finish=sorted)
    check_combiner(
        lambda v: (v, 1), lambda c, v: (c[0] + v, c[1] + 1), lambda c, d: (c[0] + d[0], c[1] + d[1]), range(5)
    )
    check_combiner(lambda v: {v}, lambda c, v: c | {v}, Sets.into_left, range(5))


@pytest.mark.parametrize(
    ("create", "merge_value", "merge_combiners", "finish", "law"),
    [
        (lambda v: [v], add_to, operator.add, None, "commutative"),
        (lambda v: v, operator.add, lambda c, d: max(c, d), None, "merge_value as merge_combiners"),
        (lambda v: v * v, operator.add, operator.add, None, "merge_value as merge_combiners"),
        (lambda v: {v}, lambda c, v: c | {v}, Sets.into_right, None, "leaves its operands alone"),
        (lambda v: (v, 1), lambda c, v: ((c[0] + v) / 2, 1), lambda c, d: ((c[0] + d[0]) / 2, 1), None, "merge_value"),
    ],
)
def test_combiners_that_are_not_one_reduction_are_found(
    create: Any, merge_value: Any, merge_combiners: Any, finish: Any, law: str
) -> None:
    options = {} if finish is None else {"finish": finish}
    with pytest.raises(NotAReducer) as caught:
        check_combiner(create, merge_value, merge_combiners, [1, 2, 3], **options)
    assert law in (caught.value.law, "merge_value" if caught.value.law == "associative" else "")


def test_a_record_that_becomes_the_combiner_must_be_left_alone() -> None:
    with pytest.raises(NotAReducer, match=r"merge_value\(create\)"):
        check_combiner(lambda v: v, lambda c, v: c.extend(v) or c, operator.add, [[1], [2]], finish=sorted)
