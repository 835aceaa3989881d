"""When a query must read files exactly: what was read fast turned out not to be plain.

A source's SQL may raise an error with ``MARK`` in it where a value is not one of the plain ones that DuckDB reads as
Spark does. The query is then run once more, with the exact reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MARK = "minispark: not plain"
"""Part of the message of the error that a fast reader's SQL raises."""

_exact: ContextVar[bool] = ContextVar("exact", default=False)


class NotPlain(Exception):
    """A query met a value or a line that its fast reader does not know."""


def is_exact() -> bool:
    """Whether files are to be read by exact functions alone."""
    return _exact.get()


@contextmanager
def exactly() -> Iterator[None]:
    """Within, files are read by exact functions alone."""
    token = _exact.set(True)
    try:
        yield
    finally:
        _exact.reset(token)


def tells_of(error: BaseException) -> bool:
    """Whether an error of DuckDB's comes from a fast reader: its mark, or a line that DuckDB's CSV reader refuses."""
    text = str(error)
    return MARK in text or "CSV Error on Line" in text or "Invalid unicode" in text
