"""Arrays in records: through results, shuffles, caches and parallelized data exactly, and nobody else's memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from minispark import SparkContext, StorageLevel

SIZE = 30_000
ROUTES = {
    "collect": lambda rdd: rdd.collect(),
    "toLocalIterator": lambda rdd: list(rdd.toLocalIterator()),
    "take": lambda rdd: rdd.take(4),
    "partitionBy": lambda rdd: rdd.map(lambda a: (int(a[0]), a)).partitionBy(2).values().collect(),
    "groupByKey": lambda rdd: rdd.map(lambda a: (int(a[0]), a)).groupByKey(2).flatMap(lambda kv: kv[1]).collect(),
    "reduceByKey": lambda rdd: rdd.map(lambda a: (int(a[0]), a)).reduceByKey(np.add, 2).values().collect(),
    "sortByKey": lambda rdd: rdd.map(lambda a: (int(a[0]), a)).sortByKey().values().collect(),
    "reduce": lambda rdd: [rdd.map(lambda a: [a]).reduce(lambda x, y: x + y)][0],
    "cache": lambda rdd: (rdd.persist(StorageLevel.DISK_ONLY).count(), rdd.collect())[1],
}


def made(number: int) -> Any:
    array = np.zeros((100, SIZE // 100), dtype=">i4")
    array[0, 0] = number
    return array.ravel()


@pytest.mark.slow
@pytest.mark.parametrize("source", ["made in tasks", "parallelized"])
@pytest.mark.parametrize("route", ROUTES)
def test_arrays_arrive_as_they_were_and_can_be_written_to(sc: SparkContext, route: str, source: str) -> None:
    numbers = range(1, 5)
    rdd = (
        sc.parallelize(numbers, 2).map(made) if source == "made in tasks" else sc.parallelize(list(map(made, numbers)))
    )
    found = sorted(ROUTES[route](rdd), key=lambda array: int(array[0]))
    assert [int(array[0]) for array in found] == list(numbers)
    for array in found:
        assert (array.dtype.str, array.shape, int(array.sum())) == (">i4", (SIZE,), int(array[0]))
        array[-1] = 9
    assert not any(np.shares_memory(one, other) for one in found for other in found if one is not other)


def test_parallelized_arrays_are_those_of_then(sc: SparkContext) -> None:
    array = np.zeros(SIZE)
    rdd = sc.parallelize([array], 1)
    array[:] = 1
    assert rdd.map(lambda a: a.sum()).collect() == [0.0]
