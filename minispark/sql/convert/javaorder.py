"""The order in which Java's HashMap lists its keys: a dict that Spark takes in or gives out passes through one."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from minispark.sql.types import (
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

_EPOCH = datetime.datetime(1970, 1, 1)
_MASK = 0xFFFFFFFF
Code = Callable[[Any], int]
"""A key's ``hashCode``."""


def given_order(items: dict[Any, Any], code: Code) -> dict[Any, Any]:
    """``items`` in the order in which a map given out by Spark becomes a dict.

    >>> given_order({3: 1, -1: 2, 17: 3}, int)
    {-1: 2, 17: 3, 3: 1}
    """
    return _listed(items, list(items), _size(len(items), len(items)), code)


def taken_order(items: dict[Any, Any], code: Code) -> dict[Any, Any]:
    """``items`` in the order in which a dict taken in by Spark becomes a map: its pickle is read from the end into a
    HashMap, which is then put into another.

    >>> taken_order({"name": 1, "age": 2}, text_code), taken_order({"k": 1, "j": 2}, text_code)
    ({'name': 1, 'age': 2}, {'j': 2, 'k': 1})
    """
    read = _listed(items, list(reversed(items)), _size(16, len(items)), code)
    return _listed(items, list(read), _size(int(len(items) / 0.75 + 1), 0), code)


def argument_order(items: dict[str, Any]) -> dict[str, Any]:
    """``items`` in the order in which a dict that is an argument reaches Spark: through a HashMap into a Scala map.

    >>> argument_order({"db": "max", "*": "count"})
    {'*': 'count', 'db': 'max'}
    """
    listed = _listed(items, list(items), _size(16, len(items)), text_code)
    return listed if len(listed) <= 4 else {key: listed[key] for key in _trie(list(listed), 0)}


def _trie(keys: list[str], shift: int) -> list[str]:
    """Keys as Scala's immutable HashMap lists them: by five bits of their hashes, those that share them at the end."""
    slots: dict[int, list[str]] = {}
    for key in keys:
        slots.setdefault(_improved(text_code(key)) >> shift & 31, []).append(key)
    alone = [slots[slot][0] for slot in sorted(slots) if len(slots[slot]) == 1]
    shared = [slots[slot] for slot in sorted(slots) if len(slots[slot]) > 1]
    deeper = [key for several in shared for key in (several if shift > 30 else _trie(several, shift + 5))]
    return alone + deeper


def _improved(code: int) -> int:
    code = code & _MASK
    code = (code + ~(code << 9)) & _MASK
    code ^= code >> 14
    code = (code + (code << 4)) & _MASK
    return code ^ (code >> 10)


def _size(capacity: int, count: int) -> int:
    """The buckets of a HashMap of this initial capacity once it holds ``count`` keys."""
    size = 1 << max(capacity - 1, 0).bit_length()
    while count > size * 3 // 4:
        size *= 2
    return size


def _listed(items: dict[Any, Any], keys: list[Any], size: int, code: Code) -> dict[Any, Any]:
    last = size - 1

    def bucket(key: Any) -> int:
        hashed = code(key) & _MASK
        return (hashed ^ hashed >> 16) & last

    return {key: items[key] for key in sorted(keys, key=bucket)}


def code_of(dtype: DataType, unpickled: bool = False) -> Code | None:
    """How Java hashes keys of a type, as Spark keeps them; None for types whose order is left as it is.

    ``unpickled`` keys came from Python, where a whole number has no width.
    """
    if isinstance(dtype, StringType):
        return text_code
    if isinstance(dtype, BooleanType):
        return lambda key: 1231 if key else 1237
    if isinstance(dtype, (ByteType, ShortType, IntegerType)):
        return int
    if isinstance(dtype, LongType):
        return (lambda key: key if -(1 << 31) <= key < 1 << 31 else long_code(key)) if unpickled else long_code
    if isinstance(dtype, DoubleType):
        return lambda key: long_code(_double_bits(key))
    if isinstance(dtype, FloatType):
        return lambda key: long_code(_double_bits(key)) if unpickled else _float_bits(key)
    if isinstance(dtype, DecimalType):
        return decimal_code
    if isinstance(dtype, (TimestampType, TimestampNTZType)):
        return (lambda key: long_code(dtype.toInternal(key) or 0)) if unpickled else _moment_code
    if isinstance(dtype, DateType):
        return lambda key: dtype.toInternal(key) or 0
    if isinstance(dtype, DayTimeIntervalType):
        return (lambda key: long_code(dtype.toInternal(key) or 0)) if unpickled else long_code
    return None


def text_code(text: str) -> int:
    """``String.hashCode``."""
    found = 0
    if text.isascii():
        for unit in text.encode("ascii"):
            found = (found * 31 + unit) & _MASK
        return found
    units = text.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        found = (found * 31 + (low | high << 8)) & _MASK
    return found


def long_code(number: int) -> int:
    """``Long.hashCode``."""
    bits = number & 0xFFFFFFFFFFFFFFFF
    return (bits ^ bits >> 32) & _MASK


def decimal_code(item: Decimal) -> int:
    """``BigDecimal.hashCode``."""
    sign, digits, exponent = item.as_tuple()
    size = int("".join(map(str, digits)))
    if size < 1 << 63:
        found = ((size >> 32) * 31 + (size & _MASK)) & _MASK
    else:
        found = 0
        for place in range((size.bit_length() - 1) // 32, -1, -1):
            found = (found * 31 + (size >> 32 * place & _MASK)) & _MASK
    return (31 * (-found if sign else found) - int(exponent)) & _MASK


def _double_bits(item: float) -> int:
    found: int = struct.unpack("<q", struct.pack("<d", item))[0]
    return found


def _float_bits(item: float) -> int:
    found: int = struct.unpack("<i", struct.pack("<f", item))[0]
    return found


def _moment_code(item: datetime.datetime) -> int:
    return long_code((item - _EPOCH) // datetime.timedelta(microseconds=1))
