"""Sums and averages of doubles, added one after the other."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.averages import known, sums
from minispark.sql.exact.vectors import Lists, Vector, columnwise


def total(bound: Any) -> Any:
    """The sum of each list; null of no values."""

    @columnwise
    def called(items: Lists) -> Vector:
        import numpy as np

        (values,), offsets = known(items)
        return Vector(sums([values], offsets), np.diff(offsets) > 0)

    return called


def average(bound: Any) -> Any:
    """The sum over the number of values; null of none."""

    @columnwise
    def called(items: Lists) -> Vector:
        import numpy as np

        (values,), offsets = known(items)
        count = np.diff(offsets)
        return Vector(sums([values], offsets) / np.maximum(count, 1), count > 0)

    return called
