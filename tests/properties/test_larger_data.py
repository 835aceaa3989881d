"""More records than fit the memory limit: neither limit, partition count, skew nor caching changes a result."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from operator import add
from typing import Any

import pytest

from minispark import RDD, SparkContext
from minispark.testing.compare import assert_same_records

MakeContext = Callable[..., SparkContext]

pytestmark = pytest.mark.slow

RECORDS = 16_000
LIMITS = ["1m", "512m"]


def keys_of(skew: str) -> list[int]:
    generator = random.Random(skew)
    if skew == "even":
        return [generator.randrange(20_000) for _ in range(RECORDS)]
    return [7 if generator.random() < 0.8 else generator.randrange(20_000) for _ in range(RECORDS)]


@pytest.fixture(scope="module", params=LIMITS)
def sc(request: pytest.FixtureRequest, make_context: MakeContext) -> SparkContext:
    return make_context("local[2]", spark_python_worker_memory=request.param)


@pytest.fixture(scope="module", params=["even", "hot"])
def keys(request: pytest.FixtureRequest) -> list[int]:
    return keys_of(request.param)


class Spills:
    """Listens to how much tasks spilled."""

    def __init__(self) -> None:
        self.bytes = 0

    def on_event(self, event: Any) -> None:
        report = getattr(event, "report", None)
        self.bytes += report.spill_bytes if report is not None else 0


def source(sc: SparkContext, keys: list[int], slices: int) -> RDD[tuple[str, int]]:
    return sc.parallelize([(f"key-{key:06d}", index) for index, key in enumerate(keys)], slices)


def by_key(keys: list[int]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        groups[f"key-{key:06d}"].append(index)
    return groups


def test_the_small_limit_is_one_that_matters(sc: SparkContext, keys: list[int]) -> None:
    """A sort is left out: its runs are in its map outputs, and merged from there."""
    rdd = source(sc, keys, 3)
    small = sc.getConf().get("spark.python.worker.memory") == LIMITS[0]
    joined = rdd.join(rdd.reduceByKey(add), 1)
    for shuffled in (rdd.groupByKey(1), rdd.reduceByKey(add, 1), joined):
        spills = Spills()
        sc._session.bus.add(spills)
        shuffled.count()
        sc._session.bus.remove(spills)
        assert (spills.bytes > 0) == small, shuffled


@pytest.mark.parametrize(("slices", "reducers"), [(1, 1), (3, 5)])
def test_group_by_key(sc: SparkContext, keys: list[int], slices: int, reducers: int) -> None:
    groups = source(sc, keys, slices).groupByKey(reducers).mapValues(lambda values: (len(values), digest(values)))
    expected = {key: (len(values), digest(values)) for key, values in by_key(keys).items()}
    assert dict(groups.collect()) == expected, "the values and their order"


def digest(values: Any) -> int:
    result = 0
    for value in values:
        result = (result * 31 + value) % 1_000_000_007
    return result


@pytest.mark.parametrize(("slices", "reducers"), [(3, 5)])
def test_reduce_by_key_and_combine_by_key(sc: SparkContext, keys: list[int], slices: int, reducers: int) -> None:
    rdd = source(sc, keys, slices)
    sums = {key: sum(values) for key, values in by_key(keys).items()}
    assert dict(rdd.reduceByKey(add, reducers).collect()) == sums
    stats = rdd.combineByKey(
        lambda v: (v, 1, v),
        lambda c, v: (c[0] + v, c[1] + 1, v),
        lambda a, b: (a[0] + b[0], a[1] + b[1], b[2]),
        reducers,
    )
    expected = {key: (sum(values), len(values), values[-1]) for key, values in by_key(keys).items()}
    assert dict(stats.collect()) == expected


@pytest.mark.parametrize(("slices", "reducers"), [(3, 5)])
def test_distinct(sc: SparkContext, keys: list[int], slices: int, reducers: int) -> None:
    distinct = source(sc, keys, slices).keys().distinct(reducers).collect()
    assert_same_records(distinct, by_key(keys))


@pytest.mark.parametrize("ascending", [True, False])
def test_sort_by_key(sc: SparkContext, keys: list[int], ascending: bool) -> None:
    rdd = source(sc, keys, 3).sortByKey(ascending, 4)
    expected = sorted(((f"key-{key:06d}", i) for i, key in enumerate(keys)), key=lambda p: p[0], reverse=not ascending)
    assert rdd.collect() == expected


def test_join(sc: SparkContext, keys: list[int]) -> None:
    table = sc.parallelize([(f"key-{key:06d}", key) for key in range(0, 20_000, 7)] + [("key-000007", -1)], 2)
    joined = source(sc, keys, 3).join(table, 4)
    counts = Counter(keys)
    matches = {key: count for key, count in counts.items() if key % 7 == 0}
    extra = counts[7]
    assert joined.count() == sum(matches.values()) + extra
    total = sum(index + key for index, key in enumerate(keys) if key % 7 == 0)
    total += sum(index - 1 for index, key in enumerate(keys) if key == 7)
    assert joined.map(lambda kv: kv[1][0] + kv[1][1]).sum() == total


@pytest.mark.matrix(36)
def test_cogroup_of_a_group_larger_than_memory(sc: SparkContext, keys: list[int]) -> None:
    rdd = source(sc, keys, 3)
    sizes = rdd.cogroup(rdd.filter(lambda kv: kv[1] % 2), 3).mapValues(lambda s: (len(s[0]), digest(s[0]), len(s[1])))
    expected = {k: (len(v), digest(v), sum(1 for i in v if i % 2)) for k, v in by_key(keys).items()}
    assert dict(sizes.collect()) == expected


def test_partition_by_keeps_order(sc: SparkContext, keys: list[int]) -> None:
    parts = source(sc, keys, 3).partitionBy(4, lambda key: int(key[4:])).glom().collect()
    expected: list[list[tuple[str, int]]] = [[] for _ in range(4)]
    for index, key in enumerate(keys):
        expected[key % 4].append((f"key-{key:06d}", index))
    assert parts == expected


def test_caching_large_partitions(sc: SparkContext, keys: list[int]) -> None:
    rdd = source(sc, keys, 3).cache()
    assert rdd.count() == RECORDS
    assert rdd.values().sum() == sum(range(RECORDS))
    assert rdd.collect() == [(f"key-{key:06d}", index) for index, key in enumerate(keys)]
    rdd.unpersist()


@pytest.mark.matrix(35)
def test_records_larger_than_the_limit(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(6), 2).map(lambda i: (i % 2, bytes([i]) * 3_000_000))
    assert sorted(rdd.groupByKey(2).mapValues(lambda v: [len(x) for x in v]).collect()) == [
        (0, [3_000_000] * 3),
        (1, [3_000_000] * 3),
    ]
    assert rdd.sortByKey().map(lambda kv: (kv[0], kv[1][0], len(kv[1]))).collect() == [
        (i % 2, i, 3_000_000) for i in (0, 2, 4, 1, 3, 5)
    ]
