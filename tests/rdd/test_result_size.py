"""``spark.driver.maxResultSize``: an error in time, whatever the action, that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import add
from typing import Any

import numpy as np
import psutil
import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.kernels import results
from minispark.engine.kernels.results import ResultLimit, decode_result, encode_records
from minispark.errors import ResultTooLargeError

LIMIT = 1 << 20
PIECE = 100_000


@pytest.fixture(scope="module", params=["inline", "local[2]"])
def limited(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster(request.param).setAppName("limited").set("spark.driver.maxResultSize", str(LIMIT))
    with SparkContext(conf=conf) as context:
        yield context


def texts(sc: SparkContext, count: int, partitions: int) -> Any:
    return sc.parallelize(range(count), partitions).map(lambda n: f"{n:09}" + "x" * PIECE)


ACTIONS: dict[str, Callable[[Any], Any]] = {
    "collect": lambda rdd: rdd.collect(),
    "take": lambda rdd: rdd.take(30),
    "top": lambda rdd: rdd.top(30),
    "takeOrdered": lambda rdd: rdd.takeOrdered(30),
    "reduce": lambda rdd: rdd.reduce(add),
    "fold": lambda rdd: rdd.fold("", add),
    "treeReduce": lambda rdd: rdd.treeReduce(add),
    "aggregate": lambda rdd: rdd.aggregate([], lambda kept, text: [*kept, text], add),
    "treeAggregate": lambda rdd: rdd.treeAggregate([], lambda kept, text: [*kept, text], add),
    "countByKey": lambda rdd: rdd.map(lambda text: (text, 1)).countByKey(),
    "countByValue": lambda rdd: rdd.countByValue(),
    "collectAsMap": lambda rdd: rdd.map(lambda text: (text, 1)).collectAsMap(),
    "lookup": lambda rdd: rdd.map(lambda text: (1, text)).lookup(1),
    "glom": lambda rdd: rdd.glom().collect(),
    "takeSample": lambda rdd: rdd.takeSample(True, 30, 1),
}


@pytest.mark.slow
@pytest.mark.matrix(51)
@pytest.mark.parametrize("partitions", [1, 2, 15])
@pytest.mark.parametrize("action", ACTIONS)
def test_results_above_the_limit_are_an_error(limited: SparkContext, action: str, partitions: int) -> None:
    rdd = texts(limited, 30, partitions)
    with pytest.raises(ResultTooLargeError, match=rf"spark.driver.maxResultSize \({LIMIT} bytes\): .*\d+ bytes.*raise"):
        ACTIONS[action](rdd)
    assert rdd.count() == 30


@pytest.mark.matrix(51)
def test_the_last_partition_counts_too(limited: SparkContext) -> None:
    with pytest.raises(ResultTooLargeError, match="with 2 of 2 partitions in"):
        texts(limited, 12, 2).collect()
    assert len(texts(limited, 9, 3).collect()) == 9


@pytest.mark.matrix(51)
def test_many_small_results_add_up(limited: SparkContext) -> None:
    with pytest.raises(ResultTooLargeError, match="of 300 partitions in"):
        limited.parallelize(range(300), 300).map(lambda n: bytes(10_000)).collect()


def test_an_iterator_needs_one_partition_at_a_time(limited: SparkContext) -> None:
    assert sum(len(text) for text in texts(limited, 30, 10).toLocalIterator()) == 30 * (PIECE + 9)
    with pytest.raises(ResultTooLargeError, match="partition 0 alone"):
        list(texts(limited, 30, 1).toLocalIterator())


@pytest.mark.slow
def test_arrays_and_columns_count(limited: SparkContext) -> None:
    with pytest.raises(ResultTooLargeError):
        limited.parallelize(range(2), 2).map(lambda n: np.zeros(LIMIT // 12)).collect()
    with pytest.raises(ResultTooLargeError):  # a range, which runs in columns
        limited.range(0, 1_000_000, 1, 2).map(lambda n: n * 3).collect()


def test_what_reduces_in_the_workers_has_no_limit(limited: SparkContext) -> None:
    rdd = texts(limited, 60, 6)
    assert rdd.map(len).sum() == 60 * (PIECE + 9)
    assert rdd.map(len).reduce(max) == PIECE + 9
    rdd.foreach(lambda text: None)


@pytest.mark.matrix(51)
def test_a_worker_finds_out_before_it_holds_much_more(limited: SparkContext) -> None:
    if limited.master == "inline":
        pytest.skip("the records are this process's own there")
    calm = limited.parallelize([0], 1).map(lambda _: psutil.Process().memory_info().rss)
    before = max(calm.collect())
    peaks = limited.accumulator(0)

    def produce(records: Any) -> Any:
        for n in records:
            yield f"{n:09}" + "x" * 1_000_000
            peaks.add(1)

    with pytest.raises(ResultTooLargeError, match="at least"):
        limited.parallelize(range(2_000), 1).mapPartitions(produce).collect()
    assert max(calm.collect()) - before < 100 << 20


def test_no_limit() -> None:
    limit = ResultLimit(0, 0)
    records = [(n, "x" * 2000) for n in range(30_000)]
    encoded = encode_records(iter(records), limit)
    assert len(encoded.payloads) > 2
    assert decode_result(encoded) == records


@pytest.mark.parametrize("count", [0, 1, 2, 1000, 100_000])
def test_batches_are_exact(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "BATCH_BYTES", 100_000)
    for records in ([*range(count)], [(n, None, str(n)) for n in range(count)], [{n} for n in range(count)]):
        assert decode_result(encode_records(iter(records), ResultLimit(0, 0))) == records


def test_records_that_share_what_is_large_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "BATCH_BYTES", 1_000_000)
    shared = np.zeros(50_000)
    encoded = encode_records(((n, shared) for n in range(2_000)), ResultLimit(0, 0))
    assert len(encoded) < 2 * shared.nbytes
    found = decode_result(encoded)
    assert [n for n, _ in found] == list(range(2_000))
    assert all(array is found[0][1] for _, array in found)
