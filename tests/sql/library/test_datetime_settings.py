"""What the session's settings mean for dates and times."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.errors import PySparkException, PySparkNotImplementedError
from minispark.sql import SparkSession
from minispark.sql import functions as F


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    session = (
        SparkSession.builder.master("inline").config("spark.sql.session.timeZone", "America/Los_Angeles").getOrCreate()
    )
    yield session
    session.conf.unset("spark.sql.timestampType")
    session.stop()


@pytest.mark.parametrize(
    ("expression", "kind", "shown"),
    [
        ("to_timestamp('2020-01-01 10:00:00')", "timestamp_ntz", "2020-01-01 10:00:00"),
        ("to_timestamp('2020-01-01', 'yyyy-MM-dd')", "timestamp_ntz", "2020-01-01 00:00:00"),
        ("to_timestamp_ltz('2020-01-01 10:00:00')", "timestamp", "2020-01-01 10:00:00"),
        ("make_timestamp(2020, 1, 1, 1, 1, 1)", "timestamp_ntz", "2020-01-01 01:01:01"),
        ("cast('2020-01-01' as timestamp)", "timestamp_ntz", "2020-01-01 00:00:00"),
        ("timestamp'2020-01-01'", "timestamp_ntz", "2020-01-01 00:00:00"),
        ("timestamp'2020-01-01 00:00:00Z'", "timestamp", "2019-12-31 16:00:00"),
        ("date_trunc('year', '2020-05-05')", "timestamp", "2020-01-01 00:00:00"),
        ("timestamp_seconds(1)", "timestamp", "1969-12-31 16:00:01"),
    ],
)
def test_timestamps_are_local_times_where_the_setting_says_so(
    spark: SparkSession, expression: str, kind: str, shown: str
) -> None:
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    frame = spark.range(1).selectExpr(f"{expression} as t")
    assert frame.schema["t"].dataType.simpleString() == kind
    assert frame.select(F.col("t").cast("string")).collect()[0][0] == shown


def test_timestamps_with_nanoseconds_are_not_there(spark: SparkSession) -> None:
    with pytest.raises(PySparkNotImplementedError, match="timestamp_micros"):
        spark.range(1).select(F.timestamp_nanos("id"))
    with pytest.raises(PySparkException) as caught:
        spark.range(1).select(F.unix_nanos(F.current_timestamp()))
    assert caught.value.getCondition() == "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"


def test_a_time_of_day_cast_to_a_timestamp_is_of_today(spark: SparkSession) -> None:
    text = "cast(time'10:00:00' as timestamp) in ({0}, {0} - interval '1' day)".format(
        "to_timestamp(concat(current_date(), ' 10:00:00'))"
    )
    assert spark.range(1).selectExpr(text).collect()[0][0]


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("+01:30:15", "2020-01-01 01:30:15"), ("GMT+1", "2020-01-01 01:00:00"), ("PST", "2019-12-31 16:00:00")],
)
def test_zones_are_offsets_and_old_names_too(spark: SparkSession, capsys, zone: str, shown: str) -> None:
    spark.conf.set("spark.sql.session.timeZone", zone)
    frame = spark.sql("select timestamp'2020-01-01 00:00:00Z'")
    assert frame.columns == [f"TIMESTAMP '{shown}'"]
    frame.show(truncate=False)
    assert f"|{shown} " in capsys.readouterr().out
