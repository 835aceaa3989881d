"""CHAR(n) and VARCHAR(n) of tables; the expected answers are PySpark 4.3's."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession


def rows(spark: SparkSession, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text).collect()]


@pytest.fixture
def limited(spark: SparkSession) -> SparkSession:
    spark.sql("create table limited (a char(5), b varchar(3), s struct<x: char(3)>, z char(3)) using parquet")
    spark.sql("insert into limited values ('a', 'b', named_struct('x', 'q'), 'a'), (null, null, null, null)")
    spark.sql("insert into limited values ('abcde   ', 'b    ', named_struct('x', 'qr'), 'abc')")
    return spark


def test_columns_are_strings_filled_up(limited: SparkSession) -> None:
    frame = limited.sql("select a, length(a), length(b), s, length(s.x) from limited where a is not null order by a")
    assert frame.schema.simpleString() == (
        "struct<a:string,length(a):int,length(b):int,s:struct<x:string>,length(s.x):int>"
    )
    assert frame.schema["a"].metadata == {"__CHAR_VARCHAR_TYPE_STRING": "char(5)"}
    assert [tuple(row) for row in frame.collect()] == [("a    ", 5, 1, ("q  ",), 3), ("abcde", 5, 3, ("qr ",), 3)]


def test_comparisons_fill_up(limited: SparkSession) -> None:
    found = rows(
        limited,
        "select a = 'a', a = 'a        ', a = z, a = b, concat(a) = 'a', a in ('a', 'x       '), s.x = 'q' "
        "from limited where b = 'b'",
    )
    assert found == [(True, True, True, False, False, True, False)]


@pytest.mark.parametrize(
    "values", ["('abcdef', 'b', null, null)", "('a', 'bcde', null, null)", "('a', 'b', named_struct('x', 'long'), '')"]
)
def test_too_long(limited: SparkSession, values: str) -> None:
    with pytest.raises(PySparkException) as caught:
        limited.sql(f"insert into limited values {values}")
    assert caught.value.getCondition() == "EXCEED_LIMIT_LENGTH"


def test_copies_keep_the_declared_types(limited: SparkSession) -> None:
    limited.sql("create table copied using parquet as select a, b as c, s, upper(a) u from limited")
    limited.sql("create view seen as select * from limited")
    for name in ("copied", "seen"):
        kinds = [kind for _, kind, _ in rows(limited, f"describe {name}")]
        assert kinds[0] == "char(5)" and kinds[2] == "struct<x:char(3)>"
    assert rows(limited, "select count(*) from seen where a = 'a'") == [(1,)]
    assert limited.sql("describe select a from seen").collect()[0].data_type == "string"


def test_columns_change(limited: SparkSession) -> None:
    limited.sql("create table changed (a char(5), b int) using parquet")
    limited.sql("alter table changed change column a comment 'x'")
    limited.sql("alter table changed change a type char(5)")
    limited.sql("alter table changed change a a char(5) comment 'y'")
    limited.sql("alter table changed set serdeproperties ('k' = 'v')")
    assert rows(limited, "describe changed")[0] == ("a", "char(5)", "y")
    for text, expected in (
        ("change a type char(6)", "NOT_SUPPORTED_CHANGE_COLUMN"),
        ("change a after b", "UNSUPPORTED_FEATURE.TABLE_OPERATION"),
        ("change a c char(5)", "_LEGACY_ERROR_TEMP_0034"),
    ):
        with pytest.raises(PySparkException) as caught:
            limited.sql(f"alter table changed {text}")
        assert caught.value.getCondition() == expected


def test_settings_of_texts_with_limits(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.charAsVarchar", "true")
    spark.sql("CREATE TABLE limited (c char(5), a array<char(3)>) USING parquet")
    spark.sql("ALTER TABLE limited ADD COLUMNS (d char(4))")
    spark.conf.unset("spark.sql.charAsVarchar")
    kinds = [row[1] for row in spark.sql("DESCRIBE limited").collect()]
    assert kinds == ["varchar(5)", "array<varchar(3)>", "varchar(4)"]
    spark.sql("CREATE TABLE short (c char(3), v varchar(2)) USING parquet")
    spark.sql("INSERT INTO short VALUES ('ab', 'ab')")
    spark.conf.set("spark.sql.legacy.charVarcharAsString", "true")
    spark.sql("INSERT INTO short VALUES ('abcd', 'abcd')")
    assert spark.sql("SELECT c, v, c = 'ab' FROM short ORDER BY c").collect() == [
        ("ab ", "ab", False),
        ("abcd", "abcd", False),
    ]
    spark.conf.unset("spark.sql.legacy.charVarcharAsString")
    assert spark.sql("SELECT c = 'ab' FROM short ORDER BY c").collect()[0][0]
    assert [row[1] for row in spark.sql("DESCRIBE short").collect()] == ["char(3)", "varchar(2)"]


def test_columns_are_filled_up_for_comparisons_where_they_were_not_when_read(
    spark: SparkSession, tmp_path: pathlib.Path
) -> None:
    spark.createDataFrame([("a",), ("b  ",)], "c string").write.parquet(f"{tmp_path}/short")
    spark.sql(f"CREATE TABLE shorter (c char(3)) USING parquet LOCATION '{tmp_path}/short'")
    spark.conf.set("spark.sql.readSideCharPadding", "false")
    assert rows(spark, "SELECT c FROM shorter WHERE c = 'a'") == [("a",)]
    assert rows(spark, "SELECT c FROM shorter WHERE c IN ('a', 'b')") == [("a",), ("b  ",)]
    spark.conf.set("spark.sql.legacy.noCharPaddingInPredicate", "true")
    assert rows(spark, "SELECT c FROM shorter WHERE c = 'a'") == []
    assert rows(spark, "SELECT c FROM shorter WHERE c = 'a    '") == [("a",)]
    assert rows(spark, "SELECT c FROM shorter WHERE c IN ('a', 'b')") == [("b  ",)]
