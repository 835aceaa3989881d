"""Structs, maps, and generators of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, lit, one_list

__all__ = [
    "array",
    "create_map",
    "explode",
    "explode_outer",
    "inline",
    "inline_outer",
    "map_concat",
    "map_contains_key",
    "map_entries",
    "map_from_arrays",
    "map_from_entries",
    "map_keys",
    "map_values",
    "named_struct",
    "posexplode",
    "posexplode_outer",
    "stack",
    "str_to_map",
    "struct",
]


def named_struct(*cols: ColumnOrName) -> Column:
    """A struct of names (constants) and values in turn."""
    return call("named_struct", *cols)


def map_contains_key(col: ColumnOrName, value: Any) -> Column:
    """Whether a map has a key."""
    return call("map_contains_key", col, lit(value))


def map_entries(col: ColumnOrName) -> Column:
    """The entries as an array of structs of key and value."""
    return call("map_entries", col)


def map_from_arrays(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """A map of an array of keys and one of values."""
    return call("map_from_arrays", col1, col2)


def map_from_entries(col: ColumnOrName) -> Column:
    """A map of an array of structs of key and value."""
    return call("map_from_entries", col)


def map_keys(col: ColumnOrName) -> Column:
    """The keys as an array."""
    return call("map_keys", col)


def map_values(col: ColumnOrName) -> Column:
    """The values as an array."""
    return call("map_values", col)


def explode(col: ColumnOrName) -> Column:
    """A row for each element of an array (``col``) or entry of a map (``key``, ``value``); none for null.

    >>> explode("words")
    Column<'explode(words)'>
    """
    return call("explode", col)


def explode_outer(col: ColumnOrName) -> Column:
    """As ``explode``, but a row of nulls where there would be none."""
    return call("explode_outer", col)


def inline(col: ColumnOrName) -> Column:
    """A row for each struct of an array, its fields as columns."""
    return call("inline", col)


def inline_outer(col: ColumnOrName) -> Column:
    """As ``inline``, but a row of nulls where there would be none."""
    return call("inline_outer", col)


def posexplode(col: ColumnOrName) -> Column:
    """As ``explode``, with each element's place, from 0, as ``pos``."""
    return call("posexplode", col)


def posexplode_outer(col: ColumnOrName) -> Column:
    """As ``posexplode``, but a row of nulls where there would be none."""
    return call("posexplode_outer", col)


def stack(*cols: ColumnOrName) -> Column:
    """The columns after the first, a number n, in n rows."""
    return call("stack", *cols)


def struct(*cols: ColumnOrName | Sequence[ColumnOrName]) -> Column:
    """A struct of columns, each under its name; columns one by one, or as one list or set.

    >>> struct("a", "b")
    Column<'struct(a, b)'>
    """
    return call("struct", *one_list(cols))


def create_map(*cols: ColumnOrName | Sequence[ColumnOrName]) -> Column:
    """A map of keys and values in turn; columns one by one, or as one list or set."""
    return call("map", *one_list(cols))


def array(*cols: ColumnOrName | Sequence[ColumnOrName]) -> Column:
    """An array of the columns' values; columns one by one, or as one list or set."""
    return call("array", *one_list(cols))


def map_concat(*cols: ColumnOrName | Sequence[ColumnOrName]) -> Column:
    """The entries of all maps in one; columns one by one, or as one list or set."""
    return call("map_concat", *one_list(cols))


def str_to_map(
    text: ColumnOrName, pairDelim: ColumnOrName | None = None, keyValueDelim: ColumnOrName | None = None
) -> Column:
    """A map of a text of pairs: split at a delimiter (a comma), and each at another (a colon)."""
    return call(
        "str_to_map",
        text,
        lit(",") if pairDelim is None else pairDelim,
        lit(":") if keyValueDelim is None else keyValueDelim,
    )
