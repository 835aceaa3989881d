"""createDataFrame and what gives its rows back, through a session."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkImportError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
    SparkRuntimeException,
)
from minispark.rdd.rdd import RDD
from minispark.sql import Row, SparkSession
from minispark.sql import functions as F
from minispark.sql.types import LongType, StructType


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("inline", "creating") as context:
        yield SparkSession(context)


def test_small_and_large_data_give_the_same(spark: SparkSession) -> None:
    rows: list[Any] = [(n, f"it's {n}", n / 3, n % 2 == 0, datetime.date(2020, 1, 1 + n)) for n in range(3)]
    rows.append((None,) * 5)
    schema = "a bigint, b string, c double, d boolean, e date"
    small = spark.createDataFrame(rows, schema)
    assert small.collect() == rows == spark.createDataFrame(rows * 200, schema).collect()[:4]
    assert small.schema == StructType.fromDDL(schema)
    assert spark.createDataFrame([(1, 2)], ["a", "a"]).collect() == [(1, 2)]
    assert spark.createDataFrame([(), ()], StructType()).collect() == [(), ()]
    assert spark.createDataFrame([1, None], LongType()).collect() == [(1,), (None,)]


def test_settings_say_what_types_are_meant(spark: SparkSession) -> None:
    moment = datetime.datetime(2020, 1, 1)
    other = spark.newSession()
    other.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    other.conf.set("spark.sql.pyspark.inferNestedDictAsStruct.enabled", True)
    inferred = other.createDataFrame([(moment, moment.replace(tzinfo=datetime.UTC), {"a": 1, "b": None})])
    assert inferred.schema.simpleString() == "struct<_1:timestamp_ntz,_2:timestamp,_3:struct<a:bigint>>"
    assert other.createDataFrame([(moment,)], "a timestamp").dtypes == [("a", "timestamp_ntz")]
    assert spark.createDataFrame([(moment,)], "a timestamp").dtypes == [("a", "timestamp")]


def test_rdds(spark: SparkSession) -> None:
    rdd = spark.sparkContext.parallelize([Row(a=1, b="x"), Row(a=2, b=None)], 2)
    assert rdd.toDF().collect() == [(1, "x"), (2, None)]
    assert spark.createDataFrame(rdd, ["n"]).columns == ["n", "b"]
    assert spark.createDataFrame(rdd, "n long, s string").filter("n > 1").collect() == [Row(n=2, s=None)]
    assert spark.createDataFrame(rdd, samplingRatio=1.0).schema == rdd.toDF().schema
    assert spark.createDataFrame(rdd.map(lambda row: row.a), "int").collect() == [(1,), (2,)]
    wrong = spark.createDataFrame(rdd, "n long, s long")
    with pytest.raises(PySparkTypeError, match="FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"):
        wrong.collect()
    with pytest.raises(PySparkValueError, match="CANNOT_DETERMINE_TYPE"):
        spark.sparkContext.parallelize([(None,)]).toDF()


def test_to_df_needs_a_session(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RDD, "frame_of", None)
    with pytest.raises(PySparkRuntimeError, match="make one first"):
        spark.sparkContext.parallelize([(1,)]).toDF()


def test_mistakes(spark: SparkSession) -> None:
    frame = spark.range(1)
    with pytest.raises(PySparkTypeError, match="INVALID_TYPE"):
        spark.createDataFrame(frame)
    with pytest.raises(AnalysisException, match="UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING"):
        spark.createDataFrame([("a",)], "a char(3)")
    late = spark.createDataFrame([(1, 2), (1,)])
    assert late.columns == ["_1", "_2"]
    with pytest.raises(IllegalArgumentException, match="STRUCT_ARRAY_LENGTH_MISMATCH"):
        late.collect()
    with pytest.raises(IndexError):
        spark.createDataFrame([(1,)], ["a", "b"])


def test_other_libraries_take_it_and_give_it(spark: SparkSession) -> None:
    import pyarrow

    frame = spark.createDataFrame([(1, "x")], ["a", "b"])
    assert pyarrow.table(frame).to_pylist() == [{"a": 1, "b": "x"}]
    assert spark.createDataFrame(frame.toArrow()).collect() == [Row(a=1, b="x")]
    pandas = pytest.importorskip("pandas")
    assert spark.createDataFrame(frame.toPandas()).collect() == [Row(a=1, b="x")]
    with pytest.warns(UserWarning, match="Attempting non-optimization"):
        found = spark.createDataFrame(pandas.DataFrame({"a": pandas.Series([1], dtype="uint8")}))
    assert found.collect() == [Row(a=1)]


@dataclasses.dataclass
class Place:
    city: str
    zip: int | None = None


@dataclasses.dataclass
class Person:
    name: str
    homes: list[Place]
    age: int | None


def test_rows_as_dataclasses(spark: SparkSession) -> None:
    data = [("Ann", 7, [("Rome", 1), ("Oslo", None)]), ("Bob", None, [])]
    frame = spark.createDataFrame(data, "NAME string, age int, homes array<struct<city:string,zip:int>>")
    assert list(frame.as_dataclass(Person)) == [
        Person("Ann", [Place("Rome", 1), Place("Oslo")], 7),
        Person("Bob", [], None),
    ]
    for wrong, condition in ((int, "NOT_EXPECTED_TYPE"), (Place, "FIELD_NOT_FOUND")):
        with pytest.raises(PySparkTypeError, match=condition):
            frame.as_dataclass(wrong)
    with pytest.raises(PySparkTypeError, match="FIELD_TYPE_MISMATCH"):
        frame.withColumn("age", frame.NAME).as_dataclass(Person)
    with pytest.raises(PySparkValueError, match="FIELD_NOT_NULLABLE_WITH_NAME"):
        list(spark.createDataFrame([(None,)], "city string").as_dataclass(Place))


def test_rdd_of_a_frame_runs_the_query_when_it_is_used(spark):
    frame = spark.range(10).withColumn("x", F.assert_true(F.col("id") < 5).cast("int"))
    rdd = frame.rdd
    assert rdd.getNumPartitions() == spark.sparkContext.defaultParallelism
    with pytest.raises(SparkRuntimeException):
        rdd.count()


def test_rdd_of_a_frame_is_an_rdd(spark):
    rdd = spark.range(0, 10, 1, 5).selectExpr("id", "id * 2 AS x").rdd
    assert [len(part) for part in rdd.glom().collect()] == [2] * 5
    assert rdd.map(lambda row: row.x).sum() == 90 == rdd.cache().map(lambda row: row.x).sum()
    assert rdd.toDF().collect() == rdd.collect() == [(n, 2 * n) for n in range(10)]
    assert spark.createDataFrame([], "a int").rdd.isEmpty()


def test_without_pandas_nothing_runs(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setattr(spark._runner, "table", None)
    with pytest.raises(PySparkImportError, match="pip install pandas") as raised:
        spark.range(3).toPandas()
    assert raised.value.getCondition() == "PACKAGE_NOT_INSTALLED"
