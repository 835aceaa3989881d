"""``percentile_approx``: the quantile summaries of Greenwald and Khanna (2001) as Spark keeps them over one partition.

Values come in batches of 50,000 that are sorted and merged into samples, each standing for the ``gap`` values since
the one before with ``spread`` more uncertain; then neighbours are joined where the error asked for allows it. Below
``accuracy / 2`` values nothing is joined, and the answers are those of the sorted values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import value
from minispark.sql.exact.averages import groups_of, known
from minispark.sql.exact.vectors import Lists, Vector, columnwise

Array = Any  # numpy's
BATCH, SAMPLES_MAX = 50_000, 10_000


@value(eq=False)
class Summary:
    """Samples in order: values, gaps, spreads; of how many values."""

    values: Array
    gaps: Array
    spreads: Array
    count: int = 0


def percentile_approx(bound: Any) -> Callable[..., Any]:
    """Of groups' values (doubles): the percentiles that ``extra`` names, with its accuracy behind them."""
    *parts, accuracy = bound.extra
    several = bound.result.simpleString().startswith("array")
    error = 1.0 / accuracy

    @columnwise
    def called(groups: Lists) -> Vector | Lists:
        import numpy as np

        (items,), offsets = known(groups)
        lengths = np.diff(offsets)
        items = items[np.lexsort((items, groups_of(offsets)))] if (2.0 * error * lengths < 1.0).any() else items
        counts = np.maximum(lengths, 1)
        ranks = np.maximum(np.ceil(np.outer(counts, parts)), 1).astype(np.int64)
        found = np.append(items, 0.0)[offsets[:-1, None] + np.where(lengths > 0, ranks.T - 1, 0).T]
        original = known(groups)[0][0]
        for group in np.flatnonzero(2.0 * error * lengths >= 1.0):
            summary = _summary(original[offsets[group] : offsets[group + 1]], error)
            found[group] = [query(summary, part, error) for part in parts]
        filled = lengths > 0
        if not several:
            return Vector(found[:, 0], filled)
        return Lists(np.arange(len(filled) + 1) * len(parts), Vector(found.ravel()), filled)

    return called


def _summary(values: Array, error: float) -> Summary:
    import numpy as np

    empty = np.zeros(0, np.int64)
    summary = Summary(np.zeros(0), empty, empty)
    for first in range(0, len(values), BATCH):
        batch = values[first : first + BATCH]
        summary = taken(summary, batch, error)
        if len(batch) == BATCH and len(summary.values) >= SAMPLES_MAX:
            summary = joined(summary, error)
    return joined(summary, error)


def taken(summary: Summary, batch: Array, error: float) -> Summary:
    """With a batch of values among its samples."""
    import numpy as np

    ordered = np.sort(batch)
    odd = np.isnan(ordered[-1]) or np.isnan(summary.values).any()
    before = _passed(summary.values, ordered) if odd else np.searchsorted(summary.values, ordered, "right")
    places = before + np.arange(len(ordered))
    spreads = np.floor(2 * error * (summary.count + np.arange(1, len(ordered) + 1))).astype(np.int64)
    if places[0] == 0:
        spreads[0] = 0
    if before[-1] == len(summary.values):
        spreads[-1] = 0
    kept = np.ones(len(ordered) + len(summary.values), bool)
    kept[places] = False
    columns: list[Array] = []
    for old, new in (
        (summary.values, ordered),
        (summary.gaps, np.ones(len(ordered), np.int64)),
        (summary.spreads, spreads),
    ):
        column = np.empty(len(kept), new.dtype)
        column[places], column[kept] = new, old
        columns.append(column)
    return Summary(columns[0], columns[1], columns[2], summary.count + len(ordered))


def _passed(samples: Array, ordered: Array) -> Array:
    """How many samples each value comes behind, as Spark's loop finds it, in which NaN is not above anything."""
    import numpy as np

    known, at, found = samples.tolist(), 0, []
    for item in ordered.tolist():
        while at < len(known) and known[at] <= item:
            at += 1
        found.append(at)
    return np.array(found)


def joined(summary: Summary, error: float) -> Summary:
    """From the end on, a sample takes in those before it as long as it may."""
    import numpy as np

    limit = 2 * error * summary.count
    gaps, spreads = summary.gaps.tolist(), summary.spreads.tolist()
    at = len(gaps) - 1
    gap, places, sizes = gaps[at], [], []
    room = limit - spreads[at]
    for place in range(at - 1, 0, -1):
        if gaps[place] + gap < room:
            gap += gaps[place]
            continue
        places.append(at)
        sizes.append(gap)
        at, gap, room = place, gaps[place], limit - spreads[place]
    places.append(at)
    sizes.append(gap)
    if len(gaps) > 1 and summary.values[0] <= summary.values[at]:
        places.append(0)
        sizes.append(gaps[0])
    chosen = np.array(places[::-1])
    return Summary(summary.values[chosen], np.array(sizes[::-1]), summary.spreads[chosen], summary.count)


def query(summary: Summary, part: float, error: float) -> float:
    """The value that a part of all are not above, nearly."""
    import numpy as np

    if part <= error or len(summary.values) == 1:
        return float(summary.values[0])
    if part >= 1 - error:
        return float(summary.values[-1])
    rank = math.ceil(part * summary.count)
    allowed = int((summary.spreads + summary.gaps).max()) // 2
    least = np.cumsum(summary.gaps)
    fits = (least + summary.spreads - allowed <= rank) & (rank <= least + allowed)
    at = int(np.argmax(fits[:-1])) if fits[:-1].any() else len(fits) - 1
    return float(summary.values[at])
