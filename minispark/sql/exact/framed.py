"""Aggregates of the frames of a window: each row's over the stretch of its partition's rows that its frame holds.

Columns are the partitions' lists: of values, and of the first and the last place (from 1) of each row's frame, null
where it is empty. The lists of all frames would be the square of a partition, so a few frames at a time are given to
the aggregate for lists; variances of frames that all begin with a partition are read off the sums on the way.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.exact.averages import known, places, running_averages, running_sums
from minispark.sql.exact.vectors import Lists, Vector, columnwise

Array = Any  # numpy's
VALUES_MAX = 1 << 21
"""How many values the frames hold that are computed at once, but for one frame of more."""
_DEGREES = {"var_pop": 0.0, "stddev_pop": 0.0, "var_samp": 1.0, "stddev_samp": 1.0}


def frames(bound: Any) -> Callable[..., Lists]:
    """``extra`` is the aggregate's path, whether it is a factory, and what that is told as its ``extra``."""
    path, prepares, extra = bound.extra
    module, _, name = path.partition(":")
    found = getattr(importlib.import_module(f"minispark.sql.exact.{module}"), name)
    types = tuple(t.ArrayType(kind) for kind in bound.types)
    inner = found(replace(bound, types=types, result=bound.result.elementType, extra=extra)) if prepares else found

    @columnwise
    def called(*lists: Lists) -> Lists:
        *items, firsts, lasts = lists
        columns, offsets = known(*items)
        begins, ends = _bounds(items, firsts, lasts)
        if name in _DEGREES and _grows(begins, offsets, firsts.offsets):
            return Lists(firsts.offsets, _growing(name, columns[0], offsets, firsts.offsets, begins, ends))
        runs, begins, ends = _runs(begins, ends)
        found = _joined([inner(*part) for part in _parts(columns, begins, ends)])
        return Lists(firsts.offsets, _taken(found, runs))

    return called


def _bounds(items: list[Lists], firsts: Lists, lasts: Lists) -> tuple[Array, Array]:
    """Where each row's frame begins and ends among the values that are known; twice the same for an empty one."""
    import numpy as np

    starts = np.repeat(firsts.offsets[:-1], np.diff(firsts.offsets))
    first, last = starts + firsts.items.values - 1, starts + lasts.items.values
    if firsts.items.valid is not None:
        first, last = (np.where(firsts.items.valid, place, starts) for place in (first, last))
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
        found[some] = squares[ends[some] - 1]
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
