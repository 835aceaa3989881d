"""Aggregates of the frames of a window: each row's over the stretch of its partition's rows that its frame holds.

The lists of all frames would be the square of a partition, so a few frames at a time are given to the aggregate for
lists; variances of frames that all begin with a partition are read off the sums on the way, and sums have ways of
their own (``framesums.py``).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.exact.averages import known, places, running_averages, running_sums
from minispark.sql.exact.framesums import frame_sums
from minispark.sql.exact.growing import growing_percentiles
from minispark.sql.exact.vectors import Lists, Vector, columnwise

Array = Any  # numpy's
_Rows = tuple[int | None, int | None]
VALUES_MAX = 1 << 21
"""How many values the frames hold that are computed at once, but for one frame of more."""
_DEGREES = {"var_pop": 0.0, "stddev_pop": 0.0, "var_samp": 1.0, "stddev_samp": 1.0}


def frames(bound: Any) -> Callable[..., Lists]:
    """Of partitions' lists: of values, and of the first and the last place (from 1) of each row's frame, null where it
    is empty."""
    found = aggregate(bound)

    @columnwise
    def called(*lists: Lists) -> Lists:
        *items, firsts, lasts = lists
        return Lists(firsts.offsets, found(items, *_places(firsts, lasts)))

    return called


def aggregate(bound: Any) -> Callable[..., Any]:
    """``extra`` is the aggregate's path, whether it is a factory, and what that is told as its ``extra``.

    The function takes the partitions' lists, the places of frames among their items (from, and to before), and how far
    a frame's first and last row are from its own (None where that is not the same for all); it gives a value a row.
    """
    path, prepares, extra = bound.extra
    if path in ("summing:total", "summing:average"):
        return _summing(path.endswith("average"))
    module, _, name = path.partition(":")
    found = getattr(importlib.import_module(f"minispark.sql.exact.{module}"), name)
    types = tuple(t.ArrayType(kind) for kind in bound.types)
    inner = found(replace(bound, types=types, result=bound.result.elementType, extra=extra)) if prepares else found

    def called(items: list[Lists], begins: Array, ends: Array, rows: _Rows = (None, None)) -> Any:
        columns, offsets = known(*items)
        begins, ends = _bounds(items, begins, ends)
        sizes = items[0].offsets
        if name in _DEGREES and _grows(begins, offsets, sizes):
            return _growing(name, columns[0], offsets, sizes, begins, ends)
        if name == "percentile_approx" and _grows(begins, offsets, sizes) and len(begins):
            return growing_percentiles(bound, columns[0], offsets, sizes, ends)
        runs, begins, ends = _runs(begins, ends)
        return _taken(_joined([inner(*part) for part in _parts(columns, begins, ends)]), runs)

    return called


def _summing(divides: bool) -> Callable[..., Vector]:
    def called(items: list[Lists], begins: Array, ends: Array, rows: _Rows = (None, None)) -> Vector:
        import numpy as np

        (one,) = items
        values, valid = one.items.values, one.items.valid
        counts = ends - begins
        if valid is not None:
            values = np.where(valid, values, 0.0)
            before = np.concatenate(([0], np.cumsum(valid)))
            counts = before[ends] - before[begins]
        found = frame_sums(values + 0.0, one.offsets, begins, ends, rows)
        if divides:
            with np.errstate(all="ignore"):
                found = found / counts
        return Vector(found, counts > 0)

    return called


def _places(firsts: Lists, lasts: Lists) -> tuple[Array, Array]:
    """Where each row's frame begins and ends among all rows; twice the same for an empty one."""
    import numpy as np

    starts = np.repeat(firsts.offsets[:-1], np.diff(firsts.offsets))
    first, last = starts + firsts.items.values - 1, starts + lasts.items.values
    if firsts.items.valid is not None:
        first, last = (np.where(firsts.items.valid, place, starts) for place in (first, last))
    return first, last


def _bounds(items: list[Lists], first: Array, last: Array) -> tuple[Array, Array]:
    """The same among the values that are known."""
    import numpy as np

    masks = [one.items.valid for one in items if one.items.valid is not None]
    if not masks:
        return first, last
    before = np.concatenate(([0], np.cumsum(np.logical_and.reduce(masks))))
    return before[first], before[last]


def _grows(begins: Array, offsets: Array, rows: Array) -> bool:
    """Whether each frame begins where its partition does."""
    import numpy as np

    return bool((begins == np.repeat(offsets[:-1], np.diff(rows))).all())


def _growing(name: str, values: Array, offsets: Array, rows: Array, begins: Array, ends: Array) -> Vector:
    import numpy as np

    degrees = _DEGREES[name]
    with np.errstate(all="ignore"):
        before, _ = running_averages(values, offsets)
        delta = values - before
        squares = running_sums([delta * (delta - delta / places(offsets))], offsets)
        count = (ends - begins).astype(np.float64)
        found = np.zeros(len(ends))
        some = count > 0
        found[some] = squares[ends[some] - 1] + 0.0
        found = found / (count - degrees)
        if name.startswith("stddev"):
            found = np.sqrt(found)
    return Vector(found, count > degrees)


def _runs(begins: Array, ends: Array) -> tuple[Array, Array, Array]:
    """Frames of which none is that before it, and for each row the number of its frame among them."""
    import numpy as np

    new = np.ones(len(begins), bool)
    new[1:] = (begins[1:] != begins[:-1]) | (ends[1:] != ends[:-1])
    return np.cumsum(new) - 1, begins[new], ends[new]


def _taken(found: Any, at: Array) -> Any:
    """What was found at these places."""
    import numpy as np

    valid = None if found.valid is None else found.valid[at]
    if isinstance(found, Vector):
        return Vector(found.values[at], valid)
    sizes = np.diff(found.offsets)[at]
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    index = np.arange(offsets[-1]) + np.repeat(found.offsets[:-1][at] - offsets[:-1], sizes)
    return Lists(offsets, _taken(found.items, index), valid)


def _parts(columns: list[Array], begins: Array, ends: Array) -> Any:
    """The frames' lists, a few at a time."""
    import numpy as np

    sizes = ends - begins
    total = np.concatenate(([0], np.cumsum(sizes)))
    at = 0
    while at < len(sizes) or at == 0:
        end = max(at + 1, int(np.searchsorted(total, total[at] + VALUES_MAX, "right")) - 1)
        end = min(end, len(sizes))
        offsets = total[at : end + 1] - total[at]
        index = np.arange(offsets[-1]) + np.repeat(begins[at:end] - offsets[:-1], sizes[at:end])
        yield [Lists(offsets, Vector(column[index])) for column in columns]
        at = max(end, 1)


def _joined(parts: list[Any]) -> Any:
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    valid = None
    if any(part.valid is not None for part in parts):
        valid = np.concatenate([_validity(part) for part in parts])
    if isinstance(parts[0], Vector):
        return Vector(np.concatenate([part.values for part in parts]), valid)
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return Lists(np.concatenate(([0], np.cumsum(lengths))), _joined([part.items for part in parts]), valid)


def _validity(part: Any) -> Array:
    import numpy as np

    size = len(part.values) if isinstance(part, Vector) else len(part.offsets) - 1
    return np.ones(size, bool) if part.valid is None else part.valid
