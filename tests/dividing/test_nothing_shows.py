"""Nothing shows of it that tiny partitions share a task, or that a sort's ranges have as many bytes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dividing_kit import Seen, context

from minispark import RDD, TaskContext
from minispark.observe import listening
from minispark.testing.marks import Marks

PARTITIONS = 40
PAIRS = [(n % 97, n) for n in range(2_000)] + [(None, 1), (float("nan"), 2), (("a", 1), 3)]

READ: dict[str, Callable[[RDD[Any]], RDD[Any]]] = {
    "reduceByKey": lambda rdd: rdd.reduceByKey(lambda a, b: a + b, PARTITIONS),
    "groupByKey": lambda rdd: rdd.groupByKey(PARTITIONS).mapValues(list),
    "distinct": lambda rdd: rdd.distinct(PARTITIONS).mapPartitions(lambda part: sorted(part, key=repr)),
    "partitionBy": lambda rdd: rdd.partitionBy(PARTITIONS),
    "repartition": lambda rdd: rdd.repartition(PARTITIONS),
    "cogroup": lambda rdd: rdd.cogroup(rdd.mapValues(str), PARTITIONS).mapValues(lambda sides: list(map(list, sides))),
    "join": lambda rdd: rdd.join(rdd.filter(lambda kv: kv[1] == kv[0]), PARTITIONS),
    "fullOuterJoin": lambda rdd: rdd.fullOuterJoin(rdd.filter(lambda kv: kv[1] == kv[0]), PARTITIONS),
}


def folded(rdd: RDD[Any]) -> Any:
    return rdd.map(lambda record: 1).fold(7, lambda a, b: a + b)


def numbers_of(rdd: RDD[Any]) -> Any:
    def number(index: int, part: Any) -> Any:
        context = TaskContext.get()
        assert context is not None
        return [(index, context.partitionId(), len(list(part)))]

    return rdd.mapPartitionsWithIndex(number).collect()


def saved(rdd: RDD[Any]) -> Any:
    kept = rdd.persist()
    first = kept.collect()
    assert repr(kept.collect()) == repr(first)
    kept.unpersist()
    return first


USED: dict[str, Callable[[RDD[Any]], Any]] = {
    "collect": lambda rdd: rdd.collect(),
    "count": lambda rdd: rdd.count(),
    "sum": lambda rdd: rdd.map(lambda record: 1).sum(),
    "glom": lambda rdd: rdd.glom().collect(),
    "numbers": numbers_of,
    "folded": folded,
    "zipWithIndex": lambda rdd: rdd.zipWithIndex().collect(),
    "reduced": lambda rdd: sorted(rdd.map(lambda record: (len(str(record)), 1)).reduceByKey(max, 3).collect()),
    "grouped": lambda rdd: rdd.map(lambda record: (1, str(record))).groupByKey(2).mapValues(list).collect(),
    "persisted": saved,
    "take": lambda rdd: rdd.take(50),
    "repartitioned": lambda rdd: rdd.repartition(3).glom().collect(),
    "max": lambda rdd: rdd.map(str).max(),
}


@pytest.mark.slow
@pytest.mark.parametrize("read", READ)
def test_nothing_shows(read: str) -> None:
    """Records, their order and every partition's own value are those of tasks that compute a partition each."""

    def answers(master: str, adaptive: bool) -> tuple[dict[str, str], set[str]]:
        found, merged = {}, set()
        with context(master, adaptive) as sc:
            for use in USED:
                with listening(sc, Seen()) as seen:
                    found[use] = repr(USED[use](READ[read](sc.parallelize(PAIRS, 4))))
                if any(each.partition is None for each in seen.decisions):
                    merged.add(use)
        return found, merged

    expected, _ = answers("inline", False)
    for master in ("inline", "local[2]"):
        actual, merged = answers(master, True)
        for use in USED:
            assert actual[use] == expected[use], (use, master)
        assert merged == USED.keys() - {"take", "repartitioned"}


@pytest.mark.slow
def test_large_partitions_keep_their_tasks() -> None:
    with context("inline", threshold="64m") as sc, listening(sc, Seen()) as seen:
        large = sc.parallelize(range(40), 2).map(lambda n: (n, os.urandom(1 << 20))).partitionBy(40, lambda key: key)
        assert large.count() == 40
        assert len(seen.tasks()) == 40 and seen.decisions == []


@pytest.mark.chaos
@pytest.mark.matrix(1)
def test_a_killed_task_of_several_partitions_runs_again(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")

    def once(record: Any) -> Any:
        if record[0] in (3, 50) and marks.first(record[0]):
            os.kill(os.getpid(), signal.SIGKILL)
        return record

    with context("local[2]") as sc:
        grouped = sc.parallelize(PAIRS[:-3], 4).groupByKey(PARTITIONS).mapValues(list).map(once)
        assert sorted(grouped.collect()) == [(k, list(range(k, 2_000, 97))) for k in range(97)]


@pytest.mark.slow
def test_ranges_of_a_sort_have_as_many_bytes_where_records_differ_much() -> None:
    """A few keys have nearly all bytes: ranges of as many records would leave one with all of them."""
    records = [(n, "x" * (30_000 if n < 200 else 10)) for n in range(4_000)]
    for ascending in (True, False):
        with context("inline", threshold="100k") as sc, listening(sc, Seen()) as seen:
            ordered = sc.parallelize(records, 4).sortByKey(ascending, numPartitions=8)
            assert ordered.collect() == sorted(records, reverse=not ascending)
            sizes = [sum(len(value) for _, value in part) for part in ordered.glom().collect()]
            assert max(sizes) <= 3 * sum(sizes) / 8, sizes
            (decision,) = seen.decisions[:1]
            assert "as many bytes" in decision.what and decision.stage.startswith("sortByKey at test_nothing_shows.py")
            assert decision.what in ordered.toDebugString().decode()
            assert ordered.keys().collect() == sorted((key for key, _ in records), reverse=not ascending)
    with context("inline", adaptive=False) as sc:
        plain = sc.parallelize(records, 4).sortByKey(numPartitions=8).glom().map(len).collect()
    assert max(plain) < 2 * 4_000 / 8


def test_ranges_of_a_sort_are_those_of_records_where_these_are_alike() -> None:
    parts = []
    for adaptive in (True, False):
        with context("inline", adaptive) as sc:
            ordered = sc.parallelize(range(3_000), 4).map(lambda n: (n * 7 % 3_000, "x")).sortByKey(numPartitions=7)
            parts.append(ordered.glom().collect())
    assert parts[0] == parts[1]
