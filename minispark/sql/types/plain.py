"""Types without parts: null, booleans, binary, numbers."""

from __future__ import annotations

from minispark.sql.types.base import AtomicType, DataType, DataTypeSingleton, FractionalType, IntegralType


class NullType(DataType, metaclass=DataTypeSingleton):
    """The type of None where nothing else is known."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class BinaryType(AtomicType, metaclass=DataTypeSingleton):
    """Bytes."""


class BooleanType(AtomicType, metaclass=DataTypeSingleton):
    """True and False."""


class ByteType(IntegralType):
    """Whole numbers of 8 bits."""

    def simpleString(self) -> str:
        return "tinyint"


class ShortType(IntegralType):
    """Whole numbers of 16 bits."""

    def simpleString(self) -> str:
        return "smallint"


class IntegerType(IntegralType):
    """Whole numbers of 32 bits."""

    def simpleString(self) -> str:
        return "int"


class LongType(IntegralType):
    """Whole numbers of 64 bits; for larger ones there are decimals."""

    def simpleString(self) -> str:
        return "bigint"


class FloatType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point of 32 bits."""


class DoubleType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point of 64 bits: Python's float."""


class DecimalType(FractionalType):
    """Decimals of up to ``precision`` digits (at most 38), ``scale`` of them behind the point.

    >>> DecimalType(5, 2), DecimalType().simpleString()
    (DecimalType(5,2), 'decimal(10,0)')
    """

    def __init__(self, precision: int = 10, scale: int = 0) -> None:
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        return f"decimal({self.precision:d},{self.scale:d})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"DecimalType({self.precision:d},{self.scale:d})"
