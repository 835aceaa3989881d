"""Geometries and geographies."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given, given_lit, number

__all__ = [
    "st_asbinary",
    "st_geogfromwkb",
    "st_geomfromwkb",
    "st_setsrid",
    "st_srid",
]


def st_geogfromwkb(wkb: ColumnOrName) -> Column:
    """A geography of its well-known binary form."""
    return call("st_geogfromwkb", wkb)


def st_srid(geo: ColumnOrName) -> Column:
    """The reference system's number."""
    return call("st_srid", geo)


def st_asbinary(geo: ColumnOrName, endianness: ColumnOrName | None = None) -> Column:
    """The well-known binary form, of an endianness: NDR (without one) or XDR."""
    return call("st_asbinary", geo, *given_lit(endianness))


def st_geomfromwkb(wkb: ColumnOrName, srid: ColumnOrName | int | None = None) -> Column:
    """A geometry of its well-known binary form and the number of its reference system."""
    return call("st_geomfromwkb", wkb, *given(number(srid)))


def st_setsrid(geo: ColumnOrName, srid: ColumnOrName | int) -> Column:
    """The same with another number of the reference system."""
    return call("st_setsrid", geo, number(srid))
