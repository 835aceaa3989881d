"""Types that differ only in the names of their structs' fields: Spark compares and unites their values by position."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from minispark.sql import types as t


def by_place(kinds: Iterable[t.DataType]) -> t.DataType | None:
    """The first of types that are alike but for names, null where any may be; None where they are not alike.

    >>> one, other = t.StructType.fromDDL("a int not null"), t.StructType.fromDDL("b int")
    >>> by_place([one, other]).simpleString(), by_place([one, t.IntegerType()])
    ('struct<a:int>', None)
    """
    first, *rest = kinds
    return reduce(_pair, rest, first)  # type: ignore[arg-type]  # None stays None


def _pair(one: t.DataType | None, other: t.DataType) -> t.DataType | None:
    if one is None or one == other:
        return one
    if isinstance(one, t.StructType) and isinstance(other, t.StructType):
        return _structs(one, other)
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        element = _pair(one.elementType, other.elementType)
        return None if element is None else t.ArrayType(element, one.containsNull or other.containsNull)
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        key, item = _pair(one.keyType, other.keyType), _pair(one.valueType, other.valueType)
        if key is None or item is None:
            return None
        return t.MapType(key, item, one.valueContainsNull or other.valueContainsNull)
    return None


def _structs(one: t.StructType, other: t.StructType) -> t.StructType | None:
    if len(one.fields) != len(other.fields):
        return None
    fields = []
    for mine, theirs in zip(one.fields, other.fields, strict=True):
        kind = _pair(mine.dataType, theirs.dataType)
        if kind is None:
            return None
        fields.append(t.StructField(mine.name, kind, mine.nullable or theirs.nullable))
    return t.StructType(fields)
