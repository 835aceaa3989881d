"""Implicit conversions by the session's mode: ``kinds`` where ANSI mode is on, ``legacy`` where it is off."""

from __future__ import annotations

from collections.abc import Iterable

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library import legacy

DataType = t.DataType


def wider(one: DataType, other: DataType, ansi: bool) -> DataType | None:
    """The common type of two values of which either may be the result; None without one."""
    return k.wider(one, other) if ansi else legacy.wider(one, other)


def plain_wider(one: DataType, other: DataType, ansi: bool) -> DataType | None:
    """The same where no text goes over to another type, nor another type to text."""
    return k.plain_wider(one, other) if ansi else legacy.plain_wider(one, other)


def plainly_widest(kinds: Iterable[DataType], ansi: bool) -> DataType | None:
    """The common type of several values where no text goes over to another type."""
    found: DataType | None = t.NullType()
    for kind in kinds:
        found = None if found is None else plain_wider(found, kind, ansi)
    return found


def widest(kinds: Iterable[DataType], ansi: bool) -> DataType | None:
    """The common type of several values; None without one."""
    return k.widest(kinds) if ansi else legacy.widest(kinds)


def compared(one: DataType, other: DataType, ansi: bool, equality: bool = True) -> DataType | None:
    """The type in which two values are compared, for equality or for their order; None where they cannot be."""
    if not ansi:
        return legacy.compared(one, other, equality)
    nested = k.is_nested(one) and k.is_nested(other)
    return k.plain_wider(one, other) if nested else k.wider(one, other)


def implicit(given: DataType, kind: k.Kind, ansi: bool) -> DataType | None:
    """The type that an argument is converted to for a parameter; None where it cannot be."""
    return k.implicit(given, kind) if ansi else legacy.implicit(given, kind)
