"""Sums and differences of dates, times and intervals: types, names and refusals, as PySpark 4.3 gives them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.errors import AnalysisException
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = (
        SparkSession.builder.master("inline")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timeType.enabled", "true")
        .getOrCreate()
    )
    yield session
    session.stop()


_ANSWERS = [
    ("date'2021-10-01' - '2021-09-28'", "(DATE '2021-10-01' - 2021-09-28)", "interval day", "INTERVAL '3' DAY"),
    ("'2021-10-01' - date'2021-09-28'", "(2021-10-01 - DATE '2021-09-28')", "interval day", "INTERVAL '3' DAY"),
    ("date'2021-10-01' - null", "(DATE '2021-10-01' - NULL)", "interval day", None),
    ("null - date'2021-10-01'", "(NULL - DATE '2021-10-01')", "interval day", None),
    ("null + date'2021-10-01'", "DATE '2021-10-01' + NULL", "timestamp", None),
    ("null + interval '2' year", "(NULL + INTERVAL '2' YEAR)", "interval year", None),
    ("timestamp_ntz'2021-10-01' + null", "TIMESTAMP_NTZ '2021-10-01 00:00:00' + NULL", "timestamp_ntz", None),
    (
        "timestamp'2021-10-01' - '2021-09-30 23:00'",
        "(TIMESTAMP '2021-10-01 00:00:00' - 2021-09-30 23:00)",
        "interval day to second",
        "INTERVAL '0 01:00:00' DAY TO SECOND",
    ),
    ("interval 2 day + '2021-10-01'", "2021-10-01 + INTERVAL '2' DAY", "string", "2021-10-03 00:00:00"),
    (
        "3 * (timestamp'2021-10-02 01:00:00' - date'2021-10-01')",
        "((TIMESTAMP '2021-10-02 01:00:00' - DATE '2021-10-01') * 3)",
        "interval day to second",
        "INTERVAL '3 03:00:00' DAY TO SECOND",
    ),
    (
        "'12:30' - time'10:00'",
        "12:30 - TIME '10:00:00'",
        "interval hour to second",
        "INTERVAL '02:30:00' HOUR TO SECOND",
    ),
]


def test_sums_of_dates_and_intervals(spark: SparkSession) -> None:
    for expression, name, kind, text in _ANSWERS:
        frame = spark.sql(f"select {expression}")
        field = frame.schema.fields[0]
        assert (field.name, field.dataType.simpleString()) == (name, kind), expression
        assert frame.toDF("c").selectExpr("cast(c as string)").collect()[0][0] == text, expression


_REFUSED = [
    ("date'2021-10-01' + 1E1", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("date'2021-10-01' + '1'", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("'1' + date'2021-10-01'", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("1 - date'2021-10-01'", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("1 - interval '2' second", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("interval '2-2' year to month + interval '3' day", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("interval '3' day - interval '2-2' year to month", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"),
    ("null / interval '2' year", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"),
    ("time'10:00' - interval 1 year", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"),
    ("interval 1 day < '1'", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"),
    ("null + make_interval(1)", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"),
    ("make_timestamp(timestamp'2021-10-01', time'10:00')", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("interval (nocol) day", "UNRESOLVED_ROUTINE"),
]


@pytest.mark.parametrize("ansi", [True, False])
def test_what_is_no_sum_of_moments_is_refused(spark: SparkSession, ansi: bool) -> None:
    spark.conf.set("spark.sql.ansi.enabled", ansi)
    try:
        for expression, condition in _REFUSED:
            with pytest.raises(AnalysisException) as caught:
                spark.sql(f"select {expression}")
            assert caught.value.getCondition() == condition, expression
    finally:
        spark.conf.unset("spark.sql.ansi.enabled")
