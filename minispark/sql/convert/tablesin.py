"""Users' Arrow tables, pandas DataFrames and numpy arrays -> physical columns, without copies where types allow."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql.convert.arrowtypes import from_arrow_type, user_schema, user_type
from minispark.sql.convert.lazily import Column, Table, arrow
from minispark.sql.convert.pandasin import adapted
from minispark.sql.convert.physical import arrow_type, physical_names
from minispark.sql.types import (
    ArrayType,
    DataType,
    DayTimeIntervalType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
    VariantType,
)


def table_of_arrow(table: Table, schema: Any = None, zone: str = "UTC", ntz: bool = False) -> tuple[Table, StructType]:
    """The physical columns of a pyarrow.Table, and their schema.

    ``schema`` is a StructType, whose types the columns are cast to; a list of names; or None. Timestamps without a
    zone are times of ``zone``, or stay so where ``ntz`` says or the schema does.

    Raises PySparkTypeError for a type that Spark has nothing for, and Arrow's own errors for casts that fail.

    >>> import pyarrow
    >>> table_of_arrow(pyarrow.table({"a": [1]}))[1]
    StructType([StructField('a', LongType(), True)])
    """
    if isinstance(schema, (list, tuple)):
        table = table.rename_columns(list(schema))
    if not isinstance(schema, StructType):
        fields = [(field.name, from_arrow_type(field.type, ntz), field.nullable) for field in table.schema]
        schema = StructType([StructField(*field) for field in fields])
    if not schema.fields:
        return table.select([]), schema
    if table.column_names != schema.names:
        raise ValueError(f"the columns {table.column_names} of the table are not those of the schema, {schema.names}")
    localized = [_localized(c, f.dataType, zone) for c, f in zip(table.columns, schema.fields, strict=True)]
    wanted = user_schema(schema, "UTC", distinct=True)
    cast = [
        column if column.type == field.type else column.cast(field.type)
        for column, field in zip(localized, wanted, strict=True)
    ]
    return physical_table(arrow().Table.from_arrays(cast, names=schema.names), schema), schema


def table_of_numpy(data: Any, schema: Any = None) -> Table:
    """A numpy array of one or two dimensions as a pyarrow.Table: a column for each of its columns.

    Raises PySparkValueError for more dimensions.
    """
    pa = arrow()
    if data.ndim not in (1, 2):
        raise PySparkValueError(
            f"an array of {data.ndim} dimensions makes no rows; it must have 1 or 2",
            "INVALID_NDARRAY_DIMENSION",
            {"dimensions": "1 or 2"},
        )
    single = data.ndim == 1 or data.shape[1] == 1
    if isinstance(schema, StructType):
        names = schema.names
    elif isinstance(schema, list):
        names = schema
    else:
        names = ["value"] if single else [f"_{place + 1}" for place in range(data.shape[1])]
    columns = [data if data.ndim == 1 else data.squeeze()] if single else [data[:, i] for i in range(data.shape[1])]
    return pa.Table.from_arrays([pa.array(column) for column in columns], names=names)


def table_of_pandas(
    pdf: Any, schema: Any = None, zone: str = "UTC", ntz: bool = False, safe: bool = True, dicts_are_maps: bool = False
) -> tuple[Table, StructType]:
    """The physical columns of a pandas.DataFrame, and their schema; ``schema`` as for ``table_of_arrow``.

    ``safe`` refuses conversions that lose a part of a value; ``dicts_are_maps`` takes columns of dicts as maps.

    Raises PySparkTypeError and PySparkValueError for columns that are not of the schema's types.
    """
    pa = arrow()
    if schema is None:
        schema = [str(name) for name in pdf.columns]
    if isinstance(schema, (list, tuple)):
        schema = _of_pandas(pdf, schema, ntz, dicts_are_maps)
    elif not isinstance(schema, StructType):
        raise PySparkTypeError(
            f"{schema} is no type of a pandas.DataFrame; give a struct or a list of names",
            "UNSUPPORTED_DATA_TYPE_FOR_ARROW",
            {"data_type": str(schema)},
        )
    if not len(pdf.columns):
        return pa.table({"_": pa.nulls(len(pdf))}).select([]), schema
    columns = []
    for (_, series), field in zip(pdf.items(), schema.fields, strict=False):
        columns.append(_of_series(series, field.dataType, zone, safe))
    if len(columns) < len(schema.fields):
        raise PySparkValueError(f"the DataFrame has {len(columns)} columns, the schema {len(schema.fields)} fields")
    made = pa.Table.from_arrays(columns, names=[f"c{place}" for place in range(len(columns))])
    return physical_table(made, schema), schema


def _of_pandas(pdf: Any, names: Sequence[str], ntz: bool, dicts_are_maps: bool) -> StructType:
    pa = arrow()
    fields = []
    for name, field in zip(names, pa.Schema.from_pandas(pdf, preserve_index=False), strict=False):
        kind = field.type
        if dicts_are_maps and pa.types.is_struct(kind):
            if not kind.num_fields:
                raise PySparkValueError(f"column {name} holds empty dicts only", "CANNOT_INFER_EMPTY_SCHEMA", {})
            dtype: DataType = MapType(StringType(), from_arrow_type(kind.field(0).type, ntz))
        else:
            dtype = from_arrow_type(kind, ntz)
        fields.append(StructField(name, dtype, field.nullable))
    return StructType(fields)


def _of_series(series: Any, dtype: DataType, zone: str, safe: bool) -> Column:
    pa = arrow()
    kind = user_type(dtype, zone)
    series = adapted(series, dtype, zone)
    mask = None if hasattr(series.array, "__arrow_array__") else series.isnull()
    try:
        return pa.Array.from_pandas(series, mask=mask, type=kind, safe=safe)
    except (TypeError, ValueError) as error:
        made = PySparkTypeError if isinstance(error, TypeError) else PySparkValueError
        hint = (
            "; set spark.sql.execution.pandas.convertToArrowArraySafely to false where parts of values may be lost"
            if safe and isinstance(error, ValueError)
            else ""
        )
        raise made(f"column {series.name!r} ({series.dtype}) does not convert to {kind}: {error}{hint}") from error


def fallback_warning(action: str, error: Exception) -> None:
    """Tell that the columns go the long way: as rows, one value at a time."""
    warnings.warn(
        f"{action} attempted Arrow optimization because 'spark.sql.execution.arrow.pyspark.enabled' is set to true; "
        f"however, failed by the reason below:\n  {error}\nAttempting non-optimization as "
        "'spark.sql.execution.arrow.pyspark.fallback.enabled' is set to true.",
        stacklevel=4,
    )


def physical_table(table: Table, schema: StructType) -> Table:
    """The physical columns of users' ones, whose types are those of ``user_schema`` but for units and zones.

    Raises ValueError for nulls where a field has none.
    """
    pa = arrow()
    columns = []
    for column, field in zip(table.columns, schema.fields, strict=True):
        if not field.nullable and column.null_count:
            raise ValueError(f"field {field.name!r} must not be null, and is in {column.null_count} rows")
        columns.append(_chunked(column, lambda chunk, dtype=field.dataType: _physical(chunk, dtype), field.dataType))
    return pa.Table.from_arrays(columns, names=schema.names)


def _chunked(column: Column, change: Any, dtype: DataType) -> Column:
    pa = arrow()
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return pa.chunked_array([change(chunk) for chunk in chunks], type=arrow_type(dtype))


def _physical(column: Column, dtype: DataType) -> Column:
    pa = arrow()
    wanted: Any = arrow_type(dtype)
    if column.type == wanted:
        return column
    if isinstance(dtype, UserDefinedType):
        return _physical(column, dtype.sqlType())
    if isinstance(dtype, NullType):
        return pa.nulls(len(column), wanted)
    if isinstance(dtype, DayTimeIntervalType):
        return column.cast(pa.duration("us")).cast(wanted)
    if isinstance(dtype, (TimestampType, TimestampNTZType)):
        return column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(wanted)
    if isinstance(dtype, VariantType):
        return pa.StructArray.from_arrays(
            [column.field("value"), column.field("metadata")], fields=list(wanted), mask=_mask(column)
        )
    if isinstance(dtype, StructType):
        parts = [_physical(part, f.dataType) for part, f in zip(column.flatten(), dtype.fields, strict=True)]
        parts = parts or [pa.nulls(len(column), pa.bool_())]
        fields = [pa.field(name, part.type) for name, part in zip(physical_names(dtype), parts, strict=True)]
        return pa.StructArray.from_arrays(parts, fields=fields, mask=_mask(column))
    if isinstance(dtype, MapType):
        keys, items = _physical(column.keys, dtype.keyType), _physical(column.items, dtype.valueType)
        return pa.MapArray.from_arrays(_offsets(column), keys, items)
    if isinstance(dtype, ArrayType):
        column = column.cast(pa.list_(column.type.value_type))
        return pa.ListArray.from_arrays(_offsets(column), _physical(column.values, dtype.elementType), type=wanted)
    return column.cast(wanted)


def _mask(column: Column) -> Column | None:
    return column.is_null() if column.null_count else None


def _offsets(column: Column) -> Column:
    """A list's offsets, null where the list is."""
    pa = arrow()
    if not column.null_count:
        return column.offsets
    valid = pa.concat_arrays([column.is_valid(), pa.array([True])])
    import pyarrow.compute as pc

    return pc.if_else(valid, column.offsets, pa.scalar(None, pa.int32()))


def _localized(column: Column, dtype: DataType, zone: str) -> Column:
    """Users' columns with timestamps that know their zone where Spark's do, and fractions of microseconds cut off."""
    import pyarrow.compute as pc

    pa = arrow()
    kind = column.type
    of = pa.types
    if of.is_timestamp(kind):
        if kind.unit == "ns":
            column = pc.floor_temporal(column, unit="microsecond")
        wants = kind.tz is None and isinstance(dtype, TimestampType)
        return pc.assume_timezone(column, zone) if wants else column
    if not of.is_nested(kind) and not of.is_dictionary(kind):
        return column
    if isinstance(column, pa.ChunkedArray):
        chunks = [_localized(chunk, dtype, zone) for chunk in column.chunks]
        return pa.chunked_array(chunks) if chunks else pa.chunked_array([], kind)
    if of.is_list(kind) and isinstance(dtype, ArrayType):
        values = _localized(column.values, dtype.elementType, zone)
        return pa.ListArray.from_arrays(_offsets(column), values)
    if of.is_map(kind) and isinstance(dtype, MapType):
        keys, items = _localized(column.keys, dtype.keyType, zone), _localized(column.items, dtype.valueType, zone)
        return pa.MapArray.from_arrays(_offsets(column), keys, items)
    if of.is_struct(kind) and isinstance(dtype, StructType):
        parts = [_localized(part, f.dataType, zone) for part, f in zip(column.flatten(), dtype.fields, strict=True)]
        return pa.StructArray.from_arrays(parts, [field.name for field in kind], mask=_mask(column))
    if of.is_dictionary(kind):
        return _localized(column.dictionary_decode(), dtype, zone)
    return column
