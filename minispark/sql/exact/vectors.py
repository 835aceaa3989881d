"""Columns as numpy arrays: what exact functions see that work on many rows at once (``columnwise``).

They are as exact as their twins for single values, with which the tests compare them; they exist for speed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from minispark.engine.core.values import value

Called = TypeVar("Called", bound=Callable[..., Any])


@value(eq=False)
class Vector:
    """Numbers of a fixed width: integers, floats, booleans as 0 and 1, dates as days, timestamps as microseconds,
    decimals of at most 18 digits as whole numbers. What stands where ``valid`` is False has no meaning; without
    ``valid`` no value is null."""

    values: Any
    valid: Any = None


@value(eq=False)
class Texts:
    """Strings (in UTF-8) or binaries, one behind the other in ``data``: the i-th from ``offsets[i]`` to the next."""

    offsets: Any
    data: Any
    valid: Any = None


@value(eq=False)
class Lists:
    """Arrays of which ``items`` holds all elements: the i-th's are those from ``offsets[i]`` to the next."""

    offsets: Any
    items: Any
    valid: Any = None


FLAT = frozenset(
    (
        "boolean", "byte", "tinyint", "short", "smallint", "integer", "int", "long", "bigint", "float", "double",
        "date", "timestamp", "timestamp_ntz", "string", "char", "varchar", "binary",
    )
)  # fmt: skip
"""The types, by name, whose columns can be a Vector or Texts; of decimals those of 18 digits too."""


def flat(dtype: Any) -> bool:
    """Whether columns of a type can be a Vector or Texts."""
    name = kind_of(dtype)
    return name in FLAT or (name == "decimal" and dtype.precision <= 18)


def kind_of(dtype: Any) -> str:
    """A type's name without what stands in brackets, or is said of collations."""
    name: str = dtype.typeName().split(" ")[0].split("(")[0]
    return name


def columnwise(function: Called) -> Called:
    """Marks an exact function that takes columns, not single values, and gives a Vector."""
    function.columnwise = True  # type: ignore[attr-defined]  # functions take attributes
    return function
