"""One small program for each kind of file and message that the engine has, with the answer it owes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from operator import add
from pathlib import Path
from typing import Any

from minispark import SparkContext, StorageLevel

RECORDS = 400
SUMS = [(key, sum(range(key, RECORDS, 10))) for key in range(10)]
MEMORY = "4m"
"""Of a worker: little enough that ``spilling`` spills. Of cached blocks: ``evicting`` evicts at half of it."""
STORAGE = "300k"


def shuffling(sc: SparkContext, folder: Path) -> Any:
    """Map outputs; and every accumulator's update once."""
    seen = sc.accumulator(0)

    def pair(x: int) -> tuple[int, int]:
        seen.add(1)
        return (x % 10, x)

    sums = sorted(sc.parallelize(range(RECORDS), 4).map(pair).reduceByKey(add, 3).collect())
    return sums, seen.value


def spilling(sc: SparkContext, folder: Path) -> Any:
    """More records than a worker may hold at a time."""
    numbers = sc.range(0, 40_000, 1, 2).map(lambda x: (x * 7919 % 40_000, "x" * 40))
    found = numbers.sortByKey(numPartitions=2).keys().collect()
    return found == list(range(40_000))


def caching(sc: SparkContext, folder: Path) -> Any:
    """Blocks in memory and on disk, written and read again."""
    answers = []
    for level in (StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY):
        kept = sc.parallelize(range(RECORDS), 4).map(lambda x: x + 1).persist(level)
        answers += [kept.count(), kept.sum(), kept.sum()]
        kept.unpersist()
    return answers


def evicting(sc: SparkContext, folder: Path) -> Any:
    """Blocks that make others move to disk."""
    kept = [block(sc, number).persist(StorageLevel.MEMORY_AND_DISK) for number in range(5)]
    answers = [rdd.map(len).sum() for rdd in (*kept, *kept)]
    for rdd in kept:
        rdd.unpersist()
    return answers


def block(sc: SparkContext, number: int) -> Any:
    return sc.parallelize(range(2), 2).map(lambda x: os.urandom(60_000))


def checkpointing(sc: SparkContext, folder: Path) -> Any:
    """Parts, written while they are first computed, then read in place of the lineage."""
    rdd = sc.parallelize(range(RECORDS), 4).map(lambda x: x * 2)
    rdd.checkpoint()
    return [rdd.sum(), rdd.count(), rdd.sum()]


def sharing(sc: SparkContext, folder: Path) -> Any:
    """Parallelized data too large to travel along, and a broadcast."""
    names = sc.broadcast([str(x) * 100 for x in range(1000)])
    data = sc.parallelize([os.urandom(0) or b"x" * 100_000] * 8, 4)
    answer = data.map(lambda record: len(record) + len(names.value)).sum()
    names.destroy()
    return answer


def saving(sc: SparkContext, folder: Path) -> Any:
    """Part files of the user's."""
    path = folder / f"out-{os.urandom(4).hex()}"
    sc.parallelize(range(RECORDS), 4).saveAsTextFile(str(path))
    assert sorted(name for name in os.listdir(path) if name[0] != ".") == [
        "_SUCCESS",
        *(f"part-0000{i}" for i in range(4)),
    ]
    return sc.textFile(str(path)).collect() == [str(x) for x in range(RECORDS)]


Program = Callable[[SparkContext, Path], Any]

PROGRAMS: dict[str, tuple[Program, Any]] = {
    "worker": (shuffling, (SUMS, RECORDS)),
    "task": (shuffling, (SUMS, RECORDS)),
    "result": (shuffling, (SUMS, RECORDS)),
    "map output": (shuffling, (SUMS, RECORDS)),
    "spill": (spilling, True),
    "cached block": (caching, [RECORDS, *[sum(range(RECORDS + 1))] * 2] * 2),
    "evicted block": (evicting, [120_000] * 10),
    "checkpoint part": (checkpointing, [RECORDS * (RECORDS - 1), RECORDS, RECORDS * (RECORDS - 1)]),
    "stored data": (sharing, 8 * 101_000),
    "part file": (saving, True),
}
"""By what a point's name begins with."""


def program_of(point: str) -> tuple[Program, Any]:
    return PROGRAMS[point.partition(".")[0]]


def distinct_programs() -> Iterator[tuple[Program, Any]]:
    """Each once."""
    yield from {program.__name__: (program, wanted) for program, wanted in PROGRAMS.values()}.values()
