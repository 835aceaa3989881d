"""The most frequent keys of an RDD, estimated without a shuffle.

Each partition counts its keys in bounded memory (Misra and Gries, 1982): of the first records all, then one of each
seven, at a place among them that a generator seeded with the partition's number draws, as data often repeat after so
many records. Only the heaviest counts leave the task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import islice
from operator import add, itemgetter
from random import Random
from typing import Any, TypeVar

from minispark.engine.shuffle.mistakes import first_unhashable, keys_of
from minispark.engine.shuffle.nan import unify_nan
from minispark.rdd.rdd import RDD
from minispark.skew.arguments import checked_count, checked_rdds
from minispark.skew.hotkeys import HotKey

K = TypeVar("K")

BATCH = 4096
COUNTED_WHOLE = 16 * BATCH
"""Of so many records at the beginning of a partition every one is counted: small data are counted exactly."""
STRIDE = 7
"""Then one of so many."""
KEYS_HELD = 4096
"""A count is too low by at most a share of ``1 / KEYS_HELD`` of a partition's records."""
KEYS_TOLD_MIN = 256


def top_keys(rdd: RDD[tuple[K, Any]], n: int = 10) -> list[HotKey]:
    """The ``n`` keys that most records have, the most frequent first; fewer if there are fewer keys.

    Runs a job that computes ``rdd`` once and shuffles nothing: persist it if that is dear. Keys are told apart as a
    shuffle does: 1, 1.0 and True are one key, and so are all NaNs of a type. Partitions of up to 65,536 records are
    counted exactly where they have at most 256 keys; beyond that the counts of keys that matter (a hundredth of the
    records and more) are within a few percent. The same data in the same partitions give the same answer.

    Raises TypeError for records that are no pairs, and for keys that cannot be hashed.

    >>> imports = sc.parallelize([("os", 1)] * 6 + [("sys", 1)] * 3 + [("abc", 1)], 2)
    >>> top_keys(imports, 2)
    [HotKey(key='os', records=6, share=0.6), HotKey(key='sys', records=3, share=0.3)]
    """
    checked_rdds(rdd)
    return sample_keys(rdd, checked_count("n", n))


def sample_keys(rdd: RDD[Any], n: int) -> list[HotKey]:
    """As ``top_keys``, for arguments that are known to be right."""
    counts: Counter[Any] = Counter()
    total = 0
    for records, told in rdd.mapPartitionsWithIndex(_KeyCounter(max(KEYS_TOLD_MIN, 4 * n))).collect():
        total += records
        keys = unify_nan([key for key, _ in told])
        for key, (_, count) in zip(keys, told, strict=True):
            counts[key] += count
    return [HotKey(key, count, count / total) for key, count in nlargest(n, counts.items(), itemgetter(1))]


class _KeyCounter:
    """A partition to one record: how many records it has, and ``(key, count)`` of its ``keys_told`` heaviest keys."""

    def __init__(self, keys_told: int) -> None:
        self.keys_told = keys_told

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterable[Any]:
        counts: Counter[Any] = Counter()
        generator = Random(partition)
        total = 0
        while batch := list(islice(records, BATCH)):
            if total < COUNTED_WHOLE:
                _add(counts, batch, 1)
            else:
                _add(counts, _one_of_each(batch, generator), STRIDE)
            total += len(batch)
        return [(total, nlargest(self.keys_told, counts.items(), itemgetter(1)))]


def _one_of_each(batch: list[Any], generator: Random) -> list[Any]:
    """One record of each ``STRIDE``, and one or none of what is left over: each with the same probability."""
    starts = range(0, len(batch), STRIDE)
    places = map(add, starts, generator.choices(range(STRIDE), k=len(starts)))
    return [batch[place] for place in places if place < len(batch)]


def _add(counts: Counter[Any], batch: list[Any], weight: int) -> None:
    """Count each record of the batch ``weight`` times."""
    keys = unify_nan(keys_of(batch))
    try:
        met = Counter(keys)
    except TypeError:
        mistake = first_unhashable(keys)
        if mistake is not None:
            raise mistake from None
        raise
    for key, count in met.items():
        counts[key] += count * weight
    if len(counts) > 2 * KEYS_HELD:
        _prune(counts)


def _prune(counts: Counter[Any]) -> None:
    """Take from each what the first one beyond ``KEYS_HELD`` has, and forget those that have no more."""
    floor = sorted(counts.values(), reverse=True)[KEYS_HELD]
    kept = {key: count - floor for key, count in counts.items() if count > floor}
    counts.clear()
    counts.update(kept)
