"""What ``memory.py`` runs: every family of operators on more data than a worker may hold, each with its answer checked.

A case is given a context and an amount in bytes, that of its records as Python objects, and asserts its answer. Records
are made in the workers, one at a time, and never by a function that could run in columns unless the case is about that.
"""

from __future__ import annotations

import operator
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from minispark import SparkContext, StorageLevel

Case = Callable[[SparkContext, int], None]
CASES: dict[str, Case] = {}

MAPS, REDUCERS = 4, 2
ROW = 1000
LARGE = 1 << 20


def case(function: Case) -> Case:
    CASES[function.__name__] = function
    return function


def weight(record: Any) -> int:
    """Bytes of a record and its members."""
    size = sys.getsizeof(record)
    if isinstance(record, dict):
        return size + sum(weight(k) + weight(v) for k, v in record.items())
    if isinstance(record, (tuple, list)):
        return size + sum(map(weight, record))
    return size


# --- records: functions of a number -----------------------------------------------------------------------------------


def row(number: int) -> bytes:
    """A thousand bytes that begin with the number."""
    return number.to_bytes(8, "little") * (ROW // 8)


def number_of(data: bytes) -> int:
    return int.from_bytes(data[:8], "little")


def large(number: int) -> str:
    return f"{number:08d}" * (LARGE // 8)


def unique_pair(number: int) -> tuple[str, int]:
    return f"key {number:012d}", number


def one_key(number: int) -> tuple[str, bytes]:
    return "key", row(number)


def spread_pair(number: int, keys: int = 5000) -> tuple[int, bytes]:
    return number * 2654435761 % keys, row(number)


def structured(number: int) -> tuple[int, dict[str, Any]]:
    return number % 997, {"id": number, "name": f"name {number}", "tags": [number, number + 1], "at": (number, 0.5)}


def made(sc: SparkContext, total: int, make: Callable[[int], Any], maps: int = MAPS) -> tuple[Any, int]:
    """Records of ``total`` bytes in all, and how many they are."""
    count = max(total // weight(make(1 << 20)), 1)
    return sc.range(0, count, 1, maps).mapPartitions(partial(map, make)), count


def ordered(records: Iterable[Any]) -> Iterator[tuple[int, bool]]:
    """How many keys there are, and whether they ascend."""
    count, fine, last = 0, True, None
    for key, _ in records:
        fine = fine and (last is None or last <= key)
        count, last = count + 1, key
    yield count, fine


def length(values: Iterable[Any]) -> int:
    """Read through, holding nothing."""
    return sum(1 for _ in values)


def check(answer: Any, expected: Any) -> None:
    if answer != expected:
        raise AssertionError(f"the answer is {answer!r:.300} instead of {expected!r:.300}")


# --- combining --------------------------------------------------------------------------------------------------------


@case
def reduceByKey(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, unique_pair)
    check(pairs.reduceByKey(max, REDUCERS).values().sum(), count * (count - 1) // 2)


@case
def reduceByKey_twice(sc: SparkContext, total: int) -> None:
    """Each key comes twice, in different map tasks."""
    count = total // weight(unique_pair(1 << 20)) // 2
    pairs = sc.range(0, 2 * count, 1, MAPS).map(lambda i: (f"key {i % count:012d}", i))
    check(pairs.reduceByKey(lambda a, b: a + b, 1).values().sum(), count * (2 * count - 1))


@case
def reduceByKey_of_dicts(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, lambda i: (i // 2, structured(i)[1]))
    merged = pairs.reduceByKey(lambda a, b: {**a, "tags": a["tags"] + b["tags"]}, REDUCERS)
    check(merged.values().map(lambda d: len(d["tags"])).sum(), 2 * count)


@case
def aggregateByKey_of_lists(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, partial(spread_pair, keys=20000))
    lists = pairs.aggregateByKey([], lambda held, v: [*held, v[:500]], lambda a, b: a + b, REDUCERS)
    check(lists.values().map(len).sum(), count)


@case
def combineByKey(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, unique_pair)
    combined = pairs.combineByKey(lambda v: (v, 1), lambda c, v: (c[0] + v, c[1] + 1), max, REDUCERS)
    check(combined.values().map(operator.itemgetter(1)).sum(), count)


@case
def foldByKey(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, unique_pair)
    check(pairs.foldByKey(0, operator.add, REDUCERS).count(), count)


@case
def count_of_words(sc: SparkContext, total: int) -> None:
    count = total // weight("word 000000000000")
    words = sc.range(0, count, 1, MAPS).map(lambda i: f"word {i:012d}")
    check(words.map(lambda w: (w, 1)).reduceByKey(operator.add, REDUCERS).count(), count)


@case
def words_of_text_files(sc: SparkContext, total: int) -> None:
    count = total // weight("word 000000000000")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        sc.range(0, count, 10, MAPS).map(lambda i: " ".join(f"word{i + n:012d}" for n in range(10))).saveAsTextFile(
            path
        )
        words = sc.textFile(path, 2).flatMap(lambda line: line.split()).map(lambda word: (word, 1))
        check(words.reduceByKey(operator.add, REDUCERS).count(), -(-count // 10) * 10)


@case
def distinct(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.distinct(REDUCERS).map(number_of).sum(), count * (count - 1) // 2)


@case
def distinct_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    check(rows.distinct(REDUCERS).map(len).count(), count)


@case
def reduceByKey_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    check(rows.map(lambda text: (text, text)).reduceByKey(max, REDUCERS).count(), count)


@case
def count_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    check(rows.map(lambda text: (text, 1)).reduceByKey(operator.add, REDUCERS).count(), count)


@case
def distinct_of_tiny(sc: SparkContext, total: int) -> None:
    count = total // 32
    check(sc.range(0, count, 1, MAPS).map(hash).distinct(REDUCERS).count(), count)


# --- grouping ---------------------------------------------------------------------------------------------------------


@case
def groupByKey(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, spread_pair)
    check(pairs.groupByKey(REDUCERS).values().map(length).sum(), count)


@case
def groupByKey_one_key(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, one_key)
    groups = pairs.groupByKey(REDUCERS).mapValues(lambda values: (length(values), sum(map(number_of, values))))
    check(groups.collect(), [("key", (count, count * (count - 1) // 2))])


@case
def groupByKey_half_on_one_key(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, lambda i: (0 if i % 2 else i, row(i)))
    check(pairs.groupByKey(REDUCERS).values().map(length).sum(), count)


@case
def groupByKey_of_dicts(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, structured)
    check(pairs.groupByKey(REDUCERS).values().map(length).sum(), count)


@case
def groupByKey_one_key_of_tiny(sc: SparkContext, total: int) -> None:
    count = total // 96
    pairs = sc.range(0, count, 1, MAPS).mapPartitions(lambda numbers: ((0, i) for i in numbers))
    check(pairs.groupByKey(REDUCERS).values().map(length).collect(), [count])


@case
def groupByKey_of_large(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, lambda i: (i % 7, large(i)))
    check(pairs.groupByKey(REDUCERS).values().map(length).sum(), count)


@case
def groupBy(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.groupBy(lambda data: number_of(data) % 3000, REDUCERS).values().map(length).sum(), count)


@case
def cogroup(sc: SparkContext, total: int) -> None:
    left, count = made(sc, total // 2, spread_pair)
    right, _ = made(sc, total // 2, spread_pair)
    both = left.cogroup(right, REDUCERS).values()
    check(both.map(lambda groups: length(groups[0]) + length(groups[1])).sum(), 2 * count)


@case
def cogroup_one_key(sc: SparkContext, total: int) -> None:
    left, count = made(sc, total, one_key)
    right = sc.parallelize([("key", 1), ("other", 2)], 2)
    both = left.cogroup(right, REDUCERS).values()
    check(sorted(both.map(lambda groups: (length(groups[0]), length(groups[1]))).collect()), [(0, 1), (count, 1)])


# --- joining ----------------------------------------------------------------------------------------------------------


def _joined(sc: SparkContext, total: int, how: str, one: bool) -> None:
    """With a small other side, whose one key is the large side's, or of which half are keys of the large side."""
    make = one_key if one else spread_pair
    left, count = made(sc, total, make)
    keys = ["key", "other"] if one else range(0, 10000, 2)
    small = sc.parallelize([(key, 1) for key in keys], 2)
    matched = count if one else sum(1 for i in range(count) if spread_pair(i)[0] % 2 == 0)
    unmatched = {"join": 0, "leftOuterJoin": count - matched, "rightOuterJoin": 1 if one else 2500}
    unmatched["fullOuterJoin"] = unmatched["leftOuterJoin"] + unmatched["rightOuterJoin"]
    joined = getattr(left, how)(small, REDUCERS)
    check(joined.map(lambda record: len(record[1])).sum(), 2 * (matched + unmatched[how]))


for _how in ("join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin"):
    CASES[_how] = partial(_joined, how=_how, one=False)
    CASES[f"{_how}_one_key"] = partial(_joined, how=_how, one=True)


@case
def join_small_side_first(sc: SparkContext, total: int) -> None:
    right, count = made(sc, total, one_key)
    check(sc.parallelize([("key", 1), ("other", 2)], 2).join(right, REDUCERS).count(), count)


@case
def join_of_large_records(sc: SparkContext, total: int) -> None:
    left, count = made(sc, total, lambda i: (i % 5, large(i)))
    check(left.join(sc.parallelize([(key, key) for key in range(5)], 2), REDUCERS).count(), count)


@case
def join_of_two_large(sc: SparkContext, total: int) -> None:
    make = lambda i: (i, row(i))  # noqa: E731 (one line)
    left, count = made(sc, total // 2, make)
    right, _ = made(sc, total // 2, make)
    check(left.join(right, REDUCERS).count(), count)


@case
def join_partitioned_alike(sc: SparkContext, total: int) -> None:
    """No shuffle in between: sides that are grouped already."""
    left, count = made(sc, total, one_key)
    small = sc.parallelize([("key", 1)], 1).partitionBy(REDUCERS)
    check(left.partitionBy(REDUCERS).mapValues(lambda v: v).join(small).count(), count)


@case
def subtractByKey(sc: SparkContext, total: int) -> None:
    left, count = made(sc, total, one_key)
    check(left.subtractByKey(sc.parallelize([("other", 0)], 1), REDUCERS).count(), count)


@case
def subtract(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.subtract(sc.range(10).map(row), REDUCERS).count(), count - 10)


@case
def intersection(sc: SparkContext, total: int) -> None:
    rows, _ = made(sc, total, row)
    check(rows.intersection(sc.range(-1, 10).map(lambda i: row(abs(i)))).count(), 10)


# --- sorting ----------------------------------------------------------------------------------------------------------


@case
def sortByKey(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, lambda i: (-i, row(i)))
    check(pairs.sortByKey(numPartitions=REDUCERS).mapPartitions(ordered).reduce(_both), (count, True))


@case
def sortByKey_one_key(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, one_key)
    check(pairs.sortByKey(numPartitions=REDUCERS).mapPartitions(ordered).reduce(_both), (count, True))


@case
def sortByKey_of_tiny(sc: SparkContext, total: int) -> None:
    count = total // 128
    pairs = sc.range(0, count, 1, MAPS).map(lambda i: (i * 2654435761 % count, i))
    check(pairs.sortByKey(numPartitions=1).mapPartitions(ordered).reduce(_both), (count, True))


@case
def sortBy(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    by = rows.sortBy(lambda data: number_of(data) % 1009, numPartitions=REDUCERS)
    check(by.map(lambda data: (number_of(data) % 1009, 0)).mapPartitions(ordered).reduce(_both), (count, True))


@case
def sortBy_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    check(rows.sortBy(lambda text: text, False, REDUCERS).map(len).sum(), count * LARGE)


@case
def sortByKey_by_function(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total // 2, lambda i: f"{i:0999d}")
    pairs = rows.map(lambda text: (text, 0)).sortByKey(keyfunc=lambda text: text[::-1], numPartitions=REDUCERS)
    check(pairs.map(lambda pair: (pair[0][::-1], 0)).mapPartitions(ordered).reduce(_both), (count, True))


@case
def repartitionAndSortWithinPartitions(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, spread_pair)
    within = pairs.repartitionAndSortWithinPartitions(REDUCERS)
    check(within.mapPartitions(ordered).reduce(_both), (count, True))


def _both(a: tuple[int, bool], b: tuple[int, bool]) -> tuple[int, bool]:
    return a[0] + b[0], a[1] and b[1]


# --- moving -----------------------------------------------------------------------------------------------------------


@case
def partitionBy(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, spread_pair)
    check(pairs.partitionBy(REDUCERS).count(), count)


@case
def partitionBy_one_key_many_reducers(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, one_key)
    check(pairs.partitionBy(200).count(), count)


@case
def partitionBy_of_large(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, lambda i: (i, large(i)))
    check(pairs.partitionBy(REDUCERS).values().map(len).sum(), count * LARGE)


@case
def partitionBy_many_reducers(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, lambda i: (i, row(i)))
    check(pairs.partitionBy(1000).count(), count)


@case
def repartition(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.repartition(3).count(), count)


@case
def repartition_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    check(rows.repartition(3).map(len).sum(), count * LARGE)


@case
def coalesce_with_shuffle(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, structured)
    check(pairs.coalesce(1, shuffle=True).count(), count)


@case
def coalesce(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.coalesce(1).count(), count)


# --- keeping ----------------------------------------------------------------------------------------------------------


def _persisted(sc: SparkContext, total: int, level: StorageLevel, make: Callable[[int], Any]) -> None:
    rows, count = made(sc, total, make)
    rows.persist(level)
    check((rows.count(), rows.map(weight).count()), (count, count))
    rows.unpersist()


for _level in ("MEMORY_ONLY", "MEMORY_AND_DISK", "DISK_ONLY", "MEMORY_AND_DISK_2", "OFF_HEAP"):
    CASES[f"persist_{_level}"] = partial(_persisted, level=getattr(StorageLevel, _level), make=row)
CASES["persist_of_dicts"] = partial(_persisted, level=StorageLevel.DISK_ONLY, make=structured)
CASES["persist_of_large"] = partial(_persisted, level=StorageLevel.MEMORY_AND_DISK, make=large)


@case
def checkpoint(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    with tempfile.TemporaryDirectory() as folder:
        sc.setCheckpointDir(folder)
        rows.checkpoint()
        check((rows.count(), rows.map(len).count()), (count, count))


@case
def checkpoint_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    with tempfile.TemporaryDirectory() as folder:
        sc.setCheckpointDir(folder)
        rows.checkpoint()
        check((rows.count(), rows.map(len).count()), (count, count))


@case
def localCheckpoint(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    rows.localCheckpoint()
    check((rows.count(), rows.map(len).count()), (count, count))


# --- narrow -----------------------------------------------------------------------------------------------------------


@case
def zipWithIndex(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.zipWithIndex().values().sum(), count * (count - 1) // 2)


@case
def cartesian_large_first(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.cartesian(sc.parallelize(range(3), 1)).count(), 3 * count)


@case
def cartesian_large_second(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(sc.parallelize(range(3), 1).cartesian(rows).count(), 3 * count)


@case
def cartesian_of_large(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, large)
    check(sc.parallelize(range(2), 1).cartesian(rows).map(lambda pair: len(pair[1])).sum(), 2 * count * LARGE)


@case
def zip_of_two(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total // 2, row)
    check(rows.zip(rows.map(len)).values().sum(), count * (ROW // 8 * 8))


@case
def union(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total // 2, row)
    check(rows.union(rows).map(len).count(), 2 * count)


@case
def chain_of_operators(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row, 1)
    check(rows.map(lambda d: d + b"!").filter(len).flatMap(lambda d: (d, d)).keyBy(len).values().count(), 2 * count)


@case
def pipe(sc: SparkContext, total: int) -> None:
    lines, count = made(sc, total, lambda i: f"{i:0999d}")
    check(lines.pipe("cat").count(), count)


@case
def take(sc: SparkContext, total: int) -> None:
    rows, _ = made(sc, total, row, 1)
    check(len(rows.take(10)), 10)


@case
def takeOrdered(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.map(number_of).takeOrdered(100, lambda i: -i)[:2], [count - 1, count - 2])


@case
def top(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(number_of(rows.top(10, number_of)[0]), count - 1)


@case
def aggregate(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row)
    check(rows.treeAggregate(0, lambda held, data: held + 1, operator.add), count)


@case
def toLocalIterator(sc: SparkContext, total: int) -> None:
    rows, count = made(sc, total, row, 64)
    check(sum(1 for _ in rows.toLocalIterator()), count)


# --- files ------------------------------------------------------------------------------------------------------------


@case
def text_files(sc: SparkContext, total: int) -> None:
    lines, count = made(sc, total, lambda i: f"{i:0999d}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        lines.saveAsTextFile(path)
        check(sc.textFile(path, 2).map(int).sum(), count * (count - 1) // 2)


@case
def text_files_of_large_lines(sc: SparkContext, total: int) -> None:
    lines, count = made(sc, total, large)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        lines.saveAsTextFile(path)
        check(sc.textFile(path, 2).map(len).sum(), count * LARGE)


@case
def pickle_files(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, structured)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pickles")
        pairs.saveAsPickleFile(path)
        check(sc.pickleFile(path).count(), count)


@case
def sequence_files(sc: SparkContext, total: int) -> None:
    pairs, count = made(sc, total, unique_pair)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sequence")
        pairs.saveAsSequenceFile(path)
        check(sc.sequenceFile(path).count(), count)


# --- in columns -------------------------------------------------------------------------------------------------------


@case
def columns_sum(sc: SparkContext, total: int) -> None:
    count = total // 32
    check(sc.range(0, count, 1, 1).map(lambda i: i * 2).filter(lambda i: i % 3 == 0).sum(), sum(range(0, 2 * count, 6)))


@case
def columns_reduceByKey(sc: SparkContext, total: int) -> None:
    count = total // 128
    pairs = sc.range(0, count, 1, 1).map(lambda i: (i * 7, i))
    check(pairs.reduceByKey(lambda a, b: a + b, 1).values().sum(), count * (count - 1) // 2)


@case
def columns_groupByKey(sc: SparkContext, total: int) -> None:
    count = total // 96
    pairs = sc.range(0, count, 1, 2).map(lambda i: (i % 1000, i))
    check(pairs.groupByKey(1).values().map(length).sum(), count)


@case
def columns_groupByKey_one_key(sc: SparkContext, total: int) -> None:
    count = total // 96
    pairs = sc.range(0, count, 1, 2).map(lambda i: (i % 1, i))
    check(pairs.groupByKey(1).values().map(length).collect(), [count])


@case
def columns_distinct(sc: SparkContext, total: int) -> None:
    count = total // 32
    check(sc.range(0, count, 1, 2).map(lambda i: i * 3).distinct(1).count(), count)


@case
def columns_join(sc: SparkContext, total: int) -> None:
    count = total // 128
    pairs = sc.range(0, count, 1, 2).map(lambda i: (i % 10, i))
    check(pairs.join(sc.range(0, 5, 1, 1).map(lambda i: (i, i)), 1).count(), (count + 9) // 10 * 5)


# --- from the driver --------------------------------------------------------------------------------------------------


@case
def parallelize(sc: SparkContext, total: int) -> None:
    count = total // weight(row(0))
    check(sc.parallelize(map(row, range(count)), 2).map(number_of).sum(), count * (count - 1) // 2)


@case
def parallelize_large(sc: SparkContext, total: int) -> None:
    count = total // LARGE
    check(sc.parallelize(map(large, range(count)), 1).map(len).sum(), count * LARGE)
