"""Transforms of partitions, as they were before ``partitioning`` had them."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions import partitioning
from minispark.sql.functions.making import ColumnOrName, deprecated

__all__ = [
    "bucket",
    "days",
    "hours",
    "months",
    "years",
]


def years(col: ColumnOrName) -> Column:
    """Deprecated: ``partitioning.years``."""
    deprecated("years", "partitioning.years")
    return partitioning.years(col)


def months(col: ColumnOrName) -> Column:
    """Deprecated: ``partitioning.months``."""
    deprecated("months", "partitioning.months")
    return partitioning.months(col)


def days(col: ColumnOrName) -> Column:
    """Deprecated: ``partitioning.days``."""
    deprecated("days", "partitioning.days")
    return partitioning.days(col)


def hours(col: ColumnOrName) -> Column:
    """Deprecated: ``partitioning.hours``."""
    deprecated("hours", "partitioning.hours")
    return partitioning.hours(col)


def bucket(numBuckets: Column | int, col: ColumnOrName) -> Column:
    """Deprecated: ``partitioning.bucket``."""
    deprecated("bucket", "partitioning.bucket")
    return partitioning.bucket(numBuckets, col)
