"""Records as pairs, with the errors that a shuffle raises for what is none."""

from __future__ import annotations

from typing import Any, NoReturn

from minispark.engine.shuffle.mistakes import first_unhashable, not_a_pair


def refused(record: Any, error: Exception) -> NoReturn:
    """What to do about an error of taking a record apart, or of looking for its key.

    Raises TypeError that shows the record if it is no pair or its key has no hash, else the error itself: a key's own
    ``__hash__`` or ``__eq__`` has raised it.
    """
    mistake = not_a_pair((record,))
    if mistake is None:
        key, _ = record
        mistake = first_unhashable((key,))
    if mistake is None:
        raise error
    raise mistake from None
