"""Theta and tuple sketches (Apache DataSketches): how many distinct keys there are, and sums over them.

A sketch holds hashes below a bound (theta, a part of 2**63) and, of tuples, a number for each. A theta sketch keeps the
least ``2**lg`` hashes of all, so that its bytes are those of Spark whatever order keys came in; a tuple sketch keeps up
to 15/8 of that until it is rebuilt, as Spark's do. Bytes are read and written in DataSketches' layouts.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from minispark.engine.core.values import value
from minispark.errors import SparkRuntimeException
from minispark.sql.exact.mixing import murmur3_128

FULL = (1 << 63) - 1
SEED = 9001
_SEED_HASH = b"\xcc\x93"
_MODES = ("sum", "min", "max", "alwaysone")


@value
class Sketch:
    """``entries``: number by hash (None in a theta sketch), all below ``theta``. ``empty``: no key was ever given."""

    entries: dict[int, Any]
    theta: int = FULL
    empty: bool = False

    def estimate(self) -> float:
        """How many distinct keys were given."""
        return float(len(self.entries)) if self.theta == FULL else len(self.entries) / (self.theta / 2.0**63)


def hashed(key: Any) -> int | None:
    """The hash of a key; None for empty text, which counts for nothing."""
    if isinstance(key, str):
        key = key.encode()
    if isinstance(key, (bytes, bytearray)):
        if not key:
            return None
        text = bytes(key)
    elif isinstance(key, float):
        text = struct.pack("<d", 0.0 if key == 0 else key)
    elif isinstance(key, list):
        return None
    else:
        text = struct.pack("<q", key)
    return murmur3_128(text, SEED)[0] >> 1


def _array_hasher(width: str) -> Callable[[Any], int | None]:
    def of(key: list[int | None]) -> int | None:
        return (
            murmur3_128(struct.pack(f"<{len(key)}{width}", *[one or 0 for one in key]), SEED)[0] >> 1 if key else None
        )

    return of


def hasher(dtype: Any) -> Callable[[Any], int | None]:
    """How keys of a type are hashed."""
    if dtype.typeName() == "array":
        return _array_hasher("i" if dtype.elementType.typeName() in ("integer", "int") else "q")
    return hashed


def trimmed(sketch: Sketch, lg: int) -> Sketch:
    """The least ``2**lg`` entries."""
    size = 1 << lg
    if len(sketch.entries) <= size:
        return sketch
    ordered = sorted(sketch.entries)
    return Sketch({key: sketch.entries[key] for key in ordered[:size]}, ordered[size], False)


# --- the numbers of tuples -------------------------------------------------------------------------------------------


def combiner(mode: str) -> Callable[[Any, Any], Any]:
    """How two numbers of one key become one."""
    known: dict[str, Callable[[Any, Any], Any]] = {
        "sum": lambda a, b: a + b,
        "min": min,
        "max": max,
        "alwaysone": lambda a, b: 1,
    }
    return known[mode]


def checked_mode(function: str, mode: str | None) -> str:
    """The mode in lower case. Raises SparkRuntimeException for one that is not known."""
    found = (mode or "").lower()
    if found not in _MODES:
        raise SparkRuntimeException(
            f"{function}: the mode is one of {', '.join(_MODES)}, not {mode!r}",
            "TUPLE_INVALID_SKETCH_MODE",
            {"function": f"`{function}`", "mode": str(mode), "validModes": ", ".join(_MODES)},
        )
    return found


def checked_lg(function: str, lg: int) -> int:
    """The base-2 logarithm of the size. Raises SparkRuntimeException out of 4 to 26."""
    if not 4 <= lg <= 26:
        raise SparkRuntimeException(
            f"{function}: lgNomEntries lies between 4 and 26, which {lg} does not",
            "SKETCH_INVALID_LG_NOM_ENTRIES",
            {"function": f"`{function}`", "min": "4", "max": "26", "value": str(lg)},
        )
    return lg


# --- set operations --------------------------------------------------------------------------------------------------


def union(sketches: Iterable[Sketch], combine: Callable[[Any, Any], Any] | None, lg: int) -> Sketch:
    """All keys of all sketches."""
    entries: dict[int, Any] = {}
    theta, empty = FULL, True
    for sketch in sketches:
        theta, empty = min(theta, sketch.theta), empty and sketch.empty
        for key, item in sketch.entries.items():
            entries[key] = combine(entries[key], item) if combine and key in entries else item
    kept = {key: item for key, item in entries.items() if key < theta}
    return trimmed(Sketch(kept, theta, empty), lg)


def intersection(sketches: Iterable[Sketch], combine: Callable[[Any, Any], Any] | None) -> Sketch:
    """The keys that all sketches have."""
    found: Sketch | None = None
    for sketch in sketches:
        if found is None:
            found = sketch
            continue
        theta, others = min(found.theta, sketch.theta), sketch.entries
        entries = {
            key: combine(item, others[key]) if combine else item
            for key, item in found.entries.items()
            if key in others and key < theta
        }
        empty = found.empty or sketch.empty
        found = Sketch({} if empty else entries, FULL if empty else theta, empty or (not entries and theta == FULL))
    return found or Sketch({}, FULL, True)


def difference(one: Sketch, other: Sketch) -> Sketch:
    """The keys of one sketch that the other has not."""
    theta = min(one.theta, other.theta)
    entries = {key: item for key, item in one.entries.items() if key not in other.entries and key < theta}
    return Sketch(entries, theta, one.empty or (not entries and theta == FULL))


# --- bytes -----------------------------------------------------------------------------------------------------------


def theta_bytes(sketch: Sketch) -> bytes:
    """A theta sketch, ordered; of several hashes compressed (serial version 4)."""
    ordered = sorted(sketch.entries)
    exact = sketch.theta == FULL
    if not ordered and exact:
        return bytes((1, 3, 3, 0, 0, 0x1E, 0, 0))
    if len(ordered) == 1 and exact:
        return bytes((1, 3, 3, 0, 0, 0x3A)) + _SEED_HASH + struct.pack("<q", ordered[0])
    if not ordered:
        head = bytes((3, 3, 3, 0, 0, 0x1A)) + _SEED_HASH
        return head + struct.pack("<iiq", 0, 0, sketch.theta)
    gaps = [after - before for before, after in zip([0, *ordered], ordered, strict=False)]
    width = max(gap.bit_length() for gap in gaps)
    count = (len(ordered).bit_length() + 7) // 8
    head = bytes((1 if exact else 2, 4, 3, width, count, 0x1A)) + _SEED_HASH
    head += b"" if exact else struct.pack("<q", sketch.theta)
    packed = 0
    for gap in gaps:
        packed = packed << width | gap
    bits = width * len(gaps)
    return head + len(ordered).to_bytes(count, "little") + (packed << -bits % 8).to_bytes((bits + 7) // 8, "big")


def theta_read(function: str, text: bytes) -> Sketch:
    """The sketch of these bytes. Raises SparkRuntimeException if they are none."""
    text = bytes(text)
    try:
        longs, version, family, width, count, flags = struct.unpack_from("<6B", text)
        if family != 3 or text[6:8] not in (_SEED_HASH, b"\0\0"):
            _refuse(function, "THETA")
        if version == 4:
            return _compressed(text, longs, width, count)
        if version != 3:
            _refuse(function, "THETA")
        if flags & 4:
            return Sketch({}, FULL, True)
        if longs == 1:
            return Sketch({struct.unpack_from("<q", text, 8)[0]: None})
        size = struct.unpack_from("<i", text, 8)[0]
        theta = struct.unpack_from("<q", text, 16)[0] if longs > 2 else FULL
        return Sketch(dict.fromkeys(struct.unpack_from(f"<{size}q", text, 8 * longs)), theta)
    except struct.error:
        _refuse(function, "THETA")


def _compressed(text: bytes, longs: int, width: int, count: int) -> Sketch:
    at = 8
    theta = FULL
    if longs > 1:
        theta, at = struct.unpack_from("<q", text, 8)[0], 16
    size = int.from_bytes(text[at : at + count], "little")
    bits = width * size
    packed = int.from_bytes(text[at + count : at + count + (bits + 7) // 8], "big") >> -bits % 8
    entries: dict[int, Any] = {}
    key, mask = 0, (1 << width) - 1
    for place in range(size):
        key += packed >> width * (size - 1 - place) & mask
        entries[key] = None
    return Sketch(entries, theta)


def tuple_bytes(sketch: Sketch, mode: str, double: bool) -> bytes:
    """A tuple sketch, its entries by hash."""
    count, exact = len(sketch.entries), sketch.theta == FULL
    if sketch.empty and not count:
        return bytes((1, 3, 9, 1, 0, 0x0E)) + _SEED_HASH
    longs = 3 if not exact else 1 if count == 1 else 2
    head = bytes((longs, 3, 9, 1, 0, 0x0A)) + _SEED_HASH
    if longs > 1:
        head += struct.pack("<ii", count, 0)
    if longs > 2:
        head += struct.pack("<q", sketch.theta)
    layout, number = ("<qdB", float) if double else ("<qiB", int)
    code = _MODES.index(mode)
    return head + b"".join(
        [struct.pack(layout, key, number(sketch.entries[key]), code) for key in sorted(sketch.entries)]
    )


def tuple_read(function: str, text: bytes, double: bool) -> Sketch:
    """The sketch of these bytes. Raises SparkRuntimeException if they are none."""
    text = bytes(text)
    try:
        longs, version, family, _, _, flags = struct.unpack_from("<6B", text)
        if family != 9 or version != 3 or text[6:8] != _SEED_HASH:
            _refuse(function, "TUPLE")
        if flags & 4:
            return Sketch({}, FULL, True)
        count = 1 if longs == 1 else struct.unpack_from("<i", text, 8)[0]
        theta = struct.unpack_from("<q", text, 16)[0] if longs > 2 else FULL
        layout = struct.Struct("<qdB" if double else "<qiB")
        entries = {}
        for place in range(count):
            key, item, _ = layout.unpack_from(text, 8 * longs + place * layout.size)
            entries[key] = item
        return Sketch(entries, theta)
    except struct.error:
        _refuse(function, "TUPLE")


def _refuse(function: str, kind: str) -> NoReturn:
    raise SparkRuntimeException(
        f"{function}: the bytes are no {kind.lower()} sketch, as {kind.lower()}_sketch_agg makes them",
        f"{kind}_INVALID_INPUT_SKETCH_BUFFER",
        {"function": f"`{function}`"},
    )
