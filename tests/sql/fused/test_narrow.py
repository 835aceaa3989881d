"""Constants cast to decimals: short where they can be, and the same as what is cast row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql import types as t
from minispark.sql.fused.narrow import narrow_constant
from minispark.sql.plan.expressions import Literal

TEXTS = ("0.2", "-0.2", "-0", "00.2", "12.34", "12.345", "1e2", " 5 ", "99.99", "100", "-99.995", ".5", "9" * 18, "x")


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


def outcome(frame: Any) -> str:
    try:
        return str(frame.collect())
    except PySparkException as error:
        return str(error.getCondition())


@pytest.mark.parametrize("dtype", ["decimal(1,1)", "decimal(4,2)", "decimal(38,10)", "decimal(20,0)"])
def test_a_constant_is_what_a_column_of_it_would_be(spark: SparkSession, dtype: str) -> None:
    rows = spark.createDataFrame([(text,) for text in TEXTS], ["text"])
    for text in TEXTS:
        constant = spark.range(1).select(F.lit(text).cast(dtype).alias("text"))
        column = rows.filter(rows.text == text).select(F.col("text").cast(dtype))
        assert outcome(constant) == outcome(column), text


@pytest.mark.parametrize(("text", "sql"), [("0.2", "'0.2'::DECIMAL(2, 1)"), ("7", "'7'::DECIMAL(2, 1)"), ("00", None)])
def test_texts_of_plain_numbers_are_constants(text: str, sql: str | None) -> None:
    assert narrow_constant(Literal(text, t.StringType()), t.DecimalType(10, 1)) == sql
