"""Operators on iterators: results, the record that failed, and no silent truncation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minispark.engine.kernels.chain import NESTED_MAX, run_chain
from minispark.engine.kernels.head import NOTHING, Head
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.operators import (
    Filter,
    FlatMap,
    FlatMapValues,
    Glom,
    KeyBy,
    Keys,
    Map,
    MapPartitions,
    MapValues,
    Operator,
    Values,
)
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.spillfile import SpillSpace

SITE = CallSite("test", __file__, 1)
WORKSPACE = Workspace(MemoryManager(1 << 30), SpillSpace(LocalDirectories(()), b"key"))


def run(batches: list[Any], *operators: Operator) -> list[Any]:
    return list(run_chain(operators, batches, 7, [], WORKSPACE))


CASES: list[tuple[list[Any], Operator, list[Any]]] = [
    ([[1, 2], [3]], Map(str, SITE), ["1", "2", "3"]),
    ([[0, 1], [2]], Filter(bool, SITE), [1, 2]),
    ([[2, 3]], FlatMap(range, SITE), [0, 1, 0, 1, 2]),
    ([["ab", "c"]], KeyBy(len, SITE), [(2, "ab"), (1, "c")]),
    ([[(1, "a")]], Keys(SITE), [1]),
    ([[(1, "a")]], Values(SITE), ["a"]),
    ([[(1, "a")]], MapValues(str.upper, SITE), [(1, "A")]),
    ([[(1, "ab")]], FlatMapValues(list, SITE), [(1, "a"), (1, "b")]),
    ([[1], [2]], Glom(SITE), [[1, 2]]),
    ([[1], [2]], MapPartitions(lambda index, records: (index, *records), SITE), [7, 1, 2]),
    ([], Glom(SITE), [[]]),
]


@pytest.mark.parametrize(("batches", "operator", "expected"), CASES, ids=lambda case: type(case).__name__)
def test_each_operator(batches: list[Any], operator: Operator, expected: list[Any]) -> None:
    assert run(batches, operator) == expected


def test_chains_of_all_lengths_agree() -> None:
    def increment(value: int) -> int:
        return value + 1

    for length in (1, NESTED_MAX, NESTED_MAX + 1, 10_000):
        assert run([[1], [2, 3]], *[Map(increment, SITE)] * length) == [1 + length, 2 + length, 3 + length]


def stop_at(bad: int) -> Callable[[int], int]:
    def function(value: int) -> int:
        if value == bad:
            raise StopIteration
        return value

    return function


@pytest.mark.matrix(38)
@pytest.mark.parametrize("bad", [1, 2, 3], ids=["first", "middle", "last"])
@pytest.mark.parametrize("kind", [Map, Filter, KeyBy])
@pytest.mark.parametrize("more", [0, NESTED_MAX])
def test_stop_iteration_never_truncates(bad: int, kind: Any, more: int) -> None:
    same = [Map(lambda value: value, SITE)] * more
    with pytest.raises(RuntimeError, match="StopIteration"):
        run([[1, 2], [3]], *same, kind(stop_at(bad), SITE))


def test_stop_iteration_before_a_whole_partition_operator() -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        run([[1, 2, 3]], Map(stop_at(2), SITE), MapPartitions(lambda _, records: records, SITE))


def test_a_partition_function_may_stop_early() -> None:
    assert run([[1, 2, 3]], Map(str, SITE), MapPartitions(lambda _, records: [next(records)], SITE)) == ["1"]


def test_the_head_knows_the_record_it_is_at() -> None:
    heads: list[Head] = []
    records = run_chain((Map(lambda value: 1 // value, SITE),), [[5, 4], range(1, -2, -1)], 0, heads, WORKSPACE)
    with pytest.raises(ZeroDivisionError):
        list(records)
    assert heads[0].last_record() == 0
    assert not heads[0].exhausted


def test_the_head_does_not_guess() -> None:
    heads: list[Head] = []
    run_chain((Map(str, SITE),), [iter([1])], 0, heads, WORKSPACE)
    assert heads[0].last_record() is NOTHING
