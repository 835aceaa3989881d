"""toLocalIterator: one partition at a time, errors where they are met, nothing left running."""

from __future__ import annotations

from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("slices", [1, 3, 11])
def test_all_records_in_order(sc: SparkContext, prefetch: bool, slices: int) -> None:
    assert list(sc.parallelize(range(10), slices).toLocalIterator(prefetch)) == list(range(10))
    assert list(sc.emptyRDD().toLocalIterator(prefetch)) == []


def test_a_partition_is_computed_when_it_is_asked_for(sc: SparkContext, marks: Marks) -> None:
    def see(index: int, records: Any) -> Any:
        marks.leave(index)
        return records

    records = sc.parallelize(range(6), 3).mapPartitionsWithIndex(see).toLocalIterator()
    assert marks.read() == []
    assert [next(records), next(records)] == [0, 1]
    assert marks.read() == ["0"]
    assert list(records) == [2, 3, 4, 5]
    assert marks.read() == ["0", "1", "2"]


def test_prefetching_computes_the_next_partition_and_no_other(sc: SparkContext, marks: Marks) -> None:
    def see(index: int, records: Any) -> Any:
        marks.leave(index)
        return records

    records = sc.parallelize(range(8), 4).mapPartitionsWithIndex(see).toLocalIterator(True)
    assert next(records) == 0
    records.close()
    assert set(marks.read()) <= {"0", "1"}
    assert sc.parallelize([1], 1).count() == 1, "the context is free for others"


@pytest.mark.parametrize("prefetch", [False, True])
def test_an_error_is_raised_where_its_partition_is_read(sc: SparkContext, prefetch: bool) -> None:
    records = sc.parallelize([1, 2, 0, 4], 4).map(lambda x: 1 // x).toLocalIterator(prefetch)
    assert [next(records), next(records)] == [1, 0]
    with pytest.raises(ZeroDivisionError):
        next(records)
    assert next(records, None) is None


def test_a_shuffle_below_runs_once(sc: SparkContext, marks: Marks) -> None:
    pairs = sc.parallelize(range(6), 2).map(lambda x: (marks.leave(x), (x % 3, x))[1])
    sums = pairs.reduceByKey(lambda a, b: a + b, 3)
    assert sorted(sums.toLocalIterator()) == [(0, 3), (1, 5), (2, 7)]
    assert len(marks) == 6


def test_what_is_no_bool_is_refused_at_once(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="prefetchPartitions.*'yes'"):
        sc.parallelize([1]).toLocalIterator("yes")
