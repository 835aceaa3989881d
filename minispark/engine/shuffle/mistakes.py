"""What went wrong with a record, found out after the loop failed, so that the loop itself need not check."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import Any

REPR_CHARS_MAX = 200
MISSING: Any = object()
"""No key was seen."""

_UNPACKING = ("cannot unpack non-iterable", "not enough values to unpack", "too many values to unpack")


def mistake_in(error: Exception, key: Any, value: Any) -> TypeError | None:
    """What to raise instead of an error of a loop over ``for key, value in records``, ``key`` being the last one seen.

    A TypeError naming what is wrong if a record was no pair or its key is unhashable. None if the error came from a
    user's function or from further up: it passes unchanged.
    """
    traceback = error.__traceback__
    if traceback is None or traceback.tb_next is not None:  # raised in some other frame
        return None
    if str(error).startswith(_UNPACKING):
        return TypeError(f"a record is not a (key, value) pair: {error}")
    return _unhashable(key, (key, value))


def not_a_pair(records: Iterable[Any]) -> TypeError | None:
    """The error for the first record that does not unpack into two."""
    for record in records:
        try:
            _, _ = record
        except (TypeError, ValueError) as error:
            return TypeError(f"the record {short_repr(record)} is not a (key, value) pair: {error}")
    return None


def keys_of(records: list[Any]) -> list[Any]:
    """The keys of pairs. Raises TypeError that shows the record for one that is no pair.

    >>> keys_of([("a", 1), ("b", 2)])
    ['a', 'b']
    """
    try:
        return [key for key, _ in records]
    except (TypeError, ValueError):
        mistake = not_a_pair(records)
        if mistake is not None:
            raise mistake from None
        raise


def first_unhashable(keys: Iterable[Any]) -> TypeError | None:
    """The error for the first key that cannot be hashed; None if all can, or if a key's own ``__hash__`` raises."""
    return next(filter(None, (_unhashable(key, key) for key in keys)), None)


def _unhashable(key: Any, shown: Any) -> TypeError | None:
    if key is MISSING or not (type(key).__hash__ is None or isinstance(key, (tuple, frozenset))):
        return None
    try:
        hash(key)
    except TypeError as error:
        kind = type(key).__name__
        return TypeError(f"{short_repr(shown)}: a key of type {kind} cannot be hashed ({error}); use a tuple or a str")
    except Exception:  # a user's own __hash__, somewhere inside
        return None
    return None


def short_repr(value: Any) -> str:
    """A repr of at most REPR_CHARS_MAX characters, whatever the value's own repr does."""
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxother = REPR_CHARS_MAX
    try:
        return shortener.repr(value)[:REPR_CHARS_MAX]
    except Exception as error:
        return f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
