"""Wrong programs, and what PySpark 4.3 tells of each: class, condition, SQLSTATE, parameters and places.

``details.json`` holds its answers. A place in a text is the type and name of the object that the text is of, first and
last character and the part; one in a program is the name of the method that was called, for PySpark knows the line of a
few only (tests/sql/commands/test_places.py looks at ours).
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.errors import PySparkException, QueryContext, QueryContextType
from minispark.sql import SparkSession, Window, types
from minispark.sql import functions as F

PROGRAMS: list[list[Any]] = json.loads((pathlib.Path(__file__).parent / "details.json").read_text())
TABLE = """
    create or replace temp view t as select 1 a, 'x' b, 1.5d c, array(1, 2) d, map('k', 1) m,
    named_struct('x', 1, 'y', 'z') s, date'2020-01-01' dt, timestamp'2020-01-01 10:00:00' ts, X'01' bin, 12345.67bd dec
"""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    conf = SparkConf().setMaster("inline").setAppName("errors").set("spark.ui.showConsoleProgress", "false")
    with SparkSession(SparkContext(conf=conf.set("spark.sql.session.timeZone", "UTC"))) as session:
        session.sql(TABLE)
        session.sql("create or replace temp view u as select 1 a, 'z' z")
        session.sql("create or replace temp view v1 as select a, a as x from t")
        session.sql("create or replace temp view v2 as select cast(b as int) bb, a from t")
        yield session


@pytest.mark.parametrize("part", range(4))
def test_details(spark: SparkSession, part: int) -> None:
    """A quarter of the programs each: all that differ are named at once."""
    names = {"spark": spark, "F": F, "W": Window, "T": types, "t": spark.table("t"), "u": spark.table("u")}
    different = []
    for kind, text, *wanted in PROGRAMS[part::4]:
        got = told(spark, kind, text, names)
        if got != wanted:
            different.append(f"{text}\n  PySpark: {wanted}\n  here:    {got}")
    assert not different, "\n".join(different)


def told(spark: SparkSession, kind: str, text: str, names: dict[str, Any]) -> list[Any]:
    try:
        if kind == "sql":
            spark.sql(text).collect()
        else:
            eval(text, names)
    except PySparkException as error:
        places = [place(one) for one in error.getQueryContext()]
        parameters = error.getMessageParameters() or {}
        return [type(error).__name__, error.getCondition(), error.getSqlState(), parameters, places]
    return ["no error"]


def place(one: QueryContext) -> list[Any]:
    if one.contextType() is QueryContextType.DataFrame:
        return ["call", one.fragment()]
    return [one.objectType(), one.objectName(), one.startIndex(), one.stopIndex(), one.fragment()]
