"""Spark's ``hash`` and ``xxhash64`` over values of any type: what a table is bucketed by must hash as Spark hashes it.

A null leaves the running hash as it is; nested values pass it on from element to element. Types are known by their
names alone, so that this file needs none of their classes.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from minispark.sql.exact.mixing import Mixer, murmur3, xxh64
from minispark.sql.exact.vectors import flat

Hasher = Callable[[Any, int], int]
_EPOCH = datetime.datetime(1970, 1, 1)
_EPOCH_DAY = _EPOCH.toordinal()


def murmur3_of(types: tuple[Any, ...], seed: int = 42) -> Callable[..., int]:
    """Spark's ``hash`` of values of these types, as a signed 32 bit number (Murmur3_x86_32).

    >>> from types import SimpleNamespace
    >>> kind = SimpleNamespace(typeName=lambda: "string")
    >>> murmur3_of((kind,))("Spark"), murmur3_of((kind,))(None)
    (228093765, 42)
    """
    chain = _chained(types, murmur3)

    def result(*values: Any) -> int:
        hashed = chain(values, seed & 0xFFFFFFFF)
        return hashed - (1 << 32) if hashed >> 31 else hashed

    return result


def xxh64_of(types: tuple[Any, ...], seed: int = 42) -> Callable[..., int]:
    """Spark's ``xxhash64`` of values of these types, as a signed 64 bit number.

    >>> from types import SimpleNamespace
    >>> xxh64_of((SimpleNamespace(typeName=lambda: "string"),))("Spark")
    -4294468057691064905
    """
    chain = _chained(types, xxh64)

    def result(*values: Any) -> int:
        hashed = chain(values, seed & 0xFFFFFFFFFFFFFFFF)
        return hashed - (1 << 64) if hashed >> 63 else hashed

    return result


def _chained(types: tuple[Any, ...], mixer: Mixer) -> Callable[[Any, int], int]:
    hashers = tuple(_hasher(dtype, mixer) for dtype in types)

    def chain(values: Any, state: int) -> int:
        for hasher, item in zip(hashers, values, strict=True):
            if item is not None:
                state = hasher(item, state)
        return state

    return chain


def _hasher(dtype: Any, mixer: Mixer) -> Hasher:
    name = dtype.typeName().split(" ")[0].split("(")[0]
    if name == "array":
        return _sequence(_hasher(dtype.elementType, mixer))
    if name == "map":
        return _entries(_hasher(dtype.keyType, mixer), _hasher(dtype.valueType, mixer))
    if name == "struct":
        chain = _chained(tuple(field.dataType for field in dtype.fields), mixer)
        return lambda item, state: chain(item.values(), state)
    if name == "decimal":
        return _decimal(dtype.precision, dtype.scale, mixer)
    if name == "interval":
        return lambda item, state: mixer.int32(item[0], mixer.int32(item[1], mixer.int64(item[2] // 1000, state)))
    if name == "userdefinedtype":
        return _hasher(dtype.sqlType(), mixer)
    if name not in _PLAIN:
        from minispark.errors import PySparkNotImplementedError

        raise PySparkNotImplementedError(
            f"values of {dtype.simpleString()} cannot be hashed; hash a text of them (to_json, cast)",
            "NOT_IMPLEMENTED",
            {"feature": f"the hash of {dtype.simpleString()}"},
        )
    width, convert = _PLAIN[name]
    mix: Hasher = getattr(mixer, width)
    return mix if convert is None else lambda item, state: mix(convert(item), state)


def _sequence(element: Hasher) -> Hasher:
    def mix(items: Any, state: int) -> int:
        for item in items:
            if item is not None:
                state = element(item, state)
        return state

    return mix


def _entries(key: Hasher, of_value: Hasher) -> Hasher:
    def mix(items: Any, state: int) -> int:
        for name, item in items:
            state = key(name, state)
            if item is not None:
                state = of_value(item, state)
        return state

    return mix


def _decimal(precision: int, scale: int, mixer: Mixer) -> Hasher:
    def unscaled(item: Decimal) -> int:
        sign, digits, exponent = item.as_tuple()
        number = int("".join(map(str, digits))) * 10 ** (scale + int(exponent)) if digits else 0
        return -number if sign else number

    if precision <= 18:
        return lambda item, state: mixer.int64(unscaled(item), state)

    def mix(item: Decimal, state: int) -> int:
        number = unscaled(item)
        bits = (number if number >= 0 else ~number).bit_length()
        return mixer.raw(number.to_bytes(bits // 8 + 1, "big", signed=True), state)

    return mix


def _float_bits(item: float) -> int:
    if item != item:
        return 0x7FC00000
    return 0 if item == 0 else int(struct.unpack("<i", struct.pack("<f", item))[0])


def _double_bits(item: float) -> int:
    if item != item:
        return 0x7FF8000000000000
    return 0 if item == 0 else int(struct.unpack("<q", struct.pack("<d", item))[0])


def micros(item: datetime.datetime) -> int:
    """A timestamp in microseconds since 1970."""
    since = item - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def _nanos_of_day(item: datetime.time) -> int:
    return ((item.hour * 60 + item.minute) * 60 + item.second) * 1_000_000_000 + item.microsecond * 1000


_PLAIN: dict[str, tuple[str, Callable[[Any], Any] | None]] = {
    "boolean": ("int32", int),
    "byte": ("int32", None),
    "tinyint": ("int32", None),
    "short": ("int32", None),
    "smallint": ("int32", None),
    "integer": ("int32", None),
    "int": ("int32", None),
    "date": ("int32", lambda item: item.toordinal() - _EPOCH_DAY),
    "long": ("int64", None),
    "bigint": ("int64", None),
    "timestamp": ("int64", micros),
    "timestamp_ntz": ("int64", micros),
    "time": ("int64", _nanos_of_day),
    "daytimeinterval": ("int64", None),
    "yearmonthinterval": ("int32", None),
    "float": ("int32", _float_bits),
    "double": ("int64", _double_bits),
    "binary": ("raw", None),
    "string": ("raw", str.encode),
    "char": ("raw", str.encode),
    "varchar": ("raw", str.encode),
    "void": ("int32", None),
    "null": ("int32", None),
}


def murmur3_bound(bound: Any) -> Callable[..., Any]:
    """``hash`` of a call's arguments; by columns where their types are flat."""
    from minispark.sql.exact import hashvectors

    return hashvectors.murmur3(bound.types) if _flat(bound.types) else murmur3_of(bound.types)


def xxh64_bound(bound: Any) -> Callable[..., Any]:
    """``xxhash64`` of a call's arguments; by columns where their types are flat."""
    from minispark.sql.exact import hashvectors

    return hashvectors.xxh64(bound.types) if _flat(bound.types) else xxh64_of(bound.types)


def _flat(types: tuple[Any, ...]) -> bool:
    return bool(types) and all(map(flat, types))
