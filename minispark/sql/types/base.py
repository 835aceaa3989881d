"""What all types have in common, and the families they form."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from minispark.sql.types.late import late


class DataType:
    """A type of Spark's. Types of equal contents are equal and hash alike; they print as what makes them.

    ``toInternal`` and ``fromInternal`` translate between values as users hold them and as Spark keeps them (a date as
    its days since 1970), for those types where ``needConversion()`` says that the two differ.

    >>> from minispark.sql.types import ArrayType, LongType
    >>> ArrayType(LongType()), ArrayType(LongType()).simpleString(), LongType().json()
    (ArrayType(LongType(), True), 'array<bigint>', '"long"')
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, type(self)) and self.__dict__ == other.__dict__)

    def __ne__(self, other: object) -> bool:
        return not self == other

    @classmethod
    def typeName(cls) -> str:
        """The family's name: ``long``, ``array``."""
        return cls.__name__[:-4].lower()

    def simpleString(self) -> str:
        """The type as SQL names it: ``bigint``, ``array<bigint>``."""
        return self.typeName()

    def jsonValue(self) -> str | dict[str, Any]:
        """What ``json`` writes."""
        return self.typeName()

    def json(self) -> str:
        """The type as JSON text, compact and with sorted keys."""
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether Spark keeps a value of it as another object than the user's."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """The user's value as Spark keeps it."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """Spark's value as the user sees it."""
        return obj

    def _as_nullable(self) -> DataType:
        return self

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """The type that a text names; a list of fields alone is a struct.

        Raises ParseException.

        >>> DataType.fromDDL("decimal(10, 2)"), DataType.fromDDL("b string, a: int").simpleString()
        (DecimalType(10,2), 'struct<b:string,a:int>')
        """
        found: DataType = late("types.ddl:parse_type")(ddl)
        return found


class DataTypeSingleton(type):
    """Makes one instance of a class without parameters; a copy or a pickle gives another one, which is equal."""

    _instances: ClassVar[dict[type, Any]] = {}

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs or cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]


class AtomicType(DataType):
    """Neither null nor made of other types."""


class NumericType(AtomicType):
    """Numbers."""


class IntegralType(NumericType, metaclass=DataTypeSingleton):
    """Whole numbers."""


class FractionalType(NumericType):
    """Decimals and floating point."""


class DatetimeType(AtomicType):
    """Dates and times."""


class AnyTimeType(DatetimeType):
    """Times of day of any precision."""


class AnsiIntervalType(AtomicType):
    """The intervals of the SQL standard."""


class SpatialType(AtomicType):
    """Geographies and geometries. The identifiers stand for values of several reference systems in one column."""

    MIXED_SRID = -1
    MIXED_CRS = "SRID:ANY"
