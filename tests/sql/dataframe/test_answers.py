"""Methods of DataFrame against what PySpark 4.3 answered for the same calls: values, columns, schemas, errors.

``answers.json`` has a call with the repr of its answer, or with the class and condition of the error.
"""

from __future__ import annotations

import datetime
import decimal
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.sql import SparkSession, Window, functions, types

CONF = SparkConf().setMaster("local[1]").setAppName("answers").set("spark.sql.session.timeZone", "UTC")
ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text())


@pytest.fixture(scope="module")
def names() -> Iterator[dict[str, Any]]:
    with SparkContext(conf=CONF) as sc:
        yield given(SparkSession(sc))


def given(spark: SparkSession) -> dict[str, Any]:
    """What the calls speak of."""
    F, new = functions, spark.createDataFrame
    nan = float("nan")
    n = new(
        [(1, 2.0, "a", True), (2, None, "b", None), (None, nan, None, False), (4, 5.5, "a", True)],
        "i int, d double, s string, b boolean",
    )
    a = new([(1, "x"), (2, "y")], "id int, v string")
    a.createOrReplaceTempView("a")
    b = a.filter("id>1")
    p = new([("a", 1, "x", True), ("a", 2, "y", None), ("b", 3, "x", False)], "k string, n int, s string, b boolean")
    nested = "i int, d decimal(10,2), dt date, ar array<int>, mp map<string,int>, st struct<a:int,b:string>, bi binary"
    day, dec = datetime.date, decimal.Decimal
    full = (1, dec("1.50"), day(2020, 1, 2), [1, 2], {"k": 1}, (1, "q"), b"ab")
    keyed = [("a", day(2020, 1, 1), 1.5, dec("1.0"), True), ("b", None, 2.0, None, False)]
    named = {
        "x": new([full, (2, None, None, None, None, None, None)], nested),
        "y": new([((1, 2),), ((3, 4),)], "s struct<a:int,c:int>"),
        "pp": new(
            [*keyed, ("a", day(2020, 1, 2), nan, dec("2.5"), None)],
            "k string, dt date, db double, dc decimal(5,2), bo boolean",
        ),
        "n": n,
        "m": new([(1, 2.0), (2, None), (None, 4.0), (4, 5.5)], "i int, d double"),
        "a": a,
        "b": b,
        "c": a.select("id", (F.col("id") + 1).alias("w")),
        "f": new([(1, "z")], "id int, w string"),
        "L": a.withColumn("q", F.lit(1)),
        "g": a.groupBy("id").count(),
        "p": p,
        "l": new([(1, "a"), (5, "b"), (10, "c"), (None, "d")], "a int, lv string"),
        "r": new([(1, 1), (2, 2), (3, 3), (6, 6), (7, None)], "a int, rv int"),
        "s1": new([(1, "x"), (2, "y")], "k int, v string"),
        "s2": new([("y", 1, 2.5), ("z", 3, 1.5)], "v string, k int, d double"),
    }
    kinds = {name: getattr(types, name) for name in types.__all__}
    return {**kinds, **named, "F": F, "Window": Window, "spark": spark, "both": lambda df: (df.columns, df.collect())}


def answer(code: str, names: dict[str, Any]) -> list[Any]:
    """The repr of a call's answer, or the error's class and condition."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [code, repr(eval(code, dict(names)))]
        except Exception as error:
            condition = error.getCondition() if hasattr(error, "getCondition") else None
            return [code, None, type(error).__name__, condition]


def test_methods_answer_as_pysparks(names: dict[str, Any]) -> None:
    wrong = [(known, found) for known in ANSWERS if (found := answer(known[0], names)) != known]
    assert not wrong
