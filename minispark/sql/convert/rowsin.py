"""Rows of Python values -> physical columns, as PySpark and Spark between them convert them without Arrow.

Whole columns at a time: where all values of a column are of the one Python class that its type expects, Arrow converts
them by itself. Values of other classes, which only unverified rows hold, become what the JVM makes of them: null.
"""

from __future__ import annotations

import array
import datetime
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Any

from minispark.errors import IllegalArgumentException, PySparkTypeError, SparkRuntimeException
from minispark.sql.convert.decimals import fitted
from minispark.sql.convert.javaorder import code_of, taken_order
from minispark.sql.convert.lazily import Column, Table, arrow
from minispark.sql.convert.localzone import local_is_utc
from minispark.sql.convert.physical import arrow_type, physical_names
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    IntegralType,
    LongType,
    MapType,
    NullType,
    ShortType,
    SpatialType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VariantType,
    YearMonthIntervalType,
)

_NONE = type(None)
_CLASS: dict[type[DataType], set[type]] = {
    BooleanType: {bool, _NONE},
    FloatType: {float, _NONE},
    DoubleType: {float, _NONE},
    BinaryType: {bytes, bytearray, _NONE},
}
_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
_LISTS = {list, tuple, _NONE}


def table_of_rows(rows: Sequence[Any], schema: StructType) -> Table:
    """The physical columns of ``rows``, each a tuple, list, dict, Row or object with attributes.

    Naive datetimes are times of this process's zone.

    Raises IllegalArgumentException for a row with another number of values, ArithmeticException for a decimal that is
    too long, PySparkNotImplementedError for types of which Python has no values.

    >>> table_of_rows([(1, "a"), (None, "b")], StructType.fromDDL("n int, s string")).to_pylist()
    [{'n': 1, 's': 'a'}, {'n': None, 's': 'b'}]
    """
    return table_of_columns(columns_of(rows, schema), schema, len(rows))


def table_of_columns(columns: Sequence[Sequence[Any]], schema: StructType, rows: int = 0) -> Table:
    """The physical columns of the values of each field; ``rows`` is their number where there are no fields."""
    if not schema.fields:
        return arrow().table({"_": arrow().nulls(rows)}).select([])
    pa = arrow()
    arrays = [array_of(column, field.dataType) for column, field in zip(columns, schema.fields, strict=True)]
    kinds = pa.schema([(name, made.type) for name, made in zip(schema.names, arrays, strict=True)])
    return pa.Table.from_arrays(arrays, schema=kinds)


def columns_of(rows: Sequence[Any], schema: StructType) -> list[Sequence[Any]]:
    """The values of each field, through all rows."""
    if not rows:
        return [() for _ in schema.fields]
    if not all(issubclass(kind, (tuple, list)) for kind in set(map(type, rows))):
        rows = [values_of_row(row, schema) for row in rows]
    if set(map(len, rows)) != {len(schema.fields)}:
        _mismatch(rows, schema)
    return transposed(rows)


def transposed(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """The columns of rows of one length, of which there is one at least. (``zip(*rows)`` makes an iterator a row.)"""
    return [list(map(itemgetter(place), rows)) for place in range(len(rows[0]))]


def values_of_row(row: Any, schema: StructType) -> Sequence[Any]:
    """A row's values, in the order of the fields."""
    if isinstance(row, (tuple, list)):
        return row
    if isinstance(row, dict):
        return [row.get(name) for name in schema.names]
    if hasattr(row, "__dict__"):
        return [row.__dict__.get(name) for name in schema.names]
    if row is None:
        raise SparkRuntimeException(
            "one of the rows is None; give a row of Nones instead", "ROW_VALUE_IS_NULL", {"index": "0"}
        )
    raise PySparkTypeError(
        f"{row!r:.200} is no row of {schema.simpleString():.200}; a row is a tuple, list, dict, Row or object with "
        "attributes",
        "UNSUPPORTED_DATA_TYPE",
        {"data_type": type(row).__name__},
    )


def _mismatch(rows: Iterable[Sequence[Any]], schema: StructType) -> None:
    expected = len(schema.fields)
    for row in rows:
        if len(row) != expected:
            raise IllegalArgumentException(
                f"{row!r:.200} has {len(row)} values for the {expected} fields of {schema.simpleString():.200}",
                "STRUCT_ARRAY_LENGTH_MISMATCH",
                {"expected": str(expected), "actual": str(len(row))},
            )


def array_of(values: Sequence[Any], dtype: DataType) -> Column:
    """The physical column of ``values``."""
    pa = arrow()

    kind = arrow_type(dtype)
    if isinstance(dtype, NullType):
        return pa.nulls(len(values), kind)
    if isinstance(dtype, UserDefinedType):
        return array_of([None if item is None else dtype.serialize(item) for item in values], dtype.sqlType())
    classes = set(map(type, values))
    if isinstance(dtype, IntegralType):
        if not classes <= {int, _NONE}:
            values = [item if type(item) is int else None for item in values]
        try:
            return pa.array(values, kind)
        except (pa.ArrowInvalid, OverflowError):
            return pa.array([_wrapped(item, _BITS[type(dtype)]) for item in values], kind)
    if type(dtype) in _CLASS:
        wanted = _CLASS[type(dtype)]
        return pa.array(values if classes <= wanted else [v if type(v) in wanted else None for v in values], kind)
    if isinstance(dtype, StringType):
        return pa.array(values if classes <= {str, _NONE} else list(map(_text, values)), kind)
    if isinstance(dtype, (ArrayType, MapType, StructType)):
        return _composed(values, dtype, kind)
    if isinstance(dtype, DecimalType) and classes <= {Decimal, _NONE}:
        try:
            return pa.array(values, kind)
        except pa.ArrowInvalid:
            pass
    return pa.array(_internal(values, dtype, classes), kind)


def _internal(values: Sequence[Any], dtype: DataType, classes: set[type]) -> Sequence[Any]:
    """Values that Arrow converts to the physical type of a type that is not made of others."""
    if isinstance(dtype, DecimalType):
        return [fitted(item, dtype) if type(item) is Decimal else None for item in values]
    if isinstance(dtype, DateType):
        wanted = {datetime.date, datetime.datetime, _NONE}
        return values if classes <= wanted else list(map(dtype.toInternal, values))
    if isinstance(dtype, TimestampType):
        fast = classes <= {datetime.datetime, _NONE} and local_is_utc()
        return values if fast else list(map(dtype.toInternal, values))
    if isinstance(dtype, TimestampNTZType):
        if not classes <= {datetime.datetime, _NONE}:
            return list(map(dtype.toInternal, values))
        return [item if item is None else item.replace(tzinfo=None) for item in values]
    if isinstance(dtype, TimeType):
        return [item if item is None else (dtype.toInternal(item) or 0) // 1000 for item in values]
    if isinstance(dtype, (DayTimeIntervalType, YearMonthIntervalType, CalendarIntervalType)):
        return list(map(dtype.toInternal, values))
    if isinstance(dtype, (VariantType, SpatialType)):
        return list(map(dtype.toInternal, values))
    return [item if item is None else str(item) for item in values]


def _composed(values: Sequence[Any], dtype: DataType, kind: Any) -> Column:
    pa = arrow()

    if isinstance(dtype, StructType):
        present = [item for item in values if item is not None]
        columns = columns_of(present, dtype)
        if len(present) < len(values):
            columns = [_spread(column, values) for column in columns]
            mask = pa.array([item is None for item in values])
        else:
            mask = None
        children = [array_of(column, field.dataType) for column, field in zip(columns, dtype.fields, strict=True)]
        children = children or [pa.nulls(len(values), pa.bool_())]
        fields = list(zip(physical_names(dtype), (child.type for child in children), strict=True))
        return pa.StructArray.from_arrays(children, fields=[pa.field(*field) for field in fields], mask=mask)
    if isinstance(dtype, MapType):
        dicts = _of_class(values, dict, dtype)
        if isinstance(dtype.keyType, (DoubleType, FloatType)):
            dicts = [item if item is None else _with_one_nan(item) for item in dicts]
        code = code_of(dtype.keyType, True)
        if code is not None:
            dicts = [item if item is None or len(item) < 2 else taken_order(item, code) for item in dicts]
        keys = array_of(list(chain.from_iterable(item for item in dicts if item)), dtype.keyType)
        items = array_of(list(chain.from_iterable(item.values() for item in dicts if item)), dtype.valueType)
        return pa.MapArray.from_arrays(_offsets(dicts), keys, items)
    assert isinstance(dtype, ArrayType)
    lists = _of_class(values, (list, tuple, array.array), dtype)
    element = array_of(list(chain.from_iterable(item for item in lists if item)), dtype.elementType)
    return pa.ListArray.from_arrays(_offsets(lists), element, type=pa.list_(pa.field("element", element.type)))


def _of_class(values: Sequence[Any], wanted: type | tuple[type, ...], dtype: DataType) -> list[Any]:
    """The values of a class, None for others, unless PySpark's own conversion already fails at these."""
    made: list[Any] = []
    for item in values:
        fits = isinstance(item, wanted)
        if not fits and item is not None and dtype.needConversion():
            dtype.toInternal(item)
        made.append(item if fits else None)
    return made


def _with_one_nan(item: dict[Any, Any]) -> dict[Any, Any]:
    """A dict where NaN is one key, as it is in the JVM, which reads from the end."""
    read = {math.nan if key != key else key: one for key, one in reversed(item.items())}
    return dict(reversed(read.items()))


def _offsets(values: Sequence[Any]) -> Column:
    """Where each value's parts begin among those of all, and the end; null for a None."""
    pa = arrow()

    place = 0
    places: list[int | None] = []
    for item in values:
        places.append(None if item is None else place)
        place += len(item) if item is not None else 0
    return pa.array([*places, place], pa.int32())


def _spread(column: Sequence[Any], values: Sequence[Any]) -> Sequence[Any]:
    following = iter(column)
    return [None if item is None else next(following) for item in values]


def plain_texts(columns: Sequence[Sequence[Any]], schema: StructType) -> Sequence[Sequence[Any]]:
    """The same columns with values of other classes in columns of text as texts."""
    places = zip(columns, schema.fields, strict=True)
    return [list(map(_text, column)) if isinstance(f.dataType, StringType) else column for column, f in places]


def _wrapped(item: int | None, bits: int) -> int | None:
    """The lower bits of a whole number of up to 64 bits, as the JVM takes it; None for a longer one."""
    if item is None or not -(1 << 63) <= item < 1 << 63:
        return None
    half = 1 << bits - 1
    return ((item + half) & (2 * half - 1)) - half


def _text(item: Any) -> str | None:
    if item is None or isinstance(item, str):
        return item
    return str(item).lower() if isinstance(item, bool) else str(item)
