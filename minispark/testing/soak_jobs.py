"""The jobs of a soak: each of the engine's ways to move and keep data, on data by chance, with a known answer."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from operator import add
from random import Random
from typing import Any

from minispark import SparkContext, StorageLevel

Answers = tuple[Any, Any]
"""What the engine said, and what is right."""

KEYS = 37


def sums(sc: SparkContext, choose: Random) -> Answers:
    """Combined by key; an accumulator counts each record once."""
    size, slices = choose.randrange(1, 20_000), choose.randrange(1, 12)
    seen = sc.accumulator(0)

    def pair(x: int) -> tuple[int, int]:
        seen.add(1)
        return (x % KEYS, x)

    found = dict(sc.range(0, size, 1, slices).map(pair).reduceByKey(add, choose.randrange(1, 8)).collect())
    wanted = {key: sum(range(key, size, KEYS)) for key in range(min(KEYS, size))}
    return (found, seen.value), (wanted, size)


def order(sc: SparkContext, choose: Random) -> Answers:
    """Sorted by ranges, larger than a worker's memory."""
    records = [choose.randrange(1 << 30) for _ in range(choose.randrange(1, 5_000))]
    rdd = sc.parallelize(records, 4).map(lambda x: (x, "x" * 300)).sortByKey(numPartitions=5)
    return rdd.keys().collect(), sorted(records)


def joined(sc: SparkContext, choose: Random) -> Answers:
    """Two shuffles and a third."""
    left, right = choose.randrange(1, 3_000), choose.randrange(1, 300)
    users = sc.range(0, left, 1, 5).map(lambda x: (x % KEYS, x))
    visits = sc.range(0, right, 1, 3).map(lambda x: (x % KEYS, x))
    sizes = dict(users.join(visits, 4).mapValues(lambda both: 1).reduceByKey(add).collect())
    many, few = (Counter(x % KEYS for x in range(size)) for size in (left, right))
    return sizes, {key: many[key] * few[key] for key in many if few[key]}


def kept(sc: SparkContext, choose: Random) -> Answers:
    """Cached in memory or on disk, read three times."""
    size = choose.randrange(1, 5_000)
    level = choose.choice((StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY))
    rdd = sc.range(0, size, 1, 6).map(lambda x: x * 3).persist(level)
    found = [rdd.sum(), rdd.count(), rdd.map(lambda x: x + 1).sum()]
    rdd.unpersist()
    total = 3 * size * (size - 1) // 2
    return found, [total, size, total + size]


def checkpointed(sc: SparkContext, choose: Random) -> Answers:
    """Written on the way, and read in place of the lineage."""
    size = choose.randrange(1, 3_000)
    rdd = sc.range(0, size, 1, 4).map(lambda x: (x % 5, x)).groupByKey(3).mapValues(sorted)
    rdd.checkpoint()
    found = [sorted(rdd.collect()), sorted(rdd.collect())]
    shutil.rmtree((rdd.getCheckpointFile() or "").removeprefix("file:"), ignore_errors=True)
    return found, [[(key, list(range(key, size, 5))) for key in range(min(5, size))]] * 2


def shared(sc: SparkContext, choose: Random) -> Answers:
    """A broadcast, and parallelized data that is a file."""
    records = [choose.randbytes(5_000) for _ in range(100)]
    names = sc.broadcast([bytes(8)] * 1000 + records)
    found = sc.parallelize(records, 5).map(lambda record: names.value.index(record)).collect()
    names.destroy()
    return found, list(range(1000, 1100))


def saved(sc: SparkContext, choose: Random) -> Answers:
    """Files of the user's, written and read again."""
    size = choose.randrange(1, 5_000)
    with tempfile.TemporaryDirectory() as folder:
        sc.range(0, size, 1, 5).saveAsTextFile(folder + "/out")
        found = sc.textFile(folder + "/out").collect()
    return found, [str(x) for x in range(size)]


JOBS: tuple[Callable[[SparkContext, Random], Answers], ...] = (sums, order, joined, kept, checkpointed, shared, saved)
