"""Sorting one partition's pairs: the same answer in memory and through disk."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from minispark.engine.shuffle.localsort import sort_records


def backwards(key: int) -> int:
    return -key


@pytest.mark.slow
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("key", [None, backwards])
@pytest.mark.parametrize("limit", [1 << 30, 1 << 20, 1 << 16])
def test_order_within_any_memory(harness: Any, ascending: bool, key: Callable[[Any], Any] | None, limit: int) -> None:
    numbers = list(range(20_000 if limit > 1 << 16 else 5_000))
    random.Random(1).shuffle(numbers)
    pairs = [(number // 3, f"value {number}") for number in numbers]
    workspace = harness.workspace(limit)
    found = list(sort_records(iter(pairs), key, ascending, workspace))
    assert found == sorted(pairs, key=lambda pair: (key or int)(pair[0]), reverse=not ascending)
    assert (workspace.spills.bytes > 0) == (limit != 1 << 30)
    assert workspace.memory.held_bytes == 0


def test_nothing_is_read_before_the_first_record_is_asked_for(harness: Any) -> None:
    records = iter([(1, 2)])
    sort_records(records, None, True, harness.workspace())
    assert next(records) == (1, 2)


def test_what_is_no_pair(harness: Any) -> None:
    with pytest.raises(TypeError, match="the record 7 is not a"):
        list(sort_records([(1, 2), 7], None, True, harness.workspace()))


def test_errors_of_the_users_key_pass(harness: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        list(sort_records([(0, 2)], lambda key: 1 / key, True, harness.workspace()))
