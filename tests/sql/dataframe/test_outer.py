"""Columns of a query around: in subqueries and lateral joins of DataFrames, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark.errors import AnalysisException
from minispark.rdd.context import SparkContext
from minispark.sql import DataFrame, SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def frames() -> Iterator[tuple[DataFrame, DataFrame]]:
    with SparkContext("local[1]", "outer") as sc:
        new = SparkSession(sc).createDataFrame
        yield new([(1, "x"), (2, "y")], "id int, v string"), new([(1, "z"), (5, "x")], "k int, w string")


def outer(name: str) -> Any:
    return F.col(name).outer()


def test_in_subqueries(frames: tuple[DataFrame, DataFrame]) -> None:
    a, b = frames
    assert a.where(b.where(F.col("k") == outer("id")).exists()).collect() == [(1, "x")]
    best = b.where(F.col("k") == outer("id")).select(F.max("w")).scalar()
    assert a.select("id", best.alias("m")).orderBy("id").collect() == [(1, "z"), (2, None)]
    twice = a.alias("r").where(F.col("r.v") == outer("w")).exists()
    deep = b.where(twice & (F.col("k") > outer("id"))).exists()
    assert a.where(deep).orderBy("id").collect() == [(1, "x"), (2, "y")]
    later = a.alias("m").where(F.col("m.id") > outer("n.id"))
    assert a.alias("n").where(later.exists()).collect() == [(1, "x")]


def test_in_lateral_joins(frames: tuple[DataFrame, DataFrame]) -> None:
    a, b = frames
    right = a.where(F.col("id") == outer("k")).select("v")
    assert b.lateralJoin(right).collect() == [(1, "z", "x")]
    assert b.lateralJoin(right, how="left").orderBy("k").collect() == [(1, "z", "x"), (5, "x", None)]
    with pytest.raises(AnalysisException):
        b.lateralJoin(right, how="right")


def test_without_a_query_around(frames: tuple[DataFrame, DataFrame]) -> None:
    a, _ = frames
    assert a.where(outer("id") > 1).collect() == [(2, "y")]
    alone = a.where(outer("zz") > 1)
    for call in (lambda: alone.count(), lambda: alone.columns, lambda: a.groupBy(outer("zz")).count()):
        with pytest.raises(AnalysisException) as caught:
            call()
        assert caught.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
