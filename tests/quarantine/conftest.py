"""Contexts for the tests of quarantines: each test runs inline and on two workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext
from minispark.testing.marks import Marks


@pytest.fixture(scope="module", params=["inline", "local[2]"])
def sc(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster(request.param).setAppName("quarantine").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as context:
        yield context


@pytest.fixture
def marks(tmp_path: Path) -> Marks:
    return Marks(tmp_path / "marks")
