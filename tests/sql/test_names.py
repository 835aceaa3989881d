"""Names of columns: those that PySpark 4.3 gives to what the user gave none."""

from __future__ import annotations

import datetime
import decimal
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.sql import functions
from minispark.sql.session import SparkSession
from minispark.sql.window import Window

NAMES: dict[str, list[str]] = json.loads((pathlib.Path(__file__).parent / "names.json").read_text())
"""Columns and the names they get: recorded from PySpark 4.3."""
SCHEMA = (
    "a int, b string, d double, xs array<int>, m map<string,int>, s struct<f:int,g:struct<h:int>>, t boolean, dt date, "
    "ts timestamp, ys array<struct<p:int>>"
)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("inline", "names") as sc:
        yield SparkSession(sc)


@pytest.mark.timeout(120)  # six hundred queries are analysed
def test_names_are_pysparks(spark: SparkSession) -> None:
    df = spark.createDataFrame([], SCHEMA).alias("tt")
    df.createOrReplaceTempView("tt")
    scope: dict[str, Any] = {"F": functions, "c": functions.col, "df": df, "D": decimal.Decimal, "datetime": datetime}
    scope |= {"decimal": decimal, "Window": Window, "w": Window.partitionBy("b").orderBy("a")}
    wrong = {}
    for text, expected in NAMES.items():
        made = df.select(eval(text, scope)).columns
        if made != expected:
            wrong[text] = made
    assert not wrong
