"""What values and tables look like: what Spark printed, recorded."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from minispark.errors import UnsupportedOperationException
from minispark.sql.convert.show import html, show_text
from minispark.sql.convert.text import cast_text, pretty_text
from minispark.sql.types import DataType, StructType

SECOND = 1_000_000
TEXTS: list[tuple[str, Any, str]] = [
    ("double", 1e7, "1.0E7"),
    ("double", 5e-324, "4.9E-324"),
    ("double", 1e-5, "1.0E-5"),
    ("double", 123456789.125, "1.23456789125E8"),
    ("float", 0.10000000149011612, "0.1"),
    ("float", 16777216.0, "1.6777216E7"),
    ("float", 123456.703125, "123456.7"),
    ("decimal(38,18)", Decimal("0E-18"), "0.000000000000000000"),
    ("date", datetime.date(1, 1, 1), "0001-01-01"),
    ("date", 2932897, "+10000-01-01"),
    ("timestamp", datetime.datetime(2024, 7, 1, 8, 30, 0, 500000), "2024-07-01 04:30:00.5"),
    ("timestamp", datetime.datetime(1883, 1, 1, 4, 56, 2), "1883-01-01 00:00:00"),
    ("timestamp_ntz", datetime.datetime(2020, 1, 1, 0, 0, 0, 1), "2020-01-01 00:00:00.000001"),
    ("time", datetime.time(1, 2, 3, 400000), "01:02:03.4"),
    ("interval day to second", -93784 * SECOND, "INTERVAL '-1 02:03:04' DAY TO SECOND"),
    ("interval hour to minute", 93780 * SECOND, "INTERVAL '26:03' HOUR TO MINUTE"),
    ("interval day to hour", 97200 * SECOND, "INTERVAL '1 03' DAY TO HOUR"),
    ("interval second", 0, "INTERVAL '00' SECOND"),
    ("interval second", 61_500_000, "INTERVAL '61.5' SECOND"),
    ("interval year to month", -14, "INTERVAL '-1-2' YEAR TO MONTH"),
    ("interval", (0, 0, -3723_500_000_000), "-1 hours -2 minutes -3.5 seconds"),
    ("array<int>", [1, None], "[1, NULL]"),
    ("map<string,int>", [("a", 1), ("b", None)], "{a -> 1, b -> NULL}"),
    ("struct<a:int,b:string>", {"a": 1, "b": None}, "{1, NULL}"),
    ("array<array<binary>>", [[b"ab"]], "[[[61 62]]]"),
    ("struct<>", {"_": None}, "{}"),
]
WIDE = StructType.fromDDL("`名前` string, `t\a\v\f\b\rx` string")
ROWS: list[list[Any]] = [["日本語", "😀" * 12, None], ["a\tb\nc", "x" * 30, "é"]]


def test_values() -> None:
    for kind, item, expected in TEXTS:
        assert (kind, pretty_text(DataType.fromDDL(kind), "America/New_York")(item)) == (kind, expected)
    assert cast_text(DataType.fromDDL("array<binary>"))([b"ab\xff", None]) == "[ab\ufffd, null]"
    styles = {"UTF-8": "ab", "BASIC": "[97, 98]", "BASE64": "YWI", "HEX": "6162", "HEX_DISCRETE": "[61 62]"}
    assert {style: pretty_text(DataType.fromDDL("binary"), binary=style)(b"ab") for style in styles} == styles


def test_a_table_of_wide_characters() -> None:
    assert show_text(ROWS, WIDE, 2) == (
        "+--------------------+--------------------+\n"
        "|                名前|        t\\a\\v\\f\\b\\rx|\n"
        "+--------------------+--------------------+\n"
        "|              日本語|             a\\tb\\nc|\n"
        "|😀😀😀😀😀😀😀😀?...|xxxxxxxxxxxxxxxxx...|\n"
        "+--------------------+--------------------+\n"
        "only showing top 2 rows"
    )
    assert show_text(ROWS, WIDE, 1, 0) == (
        "+------+------------+\n"
        "|名前  |t\\a\\v\\f\\b\\rx|\n"
        "+------+------------+\n"
        "|日本語|a\\tb\\nc     |\n"
        "+------+------------+\n"
        "only showing top 1 row"
    )
    assert "|   😀?|         xxx|" in show_text(ROWS, WIDE, 2, 3)


def test_a_vertical_table() -> None:
    assert show_text(ROWS, WIDE, 1, vertical=True) == (
        "-RECORD 0---------------\n 名前         | 日本語  \n t\\a\\v\\f\\b\\rx | a\\tb\\nc \nonly showing top 1 row"
    )
    assert show_text([[], []], WIDE, 20, vertical=True) == "(0 rows)"


def test_no_columns_and_no_rows() -> None:
    assert show_text([], StructType(), 20, rows=2) == "++\n||\n++\n||\n||\n++\n"
    assert show_text([[1], ["a"]], StructType.fromDDL("a int, b string"), -1) == (
        "+---+---+\n|  a|  b|\n+---+---+\n+---+---+\nonly showing top 0 rows"
    )
    with pytest.raises(UnsupportedOperationException):
        show_text([], StructType(), 20, vertical=True, rows=2)


def test_html() -> None:
    schema = StructType.fromDDL("x string")
    assert html([["<a & \"b\" 'c' é → >", "y"]], schema, 1) == (
        "<table border='1'>\n<tr><th>x</th></tr>\n"
        "<tr><td>&lt;a &amp; &quot;b&quot; 'c' &eacute; &rarr; &gt;</td></tr>\n</table>\nonly showing top 1 row\n"
    )
