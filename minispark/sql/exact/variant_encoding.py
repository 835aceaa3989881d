"""Writing variants: Spark's binary encoding of values and of the dictionary of their keys.

Follows Apache Parquet's Variant encoding, version 1, choosing sizes and key order as Spark's ``VariantBuilder`` does,
so that equal inputs give equal bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.jsontext import storable
from minispark.sql.exact.jsontree import FloatText, IntText, Members

PRIMITIVE, SHORT_STRING, OBJECT, ARRAY = range(4)
NULL, TRUE, FALSE, INT1, INT2, INT4, INT8, DOUBLE, DECIMAL4, DECIMAL8, DECIMAL16 = range(11)
DATE, TIMESTAMP, TIMESTAMP_NTZ, FLOAT, BINARY, LONG_STRING = range(11, 17)
UUID = 20
SIZE_MAX = 128 << 20
SHORT_MAX = 63
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)
_DECIMAL = re.compile(r"[0-9.\-]+")
NULL_VALUE = bytes([NULL])


class Keys:
    """The dictionary of one variant's keys, numbered as they come."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.numbers: dict[str, int] = {}
        for name in names:
            self.number(name)

    def number(self, name: str) -> int:
        """The number of a key, a new one if it is new."""
        return self.numbers.setdefault(name, len(self.numbers))

    def metadata(self) -> bytes:
        """The dictionary's bytes."""
        texts = [name.encode() for name in self.numbers]
        size = sum(map(len, texts))
        if size <= 0xFF and len(texts) <= 0xFF:
            return bytes([1, len(texts), 0, *accumulate(map(len, texts))]) + b"".join(texts)
        width = width_of(max(size, len(texts)))
        parts = [bytes([1 | (width - 1) << 6]), len(texts).to_bytes(width, "little")]
        place = 0
        for text in texts:
            parts.append(place.to_bytes(width, "little"))
            place += len(text)
        made = b"".join([*parts, place.to_bytes(width, "little"), *texts])
        return checked(made)


def width_of(number: int) -> int:
    """How many bytes hold a number."""
    return 1 if number <= 0xFF else 2 if number <= 0xFFFF else 3 if number <= 0xFFFFFF else 4


def checked(made: bytes) -> bytes:
    """The same bytes. Raises SparkRuntimeException if they are too many for a variant."""
    if len(made) > SIZE_MAX:
        raise SparkRuntimeException(
            f"a variant would take {len(made)} bytes; it may take {SIZE_MAX} at most",
            "VARIANT_SIZE_LIMIT",
            {"sizeLimit": f"{SIZE_MAX >> 20}.0 MiB", "functionName": "`parse_json`"},
        )
    return made


def _header(kind: int) -> bytes:
    return bytes([kind << 2 | PRIMITIVE])


def of_boolean(item: bool) -> bytes:
    """A truth value."""
    return _header(TRUE if item else FALSE)


def of_integer(item: int) -> bytes:
    """A whole number of at most 64 bits, in as few bytes as hold it."""
    if -128 <= item < 128:
        return _SMALL[item & 0xFF]
    for kind, width in ((INT1, 1), (INT2, 2), (INT4, 4)):
        if -(1 << 8 * width - 1) <= item < 1 << 8 * width - 1:
            return _header(kind) + item.to_bytes(width, "little", signed=True)
    return _header(INT8) + item.to_bytes(8, "little", signed=True)


_SMALL = [bytes([INT1 << 2 | PRIMITIVE, item]) for item in range(256)]


def of_double(item: float) -> bytes:
    """A double."""
    return _header(DOUBLE) + struct.pack("<d", item)


def of_float(item: float) -> bytes:
    """A float."""
    return _header(FLOAT) + struct.pack("<f", item)


def of_decimal(item: Decimal) -> bytes:
    """A decimal of at most 38 digits."""
    sign, digits, exponent = item.as_tuple()
    scale = -int(exponent)
    text = "".join(map(str, digits))
    unscaled = int(text) * (-1 if sign else 1)
    precision = len(text.lstrip("0")) or 1
    if scale < 0:
        unscaled, scale = unscaled * 10**-scale, 0
        precision = len(str(abs(unscaled)))
    largest = max(precision, scale)
    kind, width = (DECIMAL4, 4) if largest <= 9 else (DECIMAL8, 8) if largest <= 18 else (DECIMAL16, 16)
    return _header(kind) + bytes([scale]) + unscaled.to_bytes(width, "little", signed=True)


def of_date(item: date) -> bytes:
    """A date."""
    return _header(DATE) + (item.toordinal() - _EPOCH_DAY).to_bytes(4, "little", signed=True)


def of_timestamp(item: datetime, local: bool = False) -> bytes:
    """A moment (in UTC), or with ``local`` a local date and time."""
    passed = item - _EPOCH
    micros = (passed.days * 86400 + passed.seconds) * 1000000 + passed.microseconds
    return _header(TIMESTAMP_NTZ if local else TIMESTAMP) + micros.to_bytes(8, "little", signed=True)


def of_binary(item: bytes) -> bytes:
    """Bytes."""
    return _header(BINARY) + len(item).to_bytes(4, "little") + item


def of_string(item: str) -> bytes:
    """A text."""
    text = storable(item).encode()
    if len(text) <= SHORT_MAX:
        return bytes([len(text) << 2 | SHORT_STRING]) + text
    return _header(LONG_STRING) + len(text).to_bytes(4, "little") + text


def of_array(items: Sequence[bytes]) -> bytes:
    """An array of encoded values."""
    size = sum(map(len, items))
    width = width_of(size)
    large = len(items) > 0xFF
    if width == 1 and not large:
        return bytes([ARRAY, len(items), 0, *accumulate(map(len, items))]) + b"".join(items)
    parts = [bytes([(large << 2 | width - 1) << 2 | ARRAY]), len(items).to_bytes(4 if large else 1, "little")]
    place = 0
    for item in items:
        parts.append(place.to_bytes(width, "little"))
        place += len(item)
    return b"".join([*parts, place.to_bytes(width, "little"), *items])


def of_object(fields: Sequence[tuple[str, bytes]], keys: Keys) -> bytes:
    """An object of named encoded values. The header is sorted by name, the values stay in their order."""
    numbers = keys.numbers
    placed: list[tuple[str, int, int]] = []
    size = 0
    plain = True
    for name, item in fields:
        placed.append((name, numbers[name], size))
        plain = plain and name.isascii()
        size += len(item)
    if len(placed) > 1:
        placed.sort(key=None if plain else _by_units)
    if size <= 0xFF and len(fields) <= 0xFF and len(numbers) <= 0x100:
        header = bytes([OBJECT, len(fields), *(one[1] for one in placed), *(one[2] for one in placed), size])
        return header + b"".join([item for _, item in fields])
    number_width = width_of(max((number for _, number, _ in placed), default=0))
    width = width_of(size)
    large = len(fields) > 0xFF
    opening = (large << 4 | number_width - 1 << 2 | width - 1) << 2 | OBJECT
    parts = [bytes([opening]), len(fields).to_bytes(4 if large else 1, "little")]
    parts += [number.to_bytes(number_width, "little") for _, number, _ in placed]
    parts += [begin.to_bytes(width, "little") for _, _, begin in placed]
    return b"".join([*parts, size.to_bytes(width, "little"), *(item for _, item in fields)])


def _by_units(entry: tuple[str, int, int]) -> Any:
    return java_order(entry[0])


def java_order(name: str) -> Any:
    """What Java's strings are compared by: their 16-bit units."""
    return name.encode("utf-16-be", "surrogatepass")


def of_tree(tree: Any, keys: Keys, twice: bool = False) -> bytes:
    """A tree of :mod:`jsontree`; of members of equal names the last is taken with ``twice``, else they are an error."""
    if isinstance(tree, str):
        if isinstance(tree, IntText):
            return _number(tree, keys)
        if isinstance(tree, FloatText):
            return _fraction(tree)
        return of_string(tree)
    if tree is None:
        return NULL_VALUE
    if isinstance(tree, bool):
        return of_boolean(tree)
    if isinstance(tree, Members):
        return _members(tree, keys, twice)
    return of_array([of_tree(item, keys, twice) for item in tree])


def _members(tree: Members, keys: Keys, twice: bool) -> bytes:
    fields: dict[str, bytes] = {}
    for name, item in tree:
        name = storable(name)
        keys.number(name)
        if name in fields and not twice:
            raise SparkRuntimeException(
                f"an object has the member {name!r} twice: spark.sql.variant.allowDuplicateKeys lets the last win",
                "VARIANT_DUPLICATE_KEY",
                {"key": name},
            )
        fields.pop(name, None)
        fields[name] = of_tree(item, keys, twice)
    return of_object(list(fields.items()), keys)


def _number(text: str, keys: Keys) -> bytes:
    item = int(text)
    return of_integer(item) if -(1 << 63) <= item < 1 << 63 else _fraction(text)


def _fraction(text: str) -> bytes:
    """Plain digits are a decimal if 38 hold them, else a double."""
    if _DECIMAL.fullmatch(text):
        scale = len(text) - 1 - text.find(".") if "." in text else 0
        digits = text.replace(".", "").lstrip("-0")
        if scale <= 38 and len(digits) <= 38:
            return of_decimal(Decimal(str(text)))
    return of_double(float(text))
