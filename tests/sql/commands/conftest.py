"""A session with a warehouse of its own for each test."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from minispark import SparkConf, SparkContext
from minispark.sql import SparkSession


@pytest.fixture
def spark(tmp_path: pathlib.Path) -> Iterator[SparkSession]:
    conf = SparkConf().setMaster("inline").setAppName("sql").set("spark.ui.showConsoleProgress", "false")
    conf = conf.set("spark.sql.warehouse.dir", str(tmp_path / "warehouse")).set("spark.sql.session.timeZone", "UTC")
    with SparkSession(SparkContext(conf=conf)) as session:
        yield session
