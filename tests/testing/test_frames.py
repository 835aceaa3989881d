"""The assertions of ``pyspark.testing``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from minispark import SparkContext
from minispark.errors import PySparkAssertionError, PySparkTypeError
from minispark.sql import Row, SparkSession
from minispark.sql.types import StructType
from minispark.testing import assertDataFrameEqual, assertSchemaEqual


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("inline", "frames") as context:
        yield SparkSession(context)


def test_schemas() -> None:
    schema = StructType.fromDDL("a int not null, b array<struct<c:decimal(3,1)>>")
    assertSchemaEqual(schema, schema.toNullable())
    assertSchemaEqual(schema, StructType(schema.fields[::-1]), ignoreColumnOrder=True)
    assertSchemaEqual(StructType.fromDDL("x int"), StructType.fromDDL("y int"), ignoreColumnName=True)
    others = ["a int", "a long, b array<struct<c:decimal(3,1)>>", "a int, b array<struct<c:decimal(3,2)>>"]
    for other in others:
        with pytest.raises(PySparkAssertionError, match="DIFFERENT_SCHEMA") as caught:
            assertSchemaEqual(schema, StructType.fromDDL(other))
        assert "--- actual\n+++ expected\n- StructType(" in str(caught.value)
    with pytest.raises(PySparkAssertionError):
        assertSchemaEqual(schema, schema.toNullable(), ignoreNullable=False)
    with pytest.raises(PySparkTypeError, match="NOT_EXPECTED_TYPE"):
        assertSchemaEqual(schema, "a int")


def test_rows_near_enough_in_any_order() -> None:
    left = [Row(a=1, b=[1.0, {"k": Decimal("1.0")}]), Row(a=2, b=None)]
    right = [Row(a=2, b=None), Row(a=1, b=[1.000001, {"k": Decimal("1.000001")}])]
    assertDataFrameEqual(left, right)
    with pytest.raises(PySparkAssertionError, match="DIFFERENT_ROWS"):
        assertDataFrameEqual(left, right, checkRowOrder=True)
    with pytest.raises(PySparkAssertionError, match="DIFFERENT_ROWS"):
        assertDataFrameEqual(left, right, rtol=1e-9)


def test_what_differs_is_shown() -> None:
    left, right = [Row(1, "A"), Row(2, "B"), Row(3, "C")], [Row(1, "A"), Row(2, "X"), Row(3, "Y")]
    with pytest.raises(PySparkAssertionError) as caught:
        assertDataFrameEqual(left, right, maxErrors=1, includeDiffRows=True)
    assert str(caught.value) == (
        "[DIFFERENT_ROWS] Results do not match: ( 33.33333 % )\n*** actual ***\n  <Row(1, 'A')>\n! <Row(2, 'B')>\n\n\n"
        "*** expected ***\n  <Row(1, 'A')>\n! <Row(2, 'X')>"
    )
    assert caught.value.data == [(Row(2, "B"), Row(2, "X"))]
    with pytest.raises(PySparkAssertionError) as caught:
        assertDataFrameEqual(left, right[:1], showOnlyDiff=True)
    assert str(caught.value).count("<Row") == 2 and "66.66667" in str(caught.value)


def test_frames(spark: SparkSession) -> None:
    one = spark.createDataFrame([(1000, "1"), (5000, "2")], ["amount", "id"])
    assertDataFrameEqual(
        one, spark.createDataFrame([("2", 5000), ("1", 1000)], ["id", "amount"]), ignoreColumnOrder=True
    )
    assertDataFrameEqual(one, one.toDF("x", "y"), ignoreColumnName=True)
    assertDataFrameEqual(one, spark.createDataFrame([(1000.0, "1"), (5000.0, "2")], one.columns), ignoreColumnType=True)
    assertDataFrameEqual(one, [Row(amount=5000, id="2"), Row(amount=1000, id="1")])
    with pytest.raises(PySparkAssertionError, match="DIFFERENT_SCHEMA"):
        assertDataFrameEqual(one, one.toDF("x", "y"))
    assert assertDataFrameEqual(None, None) is True
    for wrong in (None, 5):
        with pytest.raises(PySparkAssertionError, match="INVALID_TYPE_DF_EQUALITY_ARG"):
            assertDataFrameEqual(one, wrong)
    pytest.importorskip("pandas")
    assert assertDataFrameEqual(one.toPandas(), one.toPandas()[::-1]) is True
    with pytest.raises(PySparkAssertionError, match="DIFFERENT_PANDAS_DATAFRAME"):
        assertDataFrameEqual(one.toPandas(), one.limit(1).toPandas())
