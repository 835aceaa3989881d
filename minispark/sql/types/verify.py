"""Whether Python values are of a type: ``createDataFrame(..., verifySchema=True)``."""

from __future__ import annotations

import array
import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql.types.base import DataType
from minispark.sql.types.intervals import DayTimeIntervalType
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
    ShortType,
)
from minispark.sql.types.spatial import Geography, GeographyType, Geometry, GeometryType
from minispark.sql.types.strings import CharType, StringType, VarcharType
from minispark.sql.types.struct import StructType
from minispark.sql.types.times import DateType, TimestampNTZType, TimestampType, TimeType
from minispark.sql.types.udt import UserDefinedType
from minispark.sql.types.variant import VariantType

Verifier = Callable[[Any], None]

CLASSES: dict[type[DataType], tuple[type, ...]] = {
    BooleanType: (bool,),
    ByteType: (int,),
    ShortType: (int,),
    IntegerType: (int,),
    LongType: (int,),
    FloatType: (float,),
    DoubleType: (float,),
    DecimalType: (Decimal,),
    BinaryType: (bytearray, bytes),
    DateType: (datetime.date, datetime.datetime),
    TimeType: (datetime.time,),
    TimestampType: (datetime.datetime,),
    TimestampNTZType: (datetime.datetime,),
    DayTimeIntervalType: (datetime.timedelta,),
    ArrayType: (list, tuple, array.array),
    MapType: (dict,),
    GeometryType: (Geometry,),
    GeographyType: (Geography,),
}
"""The classes of a type's values; of a subclass no value may be, since Spark could not read it."""
ANY = (StringType, CharType, VarcharType, VariantType)
"""Types that values of every class may be of."""
BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}


def verifier(dtype: DataType, nullable: bool = True, name: str | None = None) -> Verifier:
    """A function that raises for what is no value of ``dtype``; ``name`` says in errors where the value is.

    Raises PySparkTypeError for a value of another class; PySparkValueError for None where there must be none, for
    numbers out of range, for structs of another length.

    >>> check = verifier(StructType().add("a", IntegerType()).add("b", StringType(), False))
    >>> check((1, "x"))
    >>> check((1, None))
    Traceback (most recent call last):
    minispark...PySparkValueError: [FIELD_NOT_NULLABLE_WITH_NAME] field b is None, which its type does not allow
    """
    check = _checker(dtype, name)

    def verify(item: Any) -> None:
        if item is not None and not (isinstance(item, Decimal) and item.is_nan()):
            check(item)
        elif not nullable:
            raise _null(name)

    return verify


def _checker(dtype: DataType, name: str | None) -> Verifier:
    if isinstance(dtype, ANY):
        return lambda item: None
    if isinstance(dtype, UserDefinedType):
        return _user_defined(dtype, name)
    if isinstance(dtype, StructType):
        return _struct(dtype, name)
    of_class = _of_class(dtype, name)
    if type(dtype) in BITS:
        return _whole(of_class, BITS[type(dtype)])
    if isinstance(dtype, ArrayType):
        element = verifier(dtype.elementType, dtype.containsNull, f"element in array {name}")

        def check_array(item: Any) -> None:
            of_class(item)
            for one in item:
                element(one)

        return check_array
    if isinstance(dtype, MapType):
        key = verifier(dtype.keyType, False, f"key of map {name}")
        value = verifier(dtype.valueType, dtype.valueContainsNull, f"value of map {name}")

        def check_map(item: Any) -> None:
            of_class(item)
            for one, other in item.items():
                key(one)
                value(other)

        return check_map
    return of_class


def _of_class(dtype: DataType, name: str | None) -> Verifier:
    classes = CLASSES.get(type(dtype))

    def check(item: Any) -> None:
        where = "" if name is None else f"{name}: "
        assert classes is not None, f"{where}unknown datatype: {dtype} for object {item!r}"
        if type(item) not in classes:
            raise _unacceptable(dtype, item, name)

    return check


def _whole(of_class: Verifier, bits: int) -> Verifier:
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def check(item: Any) -> None:
        of_class(item)
        if not low <= item <= high:
            raise PySparkValueError(
                f"{item} is outside of the range from {low} to {high}",
                "VALUE_OUT_OF_BOUNDS",
                {"arg_name": "obj", "lower_bound": str(low), "upper_bound": str(high), "actual": str(item)},
            )

    return check


def _struct(dtype: StructType, name: str | None) -> Verifier:
    inside = "" if name is None else f" in {name}"
    checks = [(f.name, verifier(f.dataType, f.nullable, f"field {f.name}{inside}")) for f in dtype.fields]

    def check(item: Any) -> None:
        if isinstance(item, (tuple, list)):
            if len(item) != len(checks):
                raise _length(item, len(checks), name)
            for one, (_, verify) in zip(item, checks, strict=True):
                verify(one)
            return
        if not isinstance(item, dict) and not hasattr(item, "__dict__"):
            raise _unacceptable(dtype, item, name)
        found = item if isinstance(item, dict) else item.__dict__
        for field, verify in checks:
            verify(found.get(field))

    return check


def _user_defined(dtype: UserDefinedType, name: str | None) -> Verifier:
    kept = verifier(dtype.sqlType(), name=name)

    def check(item: Any) -> None:
        if getattr(item, "__UDT__", None) != dtype:
            ending, where = _named(name)
            raise PySparkValueError(
                f"{item!r:.200} is no value of {dtype}",
                f"FIELD_TYPE_MISMATCH{ending}",
                {**where, "obj": str(item), "data_type": str(dtype)},
            )
        kept(dtype.toInternal(item))

    return check


def _named(name: str | None) -> tuple[str, dict[str, str]]:
    return ("", {}) if name is None else ("_WITH_NAME", {"field_name": name})


def _null(name: str | None) -> PySparkValueError:
    ending, where = _named(name)
    return PySparkValueError(
        f"{name or 'the value'} is None, which its type does not allow", f"FIELD_NOT_NULLABLE{ending}", where
    )


def _unacceptable(dtype: DataType, item: Any, name: str | None) -> PySparkTypeError:
    ending, where = _named(name)
    return PySparkTypeError(
        f"{name or 'the value'}: {item!r:.200} of class {type(item).__name__} is no value of {dtype!r:.200}",
        f"FIELD_DATA_TYPE_UNACCEPTABLE{ending}",
        {**where, "data_type": str(dtype), "obj": repr(item), "obj_type": str(type(item))},
    )


def _length(item: Any, expected: int, name: str | None) -> PySparkValueError:
    ending, where = _named(name)
    return PySparkValueError(
        f"{name or 'the row'}: {item!r:.200} has {len(item)} values for {expected} fields",
        f"FIELD_STRUCT_LENGTH_MISMATCH{ending}",
        {**where, "object_length": str(len(item)), "field_length": str(expected)},
    )
