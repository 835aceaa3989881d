"""More data under one key than a worker may hold: the group streams from disk, within the limit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from operator import add
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks

LIMIT_MB = int(os.environ.get("MINISPARK_MEMORY_TEST_MB", "32"))
"""The limit of these tests; 128 is the size that the promise was made for."""

ROW = 1000
ROWS = LIMIT_MB * (1 << 20) * 10 // ROW
"""Ten times the limit."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads /proc"),
]


def private_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        _, resident, shared, *_ = file.read().split()
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def watched(records: Iterable[Any], marks: Marks, every: int = 5000) -> Iterator[Any]:
    """The records; leaves the worker's private memory from time to time."""
    for index, record in enumerate(records):
        if index % every == 0:
            marks.leave(private_bytes())
        yield record
    marks.leave(private_bytes())


@pytest.fixture
def sc(bench: Any) -> SparkContext:
    context: SparkContext = bench.start(spark_python_worker_memory=f"{LIMIT_MB}m")
    return context


def base(sc: SparkContext) -> int:
    """Private memory of a worker that has run a small job of the same kind."""
    small = sc.parallelize([(0, b"x")] * 10, 2).groupByKey(2).mapValues(len).count()
    assert small == 1
    return max(sc.parallelize(range(8), 8).map(lambda _: private_bytes()).collect())


def check(marks: Marks, floor: int) -> None:
    peak = max(map(int, marks.read()))
    above = (peak - floor) / (1 << 20)
    assert above <= 1.2 * LIMIT_MB, f"{above:.0f} MB above the base, the limit is {LIMIT_MB} MB"


def rows(sc: SparkContext, marks: Marks, keys: int) -> Any:
    numbers = sc.range(0, ROWS, 1, 4).map(lambda i: (i % keys, i.to_bytes(8, "little") * (ROW // 8)))
    return numbers.mapPartitions(lambda it: watched(it, marks))


@pytest.mark.matrix(36)
def test_one_group_of_ten_times_the_limit(sc: SparkContext, marks: Marks) -> None:
    floor = base(sc)

    def measure(values: Iterable[bytes]) -> tuple[int, int, bool]:
        count, total, ordered, last = 0, 0, True, -1
        for value in watched(values, marks):
            number = int.from_bytes(value[:8], "little")
            count, total, ordered, last = count + 1, total + number, ordered and number > last, number
        return count, total, ordered

    result = rows(sc, marks, 1).groupByKey(2).mapValues(measure).collect()
    assert result == [(0, (ROWS, ROWS * (ROWS - 1) // 2, True))]
    check(marks, floor)


def test_many_groups_of_ten_times_the_limit(sc: SparkContext, marks: Marks) -> None:
    floor = base(sc)
    groups = rows(sc, marks, 1000).groupByKey(3).mapPartitions(lambda it: watched(it, marks, 10))
    assert groups.mapValues(len).values().sum() == ROWS
    check(marks, floor)


def test_combining_more_distinct_keys_than_fit(sc: SparkContext, marks: Marks) -> None:
    floor = base(sc)
    counts = rows(sc, marks, ROWS).map(lambda kv: (kv[1], 1)).reduceByKey(add, 3)
    assert counts.mapPartitions(lambda it: watched(it, marks)).count() == ROWS
    check(marks, floor)


def test_sorting_ten_times_the_limit(sc: SparkContext, marks: Marks) -> None:
    floor = base(sc)
    ordered = rows(sc, marks, ROWS).map(lambda kv: (-kv[0], kv[1])).sortByKey(True, 3)

    def in_order(records: Iterable[Any]) -> Iterator[tuple[int, bool]]:
        count, fine, last = 0, True, float("-inf")
        for key, _ in watched(records, marks):
            count, fine, last = count + 1, fine and key > last, key
        yield count, fine

    result = ordered.mapPartitions(in_order).collect()
    assert sum(count for count, _ in result) == ROWS
    assert all(fine for _, fine in result)
    check(marks, floor)


def test_a_join_against_a_hot_key(sc: SparkContext, marks: Marks) -> None:
    floor = base(sc)
    table = sc.parallelize([(0, "a"), (0, "b"), (1, "c")], 2)
    joined = rows(sc, marks, 1).join(table, 2).mapPartitions(lambda it: watched(it, marks))
    assert joined.count() == 2 * ROWS
    check(marks, floor)
