"""Items of sketches of frequent items: their hash codes in the JVM, and their bytes as DataSketches' and Spark's
serializers write them."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable, Sequence
from typing import Any, Literal

from minispark.sql.exact.javahashes import fold_long, hash_code
from minispark.sql.exact.vectors import kind_of

_EPOCH = datetime.datetime(1970, 1, 1)
_NUMBERS = {"byte": (2, "b"), "short": (3, "h"), "integer": (9, "i"), "date": (9, "i"), "float": (6, "f")}
_NAMES = {"tinyint": "byte", "smallint": "short", "int": "integer", "bigint": "long", "timestamp_ntz": "timestamp"}


def java_hash(dtype: Any) -> Callable[[Any], int]:
    """``hashCode`` of items, unsigned: of texts that of Java's strings."""
    if _name(dtype) == "time":
        return lambda item: fold_long(_nanos(item))
    return _of_text if _name(dtype) in ("string", "char", "varchar") else hash_code(dtype)


def _of_text(item: str) -> int:
    number = 0
    for (unit,) in struct.iter_unpack(">H", item.encode("utf-16-be", "surrogatepass")):
        number = 31 * number + unit & 0xFFFFFFFF
    return number


def _name(dtype: Any) -> str:
    name = kind_of(dtype)
    return _NAMES.get(name, name)


def _micros(item: datetime.datetime) -> int:
    return (item - _EPOCH) // datetime.timedelta(microseconds=1)


def _nanos(item: datetime.time) -> int:
    return ((item.hour * 60 + item.minute) * 60 + item.second) * 1_000_000_000 + item.microsecond * 1000


_LONGS: dict[str, tuple[Callable[[Any], int], Callable[[int], Any]]] = {
    "long": (int, int),
    "timestamp": (_micros, lambda number: _EPOCH + datetime.timedelta(microseconds=number)),
    "time": (_nanos, lambda number: (_EPOCH + datetime.timedelta(microseconds=number // 1000)).time()),
}


def items_written(dtype: Any, items: Sequence[Any]) -> bytes:
    """The items' bytes one after the other."""
    name = _name(dtype)
    if name in _NUMBERS:
        tag, code = _NUMBERS[name]
        numbers = [item.toordinal() - 719163 for item in items] if name == "date" else items
        return b"".join(struct.pack(f"<B{code}", tag, number) for number in numbers)
    if name in _LONGS:
        return struct.pack(f"<{len(items)}q", *map(_LONGS[name][0], items))
    if name == "double":
        return struct.pack(f"<{len(items)}d", *items)
    if name == "boolean":
        found = bytearray((len(items) + 7) // 8)
        for place, item in enumerate(items):
            found[place >> 3] |= bool(item) << (place & 7)
        return bytes(found)
    if name == "decimal":
        return b"".join(_decimal_written(item, dtype) for item in items)
    return b"".join(struct.pack("<i", len(text)) + text for text in (item.encode() for item in items))


def items_read(dtype: Any, text: bytes, count: int) -> list[Any]:
    """The same backwards."""
    name = _name(dtype)
    if name in _NUMBERS:
        numbers = [number for _, number in struct.iter_unpack(f"<B{_NUMBERS[name][1]}", text)]
        return [datetime.date.fromordinal(719163 + number) for number in numbers] if name == "date" else numbers
    if name in _LONGS:
        return list(map(_LONGS[name][1], struct.unpack(f"<{count}q", text)))
    if name == "double":
        return list(struct.unpack(f"<{count}d", text))
    if name == "boolean":
        return [bool(text[place >> 3] >> (place & 7) & 1) for place in range(count)]
    if name == "decimal":
        return _decimals_read(text, dtype, count)
    found, at = [], 0
    for _ in range(count):
        (size,) = struct.unpack_from("<i", text, at)
        found.append(text[at + 4 : at + 4 + size].decode())
        at += 4 + size
    return found


def _decimal_written(item: Any, dtype: Any) -> bytes:
    number = int(item.scaleb(dtype.scale))
    if dtype.precision <= 9:
        return struct.pack("<i", number)
    if dtype.precision <= 18:
        return struct.pack("<q", number)
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return struct.pack("<i", size) + number.to_bytes(size, "big", signed=True)


def _decimals_read(text: bytes, dtype: Any, count: int) -> list[Any]:
    from decimal import Decimal

    found, at = [], 0
    for _ in range(count):
        size = 4 if dtype.precision <= 9 else 8
        if dtype.precision > 18:
            (size,) = struct.unpack_from("<i", text, at)
            at += 4
        order: Literal["big", "little"] = "big" if dtype.precision > 18 else "little"
        number = int.from_bytes(text[at : at + size], order, signed=True)
        found.append(Decimal(number).scaleb(-dtype.scale))
        at += size
    return found
