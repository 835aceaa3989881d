"""Functions of windows only."""

from __future__ import annotations

from typing import Any

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given, lit, plain

__all__ = [
    "counter_diff",
    "cume_dist",
    "dense_rank",
    "lag",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
]


def counter_diff(value: ColumnOrName, startTime: ColumnOrName | None = None) -> Column:
    """How much a counter grew since the row before, where a smaller value means that it began anew."""
    return call("counter_diff", value, *given(startTime))


def cume_dist() -> Column:
    """The part of the window's rows that come no later than this one."""
    return call("cume_dist")


def dense_rank() -> Column:
    """The rank in the window's order, without gaps after equals."""
    return call("dense_rank")


def percent_rank() -> Column:
    """The rank as a part of the rows: from 0.0 to 1.0."""
    return call("percent_rank")


def rank() -> Column:
    """The rank in the window's order, with gaps after equals."""
    return call("rank")


def row_number() -> Column:
    """The number of the row in the window's order, from 1.

    >>> row_number()
    Column<'row_number()'>
    """
    return call("row_number")


def lag(col: ColumnOrName, offset: int = 1, default: Any | None = None) -> Column:
    """The value ``offset`` rows before in the window's order, ``default`` where there is no such row."""
    return call("lag", col, lit(offset), lit(default), ignore_nulls=False)


def lead(col: ColumnOrName, offset: int = 1, default: Any | None = None) -> Column:
    """The value ``offset`` rows after in the window's order, ``default`` where there is no such row."""
    return call("lead", col, lit(offset), lit(default), ignore_nulls=False)


def nth_value(col: ColumnOrName, offset: int, ignoreNulls: bool | None = False) -> Column:
    """The value of the row at a place of the window's frame, from 1; nulls not counted if told so."""
    return call("nth_value", col, lit(offset), ignore_nulls=bool(plain(ignoreNulls)))


def ntile(n: int) -> Column:
    """The number of the group, from 1, when the window's rows are cut into ``n`` groups of about equal size."""
    return call("ntile", lit(int(plain(n))))
