"""A repr that is short and safe, whatever the value's own does."""

from __future__ import annotations

import reprlib
from typing import Any


def short_repr(value: Any, chars_max: int) -> str:
    """At most ``chars_max`` characters.

    >>> short_repr("x" * 100, 20), short_repr(("os", 1), 20)
    ("'xxxxxx...xxxxxxx'", "('os', 1)")
    """
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxother = chars_max
    shortener.maxlist = shortener.maxtuple = shortener.maxdict = shortener.maxset = 8
    shortener.maxlevel = 4
    try:
        return shortener.repr(value)[:chars_max]
    except Exception as error:
        return f"<{type(value).__name__} whose repr raised {type(error).__name__}>"[:chars_max]
