"""The hash codes of Spark's values in the JVM, and the order in which Spark's OpenHashMap gives its keys.

Answers depend on that order where Spark leaves open which of several it gives: the first that it comes to.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any

from minispark.sql.exact.mixing import murmur3
from minispark.sql.exact.vectors import kind_of

_INTS = frozenset(("byte", "tinyint", "short", "smallint", "integer", "int", "long", "bigint"))
FIRST_CAPACITY, LOAD = 64, 0.7


def fold_long(number: int) -> int:
    """``Long.hashCode``, unsigned."""
    number &= 0xFFFFFFFFFFFFFFFF
    return (number ^ number >> 32) & 0xFFFFFFFF


def double_hash(item: float) -> int:
    """``Double.hashCode``, unsigned."""
    return fold_long(0x7FF8000000000000 if item != item else struct.unpack("<q", struct.pack("<d", item))[0])


def decimal_hash(item: Any) -> int:
    """Scala's hash of a BigDecimal, of at most 17 digits where it is not whole (others 0)."""
    if item == item.to_integral_value():
        whole = int(item)
        return whole & 0xFFFFFFFF if -(1 << 31) <= whole < 1 << 31 else fold_long(whole)
    number = float(item)
    single = struct.unpack("<f", struct.pack("<f", number))[0]
    if single == number:
        return int(struct.unpack("<I", struct.pack("<f", number))[0])
    return double_hash(number)


def hash_code(dtype: Any) -> Callable[[Any], int]:
    """``hashCode`` of a type's values as Spark holds them, unsigned."""
    name = kind_of(dtype)
    if name in ("long", "bigint", "interval day", "daytimeinterval"):
        return fold_long
    if name in _INTS or name == "yearmonthinterval":
        return lambda item: item & 0xFFFFFFFF
    if name == "boolean":
        return lambda item: 1231 if item else 1237
    if name == "date":
        return lambda item: item.toordinal() - 719163 & 0xFFFFFFFF
    if name in ("timestamp", "timestamp_ntz"):
        from minispark.sql.exact.hashes import micros

        return lambda item: fold_long(micros(item))
    if name == "double":
        return double_hash
    if name == "float":
        return lambda item: 0x7FC00000 if item != item else struct.unpack("<I", struct.pack("<f", item))[0]
    if name == "decimal":
        return decimal_hash
    if name in ("string", "char", "varchar"):
        return lambda item: murmur3.raw(item.encode(), 42)
    return lambda item: 0


def in_map_order(keys: Iterable[Any], hashed: Callable[[Any], int]) -> list[Any]:
    """Different keys in the order in which a map gives them that took them in this order."""
    capacity = FIRST_CAPACITY
    table: list[Any] = [None] * capacity
    for taken, key in enumerate(keys, 1):
        _put(table, (murmur3.int32(hashed(key), 0), key))
        if taken > int(LOAD * capacity):
            capacity *= 2
            old, table = table, [None] * capacity
            for entry in old:
                if entry is not None:
                    _put(table, entry)
    return [entry[1] for entry in table if entry is not None]


def _put(table: list[Any], entry: tuple[int, Any]) -> None:
    mask = len(table) - 1
    place, step = entry[0] & mask, 1
    while table[place] is not None:
        place, step = place + step & mask, step + 1
    table[place] = entry
