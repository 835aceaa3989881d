"""Has a value changed since it was looked at? By its pickle, and where that differs by what is in it.

A pickle may differ although nothing has changed (the order of a set, an object seen twice or once), so a difference
counts only if a copy made before no longer equals the value.
"""

from __future__ import annotations

import pickle
from typing import Any

from minispark.engine.core.parts import Buffer
from minispark.engine.serde.pickling import dumps

_ATOMS = {int, float, bool, complex, str, bytes, type(None)}


Snapshot = tuple[bytes, tuple[Buffer, ...]]
"""A pickle, and the large buffers of the value that nobody can write to, as they are: a broadcast's are mapped."""


def snapshot(value: Any) -> Snapshot | None:
    """What ``has_changed`` needs to know; None for what cannot change, or cannot be pickled."""
    kind = type(value)
    if kind in _ATOMS or (kind is tuple and all(type(item) in _ATOMS for item in value)):
        return None
    fixed: list[Buffer] = []
    try:
        return dumps(value, fixed, fixed_alone=True)[0], tuple(fixed)
    except MemoryError:
        raise
    except Exception:  # what a __reduce__ raises: it cannot have been read from a file of ours
        return None


def has_changed(before: Snapshot | None, value: Any) -> bool:
    """Whether ``value`` is not what it was when ``snapshot`` gave ``before``.

    >>> record = (1, [2, 3])
    >>> before = snapshot(record)
    >>> has_changed(before, record), record[1].append(4), has_changed(before, record)
    (False, None, True)
    """
    if before is None or snapshot(value) == before:
        return False
    return not _alike(restored(before), value)


def restored(before: Snapshot) -> Any:
    """The value as it was."""
    return pickle.loads(before[0], buffers=before[1])


def _alike(left: Any, right: Any) -> bool:
    kind = type(left)
    if kind is not type(right):
        return False
    if isinstance(left, float):
        return repr(left) == repr(right)  # NaN is NaN, and -0.0 is not 0.0
    if kind in (list, tuple):
        return len(left) == len(right) and all(map(_alike, left, right))
    if kind is dict:
        return list(left) == list(right) and all(map(_alike, left.values(), right.values()))
    if "__eq__" in {name for ancestor in kind.__mro__[:-1] for name in vars(ancestor)}:
        try:
            return bool(left == right)
        except Exception:  # arrays compare item by item; their pickles tell enough
            return False
    return hasattr(left, "__dict__") and _alike(vars(left), vars(right))
