"""Casts of text to dates and times give what Spark 4.3 gave; recorded there, in UTC."""

from __future__ import annotations

from datetime import datetime

import pytest

from minispark.errors import PySparkException
from minispark.sql.exact.datetime_text import (
    read_date,
    read_time,
    read_timestamp,
    read_timestamp_ntz,
    time_text,
    timestamp_ntz_text,
    timestamp_text,
)
from minispark.sql.exact.zones import find_zone, zone

UTC = zone("UTC")

CASTS = [
    ("date", "2020", "2020-01-01"),
    ("date", "2020-1", "2020-01-01"),
    ("date", "2020-1-2 foo", "2020-01-02"),
    ("date", "20201-1-2", "DATETIME_OVERFLOW"),
    ("date", "-2020-1-2", "DATETIME_OVERFLOW"),
    ("date", "+2020-1-2", "2020-01-02"),
    ("date", "12345678-01-01", None),
    ("timestamp", "2020-01-01T", None),
    ("timestamp", "2020-01-01 12", "2020-01-01 12:00:00"),
    ("timestamp", "2020-01-01 12:3", "2020-01-01 12:03:00"),
    ("timestamp", "2020-01-01 12:3:4.", "2020-01-01 12:03:04"),
    ("timestamp", "2020-01-01 12:3:4.1234567", "2020-01-01 12:03:04.123456"),
    ("timestamp", "2020-01-01 12:3:4Z", "2020-01-01 12:03:04"),
    ("timestamp", "2020-01-01 12:3:4 UTC+8", "2020-01-01 04:03:04"),
    ("timestamp", "2020-01-01 12:3:4 +8:0", "2020-01-01 04:03:04"),
    ("timestamp", "2020-01-01 12:3:4 -18:00", "2020-01-02 06:03:04"),
    ("timestamp", "2020-01-01 12:3:4 -18:01", None),
    ("timestamp", "2020-01-01 12:3:4 PST", "2020-01-01 20:03:04"),
    ("timestamp", "2020-01-01 12:3:4 America/Los_Angeles", "2020-01-01 20:03:04"),
    ("timestamp", "2020-01-01 12:3:4America/Los_Angeles", "2020-01-01 20:03:04"),
    ("timestamp", "2020-01-01 12:3:4 america/los_angeles", None),
    ("timestamp", "2020-01-01 12:3 UTC", None),
    ("timestamp", "2020-01-01 12:3:4.5 Europe/Paris ", "2020-01-01 11:03:04.5"),
    ("timestamp", "2020-01-01 24:00:00", None),
    ("timestamp", "2020-01-01 12:3:4+0130", "2020-01-01 10:33:04"),
    ("timestamp", "2020-01-01 12:3:4+01", "2020-01-01 11:03:04"),
    ("timestamp", "2020-01-01 12:3:4+1", "2020-01-01 11:03:04"),
    ("timestamp", "2020-01-01 12:3:4 GMT0", "2020-01-01 12:03:04"),
    ("timestamp", "2020-01-01 12:3:4 UTC+080010", "2020-01-01 04:02:54"),
    ("timestamp", "2020-01-01 12:3:4 UT-8", "2020-01-01 20:03:04"),
    ("timestamp", "2020-01-01 12:3:4 EST5EDT", "2020-01-01 17:03:04"),
    ("timestamp_ntz", "2020-01-01 12:3:4+01:02", "2020-01-01 12:03:04"),
    ("time", "12:30", "12:30:00"),
    ("time", "12", None),
    ("time", "T12", "12:00:00"),
    ("time", "12:30:15.1234567", "12:30:15.123456"),
    ("time", "12:30:15 PM", "12:30:15"),
    ("time", "1:30 PM", "13:30:00"),
    ("time", "01:30:05.5 am", "01:30:05.5"),
    ("time", "24:00", None),
    ("time", "13:30 PM", None),
    ("time", "0:30 PM", None),
    ("time", "12:30 am", "00:30:00"),
    ("time", "12:30AM", "00:30:00"),
    ("time", "12:30:00  p.m.", None),
    ("time", "12:30:00 P", None),
    ("time", "T12:30:00 PM", "12:30:00"),
    ("time", "T12 PM", "12:00:00"),
    ("time", " 12:30:00.5PM ", "12:30:00.5"),
    ("time", "1PM", None),
    ("time", "12:30:00Z", None),
    ("time", "12:30:00 UTC", None),
]


def cast(kind: str, text: str) -> str | None:
    try:
        if kind == "date":
            day = read_date(text)
            return None if day is None else str(day)
        if kind == "time":
            clock = read_time(text)
            return None if clock is None else time_text(clock)
        at = read_timestamp(text, UTC) if kind == "timestamp" else read_timestamp_ntz(text)
        return None if at is None else timestamp_ntz_text(at)
    except PySparkException as error:
        return str(error.getCondition())


def test_casts_as_spark() -> None:
    assert [(kind, text, cast(kind, text)) for kind, text, _ in CASTS] == CASTS


def test_a_time_alone_is_of_today_where_its_zone_is() -> None:
    now = datetime(2024, 2, 29, 23, 30)
    assert read_timestamp("10:00:00", UTC, now) == datetime(2024, 2, 29, 10)
    assert read_timestamp("T10:00:00 Europe/Paris", UTC, now) == datetime(2024, 3, 1, 9)


def test_local_times_in_gaps_and_overlaps_are_read_as_java_does() -> None:
    paris = zone("Europe/Paris")
    assert timestamp_text(paris.instant(datetime(2024, 3, 31, 2, 30)), paris) == "2024-03-31 03:30:00"
    assert paris.instant(datetime(2024, 10, 27, 2, 30)) == datetime(2024, 10, 27, 0, 30)


@pytest.mark.parametrize(
    "name", ["", "foo", "utc", "+19", "+18:01", "UTC+1x", "../etc/passwd", "localtime", "europe/paris"]
)
def test_names_that_are_no_zone(name: str) -> None:
    assert find_zone(name) is None
