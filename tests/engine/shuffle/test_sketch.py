"""The sketch of heavy keys: its bound, its memory, and the records that it looks at."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark.engine.shuffle.jitter import Jitter
from minispark.engine.shuffle.sketch import KEY_BYTES_MAX, HeavyKeys

CAPACITY = 8


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=60), max_size=30))
def test_counts_are_never_too_high_and_too_low_by_the_bound_at_most(batches: list[list[int]]) -> None:
    heavy, truth = HeavyKeys(CAPACITY), Counter[int]()
    for batch in batches:
        heavy.add(Counter(batch), 1, len(batch))
        truth.update(batch)
    assert heavy.total == sum(truth.values())
    assert len(heavy.counts) <= 2 * CAPACITY
    for key, count in truth.items():
        assert count - 2 * heavy.total / CAPACITY <= heavy.counts.get(key, 0) <= count


def test_keys_that_come_one_by_one() -> None:
    """As those of large records do, whose batches hold one."""
    heavy = HeavyKeys(CAPACITY)
    for number in range(1_000):
        for key in ("os", number):
            heavy.add({key: 1}, 1, 1)
    assert heavy.counts["os"] == 1_000
    assert heavy.heaviest(0.25, 9) == [("os", 1_000)]


def test_large_keys_are_not_held() -> None:
    heavy = HeavyKeys()
    heavy.add({"x" * KEY_BYTES_MAX: 100, "y": 100}, 1, 200)
    assert list(heavy.counts) == ["y"]


def test_a_scaled_count_stands_for_many() -> None:
    heavy = HeavyKeys()
    heavy.add({"os": 20, "sys": 1}, 16, 16 * 300)
    assert heavy.counts == {"os": 320}


@pytest.mark.parametrize("stride", [1, 2, 7, 16, 255, 256, 257, 1_000])
def test_one_place_in_each_stride(stride: int) -> None:
    count = 10 * stride + stride // 2
    places = Jitter(3).places(count, stride)
    assert [place // stride for place in places] == list(range(count // stride))
    assert list(places) == list(Jitter(3).places(count, stride))
    assert stride == 1 or list(places) != list(Jitter(4).places(count, stride))


@pytest.mark.parametrize("period", [2, 4, 7, 16, 20, 32])
@pytest.mark.parametrize("stride", [4, 7, 16, 20, 300])
def test_data_that_repeat_do_not_mislead(period: int, stride: int) -> None:
    places = Jitter(1).places(4_000 * stride, stride)
    counts = Counter(place % period for place in places)
    assert len(counts) == period
    assert max(counts.values()) < 4_000 / period * 1.5
