"""``pyspark.sql.functions.partitioning``: how a table's rows are divided, for ``DataFrameWriterV2.partitionedBy``."""

from __future__ import annotations

from minispark.sql.column import Column, unexpected
from minispark.sql.functions.making import ColumnOrName, call, lit, plain

__all__ = ["bucket", "days", "hours", "months", "years"]


def years(col: ColumnOrName) -> Column:
    """A partition for each year of a date or timestamp."""
    return call("years", col)


def months(col: ColumnOrName) -> Column:
    """A partition for each month of a date or timestamp."""
    return call("months", col)


def days(col: ColumnOrName) -> Column:
    """A partition for each day of a date or timestamp."""
    return call("days", col)


def hours(col: ColumnOrName) -> Column:
    """A partition for each hour of a timestamp."""
    return call("hours", col)


def bucket(numBuckets: Column | int, col: ColumnOrName) -> Column:
    """So many partitions, by the value's hash. Raises PySparkTypeError for no int or Column."""
    if not isinstance(plain(numBuckets), (int, Column)):
        raise unexpected("numBuckets", "Column or int", numBuckets)
    return call("bucket", lit(numBuckets), col)
