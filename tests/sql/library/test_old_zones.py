"""Local times before 1970, whose offsets systems tell in different ways; the answers are PySpark 4.3's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from minispark.sql import SparkSession
from minispark.sql.exact.zones import zone


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = SparkSession.builder.master("inline").getOrCreate()
    yield session
    session.stop()


_ANSWERS = [
    ("Europe/Amsterdam", "unix_timestamp('1900-01-01 00:00:00')", "-2208988800"),
    ("Europe/Amsterdam", "string(timestamp_seconds(-2508884250))", "1890-07-01 00:00:00"),
    ("Europe/Amsterdam", "timestamp'1900-01-01 00:00:00' + interval '40' year", "1940-01-01 00:00:00"),
    ("Europe/Amsterdam", "date_format(timestamp_seconds(-5364617104), 'HH:mm XXX')", "12:52 +00:17"),
    ("Europe/Amsterdam", "array(timestamp'1890-01-01 00:00:00Z')", "[1890-01-01 00:17:30]"),
    ("Europe/Amsterdam", "unix_timestamp(date'1890-07-01')", "-2508884250"),
    ("Europe/Amsterdam", "to_timestamp('1916-07-01 12:30', 'yyyy-MM-dd HH:mm') - timestamp'1916-07-01 00:00:00Z'",
     "INTERVAL '0 10:30:00' DAY TO SECOND"),
    ("UTC", "to_utc_timestamp(timestamp'1800-01-01 12:34:56', 'Europe/Amsterdam')", "1800-01-01 12:17:26"),
    ("UTC", "convert_timezone('Europe/Amsterdam', timestamp_ntz'1800-01-01 12:34:56')", "1800-01-01 12:52:26"),
    ("UTC", "timestamp'1930-07-01 12:00:00 Europe/Oslo'", "1930-07-01 11:00:00"),
    ("UTC", "make_timestamp(1800, 1, 1, 0, 0, 0, 'Europe/Amsterdam')", "1799-12-31 23:42:30"),
    ("UTC", "date_format(timestamp'-0044-03-15 01:02:03', 'yyyy-MM-dd')", "-0044-03-15"),
    ("UTC", "date_format(timestamp'-0001-03-15 01:02:03', 'yyyy y')", "-0001 -1"),
]  # fmt: skip


def test_values_are_those_of_spark(spark: SparkSession) -> None:
    found = []
    for name, text, _ in _ANSWERS:
        spark.conf.set("spark.sql.session.timeZone", name)
        found.append((name, text, spark.sql(f"select string({text})").collect()[0][0]))
    assert found == _ANSWERS


def test_exact_functions_and_the_query_have_the_same_zones(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    names = ("Europe/Amsterdam", "Africa/Accra", "Africa/Kampala", "Atlantic/Reykjavik", "Europe/Oslo", "Asia/Bahrain")
    seconds = [*range(-4_000_000_000, 0, 40_000_019)]
    for name in names:
        shown = spark.range(len(seconds)).selectExpr(
            f"unix_seconds(from_utc_timestamp(timestamp_seconds(id * 40000019 - 4000000000), '{name}'))"
        )
        at, start = zone(name), datetime(1970, 1, 1)
        expected = [second + at.offset(start + timedelta(seconds=second)).total_seconds() for second in seconds]
        assert [row[0] for row in shown.collect()] == expected, name
