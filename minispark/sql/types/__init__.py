"""``pyspark.sql.types``: every type of Spark's, its texts (DDL, JSON, tree), and how Python values get and pass one.

May import ``minispark.errors`` and ``minispark.sql.row``; importing it is light. Invariants: types compare by content;
parsing what a type prints (``simpleString``, ``json``) gives the type again.
"""

from __future__ import annotations

import sys

from minispark.sql.row import Row
from minispark.sql.types.base import (
    AnsiIntervalType,
    AnyTimeType,
    AtomicType,
    DataType,
    DataTypeSingleton,
    DatetimeType,
    FractionalType,
    IntegralType,
    NumericType,
    SpatialType,
)
from minispark.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.plain import (
    BinaryType,
    BooleanType,
    ByteType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    ShortType,
)
from minispark.sql.types.spatial import Geography, GeographyType, Geometry, GeometryType
from minispark.sql.types.strings import CharType, StringType, VarcharType
from minispark.sql.types.struct import StructField, StructType
from minispark.sql.types.times import DateType, TimestampNTZType, TimestampType, TimeType
from minispark.sql.types.udt import UserDefinedType
from minispark.sql.types.variant import VariantType, VariantVal

__all__ = [
    "AnsiIntervalType",
    "AnyTimeType",
    "ArrayType",
    "AtomicType",
    "BinaryType",
    "BooleanType",
    "ByteType",
    "CalendarIntervalType",
    "CharType",
    "DataType",
    "DataTypeSingleton",
    "DateType",
    "DatetimeType",
    "DayTimeIntervalType",
    "DecimalType",
    "DoubleType",
    "FloatType",
    "FractionalType",
    "Geography",
    "GeographyType",
    "Geometry",
    "GeometryType",
    "IntegerType",
    "IntegralType",
    "LongType",
    "MapType",
    "NullType",
    "NumericType",
    "Row",
    "ShortType",
    "SpatialType",
    "StringType",
    "StructField",
    "StructType",
    "TimeType",
    "TimestampNTZType",
    "TimestampType",
    "UserDefinedType",
    "VarcharType",
    "VariantType",
    "VariantVal",
    "YearMonthIntervalType",
]

for _name in __all__:
    _item = globals()[_name]
    if _item is not Row:
        vars(sys.modules[_item.__module__]).setdefault("__test__", {})[_name] = _item  # for doctest to find it
        _item.__module__ = __name__  # the name that messages and tracebacks show, and pickles look up
