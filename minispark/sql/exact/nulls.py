"""``strict``: for functions that may give None for values, and so are called with nulls too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def strict(function: F) -> F:
    """The function, but None where any argument is.

    >>> strict(lambda text: text.upper())(None) is None
    True
    """

    @wraps(function)
    def called(*args: Any) -> Any:
        return None if None in args else function(*args)

    return called  # type: ignore[return-value]  # wraps keeps its signature
