"""explain prints plans in Spark's layout, with our operators, without running anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark.errors import IllegalArgumentException, PySparkTypeError, PySparkValueError
from minispark.rdd.context import SparkContext
from minispark.sql import DataFrame, SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def df() -> Iterator[DataFrame]:
    with SparkContext("local[1]", "explain") as sc:
        yield SparkSession(sc).createDataFrame([(1, "x"), (2, "y")], "id int, v string")


def printed(capsys: pytest.CaptureFixture[str], df: DataFrame, *args: object, **named: object) -> str:
    capsys.readouterr()
    df.explain(*args, **named)
    return re.sub(r"#\d+", "#", capsys.readouterr().out)


def test_a_chain(df: DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, df.filter("id > 1").select("v"), True)
    logical = "Project [v#]\n+- Filter (id# > 1)\n   +- LogicalRDD [id#, v#]\n"
    assert text == (
        f"== Parsed Logical Plan ==\n{logical}\n== Analyzed Logical Plan ==\nv: string\n{logical}\n"
        f"== Optimized Logical Plan ==\n{logical}\n== Physical Plan ==\n*(1) Project [v#]\n"
        "+- *(1) Filter (id# > 1)\n   +- *(1) Scan ExistingRDD[id#,v#]\n\n"
    )


def test_a_join(df: DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    small = df.withColumnRenamed("v", "w").hint("broadcast")
    text = printed(capsys, df.join(small, "id").groupBy("v").agg(F.sum("id").alias("s")).orderBy(F.desc("s")).limit(3))
    lines = [line.strip(" :+-").partition(" ")[0].partition("(")[0] for line in text.splitlines() if line]
    operators = [name for name in lines if name != "Project"]
    assert operators == ["==", "FusedQuery", "Limit", "Sort", "HashAggregate", "BroadcastHashJoin", "Scan", "Scan"]
    assert "BroadcastHashJoin [id#], [id#], Inner, BuildRight" in text
    assert "HashAggregate(keys=[v#], functions=[sum(id#)])" in text


def test_other_modes(df: DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    formatted = printed(capsys, df.filter("id > 1"), "formatted")
    assert "* Filter (2)\n+- * Scan ExistingRDD (1)\n" in formatted
    assert "(2) Filter [codegen id : 1]\nInput [2]: [id#, v#]\nCondition : (id# > 1)\n" in formatted
    assert "===== Fused Query =====\n\nSELECT " in formatted
    ten = df.sparkSession.range(10)
    assert "Range (0, 10, step=1, splits=None), Statistics(sizeInBytes=80.0 B, rowCount=10)" in printed(
        capsys, ten, mode="cost"
    )
    assert "Generated code:\nSELECT " in printed(capsys, ten, mode="codegen")
    assert "InMemoryTableScan [id#L]\n   +- InMemoryRelation [id#L]" in printed(capsys, ten.cache())


def test_wrong_arguments(df: DataFrame) -> None:
    for error, args in (
        (PySparkValueError, (True, "simple")),
        (PySparkTypeError, (5, None)),
        (IllegalArgumentException, ("all", None)),
    ):
        with pytest.raises(error):
            df.explain(*args)


def test_files_say_their_format_and_where_they_are(
    df: DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("id,v\n1,a\n")
    files = df.sparkSession.read.csv(f"{tmp_path}/a.csv", header=True, schema="id int, v string")
    place = f"InMemoryFileIndex(1 paths)[file:{tmp_path}/a.csv]"
    text = printed(capsys, files, True)
    assert "\nRelation [id#,v#] csv\n" in text
    assert f"FileScan csv [id#,v#] Format: CSV, Location: {place}\n" in text
    assert f"FileScan csv [codegen id : 1]\nOutput [2]: [id#, v#]\nLocation: {place}\n" in printed(
        capsys, files, "formatted"
    )
