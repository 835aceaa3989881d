"""Sums and averages from the beginning of a partition on, piece by piece: a partition need not be held as a whole."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.framesums import running
from minispark.sql.exact.vectors import Vector

Array = Any  # numpy's


class RunningSum:
    """The sum up to each row, or over the number of values. Remembers what the last piece ended with."""

    def __init__(self, divides: bool) -> None:
        self._divides = divides
        self._sum, self._count = 0.0, 0

    def take(self, values: Vector, offsets: Array, until: Array, continues: bool) -> Vector:
        """What comes out for a piece's rows, whose frames end before ``until``. ``offsets`` are where partitions begin
        in it, with its end; the first ``continues`` that of the piece before."""
        import numpy as np

        items = values.values if values.valid is None else np.where(values.valid, values.values, 0.0)
        items = items + 0.0  # a sum begins with 0.0: -0.0 is none
        if continues:
            items[0] += self._sum
        with np.errstate(all="ignore"):
            sums = running(items, offsets)
        known = np.ones(len(items), np.int64) if values.valid is None else values.valid.astype(np.int64)
        if continues:
            known[0] += self._count
        total = np.cumsum(known)
        counts = total - np.repeat((total - known)[offsets[:-1]], np.diff(offsets))
        self._sum, self._count = float(sums[-1]), int(counts[-1])
        found, some = sums[until - 1], counts[until - 1]
        if self._divides:
            with np.errstate(all="ignore"):
                found = found / some
        return Vector(found, some > 0)
