"""Functions that take functions of Columns."""

from __future__ import annotations

from collections.abc import Callable

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, given, higher_order

__all__ = [
    "aggregate",
    "array_sort",
    "exists",
    "filter",
    "forall",
    "map_filter",
    "map_zip_with",
    "reduce",
    "transform",
    "transform_keys",
    "transform_values",
    "zip_with",
]


def transform(col: ColumnOrName, f: Callable[..., Column]) -> Column:
    """The array of ``f(element)``, or ``f(element, place)`` with places from 0, of each element.

    >>> transform("numbers", lambda x: x > 1)  # doctest: +ELLIPSIS
    Column<'transform(numbers, x_... -> >(x_..., 1))'>
    """
    return higher_order("transform", (col,), f)


def exists(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether ``f`` is true of an element of the array."""
    return higher_order("exists", (col,), f)


def forall(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether ``f`` is true of all elements of the array."""
    return higher_order("forall", (col,), f)


def filter(col: ColumnOrName, f: Callable[..., Column]) -> Column:
    """The elements of which ``f(element)``, or ``f(element, place)`` with places from 0, is true."""
    return higher_order("filter", (col,), f)


def aggregate(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Callable[[Column], Column] | None = None,
) -> Column:
    """``finish`` of the last of ``merge(before, element)``, from an initial value on, over the array's elements."""
    return higher_order("aggregate", (col, initialValue), *given(merge, finish))


def reduce(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Callable[[Column], Column] | None = None,
) -> Column:
    """As ``aggregate``."""
    return higher_order("reduce", (col, initialValue), *given(merge, finish))


def zip_with(left: ColumnOrName, right: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The array of ``f`` of both arrays' elements at each place; nulls where one is shorter."""
    return higher_order("zip_with", (left, right), f)


def transform_keys(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with ``f(key, value)`` in place of each key."""
    return higher_order("transform_keys", (col,), f)


def transform_values(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with ``f(key, value)`` in place of each value."""
    return higher_order("transform_values", (col,), f)


def map_filter(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The entries of which ``f(key, value)`` is true."""
    return higher_order("map_filter", (col,), f)


def map_zip_with(col1: ColumnOrName, col2: ColumnOrName, f: Callable[[Column, Column, Column], Column]) -> Column:
    """A map of ``f(key, value of the first, value of the second)`` for each key of both maps."""
    return higher_order("map_zip_with", (col1, col2), f)


def array_sort(col: ColumnOrName, comparator: Callable[[Column, Column], Column] | None = None) -> Column:
    """The elements in order, nulls last; or by a comparator that gives a negative number, 0 or a positive one."""
    return higher_order("array_sort", (col,), *given(comparator))
