"""The types of Python values, for data that comes without a schema."""

from __future__ import annotations

import array
import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from minispark.engine.core.values import value
from minispark.errors import PySparkTypeError
from minispark.sql.types.base import DataType
from minispark.sql.types.intervals import DayTimeIntervalType
from minispark.sql.types.merge import merged
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
from minispark.sql.types.strings import StringType
from minispark.sql.types.struct import StructField, StructType
from minispark.sql.types.times import DateType, TimestampNTZType, TimestampType, TimeType
from minispark.sql.types.variant import VariantType, VariantVal


@value
class Inference:
    """How a session infers: its settings, by what they do."""

    dicts_are_structs: bool = False
    first_element_decides: bool = False
    first_pair_decides: bool = False
    timestamps_without_zone: bool = False


USUAL = Inference()

_BY_CLASS: dict[type, DataType] = {
    type(None): NullType(),
    bool: BooleanType(),
    int: LongType(),
    float: DoubleType(),
    str: StringType(),
    bytearray: BinaryType(),
    bytes: BinaryType(),
    Decimal: DecimalType(38, 18),
    datetime.date: DateType(),
    datetime.time: TimeType(),
    datetime.datetime: TimestampType(),
    datetime.timedelta: DayTimeIntervalType(),
}
PLAIN = frozenset(_BY_CLASS)
"""Classes all of whose values are of one type (unless timestamps are without a zone)."""
_BY_SIZE: dict[int, DataType] = {1: ByteType(), 2: ShortType(), 4: IntegerType(), 8: LongType()}


def infer_type(item: Any, how: Inference = USUAL) -> DataType:
    """The type of a value.

    Raises PySparkTypeError for a value of a class that Spark has no type for, or a list of values of several types.

    >>> infer_type([{"a": 1}]), infer_type((1, None)).simpleString()
    (ArrayType(MapType(StringType(), LongType(), True), True), 'struct<_1:bigint,_2:void>')
    """
    found = _BY_CLASS.get(type(item))
    if found is not None:
        ntz = how.timestamps_without_zone and type(item) is datetime.datetime and item.tzinfo is None
        return TimestampNTZType() if ntz else found
    if hasattr(item, "__UDT__"):
        kind: DataType = item.__UDT__
        return kind
    if isinstance(item, (Geography, Geometry)):
        return GeographyType(item.getSrid()) if isinstance(item, Geography) else GeometryType(item.getSrid())
    if isinstance(item, dict):
        return _of_dict(item, how)
    if isinstance(item, list):
        return _of_list(item, how)
    if isinstance(item, array.array):
        return ArrayType(_of_code(item.typecode), False)
    if isinstance(item, VariantVal):
        return VariantType()
    try:
        return infer_schema(item, how=how)
    except TypeError:
        raise PySparkTypeError(
            f"{item!r:.200} is of class {type(item).__name__}, which Spark has no type for",
            "UNSUPPORTED_DATA_TYPE",
            {"data_type": type(item).__name__},
        ) from None


def infer_schema(row: Any, names: list[str] | None = None, how: Inference = USUAL) -> StructType:
    """The fields of a row: those of a Row or namedtuple by their names, of other tuples and lists by ``names`` or as
    ``_1``, ``_2``, ..., of dicts and other objects sorted. ``names`` grows to the length of the row.

    Raises PySparkTypeError for what is no row, and for a value without a type.

    >>> infer_schema({"b": 1, "a": "x"}).simpleString(), infer_schema((1, "x"), ["n"]).simpleString()
    ('struct<a:string,b:bigint>', 'struct<n:bigint,_2:string>')
    """
    fields = []
    for name, item in _items(row, names):
        try:
            fields.append(StructField(name, infer_type(item, how)))
        except TypeError:
            raise PySparkTypeError(
                f"field {name!r}: {item!r:.200} of class {type(item).__name__} has no type of Spark's",
                "CANNOT_INFER_TYPE_FOR_FIELD",
                {"field_name": str(name)},
            ) from None
    return StructType(fields)


def _items(row: Any, names: list[str] | None) -> Iterable[tuple[str, Any]]:
    if isinstance(row, dict):
        return sorted(row.items())
    if isinstance(row, (tuple, list)):
        own = getattr(row, "__fields__", None) or getattr(row, "_fields", None)
        if own is not None:
            return zip(own, tuple(row), strict=False)
        names = [] if names is None else names
        names.extend(f"_{place}" for place in range(len(names) + 1, len(row) + 1))
        return zip(names, row, strict=False)
    if hasattr(row, "__dict__"):
        return sorted(row.__dict__.items())
    raise PySparkTypeError(
        f"{row!r:.200} of class {type(row).__name__} is no row: give tuples, lists, dicts, Rows or objects with "
        "attributes, or give the type of single values as the schema",
        "CANNOT_INFER_SCHEMA_FOR_TYPE",
        {"data_type": type(row).__name__},
    )


def _of_dict(item: dict[Any, Any], how: Inference) -> DataType:
    pairs = [(key, one) for key, one in item.items() if key is not None and one is not None]
    if how.dicts_are_structs:
        return StructType([StructField(key, infer_type(one, how)) for key, one in pairs])
    if how.first_pair_decides:
        if not pairs:
            return MapType(NullType(), NullType())
        return MapType(infer_type(pairs[0][0], how), infer_type(pairs[0][1], how))
    return MapType(_of_all(item.keys(), how), _of_all(item.values(), how))


def _of_list(item: list[Any], how: Inference) -> DataType:
    if not item:
        return ArrayType(NullType())
    return ArrayType(infer_type(item[0], how) if how.first_element_decides else _of_all(item, how))


def _of_all(items: Iterable[Any], how: Inference) -> DataType:
    found: DataType = NullType()
    known: set[type] = set()
    for item in items:
        if type(item) in known:
            continue
        if type(item) in PLAIN and not how.timestamps_without_zone:
            known.add(type(item))
        found = merged(found, infer_type(item, how))
    return found


def _of_code(code: str) -> DataType:
    if code in "fd":
        return FloatType() if code == "f" else DoubleType()
    if code == "u":
        return StringType()
    size = array.array(code).itemsize if code in "bBhHiIlL" else 0
    size = 2 * size if code.isupper() else size  # without a sign they need one bit more
    if size not in _BY_SIZE:
        raise PySparkTypeError(
            f"an array with type code {code!r} holds numbers that no type of Spark's is wide enough for",
            "UNSUPPORTED_DATA_TYPE",
            {"data_type": f"array({code})"},
        )
    return _BY_SIZE[size]
