"""Keys as they are told of outside their task: simple data as they are, others by a name."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.loads import NAME_CHARS_MAX
from minispark.engine.core.shortened import short_repr
from minispark.engine.plan.partitioners import portable_hash

_TEXT_MAX = 200
_BITS_MAX = 512
_ITEMS_MAX = 8
_DEPTH_MAX = 3

Named = tuple[str, int, str]
"""The fields of a ``core.loads.NamedKey``."""


def told_key(key: Any) -> tuple[Any, Named | None]:
    """The key, if it is simple data and short, else its name. Raises what its own hash raises.

    >>> told_key(("os", 1)), told_key(float("nan"))[1]
    ((('os', 1), None), ('float', 32760, 'nan'))
    """
    if _is_simple(key, 0):
        return key, None
    return None, (type(key).__qualname__, portable_hash(key), short_repr(key, NAME_CHARS_MAX))


def _is_simple(key: Any, depth: int) -> bool:
    kind = type(key)
    if kind is str or kind is bytes:
        return len(key) <= _TEXT_MAX
    if kind is int:
        return int(key).bit_length() <= _BITS_MAX
    if kind is float:
        return bool(key == key)
    if kind is tuple:
        return len(key) <= _ITEMS_MAX and depth < _DEPTH_MAX and all(_is_simple(item, depth + 1) for item in key)
    return kind is bool or key is None
