"""The collation of strings that say none, while the query of a view or table with a DEFAULT COLLATION is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from minispark.sql.types import StringType

_default: ContextVar[str | None] = ContextVar("default_collation", default=None)


@contextmanager
def default_collation(name: str | None) -> Iterator[None]:
    """Inside of the block, constants and casts to STRING have this collation; None is that of bytes."""
    if name is not None:
        StringType(name)
    token = _default.set(name)
    try:
        yield
    finally:
        _default.reset(token)


def default_type() -> StringType | None:
    """The type of strings that say no collation, where it is not the usual one.

    >>> with default_collation("UNICODE"):
    ...     default_type()
    StringType('UNICODE')
    """
    name = _default.get()
    return None if name is None else StringType(name)
