"""pytest's view of the kit: the fixture ``chaos``, there as soon as minispark is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from minispark.testing.chaos import Chaos


@pytest.fixture
def chaos() -> Chaos:
    """``chaos(pipeline)`` fails unless ``pipeline(sc)`` has the same answer under faults; docs/TESTING.md has more."""
    from minispark.testing.chaos import Chaos  # here, so that pytest starts as fast as without it

    return Chaos()
