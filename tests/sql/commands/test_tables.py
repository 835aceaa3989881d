"""Tables made, filled, changed and shown by SQL, as PySpark 4.3 does it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from minispark.errors import AnalysisException
from minispark.sql import SparkSession


def rows(spark: SparkSession, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text).collect()]


def condition(spark: SparkSession, text: str) -> str | None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(text).collect()
    return caught.value.getCondition()


@pytest.fixture
def items(spark: SparkSession) -> SparkSession:
    """A partitioned table with two rows."""
    spark.sql(
        "create table items (id int not null comment 'key', name string default 'x', price decimal(10,2)) "
        "using parquet partitioned by (day date) tblproperties (p = 'q')"
    )
    spark.sql("insert into items values (1, 'a', 1.5, date'2024-01-01'), (2, 'b', 2.5, date'2024-01-02')")
    return spark


def test_insert_forms(items: SparkSession) -> None:
    items.sql("insert into items partition (day = '2024-01-03') values (3, 'c', 3.5)")
    items.sql("insert into items (id, day) values (4, date'2024-01-04')")
    items.sql("insert into items by name select date'2024-01-05' as day, 'e' as name, 5 as id, 5.0 as price")
    found = rows(items, "select id, name, cast(price as string), day from items order by id")
    assert found == [
        (1, "a", "1.50", datetime.date(2024, 1, 1)),
        (2, "b", "2.50", datetime.date(2024, 1, 2)),
        (3, "c", "3.50", datetime.date(2024, 1, 3)),
        (4, "x", None, datetime.date(2024, 1, 4)),
        (5, "e", "5.00", datetime.date(2024, 1, 5)),
    ]
    items.sql("insert overwrite items partition (day = '2024-01-01') select 9, 'z', 9.9")
    assert rows(items, "select id from items order by id") == [(2,), (3,), (4,), (5,), (9,)]
    items.sql("insert overwrite table items select 7, 'only', 1, date'2024-02-01'")
    assert rows(items, "select id from items") == [(7,)]
    assert rows(items, "show partitions items") == [("day=2024-02-01",)]


ERRORS = [
    ("insert into items values (1, 'a')", "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"),
    (
        "insert into items values (1, 'a', 1, date'2024-01-01', 5)",
        "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
    ),
    ("insert into items (id, nosuch) values (1, 2)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
    ("insert into items (id, ID) values (1, 2)", "COLUMN_ALREADY_EXISTS"),
    ("insert into items values ('x', 'a', 1, date'2024-01-01')", "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST"),
    ("insert into nosuch values (1)", "TABLE_OR_VIEW_NOT_FOUND"),
    ("insert into items by name select 1 as nosuch", "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS"),
    ("create table items (a int) using parquet", "TABLE_OR_VIEW_ALREADY_EXISTS"),
    ("create table t (a int, A int) using parquet", "COLUMN_ALREADY_EXISTS"),
    ("create external table t (a int) using parquet", "CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION"),
    ("create or replace table items as select 1", "UNSUPPORTED_FEATURE.TABLE_OPERATION"),
    ("create table nosuch.t (a int) using parquet", "SCHEMA_NOT_FOUND"),
    ("alter table items drop column name", "UNSUPPORTED_FEATURE.TABLE_OPERATION"),
    ("alter table items alter column id type bigint", "NOT_SUPPORTED_CHANGE_COLUMN"),
    ("alter view items rename to x", "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE"),
    ("delete from items", "UNSUPPORTED_FEATURE.TABLE_OPERATION"),
    ("drop view items", "WRONG_COMMAND_FOR_OBJECT_TYPE"),
    ("drop table nosuch", "TABLE_OR_VIEW_NOT_FOUND"),
    ("use nosuch", "SCHEMA_NOT_FOUND"),
    ("drop database default", "UNSUPPORTED_FEATURE.DROP_DATABASE"),
    ("describe items nosuch", "COLUMN_NOT_FOUND"),
    ("select * from items version as of 1", "UNSUPPORTED_FEATURE.TIME_TRAVEL"),
]


def test_errors(items: SparkSession) -> None:
    for text, wanted in ERRORS:
        assert condition(items, text) == wanted, text


def test_partitions(items: SparkSession) -> None:
    items.sql("alter table items add partition (day = '2024-03-01')")
    assert condition(items, "alter table items add partition (day = '2024-03-01')") == "PARTITIONS_ALREADY_EXIST"
    items.sql("alter table items drop partition (day = '2024-01-01')")
    assert condition(items, "alter table items drop partition (day = '2024-01-01')") == "PARTITIONS_NOT_FOUND"
    items.sql("alter table items partition (day = '2024-01-02') rename to partition (day = '2024-01-09')")
    assert rows(items, "show partitions items") == [("day=2024-01-09",), ("day=2024-03-01",)]
    assert rows(items, "show partitions items partition (day = '2024-01-09')") == [("day=2024-01-09",)]
    assert rows(items, "select id, day from items") == [(2, datetime.date(2024, 1, 9))]
    items.sql("truncate table items partition (day = '2024-01-09')")
    assert rows(items, "select count(*) from items") == [(0,)]


def test_describe_and_show(items: SparkSession) -> None:
    assert rows(items, "describe items") == [
        ("id", "int", "key"),
        ("name", "string", None),
        ("price", "decimal(10,2)", None),
        ("day", "date", None),
        ("# Partition Information", "", ""),
        ("# col_name", "data_type", "comment"),
        ("day", "date", None),
        ("", "", ""),
        ("# Column Default Values", "", ""),
        ("name", "string", "'x'"),
    ]
    assert rows(items, "describe items id") == [("col_name", "id"), ("data_type", "int"), ("comment", "key")]
    detailed = {name: text for name, text, _ in rows(items, "describe extended items")}
    assert (detailed["Type"], detailed["Provider"], detailed["Table Properties"]) == ("MANAGED", "parquet", "[p=q]")
    assert rows(items, "describe query select 1 as a, 'x' as b") == [("a", "int", None), ("b", "string", None)]
    assert rows(items, "show create table items") == [
        (
            "CREATE TABLE spark_catalog.default.items (\n  id INT COMMENT 'key',\n"
            "  name STRING COLLATE UTF8_BINARY DEFAULT 'x',\n  price DECIMAL(10,2),\n  day DATE)\nUSING parquet\n"
            "PARTITIONED BY (day)\nTBLPROPERTIES (\n  'p' = 'q')\n",
        )
    ]
    assert rows(items, "show columns in items") == [("id",), ("name",), ("price",), ("day",)]
    assert rows(items, "show tblproperties items") == [("p", "q")]
    assert rows(items, "show tables") == [("default", "items", False)]
    assert rows(items, "show tables like 'x*'") == []


def test_changes_of_a_table(items: SparkSession) -> None:
    items.sql("alter table items add columns (extra string comment 'more')")
    items.sql("alter table items alter column id comment 'new'")
    items.sql("alter table items set tblproperties ('n' = 'm')")
    items.sql("alter table items unset tblproperties ('p')")
    items.sql("comment on table items is 'all of them'")
    items.sql("alter table items rename to goods")
    assert [row[0] for row in rows(items, "describe goods")][:5] == ["id", "name", "price", "extra", "day"]
    assert rows(items, "show tblproperties goods") == [("n", "m")]
    assert rows(items, "select id, extra from goods order by id") == [(1, None), (2, None)]
    items.sql("create table copy like goods")
    assert rows(items, "select * from copy") == []
    items.sql("drop table goods")
    assert rows(items, "show tables") == [("default", "copy", False)]


def test_create_as_select_and_locations(spark: SparkSession, tmp_path: Any) -> None:
    spark.sql(f"create table a using parquet location '{tmp_path}/a' comment 'c' as select 1 as x, 'p' as y")
    spark.sql(f"create table b using parquet location '{tmp_path}/a'")
    assert rows(spark, "select * from b") == [(1, "p")]
    spark.sql("drop table a")
    assert rows(spark, f"select x from parquet.`{tmp_path}/a`") == [(1,)]
    spark.sql(f"insert overwrite directory '{tmp_path}/c' using parquet select 5 as z")
    assert rows(spark, f"select z from parquet.`{tmp_path}/c`") == [(5,)]
    spark.sql("create table if not exists b as select 2")
    assert rows(spark, "from b insert into b select x + 1, y insert into b select x + 2, y") == []
    assert condition(spark, "select * from nosuch.`/x`") == "TABLE_OR_VIEW_NOT_FOUND"


def test_databases(spark: SparkSession) -> None:
    spark.sql("create database shop comment 'goods' with dbproperties (a = 'b')")
    spark.sql("use shop")
    assert rows(spark, "select current_database(), current_catalog()") == [("shop", "spark_catalog")]
    spark.sql("create table t (a int) using parquet")
    assert rows(spark, "show databases like 's*'") == [("shop",)]
    found = dict(rows(spark, "describe database extended shop"))
    assert (found["Comment"], found["Properties"]) == ("goods", "((a,b))")
    assert condition(spark, "drop database shop") == "SCHEMA_NOT_EMPTY"
    spark.sql("drop database shop cascade")
    assert rows(spark, "show databases") == [("default",)]
