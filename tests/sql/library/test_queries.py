"""Queries of aggregates, window functions, sketches and collations, and what Spark 4.3 answers with ``local[1]``.

A file maps a query to the types and the repr of its rows (of a single value, that alone), or to
``! Class CONDITION`` for an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession

QUERIES = [
    Path(__file__).with_name(name) for name in ("queries.json", "sketches.json", "collations.json", "windows.json")
]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = SparkSession.builder.master("local[1]").appName("queries").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    yield session
    session.stop()


def answer(spark: SparkSession, text: str) -> str:
    try:
        frame = spark.sql(text)
        rows = [tuple(row) for row in frame.collect()]
    except PySparkException as error:
        return f"! {type(error).__name__} {error.getCondition()}"
    kinds = ",".join([field.dataType.simpleString() for field in frame.schema.fields])
    single = len(rows) == 1 and len(rows[0]) == 1
    return f"{kinds} {(rows[0][0] if single else rows)!r}"


@pytest.mark.parametrize("queries", QUERIES, ids=lambda path: path.stem)
def test_rows_are_those_of_spark(spark: SparkSession, queries: Path) -> None:
    wrong = []
    for text, expected in json.loads(queries.read_text("utf-8")).items():
        found = answer(spark, text).replace("bytearray(b'", "(b'")
        if found != expected.replace("bytearray(b'", "(b'"):
            wrong.append((text, expected, found))
    assert wrong == []


def test_positions_and_units_that_are_no_constants(spark: SparkSession) -> None:
    text = "select array(1, 2)[null] as a, trunc(date'2024-05-06', unit) as t from values ('mm'), ('no') as u(unit)"
    assert answer(spark, text) == "int,date [(None, datetime.date(2024, 5, 1)), (None, None)]"
