"""NaN as a key: all NaNs of a numeric type are one group, though none equals another and each hashes by its address."""

from __future__ import annotations

from typing import Any

NAN = float("nan")
"""The one NaN that stands for all floats': a dict finds it by identity."""


def unify_nan(keys: list[Any]) -> list[Any]:
    """The keys with every NaN, by itself or at any depth of a tuple, replaced by the one of its type."""
    if any(map(has_nan, keys)):
        return [_unified(key) if has_nan(key) else key for key in keys]
    return keys


def unify_kinds(keys: list[Any]) -> list[Any]:
    """As ``unify_nan``, at less cost where all keys are of a type that knows no NaN."""
    return keys if set(map(type, keys)) <= _NEVER_NAN else unify_nan(keys)


def unify_pairs(pairs: list[Any]) -> list[Any]:
    """``(key, value)`` records with NaN keys unified; untouched if a record is no pair."""
    try:
        keys = [key for key, _ in pairs]
    except (TypeError, ValueError):
        return pairs
    if set(map(type, keys)) <= _NEVER_NAN:
        return pairs
    return [(key, value) for key, (_, value) in zip(unify_nan(keys), pairs, strict=True)]


_NEVER_NAN = {int, str, bytes, bool, type(None)}


def has_nan(key: Any) -> bool:
    """Whether a key is a NaN, or a tuple that holds one at any depth."""
    if isinstance(key, tuple):
        return any(map(has_nan, key))
    return _is_nan(key)


def _is_nan(key: Any) -> bool:
    """For float, complex and what they are bases of; and for Decimal, which says so itself."""
    if isinstance(key, (float, complex)):
        return bool(key != key)
    kind = type(key)
    return kind not in _NEVER_NAN and (kind.__module__, kind.__name__) == ("decimal", "Decimal") and bool(key.is_qnan())


def _unified(key: Any) -> Any:
    if not isinstance(key, tuple):
        return _stand_in(type(key)) if _is_nan(key) else key
    items = tuple(map(_unified, key))
    return items if type(key) is tuple else tuple.__new__(type(key), items)  # a namedtuple stays one


def _stand_in(kind: Any) -> Any:
    if issubclass(kind, float):
        return NAN
    if kind not in _STAND_INS:
        _STAND_INS[kind] = kind("NaN")
    return _STAND_INS[kind]


_STAND_INS: dict[Any, Any] = {}
"""One NaN for each other numeric type that was met."""
