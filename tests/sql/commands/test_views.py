"""Views: lasting ones are read anew each time, temporary ones are plans."""

from __future__ import annotations

import pytest

from minispark.errors import AnalysisException
from minispark.sql import SparkSession


def condition(spark: SparkSession, text: str) -> str | None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(text).collect()
    return caught.value.getCondition()


def test_lasting_views(spark: SparkSession) -> None:
    spark.sql("create table t using parquet as select 1 as a, 'x' as b")
    spark.sql("create view v (p comment 'one', q) comment 'vv' as select a, b from t where a > 0")
    spark.sql("insert into t values (5, 'y')")
    assert sorted(map(tuple, spark.sql("select q, p from v").collect())) == [("x", 1), ("y", 5)]
    assert [tuple(row) for row in spark.sql("describe v").collect()] == [("p", "int", "one"), ("q", "string", None)]
    assert spark.sql("show create table v").collect()[0][0] == (
        "CREATE VIEW default.v (\n  p COMMENT 'one',\n  q)\nCOMMENT 'vv'\nWITH SCHEMA COMPENSATION\n"
        "AS select a, b from t where a > 0\n"
    )
    assert condition(spark, "create view v as select 1") == "TABLE_OR_VIEW_ALREADY_EXISTS"
    with pytest.raises(AnalysisException) as caught:
        spark.sql("create view w (a, b) as select 1")
    assert caught.value.getMessageParameters()["viewName"] == "`spark_catalog`.`default`.`w`"
    assert condition(spark, "insert into v values (1, 'x')") == "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE"
    spark.sql("alter view v as select 7 as seven")
    assert [tuple(row) for row in spark.sql("select * from v").collect()] == [(7,)]
    spark.sql("drop table v")
    assert condition(spark, "select * from v") == "TABLE_OR_VIEW_NOT_FOUND"


def test_temporary_views(spark: SparkSession) -> None:
    spark.sql("create temporary view tv as select 1 as one")
    assert condition(spark, "create temporary view tv as select 2") == "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"
    spark.sql("create or replace temp view tv as select 2 as two")
    spark.sql("create global temporary view gv as select 3 as three")
    assert [tuple(row) for row in spark.sql("select * from tv, global_temp.gv").collect()] == [(2, 3)]
    assert [tuple(row) for row in spark.sql("show views").collect()] == [("", "tv", True)]
    assert condition(spark, "create view lasting as select * from tv") == "INVALID_TEMP_OBJ_REFERENCE"
    assert condition(spark, "create temp view a.b as select 1") == "INVALID_TEMP_OBJ_QUALIFIER"
    assert condition(spark, "create temp view two (a, b) as select 1") == (
        "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
    )
    spark.sql("drop view tv")
    spark.sql("drop view if exists tv")
    assert condition(spark, "drop view tv") == "TABLE_OR_VIEW_NOT_FOUND"


def test_caches(spark: SparkSession) -> None:
    spark.sql("cache table c as select 1 as a")
    assert [tuple(row) for row in spark.sql("select a from c").collect()] == [(1,)]
    spark.sql("uncache table c")
    spark.sql("cache lazy table c")
    spark.sql("clear cache")
    assert condition(spark, "uncache table nosuch") == "TABLE_OR_VIEW_NOT_FOUND"
    spark.sql("uncache table if exists nosuch")
