"""Casts that may make a null of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minispark.sql.types import DataType, DecimalType


def may_fail(source: DataType, target: DataType) -> bool:
    """Whether Spark calls a cast's result nullable whatever the value is (``Cast.forceNullable``)."""
    from minispark.sql import types as t

    if source == target or isinstance(source, t.NullType):
        return False
    if isinstance(source, t.VariantType):
        return True
    if isinstance(target, t.StringType):
        return False
    if isinstance(source, t.StringType):
        return not isinstance(target, t.BinaryType)
    stamps = (t.TimestampType, t.TimestampNTZType)
    if isinstance(target, t.DateType):
        return not isinstance(source, t.TimestampType)
    if isinstance(source, t.DateType):
        return not isinstance(target, t.TimestampType)
    if isinstance(target, t.DecimalType):
        return not _all_fit(source, target)
    if isinstance(source, stamps):
        return isinstance(target, (t.ByteType, t.ShortType, t.IntegerType))
    if isinstance(source, t.TimeType):
        return isinstance(target, (t.ByteType, t.ShortType))
    if isinstance(source, (t.FloatType, t.DoubleType, t.DecimalType)):
        binary = not isinstance(source, t.DecimalType)
        return isinstance(target, t.IntegralType) or (binary and isinstance(target, t.TimestampType))
    return isinstance(target, t.CalendarIntervalType)


def _all_fit(source: DataType, target: DecimalType) -> bool:
    from minispark.sql import types as t

    whole: dict[type[DataType], int] = {
        t.BooleanType: 1,
        t.ByteType: 3,
        t.ShortType: 5,
        t.IntegerType: 10,
        t.LongType: 20,
    }
    if isinstance(source, t.DecimalType):
        room = (target.precision - target.scale) - (source.precision - source.scale)
        return room >= 0 if source.scale <= target.scale else room > 0  # digits that are cut round up
    return whole.get(type(source), 20 if isinstance(source, t.LongType) else 99) <= target.precision - target.scale
