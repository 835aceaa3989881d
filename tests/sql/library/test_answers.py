"""Expressions and what Spark 4.3 answers: recorded with ``local[1]``, the session's zone being America/Los_Angeles.

A file of answers maps an expression to its value's repr; to all rows' for a generator; to ``! Class CONDITION`` for an
error (``*`` for any condition, where Spark's own does not reach Python).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession

ANSWERS = Path(__file__).parent / "answers"
GENERATOR = re.compile(r"(explode|posexplode|inline|stack|json_tuple|variant_explode)")
A_QUERY = 40


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = SparkSession.builder.master("local[1]").appName("answers").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    yield session
    session.stop()


def shown(value: Any) -> str:
    return re.sub(r"bytearray\((b'[^']*'|b\"[^\"]*\")\)", r"\1", repr(value))


@pytest.mark.parametrize("theme", sorted(path.stem for path in ANSWERS.glob("*.json")))
def test_values_are_those_of_spark(spark: SparkSession, theme: str) -> None:
    answers = json.loads((ANSWERS / f"{theme}.json").read_text("utf-8"))
    plain = [text for text, answer in answers.items() if answer[0] != "!" and not GENERATOR.match(text)]
    wrong = []
    one = spark.range(1)
    for begin in range(0, len(plain), A_QUERY):
        chunk = plain[begin : begin + A_QUERY]
        row = one.selectExpr(*(f"{text} AS c{place}" for place, text in enumerate(chunk))).collect()[0]
        wrong += [(text, answers[text], shown(item)) for text, item in zip(chunk, row, strict=True)]
    for text in filter(GENERATOR.match, answers):
        if answers[text][0] != "!":
            rows = [tuple(row) for row in one.selectExpr(text).collect()]
            wrong.append((text, answers[text], shown(rows)))
    assert [case for case in wrong if case[1] != case[2]] == []


@pytest.mark.parametrize("theme", sorted(path.stem for path in ANSWERS.glob("*.json")))
def test_errors_are_those_of_spark(spark: SparkSession, theme: str) -> None:
    answers = json.loads((ANSWERS / f"{theme}.json").read_text("utf-8"))
    one = spark.range(1)
    wrong = []
    for text, answer in answers.items():
        if answer[0] == "!":
            _, kind, condition = answer.split()
            try:
                found = f"a value: {one.selectExpr(text).collect()}"
            except PySparkException as error:
                same = condition == "*" or str(error.getCondition()) == condition
                found = answer if same and type(error).__name__ == kind else f"{type(error).__name__}: {error}"
            if found != answer:
                wrong.append((text, answer, found))
    assert wrong == []
