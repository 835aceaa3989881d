"""Shapes in well-known binary (WKB): read and checked, written in either byte order."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from minispark.errors import IllegalArgumentException
from minispark.sql.types import GeographyType

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Shape = dict[str, Any]
"""``srid`` and ``wkb``, little-endian."""

_POINT, _LINE, _POLYGON, _POINTS, _LINES, _POLYGONS, _COLLECTION = range(1, 8)
_PARTS = {_POINTS: (_POINT, "Point", "MultiPoint"), _LINES: (_LINE, "LineString", "MultiLineString"),
          _POLYGONS: (_POLYGON, "Polygon", "MultiPolygon")}  # fmt: skip
PLANE = (0, 3857, 4326)
"""The reference systems of geometries that are known here."""
GLOBE = (4326,)
"""Those of geographies."""


def _refuse(what: str, place: int) -> NoReturn:
    raise IllegalArgumentException(
        f"the bytes are no shape in WKB: {what} at position {place}",
        "WKB_PARSE_ERROR",
        {"parseError": what, "pos": str(place)},
    )


class _Reader:
    """Reads one shape and writes it again with the byte order ``order`` (``<`` or ``>``)."""

    def __init__(self, data: bytes, globe: bool, order: str) -> None:
        self.data = data
        self.globe = globe
        self.order = order
        self.place = 0
        self.made: list[bytes] = []

    def take(self, size: int) -> int:
        begin = self.place
        if begin + size > len(self.data):
            _refuse("Unexpected end of WKB buffer", begin)
        self.place += size
        return begin

    def count(self, mark: str) -> int:
        begin = self.take(4)
        number: int = struct.unpack_from(f"{mark}I", self.data, begin)[0]
        self.made.append(struct.pack(f"{self.order}I", number))
        return number

    def shape(self, expected: tuple[int, str, str] | None = None) -> None:
        start = self.take(1)
        if self.data[start] > 1:
            _refuse(f"Invalid byte order {self.data[start]}", start)
        mark = "<" if self.data[start] else ">"
        self.made.append(b"\x01" if self.order == "<" else b"\x00")
        at = self.place
        kind = self.count(mark)
        base, ordinates = kind % 1000, (2, 3, 3, 4)[kind // 1000] if kind < 4000 else 0
        if not 1 <= base <= 7 or not ordinates:
            _refuse(f"Invalid or unsupported type {kind}", at)
        if expected is not None and base != expected[0]:
            _refuse(f"Expected {expected[1]} in {expected[2]}", start)
        if base == _POINT:
            self.points(1, ordinates, mark)
        elif base == _LINE:
            begin = self.place
            number = self.count(mark)
            if number == 1:
                _refuse("Too few points in linestring", begin)
            self.points(number, ordinates, mark)
        elif base == _POLYGON:
            for _ in range(self.count(mark)):
                self.ring(ordinates, mark)
        else:
            for _ in range(self.count(mark)):
                self.shape(_PARTS.get(base))

    def ring(self, ordinates: int, mark: str) -> None:
        begin = self.place
        number = self.count(mark)
        if number < 4:
            _refuse("Too few points in ring", begin)
        corners = self.points(number, ordinates, mark)
        if corners[0] != corners[-1]:
            _refuse("Ring is not closed", begin)

    def points(self, number: int, ordinates: int, mark: str) -> list[tuple[float, ...]]:
        found = []
        for _ in range(number):
            begin = self.take(8 * ordinates)
            point = struct.unpack_from(f"{mark}{ordinates}d", self.data, begin)
            empty = number == 1 and all(math.isnan(one) for one in point)
            if not empty and not self.allowed(point):
                _refuse("Invalid coordinate value found", begin)
            self.made.append(struct.pack(f"{self.order}{ordinates}d", *point))
            found.append(point)
        return found

    def allowed(self, point: tuple[float, ...]) -> bool:
        if not all(map(math.isfinite, point)):
            return False
        return not self.globe or -180 <= point[0] <= 180 and -90 <= point[1] <= 90


def rewritten(data: bytes, globe: bool, order: str) -> bytes:
    """The shape in another byte order. Raises IllegalArgumentException for bytes that are none.

    >>> rewritten(bytes.fromhex("0101000000000000000000F03F0000000000000040"), False, ">").hex()
    '00000000013ff00000000000004000000000000000'
    """
    if not data:
        _refuse("WKB data is empty or null", 0)
    reader = _Reader(data, globe, order)
    reader.shape()
    return b"".join(reader.made)


def checked_srid(srid: int, known: tuple[int, ...]) -> int:
    """The number of a reference system. Raises IllegalArgumentException for one that is not known."""
    if srid not in known:
        raise IllegalArgumentException(
            f"{srid} is no reference system that is known here; there are {', '.join(map(str, known))}",
            "ST_INVALID_SRID_VALUE",
            {"srid": str(srid)},
        )
    return srid


def geometry(wkb: bytes, srid: int = 0) -> Shape:
    """A shape on a plane."""
    return {"srid": checked_srid(srid, PLANE), "wkb": rewritten(wkb, False, "<")}


def geography(wkb: bytes) -> Shape:
    """A shape on the globe."""
    return {"srid": 4326, "wkb": rewritten(wkb, True, "<")}


def with_srid(bound: Bound) -> Callable[[Shape, int], Shape]:
    """The same shape in another reference system."""
    known = GLOBE if isinstance(bound.types[0], GeographyType) else PLANE
    return lambda shape, srid: {"srid": checked_srid(srid, known), "wkb": shape["wkb"]}


def as_binary(shape: Shape, order: str = "NDR") -> bytes:
    """The shape's WKB: little-endian (NDR) or big-endian (XDR)."""
    if order.upper() not in ("NDR", "XDR"):
        raise IllegalArgumentException(
            f"the byte order is NDR (little-endian) or XDR (big-endian), not {order!r}", "ST_INVALID_ENDIANNESS_VALUE",
            {"e": order},
        )  # fmt: skip
    return bytes(shape["wkb"]) if order.upper() == "NDR" else rewritten(shape["wkb"], False, ">")
