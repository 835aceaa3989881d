"""Implicit conversions where ANSI mode is off (Catalyst's ``TypeCoercion``): texts win, and casts give null."""

from __future__ import annotations

from collections.abc import Iterable

from minispark.sql import types as t
from minispark.sql.library import kinds as k

DataType = t.DataType
_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)
_NUMBERS: tuple[type[DataType], ...] = (t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType)


def wider(one: DataType, other: DataType) -> DataType | None:
    """The common type of two for CASE, COALESCE, arrays and set operations; a text beside anything plain makes texts.

    >>> wider(t.StringType(), t.IntegerType()), wider(t.LongType(), t.FloatType())
    (StringType(), FloatType())
    """
    return plain_wider(one, other) or _with_text(one, other) or k.inside(one, other, wider)


def plain_wider(one: DataType, other: DataType) -> DataType | None:
    """The same where no text may be made of what is none."""
    return _tightest(one, other) or _decimals(one, other) or k.inside(one, other, plain_wider)


def widest(kinds: Iterable[DataType]) -> DataType | None:
    """The common type of several: texts are looked at first, since then the order of the others does not matter."""
    given = list(kinds)
    found: DataType | None = t.NullType()
    for kind in (*filter(_has_text, given), *(one for one in given if not _has_text(one))):
        found = None if found is None else wider(found, kind)
    return found


def compared(one: DataType, other: DataType, equality: bool = True) -> DataType | None:
    """The type in which two are compared: a text goes over to the other's type, beside decimals to double."""
    if k.is_string(one) != k.is_string(other):
        rest = other if k.is_string(one) else one
        if isinstance(rest, t.DecimalType):
            return t.DoubleType()
        if isinstance(rest, t.NullType):
            return t.StringType()
        no = k.is_nested(rest) or isinstance(rest, (t.CalendarIntervalType, *_INTERVALS))
        return None if no else rest
    if equality and isinstance(one, t.BooleanType) and k.is_numeric(other):
        return other
    if equality and isinstance(other, t.BooleanType) and k.is_numeric(one):
        return one
    return plain_wider(one, other)


def implicit(given: DataType, kind: k.Kind) -> DataType | None:
    """The type that an argument is converted to for a parameter; None where it cannot be."""
    if kind.test(given):
        return given
    target = kind.usual
    if isinstance(given, t.NullType):
        return target or given
    if target is None or (k.is_string(given) and not kind.texts):
        return None
    return target if _converts(given, target, kind.single) else None


def _converts(given: DataType, target: DataType, single: bool) -> bool:
    if isinstance(given, t.ArrayType) and isinstance(target, t.ArrayType):
        return given == target or _converts(given.elementType, target.elementType, True)
    if isinstance(given, t.MapType) and isinstance(target, t.MapType):
        return all(
            one == other or _converts(one, other, True)
            for one, other in ((given.keyType, target.keyType), (given.valueType, target.valueType))
        )
    if isinstance(given, t.NullType) or given == target:
        return True
    if k.is_nested(given) or k.is_nested(target) or isinstance(given, t.CalendarIntervalType):
        return False
    if k.is_string(target):
        return True
    if k.is_numeric(given):
        return k.is_numeric(target) and (single or not k.is_integral(target))
    if k.is_string(given):
        texts = (t.DateType, t.TimestampType, t.TimestampNTZType, t.BinaryType)
        return isinstance(target, texts) or (k.is_numeric(target) and (single or not k.is_integral(target)))
    dates = (t.DateType, t.TimestampType, t.TimestampNTZType)
    return isinstance(given, dates) and isinstance(target, dates)


def _tightest(one: DataType, other: DataType) -> DataType | None:
    if one == other or isinstance(other, t.NullType):
        return one
    if isinstance(one, t.NullType):
        return other
    if type(one) in _NUMBERS and type(other) in _NUMBERS:
        return max(one, other, key=lambda kind: _NUMBERS.index(type(kind)))
    if isinstance(one, (t.DateType, t.TimestampType, t.TimestampNTZType, t.SpatialType, *_INTERVALS)):
        return None if k.is_string(other) else k.wider(one, other)
    return None


def _decimals(one: DataType, other: DataType) -> DataType | None:
    decimal = isinstance(one, t.DecimalType) or isinstance(other, t.DecimalType)
    return k.wider(one, other) if decimal and k.is_numeric(one) and k.is_numeric(other) else None


def _with_text(one: DataType, other: DataType) -> DataType | None:
    if k.is_string(one) == k.is_string(other):
        return None
    rest = other if k.is_string(one) else one
    no = k.is_nested(rest) or isinstance(rest, (t.BinaryType, t.BooleanType, t.CalendarIntervalType))
    return None if no else t.StringType()


def _has_text(kind: DataType) -> bool:
    return _has_text(kind.elementType) if isinstance(kind, t.ArrayType) else k.is_string(kind)
