"""One session for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark import SparkConf, SparkContext
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    conf = SparkConf().setMaster("inline").setAppName("files").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as context:
        session = SparkSession(context)
        session.conf.set("spark.sql.session.timeZone", "UTC")
        yield session
        session.stop()
