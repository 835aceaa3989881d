"""Random functions over DataFrames, and what is not offered without a JVM."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.errors import PySparkNotImplementedError
from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql.exact.generator import XorShift
from minispark.sql.exact.xorshift import Doubles


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = SparkSession.builder.master("inline").appName("chance").getOrCreate()
    yield session
    session.stop()


def test_a_seed_gives_sparks_numbers_each_time_anew(spark: SparkSession) -> None:
    frame = spark.range(2).select(F.rand(7).alias("u"), F.randn(7).alias("n"), F.randstr(4, 7).alias("s"))
    expected = [
        (0.28188121484885875, -1.773755556110447, "6Ogz"),
        (0.45998819035056326, -0.32537852999017897, "59i3"),
    ]
    assert [tuple(row) for row in frame.collect()] == expected
    assert [tuple(row) for row in frame.collect()] == expected


def test_without_a_seed_a_column_keeps_the_one_that_it_was_made_with(spark: SparkSession) -> None:
    frame = spark.range(100).select(F.rand().alias("u"))
    first = frame.collect()
    assert first == frame.collect()
    assert len({row.u for row in first}) == 100
    assert first != spark.range(100).select(F.rand().alias("u")).collect()


def test_every_row_has_an_identifier_of_its_own(spark: SparkSession) -> None:
    assert spark.range(50).select(F.uuid()).distinct().count() == 50


def test_what_needs_a_jvm_says_so(spark: SparkSession) -> None:
    text = "a5cf6c42-0c85-418f-af6c-3e4e5b1328f2"
    assert spark.range(1).selectExpr(f"reflect('java.util.UUID', 'fromString', '{text}')").first()[0] == text
    with pytest.raises(PySparkNotImplementedError, match="no JVM"):
        spark.range(1).selectExpr("java_method('java.lang.Math', 'abs', -1)")
    with pytest.raises(PySparkNotImplementedError, match="read whole"):
        spark.range(1).select(F.input_file_block_length())


def test_samples_have_the_rows_that_spark_takes_of_one_partition(spark: SparkSession) -> None:
    frame = spark.range(100)
    once = [row.id for row in frame.sample(0.1, 5).collect()]
    assert once == [
        0,
        1,
        5,
        9,
        11,
        15,
        16,
        20,
        25,
        29,
        36,
        40,
        48,
        51,
        73,
        74,
    ]
    twice = [row.id for row in frame.sample(True, 0.5, 5).collect()]
    assert (len(twice), twice[:12]) == (50, [7, 7, 7, 8, 10, 11, 20, 23, 24, 26, 26, 30])
    parts = [[row.id for row in part.collect()] for part in frame.randomSplit([1.0, 2.0], 7)]
    assert [len(part) for part in parts] == [34, 66]
    assert parts[0][:12] == [0, 6, 8, 11, 13, 20, 25, 26, 27, 30, 32, 36]


def test_random_numbers_by_place_are_those_one_after_the_other() -> None:
    one, many = XorShift(5), Doubles(5)
    expected = [one.double() for _ in range(5000)]
    found = [many.between(*span).tolist() for span in ((0, 1), (1, 700), (700, 5000), (10, 12))]
    assert [*found[0], *found[1], *found[2]] == expected
    assert found[3] == expected[10:12]
