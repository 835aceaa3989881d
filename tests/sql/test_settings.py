"""Settings of a session, and Python functions by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkException,
    PySparkNotImplementedError,
    PySparkTypeError,
    SparkNoSuchElementException,
)
from minispark.sql.functions import col, udf
from minispark.sql.session import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("inline", "settings") as sc:
        yield SparkSession(sc)


def test_a_session_has_one_conf_and_its_changes_count(spark: SparkSession) -> None:
    assert spark.conf is spark.conf and spark._runner.settings() is spark._runner.settings()
    before = spark._runner.settings()
    spark.conf.set("spark.sql.ansi.enabled", "false")
    assert not spark._runner.settings().ansi
    spark.conf.unset("spark.sql.ansi.enabled")
    assert spark._runner.settings().ansi and spark._runner.settings() is not before


def test_defaults_are_sparks(spark: SparkSession) -> None:
    conf = spark.conf
    found = [
        conf.get(f"spark.sql.{name}")
        for name in ("ansi.enabled", "shuffle.partitions", "sources.partitionOverwriteMode", "optimizer.excludedRules")
    ]
    assert found == ["true", "200", "STATIC", None]
    assert conf.get("spark.sql.shuffle.partitions", "7") == "7"
    assert "spark.sql.shuffle.partitions" not in conf.getAll


@pytest.mark.parametrize(
    ("change", "error", "condition"),
    [
        (lambda conf: conf.get("nope"), SparkNoSuchElementException, "SQL_CONF_NOT_FOUND"),
        (lambda conf: conf.set("spark.executor.memory", "1g"), AnalysisException, "CANNOT_MODIFY_CONFIG"),
        (lambda conf: conf.unset("spark.sql.warehouse.dir"), AnalysisException, "CANNOT_MODIFY_STATIC_CONFIG"),
        (lambda conf: conf.set("spark.sql.shuffle.partitions", "x"), IllegalArgumentException, "TYPE_MISMATCH"),
        (lambda conf: conf.get("spark.sql.shuffle.partitions", "x"), IllegalArgumentException, "TYPE_MISMATCH"),
        (lambda conf: conf.set("spark.sql.shuffle.partitions", -1), IllegalArgumentException, "REQUIREMENT"),
        (lambda conf: conf.set("spark.sql.ansi.enabled", "maybe"), IllegalArgumentException, "TYPE_MISMATCH"),
        (lambda conf: conf.set("spark.sql.session.timeZone", "No/Where"), IllegalArgumentException, "TIME_ZONE"),
        (
            lambda conf: conf.set("spark.sql.sources.partitionOverwriteMode", "bad"),
            IllegalArgumentException,
            "OUT_OF_RANGE_OF_OPTIONS",
        ),
    ],
)
def test_refused_values(spark: SparkSession, change: Any, error: type[PySparkException], condition: str) -> None:
    with pytest.raises(error) as raised:
        change(spark.conf)
    assert (raised.value.getCondition() or "").rpartition(".")[2] == condition


def test_functions_have_names(spark: SparkSession) -> None:
    times = spark.udf.register("Times", lambda x, y=2: x * y, "int")
    row = spark.sql("SELECT times(3) a, TIMES(y => 5, x => 3) b").collect()[0]
    assert tuple(row) == (6, 15)
    assert spark.range(2).select(times("id", y=col("id")).alias("n")).collect()[1].n == 1
    spark.udf.register("twice", udf(lambda x: 2 * x, "bigint"))
    assert spark.range(2).selectExpr("twice(id) AS n").collect()[1].n == 2
    assert spark.catalog.functionExists("times") and spark.catalog.getFunction("twice").isTemporary
    with pytest.raises(PySparkTypeError) as raised:
        spark.udf.register("twice", times, "int")
    assert raised.value.getCondition() == "CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF"
    with pytest.raises(PySparkNotImplementedError):
        spark.udf.registerJavaFunction("x", "a.b.C")


@pytest.mark.parametrize(
    ("name", "text", "condition"),
    [
        ("legacy.timeParserPolicy", "foo", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"),
        ("execution.pandas.structHandlingMode", "ROW", "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS"),
        ("legacy.sizeOfNull", "1", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("autoBroadcastJoinThreshold", "10x", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("autoBroadcastJoinThreshold", "1.5g", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("broadcastTimeout", "5x", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("cbo.joinReorder.card.weight", "0x1", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("shuffle.partitions", "3000000000", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
        ("view.maxNestedViewDepth", "0", "INVALID_CONF_VALUE.REQUIREMENT"),
        ("globalTempDatabase", "x", "CANNOT_MODIFY_STATIC_CONFIG"),
        ("ansi.strictIndexOperator", "false", "_LEGACY_ERROR_TEMP_1226"),
        ("crossJoin.enabled", "false", None),
        ("parquet.outputTimestampType", "timestamp_millis", None),
    ],
)
def test_set_checks_values_as_spark_does(spark: SparkSession, name: str, text: str, condition: str | None) -> None:
    key = f"spark.sql.{name}"
    for change in (lambda: spark.conf.set(key, text), lambda: spark.sql(f"SET {key}={text}")):
        with pytest.raises(PySparkException if condition else PySparkNotImplementedError) as raised:
            change()
        assert condition is None or raised.value.getCondition() == condition


def test_values_are_read_whatever_their_case_and_unit(spark: SparkSession) -> None:
    before = dict(spark.conf.getAll)
    for name, text in {
        "autoBroadcastJoinThreshold": "10MB",
        "broadcastTimeout": "5min",
        "cbo.joinReorder.card.weight": "0.5f",
        "parquet.outputTimestampType": "timestamp_micros",
        "orderByOrdinal": " FALSE ",
        "timestampType": "timestamp_ntz",
    }.items():
        spark.conf.set(f"spark.sql.{name}", text)
        assert spark.conf.get(f"spark.sql.{name}") == text
    assert spark.sql("SELECT timestamp'2020-01-01' t ORDER BY 5").dtypes == [("t", "timestamp_ntz")]
    spark.sql("RESET")
    assert spark.conf.getAll == before
    assert spark.conf.get("spark.sql.legacy.interval.enabled") == "false"
    assert not spark.conf.isModifiable("spark.sql.nothing")
