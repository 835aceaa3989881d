"""Metrics of rows on their way are told once the first action is over, and are those of the rows that passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark.errors import AnalysisException, PySparkAssertionError, PySparkTypeError, PySparkValueError
from minispark.rdd.context import SparkContext
from minispark.sql import Observation, SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[1]", "observing") as sc:
        yield SparkSession(sc)


def test_metrics_of_the_first_action(spark: SparkSession) -> None:
    df = spark.createDataFrame([(1, "a"), (2, "b"), (None, None)], "i int, s string")
    seen = Observation("seen")
    metrics = (F.count(F.lit(1)).alias("c"), F.max("s"), F.collect_list("i"), F.sum("i") + 1, F.lit(42))
    observed = df.observe(seen, *metrics)
    assert observed.collect() == df.collect()
    assert seen.get == {"c": 3, "max(s)": "b", "collect_list(i)": [1, 2], "(sum(i) + 1)": 4, "42": 42}
    observed.filter("i > 1").collect()
    assert seen.get["c"] == 3


@pytest.mark.parametrize(
    "action, count",
    [
        (lambda df: df.count(), 4),
        (lambda df: df.limit(2).collect(), 2),
        (lambda df: df.select("id").take(1), 1),
        (lambda df: df.filter("id > 100").collect(), 4),
        (lambda df: df.groupBy("id").count().orderBy("id").collect(), 4),
        (lambda df: df.join(spark_of(df).range(1), "id").collect(), 4),
    ],
)
def test_the_rows_that_passed(spark: SparkSession, action: Any, count: int) -> None:
    seen = Observation()
    action(spark.range(4).observe(seen, F.count(F.lit(1)).alias("c")))
    assert seen.get == {"c": count}


def spark_of(df: Any) -> SparkSession:
    found: SparkSession = df.sparkSession
    return found


def test_random_rows_are_those_that_are_given(spark: SparkSession) -> None:
    seen = Observation()
    rows = spark.range(50).withColumn("r", F.rand()).observe(seen, F.sum("r").alias("s"), F.max("r")).collect()
    assert abs(seen.get["s"] - sum(row.r for row in rows)) < 1e-9 and seen.get["max(r)"] == max(row.r for row in rows)


def test_metrics_under_a_mere_name(spark: SparkSession) -> None:
    assert spark.range(3).observe("name", F.count("id")).count() == 3


def test_wrong_arguments(spark: SparkSession) -> None:
    df = spark.range(3)
    used = Observation("x")
    df.observe(used, F.count("id"))
    for error, call in (
        (PySparkAssertionError, lambda: df.observe(used, F.count("id"))),
        (PySparkAssertionError, lambda: Observation().get),
        (PySparkValueError, lambda: df.observe("x")),
        (PySparkTypeError, lambda: df.observe("x", "id")),
        (PySparkTypeError, lambda: df.observe(5, F.count("id"))),
        (PySparkTypeError, lambda: Observation(5)),
        (PySparkValueError, lambda: Observation("")),
        (AnalysisException, lambda: df.observe("x", F.sum("id").over(a_window()))),
    ):
        with pytest.raises(error):
            call()


def a_window() -> Any:
    from minispark.sql import Window

    return Window.partitionBy("id")
