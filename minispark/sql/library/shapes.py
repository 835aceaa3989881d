"""Geometries and geographies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.plan.expressions import Call, Literal

_SHAPE = k.Kind('("GEOGRAPHY" or "GEOMETRY")', lambda given: isinstance(given, (t.GeographyType, t.GeometryType)))


def _in(kind: type[Any], srid: Any) -> t.DataType:
    """The type of shapes in a reference system: in any, where it is no constant."""
    from minispark.sql.exact.shapes import GLOBE, PLANE, checked_srid

    constant = isinstance(srid, Literal) and srid.item is not None
    known = GLOBE if kind is t.GeographyType else PLANE
    made: t.DataType = kind(checked_srid(srid.item, known) if constant else "ANY")
    return made


def _geometry(args: Sequence[Any], settings: Settings) -> t.DataType:
    return _in(t.GeometryType, args[1]) if len(args) > 1 else t.GeometryType(0)


def _moved(args: Sequence[Any], settings: Settings) -> t.DataType:
    return _in(type(args[0].dtype), args[1])


def _srid(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.args[0].dtype, t.NullType):
        return "CAST(NULL AS INTEGER)"
    return f"({args[0]}).srid"


FUNCTIONS: tuple[Function, ...] = (
    scalar("st_geomfromwkb", (k.BINARY, k.INT), _geometry, least=1, exact="shapes:geometry"),
    scalar("st_geogfromwkb", (k.BINARY,), t.GeographyType(4326), exact="shapes:geography"),
    scalar("st_srid", (_SHAPE,), t.IntegerType(), _srid),
    scalar("st_setsrid", (_SHAPE, k.INT), _moved, factory="shapes:with_srid"),
    scalar("st_asbinary", (_SHAPE, k.STRING), t.BinaryType(), least=1, exact="shapes:as_binary"),
)
