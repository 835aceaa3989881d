"""A key that many records have."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import value


@value
class HotKey:
    """``records`` of an RDD have this ``key``: about ``share`` (0 to 1) of all.

    >>> HotKey("os", 50, 0.5)
    HotKey(key='os', records=50, share=0.5)
    """

    key: Any
    records: int
    share: float
