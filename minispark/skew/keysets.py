"""A few keys, compared as a shuffle compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minispark.engine.shuffle.nan import has_nan, unify_nan


class KeySet:
    """Keys that a dict would tell apart, all NaNs of a type being one; made anew where it is unpickled.

    >>> has = KeySet([1, float("nan"), None]).has
    >>> has(1.0), has(True), has(-float("nan")), has(None), has("1")
    (True, True, True, True, False)
    """

    __slots__ = ("_found", "_unified", "keys")

    def __init__(self, keys: Iterable[Any]) -> None:
        self.keys: tuple[Any, ...] = tuple(dict.fromkeys(unify_nan(list(keys))))
        self._found = frozenset(self.keys)
        self._unified = any(map(has_nan, self.keys))

    @property
    def has(self) -> Callable[[Any], bool]:
        """Whether a key is one of these. Where none of them is or contains a NaN, a call to C."""
        return self._has_unified if self._unified else self._found.__contains__

    def _has_unified(self, key: Any) -> bool:
        return unify_nan([key])[0] in self._found

    def __len__(self) -> int:
        return len(self.keys)

    def __reduce__(self) -> tuple[Any, ...]:
        return KeySet, (self.keys,)
