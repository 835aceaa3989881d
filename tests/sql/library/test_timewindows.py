"""Windows of time give the rows that Spark 4.3 gave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession
from minispark.sql import functions as F

START = datetime(2021, 1, 1)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = SparkSession.builder.master("inline").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def events(spark: SparkSession) -> Any:
    rows = [("a", at(0), 1), ("a", at(4.5), 2), ("a", at(9.5), 3), ("b", at(10), 4), ("b", None, 5)]
    return spark.createDataFrame(rows, "k string, ts timestamp, v int")


def found(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[name] for name in names) for row in frame.collect())


def test_a_row_is_in_the_window_of_its_timestamp_and_in_none_without(events: Any) -> None:
    frame = events.groupBy(F.window("ts", "5 minutes")).agg(F.sum("v").alias("v")).select("window.*", "v")
    assert found(frame, "start", "end", "v") == [(at(0), at(5), 3), (at(5), at(10), 3), (at(10), at(15), 4)]


def test_overlapping_windows_hold_a_row_several_times(events: Any) -> None:
    frame = (
        events.where("v < 3").select(F.window("ts", "5 minutes", "2 minutes").alias("w"), "v").select("w.start", "v")
    )
    assert found(frame, "start", "v") == [
        (at(-4), 1),
        (at(-2), 1),
        (at(0), 1),
        (at(0), 2),
        (at(2), 2),
        (at(4), 2),
    ]


def test_windows_start_at_an_offset(events: Any) -> None:
    frame = events.select(F.window("ts", "5 minutes", startTime="1 minute").alias("w"), "v").select("w.start", "v")
    assert found(frame, "start", "v") == [(at(-4), 1), (at(1), 2), (at(6), 3), (at(6), 4)]


def test_sessions_join_what_is_no_more_than_a_gap_apart_within_the_other_keys(events: Any) -> None:
    frame = events.groupBy("k", F.session_window("ts", "5 minutes")).count().select("k", "session_window.*", "count")
    assert found(frame, "k", "start", "end", "count") == [("a", at(0), at(14.5), 3), ("b", at(10), at(15), 1)]


def test_the_gap_of_a_session_may_depend_on_the_row(events: Any) -> None:
    gap = F.when(F.col("v") == 1, "4 minutes").otherwise("6 minutes")
    frame = events.groupBy("k", F.session_window("ts", gap)).count().select("k", "session_window.end", "count")
    assert found(frame, "k", "end", "count") == [("a", at(4), 1), ("a", at(15.5), 2), ("b", at(16), 1)]


def test_window_time_is_the_last_moment_of_a_window(events: Any) -> None:
    frame = (
        events.where("v = 1").groupBy(F.window("ts", "5 minutes")).count().select(F.window_time("window").alias("t"))
    )
    assert found(frame, "t") == [(at(5) - timedelta(microseconds=1),)]


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("window(ts, '1 month')", "IllegalArgumentException _LEGACY_ERROR_TEMP_3231"),
        ("window(ts, 'foo')", "AnalysisException CANNOT_PARSE_INTERVAL"),
        ("window(ts, '-1 minute')", "AnalysisException DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        ("window(ts, '1 minute', '2 minutes')", "AnalysisException DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION"),
        ("window(v, '1 minute')", "AnalysisException DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        ("time_bucket(interval '0' minute, ts)", "AnalysisException DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
    ],
)
def test_wrong_durations(events: Any, expression: str, error: str) -> None:
    with pytest.raises(PySparkException) as caught:
        events.selectExpr(expression)
    assert f"{type(caught.value).__name__} {caught.value.getCondition()}" == error


def test_several_windows_cannot_stand_together(events: Any) -> None:
    with pytest.raises(PySparkException, match="several windows"):
        events.select(F.window("ts", "1 minute"), F.window("ts", "2 minutes"))


@pytest.mark.parametrize(
    ("size", "origin", "bucket"),
    [
        ("'15' minute", "", datetime(2021, 3, 4, 5)),
        ("'36' hour", "", datetime(2021, 3, 4)),
        ("'1' day", ", timestamp'2021-05-01 03:00:00'", datetime(2021, 3, 4, 3)),
        ("'5' month", ", timestamp'2021-01-31 10:00:00'", datetime(2021, 1, 31, 10)),
    ],
)
def test_buckets(spark: SparkSession, size: str, origin: str, bucket: datetime) -> None:
    frame = spark.range(1).selectExpr(f"time_bucket(interval {size}, timestamp'2021-03-04 05:06:07'{origin}) as b")
    assert frame.collect()[0]["b"] == bucket
