"""One session for all queries of these tests: they change nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark import SparkConf, SparkContext
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    conf = SparkConf().setMaster("inline").setAppName("sql").set("spark.ui.showConsoleProgress", "false")
    conf = conf.set("spark.sql.session.timeZone", "UTC")
    with SparkSession(SparkContext(conf=conf)) as session:
        yield session
