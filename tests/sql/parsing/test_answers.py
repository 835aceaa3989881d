"""Queries answered as PySpark 4.3 answered them; ``answers/queries.json`` keeps its answers.

Rows are compared as text, in order where the query has an order.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession

ANSWERS: list[dict[str, Any]] = json.loads((pathlib.Path(__file__).parent / "answers" / "queries.json").read_text())


@pytest.mark.parametrize("part", range(8))
def test_answers(spark: SparkSession, part: int) -> None:
    """An eighth of the queries each: all that differ are named at once."""
    different = []
    for one in ANSWERS[part::8]:
        got = answer(spark, one["sql"])
        wanted = one.get("error") or [one["schema"], one["rows"]]
        if not one.get("error") and got[0] == wanted[0] and "order by" not in one["sql"]:
            got, wanted = [got[0], sorted(got[1])], [wanted[0], sorted(wanted[1])]
        if got != wanted:
            different.append(f"{one['sql']}\n  PySpark: {wanted}\n  here:    {got}")
    assert not different, "\n".join(different)


def answer(spark: SparkSession, text: str) -> list[Any]:
    """The schema and the rows, or the error's class and condition."""
    try:
        frame = spark.sql(text)
        return [frame.schema.simpleString(), [repr(row) for row in frame.collect()]]
    except PySparkException as error:
        return [type(error).__name__, error.getCondition()]
