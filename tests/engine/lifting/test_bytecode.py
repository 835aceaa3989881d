"""Functions of whole numbers in columns give what calling them gives, in value and type, or are not lifted at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark.engine.lifting.bytecode import lifted
from minispark.engine.lifting.chains import lift
from minispark.engine.lifting.columns import blocks
from minispark.engine.lifting.expressions import INT64_MAX, Column, span
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.operators import Filter, KeyBy, Keys, Map, MapValues, Operator, Values

SITE = CallSite("map", "here.py", 1)
THREE = 3
FLAG = True
TEXT = "three"


def in_columns(operators: list[Operator], numbers: range, rows: int = 7) -> list[Any] | None:
    """The records of a lifted chain, None where it is not lifted."""
    chain = lift(operators)
    if chain is None or not numbers:
        return None
    spans = chain.spans(numbers)
    if spans is None:
        return None
    records: list[Any] = []
    for columns in blocks(chain, numbers, rows):
        for column, (low, high), truth in zip(columns, spans, chain.truths, strict=True):
            assert column.dtype == ("bool" if truth else "int64")
            assert low <= int(column.min()) and int(column.max()) <= high, "a span holds all values"
        lists = [column.tolist() for column in columns]
        records += zip(*lists, strict=True) if chain.is_tuple else lists[0]
    return records


def exactly(records: list[Any]) -> list[tuple[Any, Any]]:
    """With types, so that True is not taken for 1."""
    return [(tuple(map(type, r)), r) if isinstance(r, tuple) else (type(r), r) for r in records]


def closed_over(number: Any) -> Callable[[Any], Any]:
    return lambda x: x * number + THREE


def early_return(x: int) -> int:
    if x < 10:
        return -x
    half = x // 2
    if half % 2:
        return half
    return x


LIFTED: list[Callable[[Any], Any]] = [
    lambda x: x,
    lambda x: 5,
    lambda x: True,
    lambda x: x * 3 - 1,
    lambda x: -x,
    lambda x: ~x,
    lambda x: x // 7,
    lambda x: x // -7,
    lambda x: x % 7,
    lambda x: x % -7,
    lambda x: -x % 5 + (x - 50) // 3,
    lambda x: x**2 + x**3,
    lambda x: x & 12 | 3 ^ x,
    lambda x: (x - 50) & -4,
    lambda x: (x << 3) + (x - 50 >> 2),
    lambda x: x == 3,
    lambda x: not x,
    lambda x: 10 < x <= 50,
    lambda x: x > 3 and x % 7 != 2,
    lambda x: x < 3 or x > 90,
    lambda x: x and 5,
    lambda x: x or 7,
    lambda x: 1 if x % 2 else -1,
    lambda x: (x * 7 if x % 5 == 0 else 7, x),
    lambda x: (x, x > 5, 3),
    lambda x: (x % 3, x) if x > 5 else (0, -x),
    lambda x: (1, 2),
    lambda x, by=4: x * by,
    lambda x: x * THREE if FLAG else x,
    closed_over(11),
    early_return,
]


@pytest.mark.parametrize("function", LIFTED, ids=range(len(LIFTED)))
@pytest.mark.parametrize("numbers", [range(100), range(60, -60, -7), range(5, 6)])
def test_what_is_lifted_is_what_calling_gives(function: Callable[[Any], Any], numbers: range) -> None:
    records = in_columns([Map(function, SITE)], numbers)
    assert records is not None
    assert exactly(records) == exactly(list(map(function, numbers)))


NOT_LIFTED: list[Any] = [
    len,
    int,
    str,
    lambda x: abs(x),
    lambda x: x.real,
    lambda x: x / 2,
    lambda x: x**x,
    lambda x: x**-1,
    lambda x: x * 1.0,
    lambda x: x + True,
    lambda x: (x > 1) + (x > 2),
    lambda x: x > 1 and x,  # a bool or an int
    lambda x: [x],
    lambda x: (x, (x, x)),
    lambda x: f"{x}",
    lambda x: None,
    lambda x: x is None,
    lambda x: x in (1, 2),
    lambda x: x == TEXT,
    lambda x: x * MISSING,  # noqa: F821 (a name that is nowhere)
    lambda x: 1 << 64,
    lambda x: sum(i for i in range(x)),
    lambda *x: 1,
    lambda x, *, by=1: x,
    lambda x, **rest: x,
    lambda: 1,
    closed_over(1.5),
    closed_over(1 << 70),
    closed_over(True),
]


@pytest.mark.parametrize("function", NOT_LIFTED, ids=range(len(NOT_LIFTED)))
def test_what_is_not_understood_is_not_lifted(function: Any) -> None:
    assert in_columns([Map(function, SITE)], range(1, 9)) is None


def test_loops_and_exceptions_and_generators_are_not_lifted() -> None:
    def loop(x: int) -> int:
        while x > 3:
            x -= 1
        return x

    def guarded(x: int) -> int:
        try:
            return 1 // x
        except ZeroDivisionError:
            return 0

    def generator(x: int) -> Any:
        yield x

    async def later(x: int) -> int:
        return x

    for function in (loop, guarded, generator, later):
        assert lifted(function, Column(0)) is None


@pytest.mark.parametrize(
    ("function", "numbers"),
    [
        (lambda x: 1 // x, range(-1, 5)),
        (lambda x: 1 % (x - 3), range(5)),
        (lambda x: 10 // x if x else 0, range(5)),  # both ways are computed for all rows
        (lambda x: x + 2, range(INT64_MAX - 3, INT64_MAX)),
        (lambda x: x * x, range(1 << 31, (1 << 32) + 1, 1 << 30)),
        (lambda x: x << 40, range(1 << 24)),
        (lambda x: 1 << x, range(64)),
        (lambda x: x >> x - 3, range(8)),
        (lambda x: (x * 4_000_000_000 * 4_000_000_000) % 7, range(100)),
        (lambda x: x, range(1 << 63, (1 << 63) + 5)),
    ],
)
def test_what_may_leave_64_bits_or_raise_is_not_lifted(function: Any, numbers: range) -> None:
    assert in_columns([Map(function, SITE)], numbers) is None


def test_at_the_very_ends_of_64_bits() -> None:
    top = range(INT64_MAX - 5, INT64_MAX)
    assert in_columns([Map(lambda x: -x, SITE)], top) == [-x for x in top]
    assert in_columns([Map(lambda x: x - 1, SITE)], top) == [x - 1 for x in top]


def test_a_filter_by_truth_of_any_kind() -> None:
    for test in (lambda x: x % 3, lambda x: x > 4 and x % 2, lambda x: not x % 5, lambda x: False, lambda x: 1):
        records = in_columns([Filter(test, SITE), Map(lambda x: x + 1, SITE)], range(40))
        assert records == [x + 1 for x in range(40) if test(x)]


def test_pairs_taken_apart_and_put_together() -> None:
    operators = [
        KeyBy(lambda x: x % 4, SITE),
        MapValues(lambda v: v * 2, SITE),
        Filter(lambda pair: pair[0] != 1 and pair[-1] > 6, SITE),
        Map(lambda pair: (pair[1], pair[0]), SITE),
    ]
    pairs = [(x * 2, x % 4) for x in range(40) if x % 4 != 1 and x * 2 > 6]
    assert in_columns(operators, range(40)) == pairs
    assert in_columns([*operators, Keys(SITE)], range(40)) == [key for key, _ in pairs]
    assert in_columns([*operators, Values(SITE)], range(40)) == [item for _, item in pairs]
    assert in_columns([Map(lambda x: (x,), SITE), Map(lambda r: r[1], SITE)], range(4)) is None, "an IndexError"
    assert in_columns([Map(lambda x: x, SITE), Keys(SITE)], range(4)) is None, "a TypeError"


# --- any expression ------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(st.integers(-9, 9), st.sampled_from([1 << 20, -(1 << 33), 1 << 62, INT64_MAX]))
ARITHMETIC = st.sampled_from(["+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>"])
COMPARISON = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])


def _extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, ARITHMETIC, inner),
        st.builds("(-{})".format, inner),
        st.builds("(~{})".format, inner),
        st.builds("({} if {} {} {} else {})".format, inner, inner, COMPARISON, inner, inner),
        st.builds("({} if {} and not {} else {})".format, inner, inner, inner, inner),
    )


NUMERIC = st.recursive(st.one_of(st.just("x"), NUMBERS.map("({})".format)), _extended, max_leaves=8)
ANY = st.one_of(
    NUMERIC,
    st.builds("{} {} {}".format, NUMERIC, COMPARISON, NUMERIC),
    st.builds("({}, {})".format, NUMERIC, NUMERIC),
    st.builds("({} or {}, {} < {} <= {})".format, NUMERIC, NUMERIC, NUMERIC, NUMERIC, NUMERIC),
)
RANGES = st.builds(
    lambda start, step, count: range(start, start + step * count, step),
    st.one_of(st.integers(-20, 20), NUMBERS),
    st.sampled_from([1, 3, -2, 1 << 25]),
    st.integers(1, 20),
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(ANY, RANGES)
def test_any_expression_over_any_range(text: str, numbers: range) -> None:
    function = eval(f"lambda x: {text}")
    records = in_columns([Map(function, SITE)], numbers)
    if records is not None:
        assert exactly(records) == exactly(list(map(function, numbers)))


def test_most_small_expressions_are_lifted() -> None:
    """So that the property above is about something."""
    texts = ["x + 1", "(x * 7) % 100", "(x if x > 3 else -x)", "(x, x & 1)", "(x // 3 << 2) ^ 5", "x >= 0"]
    assert all(in_columns([Map(eval(f"lambda x: {text}"), SITE)], range(9)) is not None for text in texts)


def test_a_span_is_none_where_a_part_has_none() -> None:
    bad = lifted(lambda x: (1 // x > 3, x), Column(0))
    assert isinstance(bad, tuple)
    assert [span(part, [(0, 5)]) for part in bad] == [None, (0, 5)]
