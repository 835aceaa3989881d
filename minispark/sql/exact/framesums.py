"""Sums of the frames of a window: each from its first row on, one value after the other, as Spark adds them.

A frame that begins with its partition adds to the sum before it. Any other is summed anew, so that its cost is its
length: all frames take their k-th value together, in blocks that stay in the processor's cache. Nothing is subtracted,
and no order of addition changed: the last digit is that of a loop.

Values that do not count are 0.0, and so is -0.0: a sum begins with 0.0, which neither changes.
"""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.averages import groups_of

Array = Any  # numpy's
BLOCK = 1 << 13
TOGETHER_LEAST = 200
"""Fewer partitions are not worth an array operation a step."""


def frame_sums(values: Array, offsets: Array, begins: Array, ends: Array, rows: tuple[int | None, int | None]) -> Array:
    """The sum of each row's frame, from its place ``begins`` to before ``ends``.

    ``offsets`` are where partitions begin, with the end of the last. ``rows`` says how far a frame's first and last
    row are from its own, where that is the same for all; None where it is not, and for a partition's end.
    """
    import numpy as np

    lengths = np.diff(offsets)
    some = begins < ends
    found = np.zeros(len(begins))
    with np.errstate(all="ignore"):
        if (begins == np.repeat(offsets[:-1], lengths)).all():
            if (ends == np.repeat(offsets[1:], lengths)).all():
                return np.repeat(np.bincount(groups_of(offsets), values, len(lengths)), lengths)
            found[some] = running(values, offsets)[ends[some] - 1]
        elif rows[0] is not None and rows[1] is not None:
            return _sliding(values, offsets, rows[0], rows[1])
        elif (ends == np.repeat(offsets[1:], lengths)).all():
            found[some] = _sliding(values, offsets, 0, len(values))[begins[some]]
        else:
            _anew(values, begins, ends, found)
    return found


def running(values: Array, offsets: Array) -> Array:
    """The sum after each row of its partition."""
    import numpy as np

    found = values.copy()
    lengths = np.diff(offsets)
    order = np.argsort(-lengths, kind="stable")
    starts, falling = offsets[:-1][order], -lengths[order]
    step, active = 0, int(np.searchsorted(falling, 0))
    while active >= TOGETHER_LEAST:
        step += 1
        active = int(np.searchsorted(falling, -step))
        at = starts[:active] + step
        found[at] += found[at - 1]
    for group in range(active):
        first, end = int(starts[group]) + step, int(starts[group] - falling[group])
        np.add.accumulate(found[first:end], out=found[first:end])
    return found


def _sliding(values: Array, offsets: Array, low: int, high: int) -> Array:
    """Sums of the rows from ``low`` to ``high`` around each one. Partitions of about one length go together."""
    import numpy as np

    found = np.zeros(len(values))
    lengths = np.diff(offsets)
    classes = np.frexp(lengths)[1]
    for one in np.unique(classes[lengths > 0]):
        groups = np.flatnonzero(classes == one)
        most = int(lengths[groups].max()) - 1
        first, last = max(low, -most), min(high, most)
        if first > last:
            continue
        sizes, before, behind = lengths[groups], max(-first, 0), max(last, 0)
        inner = np.cumsum(sizes + before + behind) - behind - sizes
        places = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rows = places + np.repeat(offsets[:-1][groups], sizes)
        at = places + np.repeat(inner, sizes)
        padded = np.zeros(int(inner[-1] + sizes[-1]) + behind)
        padded[at] = values[rows]
        found[rows] = _added(padded, before, len(padded) - behind, first, last)[at]
    return found


def _added(padded: Array, start: int, end: int, first: int, last: int) -> Array:
    import numpy as np

    found = np.zeros(len(padded))
    for at in range(start, end, BLOCK):
        until = min(at + BLOCK, end)
        block = found[at:until]
        for step in range(first, last + 1):
            np.add(block, padded[at + step : until + step], out=block)
    return found


def _anew(values: Array, begins: Array, ends: Array, found: Array) -> None:
    """Fill in sums of frames of any bounds; one like the frame before it is not summed again."""
    import numpy as np

    new = np.ones(len(begins), bool)
    new[1:] = (begins[1:] != begins[:-1]) | (ends[1:] != ends[:-1])
    firsts, widths = begins[new], np.maximum(ends[new] - begins[new], 0)
    order = np.argsort(-widths, kind="stable")
    sums = np.zeros(len(order))
    for at in range(0, len(order), BLOCK):
        some = order[at : at + BLOCK]
        places, falling, block = firsts[some], -widths[some], np.zeros(len(some))
        for step in range(int(-falling[0])):
            active = int(np.searchsorted(falling, -step))
            block[:active] += values[places[:active] + step]
        sums[some] = block
    found[:] = sums[np.cumsum(new) - 1]
