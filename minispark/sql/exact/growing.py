"""``percentile_approx`` over frames that all begin with their partition: one summary, asked after each row.

Spark asks a summary by joining its samples first, so that what it answers depends on when it was asked before. As
long as nothing may be joined, it has all values in order.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from typing import Any

from minispark.sql.exact.summaries import Summary, joined, query, taken
from minispark.sql.exact.vectors import Lists, Vector

Array = Any  # numpy's


def growing_percentiles(bound: Any, values: Array, offsets: Array, rows: Array, ends: Array) -> Vector | Lists:
    """For each row of partitions (which begin at ``rows``) the percentiles of its frame, which ends at ``ends`` among
    the known values (where partitions begin at ``offsets``)."""
    import numpy as np

    *parts, accuracy = bound.extra[2]
    found: list[Sequence[float]] = []
    for place, first in enumerate(offsets[:-1].tolist()):
        until = ends[rows[place] : rows[place + 1]].tolist()
        found += _of_partition(
            parts, 1.0 / accuracy, values[first : offsets[place + 1]], [one - first for one in until]
        )
    begins = np.repeat(offsets[:-1], np.diff(rows))
    filled = ends > begins
    items = np.array(found, np.float64).reshape(len(found), len(parts))
    if not bound.result.elementType.simpleString().startswith("array"):
        return Vector(items[:, 0], filled)
    return Lists(np.arange(len(found) + 1) * len(parts), Vector(items.ravel()), filled)


def _of_partition(parts: Sequence[float], error: float, values: Array, ends: list[int]) -> list[Sequence[float]]:
    import numpy as np

    found: list[Sequence[float]] = []
    ordered: list[float] = []
    empty = np.zeros(0, np.int64)
    summary = Summary(np.zeros(0), empty, empty) if np.isnan(values).any() else None
    last, answer = 0, [0.0] * len(parts)
    items = values.tolist()
    for end in ends:
        if end > last and summary is None and 2.0 * error * end < 1.0:
            for item in items[last:end]:
                bisect.insort(ordered, item)
            answer = [ordered[max(math.ceil(end * part), 1) - 1] for part in parts]
        elif end > last:
            if summary is None:
                ones, zeros = np.ones(last, np.int64), np.zeros(last, np.int64)
                summary = Summary(np.array(ordered, np.float64), ones, zeros, last)
            summary = joined(taken(summary, values[last:end], error), error)
            answer = [query(summary, part, error) for part in parts]
        last = end
        found.append(answer)
    return found
