"""Expressions give the type, the value or the error that Spark 4.3 gave for them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession

NAMES = ["casts", "datetimes", "formats", "far", "legacy", "zone"]
_CONFIGURED = {
    "legacy": ("spark.sql.ansi.enabled", "false"),
    "zone": ("spark.sql.session.timeZone", "America/Los_Angeles"),
}
_SHOWN_AS_TEXT = ("timestamp", "date", "time", "interval", "double", "float", "decimal")


def recorded(name: str) -> list[tuple[str, str, Any]]:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"recorded_{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows: list[tuple[str, str, Any]] = module.ROWS
    return rows


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = (
        SparkSession.builder.master("inline")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timeType.enabled", "true")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture
def configured(spark: SparkSession, name: str) -> Iterator[SparkSession]:
    """The session with the settings that a file was recorded under."""
    key, setting = _CONFIGURED.get(name, ("spark.sql.ansi.enabled", "true"))
    before = spark.conf.get(key)
    spark.conf.set(key, setting)
    yield spark
    spark.conf.set(key, before)


def answered(spark: SparkSession, rows: list[tuple[str, str, Any]]) -> list[tuple[str, str, Any]]:
    """All values in one query."""
    frame = spark.range(1)
    kinds = [field.dataType.simpleString() for field in frame.selectExpr(*(text for text, _, _ in rows)).schema]
    shown = [
        f"cast(({text}) as string)" if kind.startswith(_SHOWN_AS_TEXT) else text
        for (text, _, _), kind in zip(rows, kinds, strict=True)
    ]
    values = frame.selectExpr(*shown).collect()[0]
    return [(text, kind, plain(item)) for (text, _, _), kind, item in zip(rows, kinds, values, strict=True)]


def plain(item: Any) -> Any:
    if isinstance(item, (bytes, bytearray)):
        return "0x" + item.hex()
    return item if isinstance(item, (str, int, bool, float, type(None))) else repr(item)


def refusal(spark: SparkSession, text: str) -> str:
    try:
        return f"gave {spark.range(1).selectExpr(text).collect()}"
    except PySparkException as error:
        return f"{type(error).__name__} {error.getCondition()}"


@pytest.mark.parametrize("name", NAMES)
def test_values_are_those_of_spark(configured: SparkSession, name: str) -> None:
    rows = [row for row in recorded(name) if row[1] != "error"]
    assert answered(configured, rows) == rows


@pytest.mark.parametrize("name", NAMES)
def test_errors_are_those_of_spark(configured: SparkSession, name: str) -> None:
    rows = [row for row in recorded(name) if row[1] == "error"]
    assert [(text, "error", refusal(configured, text)) for text, _, _ in rows] == rows
