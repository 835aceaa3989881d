"""The beginnings of DataFrames: ranges, columns and Python functions of them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from minispark import SparkContext
from minispark.errors import (
    AnalysisException,
    IllegalArgumentException,
    ParseException,
    PySparkNotImplementedError,
    PySparkTypeError,
)
from minispark.sql import Row, SparkSession
from minispark.sql.convert.returned import Returned
from minispark.sql.functions import col, pandas_udf, udf
from minispark.sql.types import DataType


def test_ranges_and_functions(sc: SparkContext) -> None:
    df = SparkSession(sc).range(1, 10, 3, 2)

    @udf("STRUCT<a: INT, b: STRING>")
    def pair(x: int, y: int = 0) -> Row:
        return Row(a=x, b=y)

    assert df.collect() == [Row(id=1), Row(id=4), Row(id=7)] and df.columns == ["id"]
    chosen = df.select("id", pair("id", y=col("id")), udf(lambda: 5)().alias("s"))
    assert chosen.columns == ["id", "pair(id, y => id)", "s"]
    assert repr(chosen.first()) == "Row(id=1, pair(id, y => id)=Row(a=1, b='1'), s='5')"
    assert (chosen.count(), len(chosen.take(2)), chosen.head(0)) == (3, 2, [])
    assert [row.s for row in chosen.toLocalIterator()] == ["5"] * 3
    assert df.select(df.id, df["id"], "*").columns == ["id"] * 3


def test_errors(sc: SparkContext) -> None:
    spark = SparkSession(sc)
    df = spark.range(2)
    with pytest.raises(AnalysisException, match="UNRESOLVED"):
        df.select("nope")
    with pytest.raises(PySparkTypeError):
        df.select(1)
    with pytest.raises(IllegalArgumentException):
        spark.range(0, 5, 0)
    with pytest.raises(PySparkNotImplementedError, match="pandas"):
        pandas_udf("int")(lambda x: x)("id")
    with pytest.raises(ParseException):
        udf("nonsense")
    with pytest.raises(AnalysisException):
        df.take(-1)


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("int", 2**31, -(2**31)), ("int", True, None), ("int", "x", None), ("bigint", 2**63, None),
        ("tinyint", 300, 44), ("double", 5, None), ("float", 1e40, math.inf), ("string", 1e40, "1.0E40"),
        ("string", [1.5, "x", None], "[1.5, x, null]"), ("binary", "é", b"\xc3\xa9"), ("boolean", 1, None),
        ("array<int>", (1, "x"), [1, None]), ("array<int>", b"ab", [97, 98]),
        ("map<string,int>", {1: "x"}, {"1": None}),
        ("struct<a:int,b:string>", {"b": "z", "a": 3}, (3, "z")), ("a int, b string", [1, 2], (1, "2")),
        ("array<struct<a:int>>", [(1,), None], [(1,), None]), ("map<string,array<int>>", {"a": [1]}, {"a": [1]}),
    ],
)  # fmt: skip
def test_results_are_converted(kind: str, given: Any, expected: Any) -> None:
    assert Returned(DataType.fromDDL(kind))(given) == expected
