"""DESCRIBE, SHOW and ANALYZE; views whose query's columns change: as PySpark 4.3 has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession


def rows(spark: SparkSession, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text).collect()]


def condition(spark: SparkSession, text: str) -> str | None:
    with pytest.raises(PySparkException) as caught:
        spark.sql(text).collect()
    return caught.value.getCondition()


@pytest.fixture
def table(spark: SparkSession) -> SparkSession:
    spark.sql(
        "create table t (a int comment 'c', b string default 'x', c string, d int) using parquet "
        "options (password = 'p', x = '1') partitioned by (c, d) clustered by (a) sorted by (a) into 2 buckets "
        "tblproperties ('k' = 'v', 'my.token' = 'q')"
    )
    spark.sql("alter table t add partition (c = 'Us', d = 1)")
    return spark


def test_secrets_are_hidden(table: SparkSession) -> None:
    found = dict(pair[:2] for pair in rows(table, "describe extended t"))
    assert found["Table Properties"] == "[k=v, my.token=*********(redacted)]"
    assert found["Storage Properties"] == "[password=*********(redacted), x=1]"
    assert ("option.password", "*********(redacted)") in rows(table, "show tblproperties t")
    assert "'password' = '*********(redacted)'" in table.sql("show create table t").collect()[0][0]


def test_partitions(table: SparkSession) -> None:
    found = [row[0] for row in rows(table, "describe extended t partition (c = 'Us', d = 1)")]
    assert found[9:18] == [
        "# Detailed Partition Information", "Database", "Table", "Partition Values", "Location", "Storage Properties",
        "Created Time", "Last Access", "",
    ]  # fmt: skip
    table.sql("insert into t values (1, 'x', 'Us', 1)")
    table.sql("analyze table t partition (c = 'Us', d) compute statistics")
    found = dict(pair[:2] for pair in rows(table, "describe extended t partition (c = 'Us', d = 1)"))
    assert found["Partition Statistics"].endswith(" bytes, 1 rows")
    text = rows(table, "show table extended like 't' partition (c = 'Us', d = 1)")[0][3]
    assert text.startswith("Partition Values: [c=Us, d=1]\nLocation: file:")
    for text, expected in (
        ("describe t partition (c = 'Us', d = 4)", "PARTITIONS_NOT_FOUND"),
        ("describe t partition (c = 'Us')", "_LEGACY_ERROR_TEMP_1232"),
        ("describe t partition (c = 'Us', d)", "INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE"),
        ("show table extended like 't*' partition (c = 'Us', d = 1)", "TABLE_OR_VIEW_NOT_FOUND"),
        ("describe t as json", "DESCRIBE_JSON_NOT_EXTENDED"),
        ("describe extended t a as json", "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON"),
    ):
        assert condition(table, text) == expected


def test_column_statistics(table: SparkSession) -> None:
    table.sql("insert into t values (1, 'x', 'Us', 1), (3, 'yyy', 'Us', 1)")
    table.sql("analyze table t compute statistics for all columns")
    found = [value for _, value in rows(table, "describe extended t a")]
    assert found == ["a", "int", "c", "1", "3", "0", "2", "4", "4", "NULL"]
    assert [value for _, value in rows(table, "describe extended t b")][3:] == [
        "NULL", "NULL", "0", "2", "2", "3", "NULL",
    ]  # fmt: skip
    table.sql("insert into t values (5, 'x', 'Us', 1)")
    assert rows(table, "describe extended t a")[3] == ("min", "NULL")


def test_as_json(table: SparkSession) -> None:
    found = json.loads(table.sql("describe extended t as json").collect()[0][0])
    assert list(found)[:9] == [
        "table_name", "catalog_name", "namespace", "schema_name", "columns", "num_buckets", "bucket_columns",
        "sort_columns", "location",
    ]  # fmt: skip
    assert found["columns"][1] == {
        "name": "b", "type": {"name": "string", "collation": "UTF8_BINARY"}, "nullable": True, "default": "'x'",
    }  # fmt: skip


def test_views_follow_their_query(spark: SparkSession) -> None:
    spark.sql("create table s (a int, b int) using parquet")
    for name, mode in (("vb", "BINDING"), ("vc", "COMPENSATION"), ("vt", "TYPE EVOLUTION"), ("ve", "EVOLUTION")):
        spark.sql(f"create view {name} with schema {mode} as select * from s")
    spark.sql("drop table s")
    spark.sql("create table s (b int, a bigint, c int) using parquet")
    assert condition(spark, "select * from vb") == "CANNOT_UP_CAST_DATATYPE"
    kinds = [spark.sql(f"select * from {name}").schema.simpleString() for name in ("vc", "vt", "ve")]
    assert kinds == ["struct<a:int,b:int>", "struct<a:bigint,b:int>", "struct<b:int,a:bigint,c:int>"]
    assert rows(spark, "describe ve") == [("b", "int", None), ("a", "bigint", None), ("c", "int", None)]
    spark.sql("drop table s")
    spark.sql("create table s (c int, b int) using parquet")
    assert condition(spark, "select * from vc") == "INCOMPATIBLE_VIEW_SCHEMA_CHANGE"
    spark.sql("alter view vc with schema evolution")
    assert "WITH SCHEMA EVOLUTION" in spark.sql("show create table vc").collect()[0][0]
    spark.conf.set("spark.sql.legacy.viewSchemaBindingMode", "false")
    assert condition(spark, "create view w with schema binding as select 1") == "FEATURE_NOT_ENABLED"


def test_explain_of_a_command_names_it_and_does_not_carry_it_out(spark: SparkSession) -> None:
    ((text,),) = rows(spark, "explain describe table t")
    assert text.startswith("== Physical Plan ==\nExecute DescribeTableCommand\n")
    spark.sql("create table kept (a int) using parquet")
    assert rows(spark, "explain drop table kept")[0][0].startswith("== Physical Plan ==\nExecute Drop")
    assert spark.catalog.tableExists("kept")
