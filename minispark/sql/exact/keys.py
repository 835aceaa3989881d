"""What values are told apart and ordered by: Spark's equality and order of any type, as hashable Python keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.types import (
    ArrayType,
    BinaryType,
    DataType,
    DoubleType,
    FloatType,
    MapType,
    StringType,
    StructType,
    VariantType,
)

Key = Callable[[Any], Any]


def _same(item: Any) -> Any:
    return item


def _float_key(item: Any) -> Any:
    return "NaN" if item != item else item


def equality_key(dtype: DataType) -> Key:
    """A function that gives equal keys for what Spark's ``<=>`` holds equal: NaN is NaN, -0.0 is 0.0, null is null.

    >>> key = equality_key(DoubleType())
    >>> key(float("nan")) == key(float("nan")), key(-0.0) == key(0.0), key(1.0) == key(None)
    (True, True, False)
    """
    if isinstance(dtype, (FloatType, DoubleType)):
        return _float_key
    if isinstance(dtype, ArrayType):
        element = equality_key(dtype.elementType)
        return lambda item: None if item is None else tuple([element(inner) for inner in item])
    if isinstance(dtype, MapType):
        key, value = equality_key(dtype.keyType), equality_key(dtype.valueType)
        return lambda item: None if item is None else frozenset((key(one), value(other)) for one, other in item)
    if isinstance(dtype, StructType):
        parts = [equality_key(field.dataType) for field in dtype.fields]
        return lambda item: (
            None if item is None else tuple([part(inner) for part, inner in zip(parts, item.values(), strict=False)])
        )
    if isinstance(dtype, VariantType):
        return lambda item: None if item is None else (item["value"], item["metadata"])
    if isinstance(dtype, StringType) and not dtype.isUTF8BinaryCollation():
        return _collated(dtype)
    return bytes_key if isinstance(dtype, BinaryType) else _same


def _collated(dtype: StringType) -> Key:
    from minispark.sql.exact.sortkeys import string_key

    key = string_key(dtype.collation) or _same
    return lambda item: None if item is None else key(item)


def normalizer(dtype: DataType) -> Key | None:
    """A function that takes the sign off zeros at any depth; None where a type has no floating numbers.

    >>> without = normalizer(ArrayType(DoubleType()))
    >>> without([-0.0, 1.5, None])
    [0.0, 1.5, None]
    """
    if isinstance(dtype, (FloatType, DoubleType)):
        return lambda item: None if item is None else item + 0.0
    if isinstance(dtype, ArrayType):
        element = normalizer(dtype.elementType)
        if element is None:
            return None
        return lambda item: None if item is None else [element(inner) for inner in item]
    if isinstance(dtype, StructType):
        parts = [normalizer(field.dataType) for field in dtype.fields]
        if not any(parts):
            return None
        return lambda item: (
            None
            if item is None
            else {
                name: inner if part is None else part(inner)
                for part, (name, inner) in zip(parts, item.items(), strict=False)
            }
        )
    return None


def bytes_key(item: Any) -> Any:
    """Bytes that can be hashed."""
    return None if item is None else bytes(item)


def text_key(item: str) -> Any:
    """What texts are ordered by: their bytes."""
    return item if item.isascii() else item.encode("utf-8", "surrogatepass").decode("latin-1")


def order_key(dtype: DataType) -> Key:
    """A function that gives keys ordered as Spark orders values: null before all, NaN after all numbers.

    >>> key = order_key(ArrayType(DoubleType()))
    >>> sorted([[2.0], [float("nan")], None, [2.0, None], [1.0, 5.0]], key=key)
    [None, [1.0, 5.0], [2.0], [2.0, None], [nan]]
    """
    inner = _order(dtype)
    return lambda item: (0,) if item is None else (1, inner(item))


def _order(dtype: DataType) -> Key:
    if isinstance(dtype, (FloatType, DoubleType)):
        return lambda item: (1, 0.0) if item != item else (0, item)
    if isinstance(dtype, StringType):
        if dtype.isUTF8BinaryCollation():
            return text_key
        collated = _collated(dtype)
        return lambda item: text_key(collated(item))
    if isinstance(dtype, ArrayType):
        element = order_key(dtype.elementType)
        return lambda item: tuple([element(inner) for inner in item])
    if isinstance(dtype, StructType):
        parts = [order_key(field.dataType) for field in dtype.fields]
        return lambda item: tuple([part(inner) for part, inner in zip(parts, item.values(), strict=False)])
    return _same
