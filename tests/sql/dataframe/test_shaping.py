"""Random parts of a DataFrame are disjoint, and all of it together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.rdd.context import SparkContext
from minispark.sql import SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[2]", "shaping") as sc:
        yield SparkSession(sc)


def test_random_parts_are_all_rows(spark: SparkSession) -> None:
    df = spark.range(5000).groupBy((F.col("id") % 700).alias("k")).agg(F.sum("id").alias("s"))
    parts = [part.collect() for part in df.randomSplit([2.0, 1.0, 1.0], seed=5)]
    assert sorted(row.k for part in parts for row in part) == list(range(700))
    assert all(abs(len(part) - expected) < 80 for part, expected in zip(parts, (350, 175, 175), strict=True))
    again = [part.collect() for part in df.randomSplit([2.0, 1.0, 1.0], seed=5)]
    assert [sorted(part) for part in again] == [sorted(part) for part in parts]


def test_samples_are_random_by_their_seed(spark: SparkSession) -> None:
    df = spark.range(2000)
    first, second = df.sample(0.5, 7).collect(), df.sample(0.5, 8).collect()
    assert df.sample(0.5, 7).collect() == first != second and abs(len(first) - 1000) < 150
    drawn = df.sample(True, 2.0, 3).groupBy("id").count().collect()
    assert abs(sum(row["count"] for row in drawn) - 4000) < 400 and max(row["count"] for row in drawn) > 3
