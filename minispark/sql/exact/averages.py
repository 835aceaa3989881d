"""Running averages of many groups at once, with the very roundings of a loop that takes one value after the other.

Spark keeps an average as ``average += (value - average) / n``: each step needs the last, so that no array operation
gives them all. Two ways around that, both exact. Many groups go in step, the k-th value of all of them together. One
long group is solved in blocks: from averages that are nearly right follow increments that are nearly all right, and
their sums in sequence, which numpy's ``add.accumulate`` gives, are better averages; averages that give themselves are
those of the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql.exact.vectors import Lists

Array = Any  # numpy's
TOGETHER_LEAST = 40
"""Fewer groups are not worth an array operation a step."""
HEAD, BLOCK_MAX, ROUNDS_MAX = 64, 4096, 40


def known(*lists: Lists) -> tuple[list[Array], Array]:
    """Of several columns of arrays, the doubles at places where none is null; where each group's begin and end."""
    import numpy as np

    columns = [one.items.values for one in lists]
    offsets = lists[0].offsets
    masks = [one.items.valid for one in lists if one.items.valid is not None]
    if not masks:
        return columns, offsets
    kept = np.logical_and.reduce(masks)
    before = np.concatenate(([0], np.cumsum(kept)))
    return [column[kept] for column in columns], before[offsets]


def groups_of(offsets: Array) -> Array:
    """The number of each value's group."""
    import numpy as np

    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def places(offsets: Array) -> Array:
    """Each value's place in its group from 1.0 on."""
    import numpy as np

    return (np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets)) + 1).astype(np.float64)


def sums(values: Sequence[Array], offsets: Array) -> Array:
    """Each group's sum in sequence; of several columns the first's value, the second's, ... then the next row's."""
    import numpy as np

    weights = values[0] if len(values) == 1 else np.stack(values, axis=1).ravel()
    return np.bincount(np.repeat(groups_of(offsets), len(values)), weights, len(offsets) - 1)


def running_sums(values: Sequence[Array], offsets: Array) -> Array:
    """The same after each row."""
    import numpy as np

    weights = values[0].copy() if len(values) == 1 else np.stack(values, axis=1).ravel()
    for first, end in zip((offsets[:-1] * len(values)).tolist(), (offsets[1:] * len(values)).tolist(), strict=True):
        if end > first:
            np.add.accumulate(weights[first:end], out=weights[first:end])
    return weights[len(values) - 1 :: len(values)]


def running_averages(values: Array, offsets: Array) -> tuple[Array, Array]:
    """The average before each value, and each group's after all (0.0 for none)."""
    import numpy as np

    lengths = np.diff(offsets)
    order = np.argsort(-lengths, kind="stable")
    starts, averages = offsets[:-1][order], np.zeros(len(lengths))
    before = np.empty(len(values))
    step, active = 0, np.searchsorted(-lengths[order], 0)
    while active >= TOGETHER_LEAST:
        at, some = starts[:active] + step, averages[:active]
        before[at] = some
        step += 1
        averages[:active] = some + (values[at] - some) / step
        active = np.searchsorted(-lengths[order], -step)
    for group in range(active):
        first, end = int(starts[group]), int(starts[group] + lengths[order[group]])
        averages[group] = _stretch(values[first:end], before[first:end], float(averages[group]), step)
    found = np.empty(len(lengths))
    found[order] = averages
    return before, found


def _stretch(values: Array, before: Array, average: float, taken: int) -> float:
    """Fill in the averages before each of one group's values, ``taken`` of which are; the last one."""
    head = max(taken, min(HEAD, len(values)))
    average = _one_by_one(values[taken:head], before[taken:head], average, taken)
    while head < len(values):
        size = min(max(head // 8, 32), BLOCK_MAX, len(values) - head)
        average = _block(values[head : head + size], before[head : head + size], average, head)
        head += size
    return average


def _one_by_one(values: Array, before: Array, average: float, taken: int) -> float:
    found = []
    for place, item in enumerate(values.tolist(), taken + 1):
        found.append(average)
        average += (item - average) / place
    before[:] = found
    return average


def _block(values: Array, before: Array, average: float, taken: int) -> float:
    import numpy as np

    places = np.arange(taken + 1.0, taken + len(values) + 1.0)
    steps = np.empty(len(values) + 1)
    steps[0] = average
    guess = average + (np.add.accumulate(values - average) / places)
    given = np.concatenate(([average], guess[:-1])) if np.isfinite(guess).all() else np.full(len(values), average)
    for _ in range(ROUNDS_MAX):
        np.divide(values - given, places, out=steps[1:])
        better = np.add.accumulate(steps)
        if (better[:-1] == given).all():
            before[:] = given
            return float(better[-1])
        given = better[:-1]
    return _one_by_one(values, before, average, taken)
