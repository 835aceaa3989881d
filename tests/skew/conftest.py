"""Contexts for the tests of the remedies: each runs inline and on two workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark import SparkConf, SparkContext


@pytest.fixture(scope="module", params=["inline", "local[2]"])
def sc(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster(request.param).setAppName("skew").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as context:
        yield context
