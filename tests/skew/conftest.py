"""Contexts for the tests of the remedies: each runs inline and on two workers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext

sys.path.insert(0, str(Path(__file__).parent))  # for the model; workers find it on the driver's path


@pytest.fixture(scope="module", params=["inline", "local[2]"])
def sc(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster(request.param).setAppName("skew").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as context:
        yield context
