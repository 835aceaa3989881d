"""Disagreements that random expressions found, with what PySpark 4.3 answers (time zone America/Los_Angeles)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from minispark.errors import NumberFormatException
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    builder = SparkSession.builder.master("inline").config("spark.sql.session.timeZone", "America/Los_Angeles")
    with builder.getOrCreate() as session:
        yield session


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("unix_timestamp(timestamp'1969-12-31 12:30:00.5')", -12599),
        ("signum(cast(null as double))", None),
        (
            "months_between(date_trunc('WEEK', timestamp'2021-03-14 01:59:59'), "
            "to_utc_timestamp(timestamp'2021-03-14 01:59:59', 'America/New_York'))",
            -0.20161253,
        ),
        ("add_months(try_to_date(x, 'yyyy-MM-dd'), 1) <=> try_cast('a' as date)", True),
        ("to_date(timestamp_seconds(map('a', 1)['a']))", datetime.date(1969, 12, 31)),
        ("try_add(date'9999-12-31', cast(x as int))", None),
        ("try_add(9223372036854775807, unix_timestamp(timestamp'1970-01-02'))", None),
    ],
)
def test_answers_are_sparks(spark: SparkSession, expression: str, answer: Any) -> None:
    assert spark.sql("SELECT 'x' AS x").selectExpr(f"{expression} AS v").collect() == [(answer,)]


def test_what_is_tried_forgives_its_own_failure_only(spark: SparkSession) -> None:
    with pytest.raises(NumberFormatException):
        spark.sql("SELECT 'x' AS x").selectExpr("try_add(cast(x as int), 1)").collect()


def test_averages_of_long_decimals_keep_all_digits(spark: SparkSession) -> None:
    nines = "9" * 28
    rows = f"SELECT cast(v AS decimal(30,2)) AS v FROM VALUES ('{nines}.99'), ('{nines}.98') AS t(v)"
    assert str(spark.sql(rows).selectExpr("avg(v)").collect()[0][0]) == f"{nines}.985000"
    whole = spark.sql(rows).selectExpr("cast(v AS decimal(38,2)) / cast(1 AS decimal(38,0)) AS q").collect()
    assert str(whole[0][0]) == f"{nines}.990000"
