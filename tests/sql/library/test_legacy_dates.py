"""``spark.sql.legacy.timeParserPolicy``: dates by the patterns of SimpleDateFormat; the answers are PySpark 4.3's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.errors import DateTimeException, SparkRuntimeException, SparkUpgradeException
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    builder = SparkSession.builder.master("inline").config("spark.sql.session.timeZone", "America/Los_Angeles")
    session = builder.config("spark.sql.legacy.timeParserPolicy", "LEGACY").getOrCreate()
    yield session
    session.stop()


_READ = [
    ("2018-11-17xyz", "yyyy-MM-dd", "2018-11-17 00:00:00"),
    ("18-1-2", "yy-M-d", "2018-01-02 00:00:00"),
    ("118-1-2", "yy-M-d", "0118-01-02 00:00:00"),
    ("2018117", "yyyyMMdd", "2018-11-07 00:00:00"),
    ("  2018- 11-17", "yyyy-MM-dd", "2018-11-17 00:00:00"),
    ("17 november 2018", "d MMM yyyy", "2018-11-17 00:00:00"),
    ("Sun 17 Nov 2018", "EEE d MMM yyyy", None),
    ("12:30 am", "hh:mm a", "1970-01-01 00:30:00"),
    ("24:00", "kk:mm", "1970-01-01 00:00:00"),
    ("2018-11-17 13:33:33.5", "yyyy-MM-dd HH:mm:ss.S", "2018-11-17 13:33:33.005"),
    ("2018-11-17 13:33:33.123456", "yyyy-MM-dd HH:mm:ss.SSSSSS", None),
    ("2018-07-17 13:33 PST", "yyyy-MM-dd HH:mm z", "2018-07-17 14:33:00"),
    ("2018-11-17 13:33 GMT+1:30", "yyyy-MM-dd HH:mm z", "2018-11-17 04:03:00"),
    ("2018-11-17 13:33+01:30", "yyyy-MM-dd HH:mmXXX", "2018-11-17 04:03:00"),
    ("2018-11-17 13:33 +19", "yyyy-MM-dd HH:mm X", None),
    ("2018 46 Sat", "YYYY w E", "2018-11-17 00:00:00"),
    ("2018 46", "yyyy w", "2018-11-11 00:00:00"),
    ("2018 11 3 6", "yyyy MM F u", "2018-11-17 00:00:00"),
    ("2018 11 Sat", "yyyy MM E", "2018-11-03 00:00:00"),
    ("2018-366", "yyyy-D", None),
    ("1500-02-29", "yyyy-MM-dd", "1500-03-01 00:00:00"),
    ("1582-10-10", "yyyy-MM-dd", None),
    ("2018-03-11 02:30:00", "yyyy-MM-dd HH:mm:ss", None),
    ("13 1", "M M", "1970-01-01 00:00:00"),
]
_WRITTEN = [
    ("Y w W D F u", "2019 1 6 364 5 7"),
    ("MMMMM LLL EEEE a", "December Dec Sunday PM"),
    ("k K h SSSS", "13 1 1 0123"),
    ("z zzzz ZZ X XXX", "PST Pacific Standard Time -0800 -08 -08:00"),
    ("'o''clock' yy yyyyy", "o'clock 18 02018"),
]


def test_texts_are_read_as_by_simple_date_format(spark: SparkSession) -> None:
    for text, pattern, wanted in _READ:
        query = f"select cast(try_to_timestamp('{text}', '{pattern}') as string)"
        assert spark.sql(query).collect()[0][0] == wanted, (text, pattern)
    with pytest.raises(DateTimeException) as caught:
        spark.sql("select to_date('x', 'dd')").collect()
    assert caught.value.getCondition() == "CANNOT_PARSE_TIMESTAMP"
    assert spark.sql("select unix_timestamp('17.11.2018 rest', 'dd.MM.yyyy')").collect()[0][0] == 1542441600


def test_dates_are_written_as_by_simple_date_format(spark: SparkSession) -> None:
    moment = "timestamp'2018-12-30 13:05:07.123456'"
    for pattern, wanted in _WRITTEN:
        escaped = pattern.replace("'", "\\'")
        assert spark.sql(f"select date_format({moment}, '{escaped}')").collect()[0][0] == wanted, pattern
    assert spark.sql("select date_format(timestamp'1500-02-28 12:00:00', 'E')").collect()[0][0] == "Fri"
    assert spark.sql("select from_unixtime(-1, 'u')").collect()[0][0] == "3"
    with pytest.raises(SparkRuntimeException):
        spark.sql(f"select date_format({moment}, 'q')").collect()


_IN_FILES = [
    ("2018-13-17", "yyyy-MM-dd", "2019-01-17 00:00:00"),
    ("2018-11-17xyz", "yyyy-MM-dd", "2018-11-17 00:00:00"),
    ("Sun 17 Nov 2018", "EEE d MMM yyyy", "2018-11-17 00:00:00"),
    ("13:30 PM", "h:mm a", "1970-01-02 01:30:00"),
    ("2018-11-17 13:33:33.123456", "yyyy-MM-dd HH:mm:ss.SSSSSS", "2018-11-17 13:33:33.123456"),
    ("2018-366", "yyyy-D", "2019-01-01 00:00:00"),
    ("1582-10-10", "yyyy-MM-dd", "1582-10-20 00:00:00"),
    ("2018", "yyyy-MM", "2018-01-01 00:00:00"),
]


def test_fields_of_records_are_read_leniently(spark: SparkSession, tmp_path) -> None:
    for text, pattern, wanted in _IN_FILES:
        query = f"from_json('{{\"t\": \"{text}\"}}', 't timestamp', map('timestampFormat', '{pattern}')).t"
        assert spark.sql(f"select cast({query} as string)").collect()[0][0] == wanted, (text, pattern)
    (tmp_path / "a.csv").write_text("26/October/2015\n45/Jan/2016\n")
    frame = spark.read.schema("d date").option("dateFormat", "dd/MMMMM/yyyy").csv(str(tmp_path / "a.csv"))
    assert [str(row.d) for row in frame.collect()] == ["2015-10-26", "2016-02-14"]
    assert (
        spark.sql(
            "select to_json(struct(timestamp'2018-12-30 13:05:07' as c), map('timestampFormat', 'Y w u'))"
        ).collect()[0][0]
        == '{"c":"2019 1 7"}'
    )


def test_what_only_the_old_patterns_read_is_told(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.legacy.timeParserPolicy", "EXCEPTION")
    try:
        with pytest.raises(SparkUpgradeException) as caught:
            spark.sql("select to_timestamp('2018-11-17xyz', 'yyyy-MM-dd')").collect()
        assert caught.value.getCondition() == "INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER"
        with pytest.raises(DateTimeException):
            spark.sql("select to_timestamp('2018-13-17', 'yyyy-MM-dd')").collect()
        with pytest.raises(SparkUpgradeException):
            spark.sql("select from_csv('2018-13-17', 'd date', map('dateFormat', 'yyyy-MM-dd'))").collect()
        assert spark.sql("select cast(to_date('2018-11-17', 'yyyy-MM-dd') as string)").collect()[0][0] == "2018-11-17"
    finally:
        spark.conf.set("spark.sql.legacy.timeParserPolicy", "LEGACY")
