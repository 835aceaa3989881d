"""Physical columns -> the Arrow tables and pandas DataFrames that users get."""

from __future__ import annotations

from typing import Any

from minispark.errors import PySparkImportError, PySparkTypeError
from minispark.sql.convert.arrowtypes import user_schema, user_type
from minispark.sql.convert.lazily import Column, Table, arrow
from minispark.sql.convert.pandasout import frame_of_rows, series_of
from minispark.sql.convert.rowsout import rows_of
from minispark.sql.types import (
    ArrayType,
    DataType,
    DayTimeIntervalType,
    GeographyType,
    GeometryType,
    MapType,
    NullType,
    StructType,
    TimestampType,
    UserDefinedType,
    VariantType,
)
from minispark.sql.types.merge import has_type

_FILLING: dict[str, bytes | int] = {"value": b"", "metadata": b"", "wkb": b"", "srid": 0}
"""What the parts of a null variant or shape are, which must not be null."""


def to_user_arrow(table: Table, schema: StructType, zone: str = "UTC", large: bool = False) -> Table:
    """The table as ``toArrow`` gives it: timestamps of ``zone``, durations, structs under the users' names.

    Raises UnsupportedOperationException for a struct with two fields of one name, PySparkTypeError for intervals of
    months.
    """
    pa = arrow()
    wanted = user_schema(schema, zone, large, distinct=True)
    if not schema.fields:
        return table.select([])
    return pa.Table.from_arrays(
        [
            user_column(column, field.dataType, kind.type)
            for column, field, kind in zip(table.columns, schema, wanted, strict=True)
        ],
        schema=wanted,
    )


def user_column(column: Column, dtype: DataType, kind: Any) -> Column:
    """A physical column as one of the users' Arrow type ``kind``."""
    pa = arrow()
    if column.type == kind:
        return column
    if isinstance(column, pa.ChunkedArray):
        return pa.chunked_array([user_column(chunk, dtype, kind) for chunk in column.chunks], kind)
    if isinstance(dtype, UserDefinedType):
        return user_column(column, dtype.sqlType(), kind)
    if isinstance(dtype, NullType):
        return pa.nulls(len(column))
    if isinstance(dtype, TimestampType):
        return column.cast(pa.timestamp("us", "UTC")).cast(kind)
    if isinstance(dtype, DayTimeIntervalType):
        return column.cast(kind)
    if isinstance(dtype, (StructType, VariantType, GeographyType, GeometryType)):
        dtypes = [field.dataType for field in dtype.fields] if isinstance(dtype, StructType) else [None] * 2
        parts = [
            part.cast(field.type).fill_null(_FILLING[field.name])
            if inner is None
            else user_column(part, inner, field.type)
            for part, inner, field in zip(column.flatten(), dtypes, kind, strict=False)
        ]
        mask = column.is_null() if column.null_count else None
        if not parts:
            return pa.array([None if null else {} for null in column.is_null().to_pylist()], kind)
        return pa.StructArray.from_arrays(parts, fields=list(kind), mask=mask)
    if isinstance(dtype, MapType):
        keys = user_column(column.keys, dtype.keyType, kind.key_type)
        items = user_column(column.items, dtype.valueType, kind.item_type)
        return pa.MapArray.from_arrays(_offsets(column), keys, items, type=kind)
    if isinstance(dtype, ArrayType):
        values = user_column(column.values, dtype.elementType, kind.value_type)
        return pa.ListArray.from_arrays(_offsets(column), values, type=kind)
    return column.cast(kind)


def _offsets(column: Column) -> Column:
    pa = arrow()
    if not column.null_count:
        return column.offsets
    import pyarrow.compute as pc

    valid = pa.concat_arrays([column.is_valid(), pa.array([True])])
    return pc.if_else(valid, column.offsets, pa.scalar(None, pa.int32()))


def need_pandas() -> None:
    """Raises PySparkImportError where pandas is not installed, which is an extra."""
    try:
        import pandas  # noqa: F401 - to see whether it is there
    except ImportError as error:
        raise PySparkImportError(
            "toPandas needs pandas, which is not installed: pip install pandas", "PACKAGE_NOT_INSTALLED",
            {"package_name": "Pandas", "minimum_version": "2.2.0"},
        ) from error  # fmt: skip


def to_pandas(table: Table, schema: StructType, conf: Any, zone: str = "UTC") -> Any:
    """The pandas.DataFrame that ``toPandas`` gives: dtypes by the columns' types, whole numbers with nulls as floats,
    timestamps as of ``zone``.

    Raises ImportError without pandas, UnsupportedOperationException for a struct with two fields of one name unless
    ``spark.sql.execution.pandas.structHandlingMode`` says how to tell them apart.
    """
    import pandas as pd

    mode = str(conf.get("spark.sql.execution.pandas.structHandlingMode", None) or "legacy")
    strict = mode == "legacy" and any(has_type(field.dataType, StructType) for field in schema.fields)
    if not schema.fields:
        return pd.DataFrame(index=range(table.num_rows))
    columns = []
    try:
        kinds = [user_type(_distinct(field.dataType), "UTC") for field in schema.fields]
    except PySparkTypeError:
        kinds = []
    if not kinds or str(conf.get("spark.sql.execution.arrow.pyspark.enabled", "true")).lower() != "true":
        return frame_of_rows(rows_of(table, schema), schema, zone, "row" if mode == "legacy" else mode)
    for column, field, kind in zip(table.columns, schema.fields, kinds, strict=True):
        user = user_column(column, field.dataType, kind)
        columns.append(
            series_of(user, field.dataType, field.nullable, zone, "dict" if mode == "legacy" else mode, strict)
        )
    pdf = pd.concat(columns, axis="columns")
    pdf.columns = pd.Index(schema.names)
    return pdf


def _distinct(dtype: DataType) -> DataType:
    """The type with fields of structs told apart by number where their names are equal."""
    from minispark.sql.convert.pandasin import distinct_names
    from minispark.sql.types import StructField

    if isinstance(dtype, ArrayType):
        return ArrayType(_distinct(dtype.elementType), dtype.containsNull)
    if isinstance(dtype, MapType):
        return MapType(_distinct(dtype.keyType), _distinct(dtype.valueType), dtype.valueContainsNull)
    if isinstance(dtype, StructType):
        places = zip(distinct_names(dtype.names), dtype.fields, strict=True)
        return StructType([StructField(name, _distinct(field.dataType), field.nullable) for name, field in places])
    return dtype
