"""Geographies and geometries: shapes in well-known binary, with the number of their reference system (SRID)."""

from __future__ import annotations

from typing import Any

from minispark.errors import IllegalArgumentException
from minispark.sql.types.base import SpatialType

_SYSTEMS = {0: "SRID:0", 3857: "EPSG:3857", 4326: "OGC:CRS84"}
_GEOGRAPHIC = {4326: "OGC:CRS84"}


class _Shape:
    def __init__(self, wkb: bytes, srid: int) -> None:
        self.wkb = wkb
        self.srid = srid

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.wkb!r}, {self.srid:d})"

    def getSrid(self) -> int:
        """The number of its reference system."""
        return self.srid

    def getBytes(self) -> bytes:
        """Its well-known binary."""
        return self.wkb

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.wkb == other.wkb and self.srid == other.srid

    __hash__ = None  # type: ignore[assignment]  # as of PySpark's: not a key


class Geography(_Shape):
    """A shape on the globe.

    >>> point = Geography.fromWKB(bytes.fromhex("010100000000000000000031400000000000001c40"), 4326)
    >>> point.getBytes().hex(), point.getSrid()
    ('010100000000000000000031400000000000001c40', 4326)
    """

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Geography:
        """The shape of these bytes."""
        return Geography(wkb, srid)


class Geometry(_Shape):
    """A shape on a plane."""

    @classmethod
    def fromWKB(cls, wkb: bytes, srid: int) -> Geometry:
        """The shape of these bytes."""
        return Geometry(wkb, srid)


class _Spatial(SpatialType):
    DEFAULT_CRS = "OGC:CRS84"
    DEFAULT_SRID = 4326
    _systems: dict[int, str] = _SYSTEMS

    def __init__(self, srid: int | str) -> None:
        if srid == "ANY":
            self.srid, self._crs = self.MIXED_SRID, self.MIXED_CRS
        elif isinstance(srid, int) and srid in self._systems:
            self.srid, self._crs = srid, self._systems[srid]
        else:
            raise IllegalArgumentException(
                f"{srid!r} is no SRID of a {self.typeName()}; there are {', '.join(map(str, self._systems))} and 'ANY'",
                "ST_INVALID_SRID_VALUE",
                {"srid": str(srid)},
            )

    @classmethod
    def _srid_of(cls, crs: str) -> int | str:
        if crs.lower() == cls.MIXED_CRS.lower():
            return "ANY"
        for srid, name in cls._systems.items():
            if name == crs:
                return srid
        raise IllegalArgumentException(
            f"{crs!r} is no reference system of a {cls.typeName()}; there are {', '.join(cls._systems.values())}",
            "ST_INVALID_CRS_VALUE",
            {"crs": crs},
        )

    def simpleString(self) -> str:
        return f"{self.typeName()}({'any' if self.srid == self.MIXED_SRID else self.srid})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'ANY' if self.srid == self.MIXED_SRID else self.srid})"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        if obj is None:
            return None
        assert isinstance(obj, _Shape)
        return {"srid": obj.srid, "wkb": obj.wkb}


class GeographyType(_Spatial):
    """Shapes on the globe, of reference system ``srid``, or of several if that is ``"ANY"``.

    >>> GeographyType(4326), GeographyType("ANY").simpleString(), GeographyType(4326).jsonValue()
    (GeographyType(4326), 'geography(any)', 'geography(OGC:CRS84, SPHERICAL)')
    """

    DEFAULT_ALG = "SPHERICAL"
    _systems = _GEOGRAPHIC

    def __init__(self, srid: int | str) -> None:
        super().__init__(srid)
        self._alg = self.DEFAULT_ALG

    @classmethod
    def _from_crs(cls, crs: str, alg: str) -> GeographyType:
        if alg != cls.DEFAULT_ALG:
            raise IllegalArgumentException(
                f"{alg!r} is no way to join points of a geography; there is {cls.DEFAULT_ALG}",
                "ST_INVALID_ALGORITHM_VALUE",
                {"alg": alg},
            )
        return GeographyType(cls._srid_of(crs))

    def jsonValue(self) -> str:
        return f"geography({self._crs}, {self._alg})"

    def fromInternal(self, obj: Any) -> Geography | None:
        if obj is None or not all(key in obj for key in ("srid", "bytes")):
            return None
        return Geography(obj["bytes"], obj["srid"])


class GeometryType(_Spatial):
    """Shapes on a plane, of reference system ``srid``, or of several if that is ``"ANY"``.

    >>> GeometryType(0), GeometryType(3857).jsonValue()
    (GeometryType(0), 'geometry(EPSG:3857)')
    """

    @classmethod
    def _from_crs(cls, crs: str) -> GeometryType:
        return GeometryType(cls._srid_of(crs))

    def jsonValue(self) -> str:
        return f"geometry({self._crs})"

    def fromInternal(self, obj: Any) -> Geometry | None:
        if obj is None or not all(key in obj for key in ("srid", "bytes")):
            return None
        return Geometry(obj["bytes"], obj["srid"])
