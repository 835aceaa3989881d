"""Physical values -> the Python values that ``collect`` gives: Rows, local naive datetimes, timedeltas, dicts."""

from __future__ import annotations

import datetime
import gc
import itertools
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from minispark.sql.convert.decimals import engineered
from minispark.sql.convert.javaorder import code_of, given_order
from minispark.sql.convert.lazily import Column, Table, arrow
from minispark.sql.convert.localzone import local_is_utc
from minispark.sql.convert.rowsin import transposed
from minispark.sql.row import Row, named_row, named_rows
from minispark.sql.types import (
    ArrayType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    Geography,
    GeographyType,
    Geometry,
    MapType,
    NullType,
    SpatialType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
    VariantType,
    VariantVal,
    YearMonthIntervalType,
)

Converter = Callable[[Any], Any]
_MOMENTS = (DateType, TimestampType, TimestampNTZType)
_INEXACT = (*_MOMENTS, CalendarIntervalType)
_EPOCH = datetime.datetime(1970, 1, 1)
_MICROSECOND = datetime.timedelta(microseconds=1)


def plain(dtype: DataType) -> bool:
    """Whether DuckDB's own Python values of the physical type are what ``rows_of_tuples`` takes.

    They are not where DuckDB has no Python value that is exact: for calendar intervals, maps with keys that Python
    cannot hash, and dates inside of others, of which those beyond the year 9999 would be texts.

    >>> plain(DataType.fromDDL("map<string, int>")), plain(DataType.fromDDL("map<array<int>, int>"))
    (True, False)
    """
    return isinstance(dtype, _MOMENTS) or _plain_inside(dtype)


def _plain_inside(dtype: DataType) -> bool:
    if isinstance(dtype, ArrayType):
        return _plain_inside(dtype.elementType)
    if isinstance(dtype, MapType):
        nested = (ArrayType, MapType, StructType, VariantType, SpatialType, UserDefinedType)
        return not isinstance(dtype.keyType, nested) and _plain_inside(dtype.keyType) and _plain_inside(dtype.valueType)
    if isinstance(dtype, StructType):
        return all(_plain_inside(field.dataType) for field in dtype.fields)
    return _plain_inside(dtype.sqlType()) if isinstance(dtype, UserDefinedType) else not isinstance(dtype, _INEXACT)


def rows_of_tuples(tuples: Iterable[Sequence[Any]], schema: StructType) -> list[Row]:
    """Rows of physical Python values, as DuckDB's ``fetchall`` and exact functions have them.

    Raises PySparkNotImplementedError for a column of intervals of which Python has no values.

    >>> rows_of_tuples([(1, 86_400_000_000)], StructType.fromDDL("a int, b interval day"))
    [Row(a=1, b=datetime.timedelta(days=1))]
    """
    names = schema.names
    converters = [converter(field.dataType) for field in schema.fields]
    if not any(converters) and not any(isinstance(field.dataType, _MOMENTS) for field in schema.fields):
        return _rows(names, tuples)
    tuples = tuples if isinstance(tuples, list) else list(tuples)
    columns: list[Iterable[Any]] = [*transposed(tuples)] if tuples else []
    for place, convert in enumerate(converters if columns else ()):
        if isinstance(schema.fields[place].dataType, _MOMENTS) and str in set(map(type, columns[place])):
            raise _beyond()
        if convert:
            columns[place] = map(convert, columns[place])
    return _rows(names, zip(*columns, strict=True) if any(converters) else tuples)


def _rows(names: list[str], items: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows of one schema. The collector of cycles, which would look through all of them again and again, waits."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return named_rows(names, items)
    finally:
        if enabled:
            gc.enable()


def columns_of_tuples(tuples: Sequence[Sequence[Any]], schema: StructType) -> list[Sequence[Any]] | None:
    """The same values by column, as texts are made of them; None where a date among them is beyond Python's years."""
    columns: list[Sequence[Any]] = transposed(tuples) if tuples else [() for _ in schema.fields]
    for column, field in zip(columns, schema.fields, strict=True):
        if isinstance(field.dataType, _MOMENTS) and str in set(map(type, column)):
            return None
    return columns


def rows_of(table: Table, schema: StructType) -> list[Row]:
    """The rows of physical columns, which are those of ``schema`` in order.

    >>> import pyarrow
    >>> rows_of(pyarrow.table({"x": [1, 2]}), StructType.fromDDL("a int"))
    [Row(a=1), Row(a=2)]
    """
    return _rows(schema.names, tuples_of(table, schema))


def tuples_of(table: Table, schema: StructType) -> Iterable[tuple[Any, ...]]:
    """The values of the same rows."""
    if not schema.fields:
        return itertools.repeat((), table.num_rows)
    places = zip(table.columns, schema.fields, strict=True)
    return zip(*[values_of(column, field.dataType) for column, field in places], strict=True)


def values_of(column: Column, dtype: DataType) -> list[Any]:
    """A physical column's values as the user sees them."""
    convert = converter(dtype)
    found = physical_values(column, dtype, True)
    return found if convert is None else list(map(convert, found))


def physical_values(column: Column, dtype: DataType, strict: bool = False) -> list[Any]:
    """A column's physical values in Python; dates and timestamps beyond Python's years as days and microseconds.

    Raises ValueError for such dates if ``strict``.
    """
    pa = arrow()

    if isinstance(column, pa.ChunkedArray):
        return list(chain.from_iterable(physical_values(chunk, dtype, strict) for chunk in column.chunks))
    if isinstance(dtype, UserDefinedType):
        return physical_values(column, dtype.sqlType(), strict)
    if isinstance(dtype, StructType):
        children = [
            physical_values(part, f.dataType, strict) for part, f in zip(column.flatten(), dtype.fields, strict=False)
        ]
        made: Iterable[Any] = zip(*children, strict=True) if children else ((),) * len(column)
        return _with_nulls(list(made), column)
    if isinstance(dtype, (ArrayType, MapType)) and not pa.types.is_null(column.type):
        if isinstance(dtype, ArrayType):
            parts = physical_values(column.values, dtype.elementType, strict)
        else:
            keys = physical_values(column.keys, dtype.keyType, strict)
            parts = list(zip(keys, physical_values(column.items, dtype.valueType, strict), strict=True))
        offsets = column.offsets.to_pylist()
        return _with_nulls([parts[a:b] for a, b in zip(offsets, offsets[1:], strict=False)], column)
    return _plain_values(column, strict)


def _plain_values(column: Column, strict: bool) -> list[Any]:
    import pyarrow.types as of

    kind = column.type
    if of.is_timestamp(kind) or of.is_date(kind):
        unit = "M8[us]" if of.is_timestamp(kind) else "M8[D]"
        found: list[Any] = column.to_numpy(zero_copy_only=False).astype(unit).tolist()
        if strict and int in set(map(type, found)):
            raise _beyond()
        return found
    if column.null_count == 0 and (of.is_integer(kind) or of.is_floating(kind)):
        listed: list[Any] = column.to_numpy(zero_copy_only=False).tolist()
        return listed
    values: list[Any] = column.to_pylist()
    return values


def _beyond() -> ValueError:
    return ValueError("a date or timestamp is outside of the years 1 to 9999, which Python has; cast it to string")


def _with_nulls(found: list[Any], column: Column) -> list[Any]:
    if column.null_count == 0:
        return found
    return [item if valid else None for item, valid in zip(found, column.is_valid().to_pylist(), strict=True)]


def converter(dtype: DataType) -> Converter | None:
    """From a physical value (a struct's also as a tuple, a map's also as a dict) to the user's; None for as it is."""
    if isinstance(dtype, TimestampType):
        return None if local_is_utc() else _local
    if isinstance(dtype, DayTimeIntervalType):
        return _guarded(lambda item: datetime.timedelta(microseconds=item))
    if isinstance(dtype, (YearMonthIntervalType, CalendarIntervalType)):
        return dtype.fromInternal if dtype.needConversion() else None
    if isinstance(dtype, DecimalType):
        return engineered if dtype.scale > 6 else None
    if isinstance(dtype, NullType):
        return lambda item: None
    if isinstance(dtype, ArrayType):
        inner = converter(dtype.elementType)
        return None if inner is None else _guarded(lambda item: list(map(inner, item)))
    if isinstance(dtype, MapType):
        return _guarded(_map_converter(dtype))
    if isinstance(dtype, StructType):
        return _guarded(_struct_converter(dtype))
    if isinstance(dtype, VariantType):
        return _guarded(lambda item: VariantVal(item["value"], item["metadata"]))
    if isinstance(dtype, SpatialType):
        shape = Geography if isinstance(dtype, GeographyType) else Geometry
        return _guarded(lambda item: shape(item["wkb"], item["srid"]))
    if isinstance(dtype, UserDefinedType):
        kept = converter(dtype.sqlType()) or (lambda item: item)
        return _guarded(lambda item: dtype.deserialize(kept(item)))
    return None


def _guarded(convert: Converter) -> Converter:
    return lambda item: None if item is None else convert(item)


def _local(item: datetime.datetime | None) -> datetime.datetime | None:
    if item is None:
        return None
    micros = (item - _EPOCH) // _MICROSECOND
    return datetime.datetime.fromtimestamp(micros // 1_000_000).replace(microsecond=item.microsecond)


def _map_converter(dtype: MapType) -> Converter:
    key_of, value_of, code = converter(dtype.keyType), converter(dtype.valueType), code_of(dtype.keyType)

    def convert(item: Any) -> dict[Any, Any]:
        found = dict(item)
        if code is not None and len(found) > 1:
            found = given_order(found, code)
        if key_of is None and value_of is None:
            return found
        keys = found if key_of is None else map(key_of, found)
        return dict(zip(keys, found.values() if value_of is None else map(value_of, found.values()), strict=True))

    return convert


def _struct_converter(dtype: StructType) -> Converter:
    names = dtype.names
    converters = [converter(field.dataType) for field in dtype.fields]
    if not any(converters):
        return lambda item: named_row(names, (item.values() if isinstance(item, dict) else item) if names else ())

    def convert(item: Any) -> Row:
        parts = item.values() if isinstance(item, dict) else item
        places = zip(converters, parts, strict=True)
        return named_row(names, [one if change is None else change(one) for change, one in places])

    return convert
