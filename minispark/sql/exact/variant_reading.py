"""Reading variants: what is at a place of Spark's binary encoding."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.jsontext import double_text, java_text, quoted
from minispark.sql.exact.variant_encoding import (
    BINARY,
    DATE,
    DECIMAL4,
    DECIMAL8,
    DECIMAL16,
    DOUBLE,
    FALSE,
    FLOAT,
    INT1,
    INT2,
    INT4,
    INT8,
    LONG_STRING,
    NULL,
    OBJECT,
    PRIMITIVE,
    SHORT_STRING,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    TRUE,
    UUID,
    Keys,
    of_array,
    of_object,
)

_EPOCH = datetime(1970, 1, 1)
_KINDS = {
    NULL: "null", TRUE: "boolean", FALSE: "boolean", INT1: "long", INT2: "long", INT4: "long", INT8: "long",
    DOUBLE: "double", DECIMAL4: "decimal", DECIMAL8: "decimal", DECIMAL16: "decimal", DATE: "date",
    TIMESTAMP: "timestamp", TIMESTAMP_NTZ: "timestamp_ntz", FLOAT: "float", BINARY: "binary", LONG_STRING: "string",
    UUID: "uuid",
}  # fmt: skip
_SIZES = {
    NULL: 1, TRUE: 1, FALSE: 1, INT1: 2, INT2: 3, INT4: 5, DATE: 5, FLOAT: 5, INT8: 9, DOUBLE: 9, TIMESTAMP: 9,
    TIMESTAMP_NTZ: 9, DECIMAL4: 6, DECIMAL8: 10, DECIMAL16: 18, UUID: 17,
}  # fmt: skip
_WIDTHS = {INT1: 1, INT2: 2, INT4: 4, INT8: 8}
_EXACT = Context(prec=60)


def malformed() -> SparkRuntimeException:
    """The error for bytes that are no variant."""
    return SparkRuntimeException(
        "the bytes of a variant are damaged or were not made by Spark", "MALFORMED_VARIANT", {}
    )


class Variant:
    """The value at a place of an encoded variant."""

    __slots__ = ("metadata", "place", "value")

    def __init__(self, value: bytes, metadata: bytes, place: int = 0) -> None:
        self.value = value
        self.metadata = metadata
        self.place = place
        if place >= len(value):
            raise malformed()

    @property
    def kind(self) -> str:
        """``null boolean long double decimal date timestamp timestamp_ntz float binary string uuid object array``."""
        header = self.value[self.place]
        basic = header & 3
        if basic == PRIMITIVE:
            if header >> 2 not in _KINDS:
                raise SparkRuntimeException(
                    f"a variant holds a primitive of the unknown type {header >> 2}",
                    "UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT",
                    {"id": str(header >> 2)},
                )
            return _KINDS[header >> 2]
        return "string" if basic == SHORT_STRING else "object" if basic == OBJECT else "array"

    def number(self, place: int, width: int, signed: bool = False) -> int:
        """An integer of the encoding."""
        if place + width > len(self.value):
            raise malformed()
        return int.from_bytes(self.value[place : place + width], "little", signed=signed)

    def scalar(self) -> Any:
        """The plain value of what is neither object nor array."""
        header = self.value[self.place]
        start = self.place + 1
        if header & 3 == SHORT_STRING:
            return self.part(start, header >> 2).decode()
        what = header >> 2
        if what in _WIDTHS:
            return self.number(start, _WIDTHS[what], True)
        if what == NULL:
            return None
        if what in (TRUE, FALSE):
            return what == TRUE
        if what == DOUBLE:
            return struct.unpack("<d", self.part(start, 8))[0]
        if what == FLOAT:
            return struct.unpack("<f", self.part(start, 4))[0]
        if what in (DECIMAL4, DECIMAL8, DECIMAL16):
            return self.decimal(start, _SIZES[what] - 2)
        if what == DATE:
            return date(1970, 1, 1) + timedelta(days=self.number(start, 4, True))
        if what in (TIMESTAMP, TIMESTAMP_NTZ):
            return _EPOCH + timedelta(microseconds=self.number(start, 8, True))
        if what in (BINARY, LONG_STRING):
            found = self.part(start + 4, self.number(start, 4))
            return found if what == BINARY else found.decode()
        return self.part(start, 16)

    def part(self, start: int, size: int) -> bytes:
        """Some of the bytes."""
        if start + size > len(self.value):
            raise malformed()
        return self.value[start : start + size]

    def decimal(self, start: int, width: int) -> Decimal:
        """A decimal, without zeros at its end."""
        made = Decimal(self.number(start + 1, width, True)).scaleb(-self.value[start], _EXACT).normalize(_EXACT)
        return made if int(made.as_tuple().exponent) <= 0 else made.quantize(Decimal(1), context=_EXACT)

    def elements(self) -> list[Variant]:
        """The elements of an array."""
        header = self.value[self.place] >> 2
        count, start = self._count(header & 4)
        width = (header & 3) + 1
        data = start + (count + 1) * width
        return [
            Variant(self.value, self.metadata, data + self.number(start + at * width, width)) for at in range(count)
        ]

    def fields(self) -> Iterator[tuple[str, Variant]]:
        """The members of an object, sorted by name."""
        header = self.value[self.place] >> 2
        count, start = self._count(header & 16)
        number_width, width = (header >> 2 & 3) + 1, (header & 3) + 1
        offsets = start + count * number_width
        data = offsets + (count + 1) * width
        for at in range(count):
            name = self.key(self.number(start + at * number_width, number_width))
            yield name, Variant(self.value, self.metadata, data + self.number(offsets + at * width, width))

    def _count(self, large: int) -> tuple[int, int]:
        width = 4 if large else 1
        return self.number(self.place + 1, width), self.place + 1 + width

    def key(self, number: int) -> str:
        """A key of the dictionary."""
        metadata = self.metadata
        width = (metadata[0] >> 6) + 1
        count = int.from_bytes(metadata[1 : 1 + width], "little")
        if number >= count:
            raise malformed()
        begin, end = (
            int.from_bytes(metadata[1 + (number + more) * width : 1 + (number + more + 1) * width], "little")
            for more in (1, 2)
        )
        start = 1 + (count + 2) * width
        return metadata[start + begin : start + end].decode()

    def size(self) -> int:
        """How many bytes the value takes."""
        header = self.value[self.place]
        basic, info = header & 3, header >> 2
        if basic == SHORT_STRING:
            return 1 + info
        if basic == PRIMITIVE:
            return 5 + self.number(self.place + 1, 4) if info in (BINARY, LONG_STRING) else _SIZES[info]
        count, start = self._count(info & (16 if basic == OBJECT else 4))
        width = (info & 3) + 1
        offsets = start + (count * ((info >> 2 & 3) + 1) if basic == OBJECT else 0)
        return offsets + (count + 1) * width + self.number(offsets + count * width, width) - self.place

    def own(self) -> dict[str, bytes]:
        """The value alone, with the whole dictionary."""
        return {"value": self.part(self.place, self.size()), "metadata": self.metadata}

    def rebuilt(self, keys: Keys) -> bytes:
        """The value written anew with a dictionary of its own keys alone."""
        kind = self.kind
        if kind == "object":
            fields = []
            for name, item in self.fields():
                keys.number(name)
                fields.append((name, item.rebuilt(keys)))
            return of_object(fields, keys)
        if kind == "array":
            return of_array([item.rebuilt(keys) for item in self.elements()])
        return self.part(self.place, self.size())

    def text(self, zone: str) -> str:
        """The value as JSON; moments are shown in a time zone."""
        kind = self.kind
        if kind == "object":
            return "{" + ",".join([f"{quoted(name)}:{item.text(zone)}" for name, item in self.fields()]) + "}"
        if kind == "array":
            return "[" + ",".join([item.text(zone) for item in self.elements()]) + "]"
        item = self.scalar()
        if kind == "string":
            return quoted(item)
        if kind in ("double", "float"):
            made = double_text(item) if kind == "double" else float_text(item)
            return f'"{made}"' if made[-1] in "Ny" else made
        if kind in ("timestamp", "timestamp_ntz"):
            from minispark.sql.exact import datetime_text, zones

            local = datetime_text.timestamp_ntz_text
            return f'"{local(item) if kind == "timestamp_ntz" else _moment_text(item, zones.zone(zone))}"'
        return _plain_text(kind, item)


def of_value(item: dict[str, bytes]) -> Variant:
    """The root of a physical variant."""
    return Variant(item["value"], item["metadata"])


def _plain_text(kind: str, item: Any) -> str:
    if kind == "null":
        return "null"
    if kind == "boolean":
        return "true" if item else "false"
    if kind == "date":
        return f'"{item.isoformat()}"'
    if kind == "binary":
        return f'"{base64.b64encode(item).decode()}"'
    if kind == "uuid":
        import uuid

        return f'"{uuid.UUID(bytes=item)}"'
    return str(item) if kind == "long" else f"{item:f}"


def _moment_text(moment: datetime, zone: Any) -> str:
    from minispark.sql.exact.datetime_text import timestamp_ntz_text

    seconds = int(zone.offset(moment).total_seconds())
    size = abs(seconds) // 60
    return f"{timestamp_ntz_text(zone.local(moment))}{'-' if seconds < 0 else '+'}{size // 60:02d}:{size % 60:02d}"


def float_text(item: float) -> str:
    """A float as Java writes it: in the shortest digits that tell it from other floats.

    >>> float_text(1.100000023841858), float_text(1e10)
    ('1.1', '1.0E10')
    """
    if item != item or item in (float("inf"), float("-inf")):
        return double_text(item)
    for digits in range(1, 10):
        text = f"{item:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", item):
            return java_text(repr(float(text)))
    return double_text(item)
