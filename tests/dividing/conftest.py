"""Contexts in which every partition with five times the median is divided, inline and on two workers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks

sys.path.insert(0, str(Path(__file__).parent))  # for the kit; workers find it on the driver's path


@pytest.fixture(scope="module", params=["inline", "local[2]"])
def sc(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    from dividing_kit import context

    with context(request.param) as made:
        yield made


@pytest.fixture
def marks(tmp_path: Path) -> Marks:
    return Marks(tmp_path / "marks")
