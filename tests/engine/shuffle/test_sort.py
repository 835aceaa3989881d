"""Sorting: runs, bounds, ranges and their merging, against ``sorted``."""

from __future__ import annotations

import datetime
import functools
import math
import random
from bisect import bisect_left
from typing import Any
from unittest import mock

import numpy  # noqa: F401 (loaded here, not within the first example)
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark.engine.serde.codec import encode_chunks
from minispark.engine.shuffle import ordering
from minispark.engine.shuffle.ranges import Range
from minispark.engine.shuffle.reading import ReadCount
from minispark.engine.shuffle.runs import RowSorter, merge_runs
from minispark.engine.shuffle.sort import SortWriter, is_totally_ordered
from minispark.engine.shuffle.sort_read import SortOrder, count_sorted, find_bounds, merge_sorted, range_sizes
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.readers import ReaderCache
from minispark.engine.storage.spillfile import SpillFile

KEY = b"k" * 32
NAN = float("nan")


class Sorting:
    """A sort over the harness: its partitions, bounds, and what reducers read."""

    def __init__(self, harness: Any, parts: Any, order: SortOrder, limit: int = 1 << 30) -> None:
        make = functools.partial(SortWriter, sort_key=order.sort_key, ascending=order.ascending)
        self.outputs = harness.write(parts, make, order.partitions, limit)
        self.digests = harness.digests
        self.cache = ReaderCache(KEY, 2)
        self.bounds = find_bounds(self.outputs, order.partitions, self.cache) if order.partitions > 1 else []
        self.partitions = []
        self.spilled = 0
        self.count = ReadCount()
        for partition in range(order.partitions):
            workspace = harness.workspace(limit)
            merged = merge_sorted(self.outputs, self.bounds, partition, order, self.cache, workspace, self.count)
            self.partitions.append(list(merged))
            self.spilled += workspace.spills.bytes
            assert workspace.memory.held_bytes == 0
            assert len(self.partitions[-1]) == count_sorted(self.outputs, self.bounds, partition, order, self.cache)

    @property
    def records(self) -> list[Any]:
        return [record for partition in self.partitions for record in partition]


def pyspark_bounds(keys: list[Any], partitions: int) -> list[Any]:
    """``RDD.sortByKey``'s, where it samples everything."""
    samples = sorted(keys)
    return [samples[int(len(samples) * (i + 1) / partitions)] for i in range(partitions - 1)]


KEYS = st.one_of(
    st.lists(st.lists(st.integers(-4, 4)), min_size=1, max_size=4),
    st.lists(st.lists(st.text(max_size=2)), min_size=1, max_size=4),
    st.lists(st.lists(st.tuples(st.integers(0, 2), st.floats(allow_nan=False))), min_size=1, max_size=4),
    st.lists(st.lists(st.dates()), min_size=1, max_size=3),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(KEYS, st.booleans(), st.integers(1, 4), st.sampled_from([1 << 30, 1]))
def test_any_keys_sort_as_in_a_list(
    shared_harness: Any, keys: list[list[Any]], ascending: bool, partitions: int, limit: int
) -> None:
    parts = [[(key, (p, i)) for i, key in enumerate(part)] for p, part in enumerate(keys)]
    found = Sorting(shared_harness, parts, SortOrder(None, ascending, partitions), limit)
    everything = [pair for part in parts for pair in part]
    assert found.records == sorted(everything, key=lambda pair: pair[0], reverse=not ascending)
    if partitions > 1 and everything and len(everything) <= 20 * partitions:
        bounds = pyspark_bounds([key for key, _ in everything], partitions)
        assert found.bounds == bounds
        for number, partition in enumerate(found.partitions):
            p = number if ascending else partitions - 1 - number
            assert all(bisect_left(bounds, key) == p for key, _ in partition)


@pytest.mark.slow
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("sort_key", [None, lambda key: -key, lambda key: key % 50], ids=["none", "minus", "coarse"])
@pytest.mark.parametrize("limit", [1 << 30, 1 << 18, 1 << 14])
def test_sorting_is_stable_in_any_memory(harness: Any, sort_key: Any, ascending: bool, limit: int) -> None:
    rng = random.Random(3)
    count = 4000 if limit > 1 << 14 else 1000
    parts = [[(rng.randrange(2000), (p, i)) for i in range(count)] for p in range(3)]
    found = Sorting(harness, parts, SortOrder(sort_key, ascending, 4), limit)
    key = (lambda pair: pair[0]) if sort_key is None else (lambda pair: sort_key(pair[0]))
    assert found.records == sorted((pair for part in parts for pair in part), key=key, reverse=not ascending)
    assert (found.spilled > 0) == (limit < 1 << 20)
    if sort_key is None:
        assert max(map(len, found.partitions)) < 2 * min(map(len, found.partitions))


def test_reducers_read_little_more_than_their_range(harness: Any) -> None:
    rng = random.Random(5)
    parts = [[(rng.random(), i) for i in range(20_000)] for _ in range(4)]
    found = Sorting(harness, parts, SortOrder(None, True, 10))
    readers = [harness.reader(output) for output in found.outputs]
    written = sum(reader.length(chunk) for reader in readers for chunk in reader.chunks(0))
    assert written <= found.count.bytes < 1.5 * written
    assert found.count.records == 80_000
    assert max(map(len, found.partitions)) < 1.2 * 8000


def test_one_key_that_fills_several_ranges(harness: Any) -> None:
    parts = [[(5, (p, i)) for i in range(1000)] + [(i % 9, i) for i in range(90)] for p in range(3)]
    for ascending in (True, False):
        found = Sorting(harness, parts, SortOrder(None, ascending, 6))
        everything = [pair for part in parts for pair in part]
        assert found.records == sorted(everything, key=lambda pair: pair[0], reverse=not ascending)


@functools.total_ordering
class Version:
    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.number == other.number

    def __lt__(self, other: Version) -> bool:
        return self.number < other.number


@pytest.mark.slow
@pytest.mark.parametrize(
    "make", [lambda n: n if n % 3 else NAN, lambda n: frozenset(range(n % 4)), Version], ids=["nan", "sets", "objects"]
)
@pytest.mark.parametrize("limit", [1 << 30, 1 << 14])
def test_keys_without_a_known_order_are_neither_lost_nor_doubled(harness: Any, make: Any, limit: int) -> None:
    rng = random.Random(9)
    parts = [[(make(rng.randrange(1000)), (p, i)) for i in range(500)] for p in range(3)]
    for ascending in (True, False):
        found = Sorting(harness, parts, SortOrder(None, ascending, 4), limit)
        assert sorted(value for _, value in found.records) == [(p, i) for p in range(3) for i in range(500)]
        if make is Version:
            numbers = [key.number for key, _ in found.records]
            assert numbers == sorted(numbers, reverse=not ascending)


def test_keys_that_cannot_be_compared(harness: Any) -> None:
    with pytest.raises(TypeError, match="not supported between"):
        Sorting(harness, [[(1, 1), ("a", 1)]], SortOrder(None, True, 2))
    for partitions in (1, 2):
        with pytest.raises(TypeError, match="not supported between"):
            Sorting(harness, [[(1, 1)] * 5000, [("a", 1)]], SortOrder(None, True, partitions))


def test_what_the_sort_key_raises_passes_unchanged(harness: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        Sorting(harness, [[(1, 1)]], SortOrder(lambda key: key / 0, True, 2))


def test_nothing_to_sort(harness: Any) -> None:
    found = Sorting(harness, [[], []], SortOrder(None, True, 3))
    assert (found.bounds, found.records) == ([], [])
    assert Sorting(harness, [[], [(1, 2)]], SortOrder(None, False, 3)).records == [(1, 2)]


def test_equal_input_gives_equal_digests(harness: Any) -> None:
    parts = [[(i * 7 % 100, i) for i in range(1000)], [(i * 7 % 100, i) for i in range(1000)], [(1, 1)]]
    first, second, third = Sorting(harness, parts, SortOrder(None, True, 2)).digests
    assert first is not None and first == second != third


@pytest.mark.parametrize(
    ("keys", "ordered"),
    [
        ([1, 2.0, True], True),
        (["a", "b"], True),
        ([(1, "a"), (2, "b")], True),
        ([datetime.date(2020, 1, 1)], True),
        ([1.0, NAN], False),
        ([(1, NAN)], False),
        ([([1, frozenset()],)], False),
        ([{1}], False),
        ([Version(1)], False),
    ],
)
def test_what_is_known_to_be_totally_ordered(keys: list[Any], ordered: bool) -> None:
    assert is_totally_ordered(keys) is ordered


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 9), max_size=5).map(sorted),
    st.lists(st.integers(0, 9), max_size=30),
    st.lists(st.integers(1, 4), min_size=30, max_size=30),
    st.booleans(),
)
def test_ranges_of_chunks_share_out_every_key_once(
    bounds: list[int], keys: list[int], lengths: list[int], ascending: bool
) -> None:
    keys.sort(reverse=not ascending)
    chunks = []
    rest = keys
    for length in lengths:
        if rest:
            chunks.append(rest[:length])
            rest = rest[length:]
    firsts = [chunk[0] for chunk in chunks]
    for number in range(len(bounds) + 1):
        share = Range(bounds, number, ascending)
        wanted = [key for key in keys if bisect_left(bounds, key) == number]
        found = []
        for index in share.chunks(firsts):
            part = chunks[index][share.cut(chunks[index])]
            if share.covers(firsts, index):
                assert part == chunks[index]
            found += part
        assert found == wanted
    assert Range(bounds, len(bounds) + 1, ascending).empty
    assert not Range(bounds, len(bounds), ascending).empty


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), max_size=12), max_size=6), st.booleans(), st.integers(1, 5))
def test_merging_runs_is_a_stable_sort(shared_harness: Any, runs: list[list[int]], ascending: bool, block: int) -> None:
    file = SpillFile(LocalDirectories([str(shared_harness.directory)]), KEY)
    rows = [[(key, slot, i) for i, key in enumerate(run)] for slot, run in enumerate(runs)]
    for slot, run in enumerate(rows):
        run.sort(key=lambda row: row[0], reverse=not ascending)
        for start in range(0, len(run), block):
            for data, count in encode_chunks(run[start : start + block]):
                file.append(slot, data, count)
    stretches = list(merge_runs(file, range(len(runs)), ascending))
    everything = [row for run in rows for row in run]
    assert [row for stretch in stretches for row in stretch] == sorted(
        everything, key=lambda row: row[0], reverse=not ascending
    )
    file.close()


@pytest.mark.slow
def test_more_runs_than_may_be_merged_at_once(harness: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minispark.engine.shuffle.runs.FAN_IN_MAX", 3)
    rng = random.Random(1)
    for ascending in (True, False):
        workspace = harness.workspace(1 << 15)
        sorter = RowSorter(ascending, workspace)
        rows = [(rng.randrange(500), i) for i in range(10_000)]
        for start in range(0, len(rows), 100):
            sorter.add(rows[start : start + 100])
        assert list(sorter.rows()) == sorted(rows, key=lambda row: row[0], reverse=not ascending)
        assert workspace.spills.bytes > 3 * 10 * 10_000


def test_rows_being_given_can_still_be_spilled(harness: Any) -> None:
    workspace = harness.workspace(5 << 20)
    sorter = RowSorter(True, workspace)
    sorter.add([(i, i) for i in range(10_000)] * 2)
    rows = sorter.rows()
    first = [next(rows) for _ in range(10)]
    held = workspace.memory.held_bytes
    assert workspace.spills.bytes == 0 and held > 1_500_000
    assert workspace.memory.register("another", lambda: 0).resize(1_500_000)
    assert workspace.spills.bytes > 0 and workspace.memory.held_bytes == 1_500_000
    assert first + list(rows) == sorted([(i, i) for i in range(10_000)] * 2)


def test_memory_is_given_back_as_rows_are_read(harness: Any) -> None:
    workspace = harness.workspace()
    sorter = RowSorter(True, workspace)
    sorter.add([(i, i) for i in range(20_000)])
    held = []
    for _ in sorter.rows():
        held.append(workspace.memory.held_bytes)
    assert held[0] > 5 * held[-1] and held == sorted(held, reverse=True)
    assert workspace.memory.held_bytes == 0


KEYS_OF_A_KIND = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), min_size=1),
    st.lists(st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0, math.inf]), min_size=1),
)


@given(KEYS_OF_A_KIND, st.booleans())
def test_a_column_of_numbers_is_ordered_as_pythons_sort_would(keys: list[Any], ascending: bool) -> None:
    with mock.patch.object(ordering, "KEYS_MIN", 1):
        found = ordering.number_order(keys, ascending)
    assert found is not None
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending)
    assert found[0] == order, "stable, too"
    assert repr(found[1]) == repr([keys[place] for place in order])


@pytest.mark.parametrize("keys", [[1, 2.0], [True, False], [math.nan, 1.0], [2**63], ["a"], [None]])
def test_other_keys_are_left_to_python(keys: list[Any]) -> None:
    with mock.patch.object(ordering, "KEYS_MIN", 1):
        assert ordering.number_order(keys, True) is None


def test_ranges_of_keys_without_a_total_order_have_no_negative_sizes() -> None:
    nan = float("nan")
    samples = [(key, 2.0, 8.0) for key in (5.0, nan, 1.0, nan, 3.0, 2.0, nan, 0.0)]
    for bounds in ([5.0, nan, 1.0], [nan, 0.0, 3.0], [3.0, 1.0, 0.0]):
        counts = range_sizes(samples, bounds, 4)
        assert sum(counts) == 16
        assert min(counts) >= 0
