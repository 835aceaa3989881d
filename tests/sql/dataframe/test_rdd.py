"""df.rdd: nothing runs before an action, errors come with it, and what was lost is made again."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

from minispark.engine.plan.nodes import StoredSlices, parent_nodes
from minispark.errors import ArithmeticException
from minispark.rdd.context import SparkContext
from minispark.sql import SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[1]", "rdd") as sc:
        yield SparkSession(sc)


class Jobs:
    """A listener that counts jobs."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def on_event(self, event: object) -> None:
        if type(event).__name__ == "JobStart":
            self.begun.append(event.description)


@pytest.fixture
def jobs(spark: SparkSession) -> Iterator[Jobs]:
    listener = Jobs()
    spark.sparkContext._session.bus.add(listener)
    yield listener
    spark.sparkContext._session.bus.remove(listener)


def test_nothing_runs_before_an_action(spark: SparkSession, jobs: Jobs) -> None:
    made = spark.sparkContext.accumulator(0)

    def counted(number: int) -> int:
        made.add(1)
        return number

    rdd = spark.range(0, 6, 1, 3).select(F.udf(counted, "bigint")("id").alias("n")).rdd
    pairs = rdd.map(lambda row: (row.n % 2, row.n)).cache()
    sums = pairs.reduceByKey(lambda a, b: a + b, 1)
    assert [rdd.getNumPartitions(), sums.getNumPartitions()] == [3, 1] and b"SQLExecutionRDD" in (
        sums.toDebugString() or b""
    )
    assert jobs.begun == [] and made.value == 0
    assert sorted(sums.collect()) == [(0, 6), (1, 9)] == sorted(sums.collect()) and rdd.count() == 6 and made.value == 6
    assert jobs.begun[-1].startswith("count at test_rdd.py:")
    spark.sparkContext.setCheckpointDir(f"{spark.sparkContext._session.local_directories().paths[0]}/checkpoints")
    rdd.checkpoint()
    assert rdd.count() == 6 and rdd.isCheckpointed() and [row.n for row in rdd.collect()] == list(range(6))
    assert made.value == 6


def test_an_error_of_the_query_is_raised_by_each_action(spark: SparkSession, jobs: Jobs) -> None:
    rdd = spark.range(3).select(F.lit(1) / F.col("id")).rdd
    mapped = rdd.map(len)
    for _ in range(2):
        with pytest.raises(ArithmeticException) as caught:
            mapped.collect()
        assert caught.value.getCondition() == "DIVIDE_BY_ZERO"
    assert len(jobs.begun) == 2 and all(name.startswith("collect at test_rdd.py:") for name in jobs.begun)


def test_large_rows_are_made_again_where_their_file_is_lost(spark: SparkSession) -> None:
    rdd = spark.range(0, 30_000, 1, 2).selectExpr("id", "id AS a").rdd
    assert rdd.glom().map(len).collect() == [15_000, 15_000]
    kept = spark.sparkContext._session.kept
    (number,) = (one.id for one in parent_nodes(rdd._node))
    data = kept.cut[number]
    assert isinstance(data, StoredSlices)
    os.unlink(data.path)
    assert rdd.map(lambda row: row.id).sum() == 449_985_000
    path = data.path
    del rdd, data
    gc.collect()
    assert number not in kept.cut and not os.path.exists(path)


def test_rows_without_columns(spark: SparkSession) -> None:
    assert spark.range(3).select().rdd.map(len).collect() == [0, 0, 0]
    back = spark.createDataFrame(spark.range(3).rdd)
    assert back.rdd.map(lambda row: row.id).collect() == [0, 1, 2]
