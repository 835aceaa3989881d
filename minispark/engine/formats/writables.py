"""Hadoop's Writables: how a sequence file holds basic values, and which Python values they are."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.formats.varints import read_varint, write_varint

Read = Callable[[bytes, int], tuple[Any, int]]
"""Value and the position after it, from the bytes at a position."""


@value
class Writable:
    """``types`` are the Python types that it holds; ``read`` gives one of them back."""

    types: tuple[type, ...]
    write: Callable[[Any], bytes]
    read: Read


def writable_of(item: Any) -> str:
    """The class that Spark would choose. Raises TypeError for a value that no basic Writable holds."""
    if isinstance(item, bool):
        return _HADOOP + "BooleanWritable"
    if isinstance(item, int):
        if -(2**31) <= item < 2**31:
            return _HADOOP + "IntWritable"
        if -(2**63) <= item < 2**63:
            return _HADOOP + "LongWritable"
        raise TypeError(f"{item!r:.100} needs more than the 64 bits of a LongWritable")
    for name in _CHOSEN:
        if isinstance(item, WRITABLES[name].types):
            return name
    raise TypeError(
        f"{item!r:.100} is a {type(item).__name__}: no basic Writable holds that; valid are None, bool, int, float, "
        "str, bytes and a dict of them. saveAsPickleFile keeps any record"
    )


def write_as(name: str, item: Any) -> bytes:
    """``item`` as the Writable ``name``. Raises TypeError where that class does not hold it."""
    writable = WRITABLES[name]
    if not isinstance(item, writable.types) or (isinstance(item, bool) and bool not in writable.types):
        raise TypeError(f"{item!r:.100} is a {type(item).__name__}: a {name} holds {writable.types[0].__name__}")
    try:
        return writable.write(item)
    except struct.error:
        raise TypeError(f"{item!r:.100} is outside the range of a {name}") from None


def _packed(layout: str, kind: type) -> Writable:
    form = struct.Struct(layout)

    def read(data: bytes, position: int) -> tuple[Any, int]:
        return form.unpack_from(data, position)[0], position + form.size

    return Writable((kind,), form.pack, read)


def _write_text(item: str) -> bytes:
    data = item.encode("utf-8")
    return write_varint(len(data)) + data


def _read_text(data: bytes, position: int) -> tuple[str, int]:
    size, start = read_varint(data, position)
    return data[start : start + size].decode("utf-8"), start + size


def _write_bytes(item: bytes) -> bytes:
    return struct.pack(">i", len(item)) + item


def _read_bytes(data: bytes, position: int) -> tuple[bytearray, int]:
    """A bytearray, as PySpark gives it."""
    start = position + 4
    end = start + struct.unpack_from(">i", data, position)[0]
    return bytearray(data[start:end]), end


def _write_map(items: dict[Any, Any]) -> bytes:
    """Every key and value behind the number of its class; classes without a fixed number are listed first."""
    numbers = dict(_NUMBERS)
    entries = []
    for item in (part for pair in items.items() for part in pair):
        name = writable_of(item)
        number = numbers.setdefault(name, len(numbers) - len(_NUMBERS) + 1)
        entries.append(struct.pack("b", number) + WRITABLES[name].write(item))
    new = [(name, number) for name, number in numbers.items() if name not in _NUMBERS]
    listed = b"".join(struct.pack(">bH", number, len(name)) + name.encode() for name, number in new)
    return struct.pack("b", len(new)) + listed + struct.pack(">i", len(items)) + b"".join(entries)


def _read_map(data: bytes, position: int) -> tuple[dict[Any, Any], int]:
    names = {number: name for name, number in _NUMBERS.items()}
    count, position = data[position], position + 1
    for _ in range(count):
        number, size = struct.unpack_from(">bH", data, position)
        position += 3 + size
        names[number] = data[position - size : position].decode()
    left, position = 2 * struct.unpack_from(">i", data, position)[0], position + 4
    parts = []
    for _ in range(left):
        name = names[struct.unpack_from("b", data, position)[0]]
        item, position = readable(name).read(data, position + 1)
        parts.append(item)
    return dict(zip(parts[::2], parts[1::2], strict=True)), position


def readable(name: str) -> Writable:
    """Raises ValueError for a class that is none of the basic ones."""
    if name not in WRITABLES:
        raise ValueError(f"{name} is a class that is not read without Java; those that are: {', '.join(WRITABLES)}")
    return WRITABLES[name]


_HADOOP = "org.apache.hadoop.io."
WRITABLES = {
    _HADOOP + name: writable
    for name, writable in {
        "Text": Writable((str,), _write_text, _read_text),
        "IntWritable": _packed(">i", int),
        "LongWritable": _packed(">q", int),
        "DoubleWritable": _packed(">d", float),
        "FloatWritable": _packed(">f", float),
        "BooleanWritable": _packed(">?", bool),
        "BytesWritable": Writable((bytes, bytearray), _write_bytes, _read_bytes),
        "NullWritable": Writable((type(None),), lambda item: b"", lambda data, position: (None, position)),
        "MapWritable": Writable((dict,), _write_map, _read_map),
        "ShortWritable": _packed(">h", int),
        "ByteWritable": _packed(">b", int),
        "VIntWritable": Writable((int,), write_varint, read_varint),
        "VLongWritable": Writable((int,), write_varint, read_varint),
    }.items()
}
_CHOSEN = [_HADOOP + name for name in ("DoubleWritable", "Text", "BytesWritable", "NullWritable", "MapWritable")]
_NUMBERS = {
    _HADOOP + name: number
    for name, number in {
        "BooleanWritable": -126,
        "BytesWritable": -125,
        "FloatWritable": -124,
        "IntWritable": -123,
        "LongWritable": -122,
        "MapWritable": -121,
        "NullWritable": -119,
        "Text": -116,
        "VIntWritable": -114,
        "VLongWritable": -113,
    }.items()
}
