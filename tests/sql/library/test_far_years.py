"""Dates and timestamps before the year 1 and after 9999: Python has none, Spark has; the answers are PySpark 4.3's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = (
        SparkSession.builder.master("inline").config("spark.sql.session.timeZone", "America/Los_Angeles").getOrCreate()
    )
    yield session
    session.stop()


_FAR, _OLD = "timestamp'20000-05-06 13:14:15'", "timestamp'-0044-03-15 13:14:15'"
_ANSWERS = [
    ("date'-0001-1-28'", "-0001-01-28"),
    ("date'999999-03-18'", "+999999-03-18"),
    (_FAR, "+20000-05-06 13:14:15"),
    ("timestamp_ntz'-0044-03-15'", "-0044-03-15 00:00:00"),
    ("try_to_timestamp('20000-05-06 13:14:15')", "+20000-05-06 13:14:15"),
    (f"hour({_FAR})", "13"),
    (f"second({_OLD})", "15"),
    ("weekofyear(date'-0044-03-15')", "11"),
    ("make_date(-15, 1, 1)", "-0015-01-01"),
    ("make_timestamp(-1969, 12, 31, 16, 0, 0.0)", "-1969-12-31 16:00:00"),
    ("make_timestamp(99999, 3, 18, 12, 3, 17.0)", "+99999-03-18 12:03:17"),
    ("timestamp'9999-12-31 00:00:00' + interval 1 month", "+10000-01-31 00:00:00"),
    ("timestamp'0001-01-01 00:00:00' - interval 1 hour", "0000-12-31 23:00:00"),
    (f"date_trunc('week', {_OLD})", "-0044-03-12 00:00:00"),
    (f"date_trunc('hour', {_OLD})", "-0044-03-15 13:00:00"),
    ("next_day(date'20000-02-06', 'MO')", "+20000-02-07"),
    ("months_between(timestamp'20000-02-06 00:00:00', timestamp'-0001-01-01 00:00:00')", "240013.16129032"),
    (f"date_format({_FAR}, 'yyyy-MM-dd HH:mm:ss')", "+20000-05-06 13:14:15"),
    ("date_format(date'-0044-03-15', 'yyyy-MM-dd G E')", "0045-03-15 BC Thu"),
    (f"date_format({_OLD}, 'y D a')", "-44 75 PM"),
    ("from_unixtime(569000000000)", "+20000-11-21 19:33:20"),
    ("timestamp_millis(-70000000000000)", "-0249-10-15 11:40:22"),
    ("cast(1e12 as timestamp)", "+33658-09-26 18:46:40"),
    (f"to_utc_timestamp({_OLD}, 'Asia/Tokyo')", "-0044-03-15 03:55:16"),
    ("timestampadd(YEAR, 20000, timestamp'2020-01-01 00:00:00')", "+22020-01-01 00:00:00"),
    ("timestampadd(HOUR, -30000000, timestamp'2020-01-01 00:00:00')", "-1403-08-13 00:07:02"),
    ("timestampdiff(YEAR, timestamp'2020-01-01 00:00:00', timestamp'20000-01-01 00:00:00')", "17980"),
    ("timestampdiff(DAY, timestamp'-0044-03-15 00:00:00', timestamp'2020-01-01 00:00:00')", "753787"),
    ("sequence(date'9999-12-31', date'+10000-01-01')", "[9999-12-31, +10000-01-01]"),
    (f"struct(map('a', {_OLD}), null)", "{{a -> -0044-03-15 13:14:15}, null}"),
    ("array_distinct(array(date'20000-05-06', date'20000-05-06'))", "[+20000-05-06]"),
    (f"to_json(struct({_OLD} as t))", '{"t":"-0044-03-15T13:14:15.000-07:52:58"}'),
    ("to_csv(struct(timestamp_ntz'20000-05-06' as t))", "+20000-05-06T00:00:00.000"),
    ("""from_json('{"d":"20000-05-06"}', 'd date').d""", "+20000-05-06"),
    ("from_csv('-0044-03-15 01:02:03,2020-01-01', 't timestamp, d date')", "{-0044-03-15 01:02:03, 2020-01-01}"),
    ("date'20000-05-06' - date'-0044-03-15'", "INTERVAL '7320973' DAY"),
    (f"hash({_OLD})", "-1175050849"),
]


def test_functions_reach_as_far_as_sparks(spark: SparkSession) -> None:
    texts = [f"cast({expression} as string)" for expression, _ in _ANSWERS]
    row = spark.range(1).selectExpr(*texts).collect()[0]
    for (expression, wanted), found in zip(_ANSWERS, row, strict=True):
        assert found == wanted, expression


def test_far_literals_show_what_they_are_and_python_gets_none(spark: SparkSession) -> None:
    frame = spark.sql(f"select {_FAR}, date'-0044-03-15' from values (date'20000-01-01') t(d)")
    assert frame.columns == ["TIMESTAMP '+20000-05-06 13:14:15'", "DATE '-0044-03-15'"]
    with pytest.raises((ValueError, OverflowError, PySparkException)):
        frame.collect()
    with pytest.raises(PySparkException) as caught:
        spark.sql("select timestamp'294247-01-10 04:00:54.775808Z'")
    assert caught.value.getCondition() == "INVALID_TYPED_LITERAL"


def test_files_of_records_have_far_years(spark: SparkSession, tmp_path) -> None:
    rows = "values (date'20000-05-06', timestamp'-0044-03-15 13:14:15'), (date'2020-01-01', null) t(d, t)"
    for form in ("csv", "json", "parquet"):
        spark.sql(rows).write.format(form).save(str(tmp_path / form))
        back = spark.read.schema("d date, t timestamp").format(form).load(str(tmp_path / form))
        texts = back.selectExpr("cast(d as string)", "coalesce(cast(t as string), '')")
        wanted = [("+20000-05-06", "-0044-03-15 13:14:15"), ("2020-01-01", "")]
        assert sorted(map(tuple, texts.collect())) == wanted, form


def test_a_batch_of_near_and_far_days(spark: SparkSession) -> None:
    days = spark.sql("values (date'9999-12-31', 1), (date'2024-01-31', 1), (null, 1), (date'2024-01-31', null) t(d, m)")
    shown = days.selectExpr("cast(cast(d as timestamp) + make_ym_interval(0, m) as string)").collect()
    assert [row[0] for row in shown] == ["+10000-01-31 00:00:00", "2024-02-29 00:00:00", None, None]
