"""The same records through a shuffle in different ways: combined before it or not, hashed or sorted, in few or many
partitions, and records of different kinds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import add
from typing import Any

from .size import MIX, SLICES, Size

KEYS = 50_021


def _pairs(sc: Any, size: Size, slices: int = SLICES) -> Any:
    return sc.parallelize(range(size.records(2_000_000)), slices).map(lambda x: (x * MIX % KEYS, x))


def shuffle_combined(sc: Any, size: Size) -> Any:
    return _pairs(sc, size).reduceByKey(add, SLICES).map(lambda pair: pair[1] % 1_013).sum()


def shuffle_uncombined(sc: Any, size: Size) -> Any:
    return _pairs(sc, size).groupByKey(SLICES).map(lambda pair: sum(pair[1]) % 1_013).sum()


def _turns(records: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Adds something of every record, so that each must be there."""
    yield sum(key ^ x for key, x in records)


def shuffle_by_hash(sc: Any, size: Size) -> Any:
    return _pairs(sc, size).partitionBy(SLICES).mapPartitions(_turns).sum()


def shuffle_by_sort(sc: Any, size: Size) -> Any:
    return _pairs(sc, size).repartitionAndSortWithinPartitions(SLICES).mapPartitions(_turns).sum()


def _in_partitions(sc: Any, size: Size, count: int) -> Any:
    return _pairs(sc, size, count).reduceByKey(add, count).map(lambda pair: pair[1] % 1_013).sum()


def shuffle_32_partitions(sc: Any, size: Size) -> Any:
    return _in_partitions(sc, size, 32)


def shuffle_256_partitions(sc: Any, size: Size) -> Any:
    return _in_partitions(sc, size, 256)


@dataclass
class Reading:
    sensor: int
    celsius: float
    place: str


def _shuffled(sc: Any, size: Size, make: Callable[[int], Any], measure: Callable[[Any], int]) -> Any:
    """Partition 200,000 records by a number, and add up what ``measure`` says of each."""
    records = sc.parallelize(range(size.records(200_000)), SLICES).map(lambda x: (x * MIX % KEYS, make(x)))
    return records.partitionBy(SLICES).map(lambda pair: measure(pair[1])).sum()


def make_text(x: int) -> str:
    return f"record {x} of them"


def make_float(x: int) -> float:
    return x / 8


def make_tuple(x: int) -> tuple[int, str, tuple[int, None]]:
    return x, str(x), (x % 7, None)


def make_dict(x: int) -> dict[str, Any]:
    return {"id": x, "name": str(x), "labels": ["new", "old"]}


def make_object(x: int) -> Reading:
    return Reading(x, x / 8, "here")


def make_array(x: int) -> Any:
    import numpy as np

    return np.full(32, x, dtype=np.int64)


def make_noise(x: int) -> bytes:
    return hashlib.shake_128(b"%d" % x).digest(200)


def make_repeats(x: int) -> bytes:
    return b"%08d" % x * 25


def rows_text(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_text, len)


def rows_float(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_float, lambda number: int(number * 8))


def rows_tuple(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_tuple, lambda row: row[0] + row[2][0])


def rows_dict(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_dict, lambda row: row["id"] + len(row["labels"]))


def rows_object(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_object, lambda row: row.sensor + len(row.place))


def rows_array(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_array, lambda array: int(array.sum()))


def rows_noise(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_noise, lambda text: len(text) + text[7])


def rows_repeats(sc: Any, size: Size) -> Any:
    return _shuffled(sc, size, make_repeats, lambda text: len(text) + text[7])


SHUFFLES: tuple[Callable[[Any, Size], Any], ...] = (
    shuffle_combined, shuffle_uncombined, shuffle_by_hash, shuffle_by_sort, shuffle_32_partitions,
    shuffle_256_partitions,
    rows_text, rows_float, rows_tuple, rows_dict, rows_object, rows_array, rows_noise, rows_repeats,
)  # fmt: skip
