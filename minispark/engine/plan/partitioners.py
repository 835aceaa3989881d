"""Routing: which reducer a key belongs to. One function, :func:`portable_hash`, decides it, version 1.

It depends on nothing but the key's value: not on the process, its hash seed, or the batch. Numbers hash as CPython
does, so 1, 1.0, True and Decimal(1) go together; str and bytes by CRC-32 of their UTF-8; tuples by PySpark's mixing;
None and NaN are constants at any depth. A key whose hash is its address raises :class:`UnstableKeyError`.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from itertools import repeat
from operator import index, mod
from typing import Any
from zlib import crc32

from minispark.engine.core.errors import UnstableKeyError
from minispark.engine.core.values import value

_NAN = 0x7FF8
_MASK = 0x7FFFFFFFFFFFFFFF  # sys.maxsize of a 64-bit build, spelled out so that every build routes alike


def portable_hash(x: Any) -> int:
    """A hash that is equal for equal keys in every process.

    Raises UnstableKeyError for a key whose hash is its address, TypeError for one that has none.
    Follows ``pyspark.rdd.portable_hash`` in its treatment of None and tuples.

    >>> portable_hash(None), portable_hash(1) == portable_hash(1.0) == portable_hash(True)
    (0, True)
    >>> portable_hash(("a", float("nan"))) == portable_hash(("a", float("nan")))
    True
    """
    hasher = _HASHERS.get(type(x))
    return hasher(x) if hasher is not None else _hash_other(x)


def _hash_none(key: None) -> int:
    return 0


def _hash_float(key: float) -> int:
    return _NAN if key != key else hash(key)


def _hash_complex(key: complex) -> int:
    return _NAN if key != key else hash(key)


def _hash_str(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass"))


def _hash_tuple(key: tuple[Any, ...]) -> int:
    mixed = 0x345678
    for item in key:
        mixed ^= portable_hash(item)
        mixed *= 1000003
        mixed &= _MASK
    return mixed ^ len(key)


def _hash_frozenset(key: frozenset[Any]) -> int:
    return _hash_tuple(tuple(sorted(map(portable_hash, key))))


def _hash_datetime(key: datetime.datetime) -> int:
    if key.utcoffset() is not None:
        key = key.astimezone(datetime.UTC)
    return crc32(key.replace(fold=0).isoformat().encode())


def _hash_time(key: datetime.time) -> int:
    offset = key.utcoffset()
    micros = ((key.hour * 60 + key.minute) * 60 + key.second) * 1_000_000 + key.microsecond
    return crc32(b"%d" % (micros - (offset // datetime.timedelta(microseconds=1) if offset else 0)))


_HASHERS: dict[type, Callable[[Any], int]] = {
    int: hash,
    bool: hash,
    type(None): _hash_none,
    float: _hash_float,
    complex: _hash_complex,
    str: _hash_str,
    bytes: crc32,
    tuple: _hash_tuple,
    frozenset: _hash_frozenset,
    datetime.date: lambda key: key.toordinal(),
    datetime.datetime: _hash_datetime,
    datetime.time: _hash_time,
    datetime.timedelta: lambda key: hash(key // datetime.timedelta(microseconds=1)),
}


def _hash_other(key: Any) -> int:
    """Keys of other types: by the builtin they extend, by their fields, else by their own ``__hash__``."""
    kind = type(key)
    own: Any = kind.__hash__
    if own is object.__hash__:
        raise UnstableKeyError(
            f"a key of type {kind.__module__}.{kind.__qualname__} hashes by its address; equal keys would scatter: "
            "give the class __eq__ and __hash__ over its fields (@dataclass(frozen=True) does), or key by a field"
        )
    for base in kind.__mro__:
        if base in _HASHERS and base.__hash__ is own:
            return _HASHERS[base](key)
    if isinstance(key, enum.Enum) and own is enum.Enum.__hash__:
        return crc32(key.name.encode("utf-8"))
    declared = getattr(kind, "__dataclass_fields__", None)
    if declared is not None and getattr(getattr(own, "__code__", None), "co_filename", "") == "<string>":
        compared = (f for f in declared.values() if (f.compare if f.hash is None else f.hash))  # as generated
        return _hash_tuple(tuple(getattr(key, f.name) for f in compared))
    if (isinstance(key, (float, complex)) or kind.__module__ == "decimal") and key != key:
        return _NAN
    if isinstance(key, str) and hash(key) == hash(str.__str__(key)):  # numpy.str_ has its own slot
        return _hash_str(key)
    return hash(key)


@value
class Partitioner:
    """``partitions`` reducers and the function that picks one (``pyspark.rdd.Partitioner``); equal ones route alike.

    ``function`` maps a key to an int of any size; the remainder by ``partitions`` is the reducer.
    """

    partitions: int
    function: Callable[[Any], int] = portable_hash

    @property
    def numPartitions(self) -> int:
        """``partitions`` by PySpark's name."""
        return self.partitions

    @property
    def partitionFunc(self) -> Callable[[Any], int]:
        """``function`` by PySpark's name."""
        return self.function

    def __call__(self, key: Any) -> int:
        return self.function(key) % self.partitions

    def split(self, keys: list[Any]) -> list[int]:
        """The reducer of each key, in order."""
        count = self.partitions
        if self.function is not portable_hash:
            return self._split_custom(keys)
        kinds = set(map(type, keys))
        if kinds <= _INTEGERS:
            return list(map(mod, map(hash, keys), repeat(count)))
        if kinds == _STRINGS:
            try:
                return [crc32(key.encode()) % count for key in keys]
            except UnicodeEncodeError:  # lone surrogates: the general path allows them
                pass
        return [portable_hash(key) % count for key in keys]

    def _split_custom(self, keys: list[Any]) -> list[int]:
        numbers = list(map(self.function, keys))
        if len(numbers) != len(keys):
            raise RuntimeError(f"the partition function raised StopIteration for key {keys[len(numbers)]!r:.200}")
        if not set(map(type, numbers)) <= _INTEGERS:
            numbers = [self._integer(key, number) for key, number in zip(keys, numbers, strict=True)]
        return list(map(mod, numbers, repeat(self.partitions)))

    def _integer(self, key: Any, number: Any) -> int:
        """Integers of other types too (numpy's, an IntEnum), but never a float, however whole."""
        try:
            return index(number)
        except TypeError:
            name = getattr(self.function, "__qualname__", repr(self.function))
            raise TypeError(
                f"the partition function {name} must return an int; "
                f"for key {key!r:.200} it returned a {type(number).__name__}: {number!r:.200}"
            ) from None


_INTEGERS = {int, bool}
_STRINGS = {str}
