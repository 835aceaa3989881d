"""What two values of any types become under an operator or function, with ANSI mode on and off: PySpark 4.3's answers.

``coercions.json`` holds, for each mode and expression, the result's type or the condition of the error, and the pairs
of columns that give it. Pairs whose values fail to convert are left out: their type does not show.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark.errors import AnalysisException
from minispark.sql import DataFrame, SparkSession

ANSWERS = json.loads((Path(__file__).parent / "coercions.json").read_text(encoding="utf-8"))
COLUMNS = (
    "2 i", "3L l", "1.5F f", "2.5D d", "1.50BD m", "'1' s", "DATE'2020-01-02' dt", "TIMESTAMP'2020-01-02 03:04:05' ts",
    "true b", "X'31' x", "NULL v", "INTERVAL '1 02:03:04' DAY TO SECOND p", "INTERVAL '1-2' YEAR TO MONTH q",
    "array(1, 2) xs", "array('1') ys", "named_struct('a', 1) st",
)  # fmt: skip


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


def answer(frame: DataFrame, text: str) -> str:
    """The type of an expression, or what is wrong with it."""
    try:
        return frame.selectExpr(f"{text} AS r").schema["r"].dataType.simpleString()
    except AnalysisException as error:
        return str(error.getCondition()).replace("DATATYPE_MISMATCH.", "!")


@pytest.mark.parametrize("mode", ["ansi", "legacy"])
def test_types_and_errors_are_those_of_spark(spark: SparkSession, mode: str) -> None:
    spark.conf.set("spark.sql.ansi.enabled", str(mode == "ansi").lower())
    frame = spark.sql(f"SELECT {', '.join(COLUMNS)}")
    wrong = [
        (text.format(*pair.split()), wanted, got)
        for text, answers in ANSWERS[mode].items()
        for wanted, pairs in answers.items()
        for pair in pairs.split(", ")
        if (got := answer(frame, text.format(*pair.split()))) != wanted
    ]
    spark.conf.unset("spark.sql.ansi.enabled")
    assert not wrong
