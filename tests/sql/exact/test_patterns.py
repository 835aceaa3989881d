"""Datetime patterns give what Spark 4.3 gave for the same text, pattern and value; recorded there, in UTC."""

from __future__ import annotations

import pytest

from minispark.errors import PySparkException
from minispark.sql.exact import datetime_text, printing, reading
from minispark.sql.exact.zones import zone

UTC = zone("UTC")

READS = [
    ("to_time", "13:30:15", "HH:mm:ss", "13:30:15"),
    ("to_time", "1:30 PM", "h:mm a", "13:30:00"),
    ("to_time", "foo", "HH:mm", "CANNOT_PARSE_TIME"),
    ("to_time", "2020-01-01 12:10:11", "yyyy-MM-dd HH:mm:ss", "12:10:11"),
    ("to_time", "12.10", "HH.mm", "12:10:00"),
    ("to_time", "12", "hh", "00:00:00"),
    ("to_time", "PM", "a", "12:00:00"),
    ("to_date", "2020-02-30", "yyyy-MM-dd", "CANNOT_PARSE_TIMESTAMP"),
    ("to_date", "2020-2-3", "yyyy-MM-dd", "CANNOT_PARSE_TIMESTAMP"),
    ("to_date", "2020-2-3", "yyyy-M-d", "2020-02-03"),
    ("to_date", "20-02-03", "yy-MM-dd", "2020-02-03"),
    ("to_date", "99-02-03", "yy-MM-dd", "2099-02-03"),
    ("to_date", "20200203", "yyyyMMdd", "2020-02-03"),
    ("to_date", "2020034", "yyyyDDD", "2020-02-03"),
    ("to_date", "02/03", "MM/dd", "1970-02-03"),
    ("to_date", "2020", "yyyy", "2020-01-01"),
    ("to_date", "Feb 3, 2020", "MMM d, yyyy", "2020-02-03"),
    ("to_date", "FEBRUARY 3, 2020", "MMMM d, yyyy", "2020-02-03"),
    ("to_date", "2020-02-03 extra", "yyyy-MM-dd", "CANNOT_PARSE_TIMESTAMP"),
    ("to_date", "AD 2020", "G yyyy", "2020-01-01"),
    ("to_date", "2020-02-03 12:00:00", "yyyy-MM-dd HH:mm:ss", "2020-02-03"),
    ("to_date", "2020-02-03", "yyyy-MM-dd[ HH:mm:ss]", "2020-02-03"),
    ("to_date", "+12020-02-03", "yyyy-MM-dd", "DATETIME_OVERFLOW"),
    ("to_date", "12020-02-03", "yyyy-MM-dd", "CANNOT_PARSE_TIMESTAMP"),
    ("to_date", "Mon", "E", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("to_date", "x", "YYYY", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("to_date", "2020-060", "yyyy-DDD", "2020-02-29"),
    ("to_date", "2020-03-060", "yyyy-MM-DDD", "CANNOT_PARSE_TIMESTAMP"),
    ("to_date", "2020-02-060", "yyyy-MM-DDD", "2020-02-29"),
    ("to_date", "0000-02-06", "yyyy-MM-dd", "DATETIME_OVERFLOW"),
    ("to_date", "2020/ 2/3", "yyyy/MM/dd", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "20200101121314123", "yyyyMMddHHmmssSSS", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020010112131412", "yyyyMMddHHmmssSS", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "202001011213141", "yyyyMMddHHmmssS", "2020-01-01 12:13:14.1"),
    ("to_timestamp", "2020-01-01 12:13:14.123", "yyyy-MM-dd HH:mm:ss.SSS", "2020-01-01 12:13:14.123"),
    ("to_timestamp", "2020-01-01 12:13:14.1", "yyyy-MM-dd HH:mm:ss.SSS", "2020-01-01 12:13:14.1"),
    ("to_timestamp", "2020-01-01 12:13:14.1234", "yyyy-MM-dd HH:mm:ss.SSS", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020-01-01 12:13:14.123456789", "yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2020-01-01 12:13:14.123456"),
    ("to_timestamp", "2020-01-01 12:13:14.", "yyyy-MM-dd HH:mm:ss.[SSS]", "2020-01-01 12:13:14"),
    ("to_timestamp", "2020-01-01 24:13", "yyyy-MM-dd HH:mm", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020-01-01 24:13", "yyyy-MM-dd kk:mm", "2020-01-01 00:13:00"),
    ("to_timestamp", "2020-01-01 12:13 AM", "yyyy-MM-dd hh:mm a", "2020-01-01 00:13:00"),
    ("to_timestamp", "2020-01-01 13:13 AM", "yyyy-MM-dd HH:mm a", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020-01-01 13:13 pm", "yyyy-MM-dd HH:mm a", "2020-01-01 13:13:00"),
    ("to_timestamp", "2020-01-01 0:13 pm", "yyyy-MM-dd h:mm a", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020-01-01 0:13 pm", "yyyy-MM-dd K:mm a", "2020-01-01 12:13:00"),
    ("to_timestamp", "2020-01-01 12:13+01:00", "yyyy-MM-dd HH:mmXXX", "2020-01-01 11:13:00"),
    ("to_timestamp", "2020-01-01 12:13+0100", "yyyy-MM-dd HH:mmXX", "2020-01-01 11:13:00"),
    ("to_timestamp", "2020-01-01 12:13+01", "yyyy-MM-dd HH:mmX", "2020-01-01 11:13:00"),
    ("to_timestamp", "2020-01-01 12:13+0130", "yyyy-MM-dd HH:mmX", "2020-01-01 10:43:00"),
    ("to_timestamp", "2020-01-01 12:13Z", "yyyy-MM-dd HH:mmX", "2020-01-01 12:13:00"),
    ("to_timestamp", "2020-01-01 12:13z", "yyyy-MM-dd HH:mmX", "2020-01-01 12:13:00"),
    ("to_timestamp", "2020-01-01 12:13 +0000", "yyyy-MM-dd HH:mm Z", "2020-01-01 12:13:00"),
    ("to_timestamp", "2020-01-01 12:13 -0830", "yyyy-MM-dd HH:mm Z", "2020-01-01 20:43:00"),
    ("to_timestamp", "2020-01-01 12:13 GMT+8", "yyyy-MM-dd HH:mm O", "2020-01-01 04:13:00"),
    ("to_timestamp", "2020-01-01 12:13 GMT+08:00", "yyyy-MM-dd HH:mm OOOO", "2020-01-01 04:13:00"),
    ("to_timestamp", "2020-01-01 12:13 PST", "yyyy-MM-dd HH:mm z", "2020-01-01 20:13:00"),
    ("to_timestamp", "2020-07-01 12:13 PST", "yyyy-MM-dd HH:mm z", "2020-07-01 19:13:00"),
    ("to_timestamp", "2020-01-01 12:13 CST", "yyyy-MM-dd HH:mm z", "2020-01-01 18:13:00"),
    ("to_timestamp", "2020-01-01 12:13 IST", "yyyy-MM-dd HH:mm z", "2020-01-01 12:13:00"),
    ("to_timestamp", "2020-01-01 12:13 America/Los_Angeles", "yyyy-MM-dd HH:mm VV", "2020-01-01 20:13:00"),
    ("to_timestamp", "2020-01-01 12:13 america/los_angeles", "yyyy-MM-dd HH:mm VV", "2020-01-01 20:13:00"),
    ("to_timestamp", "2020-01-01 12:13 +01:00", "yyyy-MM-dd HH:mm VV", "2020-01-01 11:13:00"),
    ("to_timestamp", "2020-01-01 12:13 UTC+1", "yyyy-MM-dd HH:mm VV", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020-01-01 12:13 UTC", "yyyy-MM-dd HH:mm VV", "2020-01-01 12:13:00"),
    ("to_timestamp", "2020-01-01 12:13 Pacific Standard Time", "yyyy-MM-dd HH:mm zzzz", "2020-01-01 20:13:00"),
    ("to_timestamp", "2020-01-01", "yyyy-MM-dd", "2020-01-01 00:00:00"),
    ("to_timestamp", "2020-01-01 10", "yyyy-MM-dd HH:mm", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "2020-01-01 10:00:60", "yyyy-MM-dd HH:mm:ss", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp", "10:00", "HH:mm", "1970-01-01 10:00:00"),
    ("to_timestamp", "foo", "yyyy", "CANNOT_PARSE_TIMESTAMP"),
    ("to_timestamp_ntz", "2020-01-01 12:13 +01:00", "yyyy-MM-dd HH:mm VV", "2020-01-01 12:13:00"),
    ("to_date", "Q1", "QQQ", "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"),
    ("to_date", "1970", "yyyyyy", "CANNOT_PARSE_TIMESTAMP"),
    ("to_date", "1970", "b", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("to_date", "2020-'01", "yyyy-''MM", "2020-01-01"),
    ("to_date", "2020a01", "yyyy'A'MM", "2020-01-01"),
]

WRITES = [
    ("2020-01-01", "F", "1"),
    ("2020-01-09", "F", "2"),
    ("2020-01-01", "g", "58849"),
    ("2020-01-01", "D DD DDD", "1 01 001"),
    ("2020-01-01", "DDDD", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "yyyyyyy", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "yyyyyy", "002020"),
    ("2020-01-01", "YYYY", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "b", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01", "B", "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"),
    ("2020-01-01", "MMMMM", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "MMMMMM", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "EEEEE", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "aa", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "HHH", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01", "XXXXXX", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01", "VVV", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01", "G GGGG y yy yyy yyyy yyyyy", "AD Anno Domini 2020 20 2020 2020 02020"),
    ("2020-09-01", "MMM MMMM LLL LLLL L LL q qq qqq qqqq", "Sep September Sep September 9 09 3 03 Q3 3rd quarter"),
    ("2020-01-01 15:00:00", "h hh H HH k kk K KK a", "3 03 15 15 15 15 3 03 PM"),
    ("2020-01-01 00:00:00", "h hh H HH k kk K KK a", "12 12 0 00 24 24 0 00 AM"),
    ("2020-01-01 00:00:00", "[yyyy]", "2020"),
    ("2020-01-01 00:00:00", "yyyy'T'MM", "2020T01"),
    ("2020-01-01 00:00:00", "yyyy'T'MM''dd", "2020T01'01"),
    ("2020-01-01 00:00:00", "yyyy'", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01 00:00:00", "yyyy]", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01 00:00:00", "yyyy{", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01 00:00:00", "yyyy#", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01 00:00:00", "", ""),
    (
        "2020-01-01 00:00:00.123456",
        "S SS SSS SSSS SSSSS SSSSSS SSSSSSS SSSSSSSSS",
        "1 12 123 1234 12345 123456 1234560 123456000",
    ),
    ("2020-01-01 00:00:00.123456", "SSSSSSSSSS", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01 00:00:00", "yyyy-MM-dd v V", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01 00:00:00", "v", "UTC"),
    (
        "2020-01-01 00:00:00",
        "O OOOO X XX XXX XXXX XXXXX x xx xxx xxxx xxxxx Z ZZ ZZZ ZZZZ ZZZZZ z zz zzz zzzz VV",
        "GMT GMT Z Z Z Z Z +00 +0000 +00:00 +0000 +00:00 "
        "+0000 +0000 +0000 GMT Z UTC UTC UTC Coordinated Universal Time UTC",
    ),
    ("2020-01-01 00:00:00", "OO", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01 00:00:00", "中 yyyy年", "中 2020年"),
    ("2020-01-01 00:00:00", "yyyy-MM-ddTHH:mm", "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"),
    ("2020-01-01 00:00:00", "p", "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"),
    ("2020-01-01 00:00:00", "A", "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"),
    ("2020-01-01 00:00:00", "n", "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"),
    ("2020-01-01 00:00:00", "e", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN"),
    ("2020-01-01 00:00:00", "c", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN"),
    ("2020-01-01 00:00:00", "u", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
    ("2020-01-01 00:00:00", "W", "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"),
]


def read(function: str, text: str, pattern: str) -> str:
    try:
        if function == "to_time":
            return datetime_text.time_text(reading.read_clock(text, pattern))
        if function == "to_timestamp_ntz":
            return datetime_text.timestamp_ntz_text(reading.read_local(text, pattern))
        instant = reading.read_instant(text, pattern, UTC)
    except reading.Unreadable:
        return "CANNOT_PARSE_TIME" if function == "to_time" else "CANNOT_PARSE_TIMESTAMP"
    except PySparkException as error:
        return str(error.getCondition())
    return str(instant.date()) if function == "to_date" else datetime_text.timestamp_text(instant, UTC)


def write(text: str, pattern: str) -> str:
    instant = datetime_text.read_timestamp(text, UTC)
    assert instant is not None
    try:
        return printing.format_instant(instant, pattern, UTC)
    except PySparkException as error:
        return str(error.getCondition())


def test_reads_as_spark() -> None:
    found = [(function, text, pattern, read(function, text, pattern)) for function, text, pattern, _ in READS]
    assert found == READS


def test_writes_as_spark() -> None:
    assert [(text, pattern, write(text, pattern)) for text, pattern, _ in WRITES] == WRITES


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("yyyy'", "SparkRuntimeException"),
        ("YYYY", "SparkUpgradeException"),
        ("B", "IllegalArgumentException"),
    ],
)
def test_refuses_patterns_with_the_class_of_error_that_spark_has(pattern: str, error: str) -> None:
    with pytest.raises(PySparkException) as caught:
        printing.check_pattern(pattern)
    assert type(caught.value).__name__ == error
