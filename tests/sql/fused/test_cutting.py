"""Long expressions: quick, with the same values and errors, and nothing computed that need not be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import pytest

from minispark.errors import ArithmeticException, SparkRuntimeException
from minispark.rdd.context import SparkContext
from minispark.sql import Column, SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[1]", "cutting") as sc:
        yield SparkSession(sc)


N = 500
COLUMNS = [F.col(f"c{place % 10}") for place in range(N)]
TEXTS = [column.cast("string") for column in COLUMNS]
DIGITS = "0123456789" * (N // 10)


def chained(op: Callable[[Column, Column], Column], columns: list[Column]) -> Column:
    return reduce(op, columns)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (chained(lambda a, b: a + b, COLUMNS), 2250),
        (chained(lambda a, b: b + a, COLUMNS), 2250),
        (chained(lambda a, b: a - b, COLUMNS), -2250),
        (chained(lambda a, b: a + b, [column.cast("double") for column in COLUMNS]), 2250.0),
        (chained(lambda a, b: F.concat(a, b), TEXTS), DIGITS),
        (F.concat(*TEXTS), DIGITS),
        (chained(lambda a, b: a & b, [column >= 0 for column in COLUMNS]), True),
        (chained(lambda a, b: a | b, [column > 100 for column in COLUMNS]), False),
        (chained(lambda a, b: F.coalesce(a, b), COLUMNS), 0),
        (reduce(lambda a, b: F.when(F.col("c9") == b, b).otherwise(a), range(200), F.lit(-1)), 9),
        (reduce(lambda a, b: F.upper(a), range(30), F.concat(F.lit("x"), TEXTS[0])), "X0"),
        (reduce(lambda a, b: F.abs(a) - 1, range(N), F.lit(0) + COLUMNS[1]), -1),
    ],
)
def test_values(spark: SparkSession, expression: Column, expected: Any) -> None:
    df = spark.range(1).select(*[(F.col("id") + place).alias(f"c{place}") for place in range(10)])
    began = time.process_time()
    assert df.select(expression.alias("r")).collect() == [(expected,)]
    assert time.process_time() - began < 5  # a few tenths where nothing else runs


def test_errors_are_those_of_the_expression(spark: SparkSession) -> None:
    df = spark.range(1, 3)
    with pytest.raises(ArithmeticException) as caught:
        df.select(chained(lambda a, b: a * b, [F.col("id")] * 100)).collect()
    assert caught.value.getCondition() == "ARITHMETIC_OVERFLOW"


def test_branches_that_are_not_taken_are_not_computed(spark: SparkSession) -> None:
    long = chained(lambda a, b: a + b, [F.lit(1) / (F.col("id") - F.col("id"))] * 100)
    df = spark.range(3)
    expressions = [
        F.when(F.col("id") < 0, long).otherwise(F.lit(1.0)),
        F.coalesce(F.col("id") * 1.0, long),
        F.when((F.col("id") < 0) & (long > 0), 0.0).otherwise(F.lit(2.0)),
    ]
    assert df.select(*expressions).distinct().count() == 3
    late = F.when(F.col("id") < 0, F.raise_error(chained(F.concat, [F.col("id").cast("string")] * 100)))
    assert df.select(late.cast("string").alias("r")).collect() == [(None,)] * 3
    with pytest.raises(SparkRuntimeException, match="000"):
        df.select(F.raise_error(chained(F.concat, [F.col("id").cast("string")] * 100))).collect()


def test_aggregates_and_filters_of_them(spark: SparkSession) -> None:
    long = chained(lambda a, b: a + b, [F.col("id")] * 100)
    made = (
        spark.range(4).groupBy((F.col("id") % 2).alias("k")).agg(F.sum(long).alias("s"), F.count(F.when(long > 0, 1)))
    )
    assert sorted(made.collect()) == [(0, 200, 1), (1, 400, 2)]
    ordered = spark.range(4).filter(long > 100).orderBy(-long)
    assert [row.id for row in ordered.collect()] == [3, 2]
    many = chained(lambda a, b: a + b, [F.sum("id")] * 100)
    assert spark.range(4).agg(many).collect() == [(600,)]
