"""Both sides of combining, grouping and distinct against a dict, with and without enough memory."""

from __future__ import annotations

import math
import pickle
import random
from collections import defaultdict
from operator import add
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.serde.codec import encode
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.group import GroupWriter
from minispark.engine.shuffle.groups import JoinedGroup, SpilledGroup
from minispark.engine.shuffle.merging import (
    Pairs,
    combine_records,
    merge_combined,
    merge_distinct,
    merge_groups,
)
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.reading import read_chunks
from minispark.engine.storage.readers import ReaderCache

KEY = b"k" * 32
Pair = tuple[Any, Any]
Parts = list[list[Pair]]
NAN = float("nan")
LIMITS = [1 << 30, 1 << 18, 1 << 14]


def canonical(key: Any) -> Any:
    """Equal for keys that belong together."""
    if isinstance(key, tuple):
        return tuple(map(canonical, key))
    return "nan" if isinstance(key, float) and math.isnan(key) else key


def grouped(parts: Parts) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for part in parts:
        for key, value in part:
            groups[canonical(key)].append(value)
    return dict(groups)


def as_groups(records: list[Any]) -> dict[Any, list[Any]]:
    """Fails on a key that comes twice."""
    groups = {canonical(key): list(values) for key, values in records}
    assert len(groups) == len(records)
    return groups


def group_merge(chunks: Any, workspace: Any) -> Any:
    return ((key, values) for key, (values,) in merge_groups([chunks], workspace))


KEYS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(
        ["a", "b", "", "\ud800", b"a", None, True, 1.0, -0.0, NAN, float("nan"), (1, NAN), (1.0, ("x", NAN))]
    ),
    st.tuples(st.integers(0, 2), st.sampled_from(["a", NAN, None])),
)
PARTS = st.lists(st.lists(st.tuples(KEYS, st.integers()), max_size=30), min_size=1, max_size=4)
GENEROUS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_any_nan_order(groups: dict[Any, list[int]]) -> dict[Any, list[int]]:
    """A map task's dict tells one NaN object from another: only all other keys keep the order of their values."""
    return {key: sorted(values) if "nan" in repr(key) else values for key, values in groups.items()}


@pytest.mark.slow
@GENEROUS
@given(PARTS, st.sampled_from([1, 3]), st.sampled_from([1 << 30, 1]))
def test_any_keys_group_as_in_a_dict(shared_harness: Any, parts: Parts, partitions: int, limit: int) -> None:
    for writer in (GroupWriter, PlainWriter):
        outputs = shared_harness.write(parts, writer, partitions, limit)
        results = shared_harness.read(outputs, group_merge, partitions, limit)
        records = [record for result in results for record in result]
        assert in_any_nan_order(as_groups(records)) == in_any_nan_order(grouped(parts))
        route = Partitioner(partitions)
        assert all(route(key) == slot for slot, result in enumerate(results) for key, _ in result)


@pytest.mark.slow
@GENEROUS
@given(PARTS, st.sampled_from([1 << 30, 1]))
def test_any_keys_combine_as_in_a_dict(shared_harness: Any, parts: Parts, limit: int) -> None:
    expected = {key: sum(values) for key, values in grouped(parts).items()}
    found = shared_harness.run(
        parts, lambda o, m: CombineWriter(o, m, None, add), lambda c, w: merge_combined(c, add, w), limit
    )
    assert len(found) == len(expected)
    assert {canonical(key): value for key, value in found} == expected


@pytest.mark.slow
@GENEROUS
@given(st.lists(st.lists(KEYS, max_size=30), min_size=1, max_size=4), st.sampled_from([1 << 30, 1]))
def test_any_records_are_distinct_as_in_a_dict(shared_harness: Any, parts: list[list[Any]], limit: int) -> None:
    found = shared_harness.run(parts, DistinctWriter, merge_distinct, limit)
    expected = {canonical(record) for part in parts for record in part}
    assert len(found) == len(expected)
    assert {canonical(record) for record in found} == expected


def random_parts(seed: int, keys: int, count: int, parts: int = 4) -> Parts:
    rng = random.Random(seed)
    return [[(f"k{rng.randrange(keys)}", (p, i)) for i in range(count)] for p in range(parts)]


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("keys", [1, 40, 5000, 100_000])
@pytest.mark.parametrize("writer", [GroupWriter, PlainWriter])
def test_groups_keep_the_order_of_their_values(harness: Any, writer: Any, keys: int, limit: int) -> None:
    parts = random_parts(keys, keys, 6000 if limit > 1 << 14 else 1000)
    assert as_groups(harness.run(parts, writer, group_merge, limit)) == grouped(parts)
    assert (harness.spilled > 0) == (limit < 1 << 20)


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("keys", [30, 5000, 100_000])
def test_combiners_merge_in_order(harness: Any, keys: int, limit: int) -> None:
    parts = random_parts(keys, keys, 6000 if limit > 1 << 14 else 1000)
    found = harness.run(
        parts,
        lambda o, m: (
            CombineWriter(o, m, lambda v: [v], lambda c, v: [*c, v]) if keys > 1 else PlainWriter(o, m, lambda v: [v])
        ),
        lambda chunks, w: merge_combined(chunks, lambda a, b: a + b, w),
        limit,
    )
    assert as_groups(found) == grouped(parts)


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("keys", [10, 20_000])
def test_distinct_records(harness: Any, keys: int, limit: int) -> None:
    parts = [[key for key, _ in part] for part in random_parts(1, keys, 20_000 if limit > 1 << 14 else 4_000)]
    found = harness.run(parts, DistinctWriter, merge_distinct, limit)
    assert len(found) == len(set(found))
    assert set(found) == {record for part in parts for record in part}


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
def test_sides_are_grouped_together(harness: Any, limit: int) -> None:
    left, right, third = random_parts(1, 300, 3000, 3), random_parts(2, 600, 500, 2), random_parts(3, 900, 100, 1)
    sides = [harness.write(parts, GroupWriter, 2, limit) for parts in (left, right)]
    expected: dict[Any, list[list[Any]]] = defaultdict(lambda: [[], [], []])
    for side, parts in enumerate((left, right, third)):
        for key, values in grouped(parts).items():
            expected[key][side] = values

    found = []
    route = Partitioner(2)
    for slot in range(2):
        workspace = harness.workspace(limit)
        chunks = [read_chunks(outputs, slot, ReaderCache(KEY)) for outputs in sides]
        narrow = Pairs(pair for part in third for pair in part if route(pair[0]) == slot)
        found += list(merge_groups([*chunks, narrow], workspace))
    assert len(found) == len(expected)
    assert {key: [list(values) for values in groups] for key, groups in found} == expected


@pytest.mark.slow
@pytest.mark.matrix(36)
def test_a_group_larger_than_memory_is_streamed_again_and_again(harness: Any) -> None:
    parts = [[("hot", (p, i)) for i in range(20_000)] for p in range(3)] + [[(f"k{i}", i) for i in range(100)]]
    outputs = harness.write(parts, PlainWriter, 1, 1 << 18)
    workspace = harness.workspace(1 << 18)
    groups = {k: v for k, (v,) in merge_groups([read_chunks(outputs, 0, ReaderCache(KEY))], workspace)}
    hot = groups["hot"]
    assert isinstance(hot, (SpilledGroup, JoinedGroup))
    expected = [value for part in parts[:3] for _, value in part]
    assert len(hot) == 60_000 and list(hot) == expected and list(hot) == expected
    assert [value for block in hot.blocks() for value in block] == expected
    assert max(map(len, hot.blocks())) < 2000
    half_read = iter(hot)
    assert next(half_read) == (0, 0)
    assert next(iter(hot)) == (0, 0) and next(half_read) == (0, 1)
    assert pickle.loads(pickle.dumps(hot)) == expected
    assert len(groups) == 101


def test_a_group_on_one_side_only_is_streamed_beside_a_small_one(harness: Any) -> None:
    chunks = [encode([("hot", (c, i)) for i in range(5000)]) for c in range(10)]
    small = [encode([("hot", "only")])]
    [(key, (many, few))] = merge_groups([iter(chunks), iter(small)], harness.workspace(1 << 18))
    assert (key, len(many), list(few)) == ("hot", 50_000, ["only"])


@pytest.mark.slow
def test_combining_pairs_that_need_no_shuffle(harness: Any) -> None:
    parts = random_parts(4, 700, 20_000, 1)
    for limit in LIMITS:
        workspace = harness.workspace(limit)
        found = combine_records(iter(parts[0]), lambda v: [v], lambda c, v: [*c, v], lambda a, b: a + b, workspace)
        assert as_groups(list(found)) == grouped(parts)
        assert (workspace.spills.bytes > 0) == (limit < 1 << 20)


@pytest.mark.slow
def test_keys_that_share_their_whole_hash_still_merge(harness: Any) -> None:
    chunks = [encode([(same_hash(i), c) for i in range(120)]) for c in range(20)]
    found = merge_groups([iter(chunks)], harness.workspace(1 << 12))
    assert sorted((key.number, list(values)) for key, (values,) in found) == [(i, list(range(20))) for i in range(120)]


class SameHash:
    def __init__(self, number: int) -> None:
        self.number = number

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameHash) and self.number == other.number


def same_hash(number: int) -> SameHash:
    return SameHash(number)


def test_a_writer_spills_while_its_source_is_still_being_merged(harness: Any) -> None:
    """One manager for both: the holder asked to spill may be in the middle of giving its records away."""
    rng = random.Random(7)
    pairs = [(rng.randrange(3000), rng.randrange(100)) for _ in range(30_000)]
    chunks = [encode(pairs[i : i + 1000]) for i in range(0, len(pairs), 1000)]
    workspace = harness.workspace(1 << 18)
    merged = merge_groups([iter(chunks)], workspace)
    again = ((key % 500, value) for key, (values,) in merged for value in values)
    found = merge_groups([Pairs(again)], workspace)
    expected: dict[int, list[int]] = defaultdict(list)
    for key, value in pairs:
        expected[key % 500].append(value)
    assert {key: sorted(values) for key, (values,) in found} == {key: sorted(v) for key, v in expected.items()}


def test_what_is_left_half_read_lets_go_of_its_files(harness: Any, mark_descriptors: Any) -> None:
    opened = mark_descriptors()
    chunks = [encode([(i, c) for i in range(3000)]) for c in range(10)]
    workspace = harness.workspace(1 << 16)
    merged = merge_groups([iter(chunks)], workspace)
    next(merged)
    assert opened()
    workspace.memory.end_task()
    del merged
    assert opened() == []
