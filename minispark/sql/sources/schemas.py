"""Checks and changes of schemas that all formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.library.timeswitch import check_time
from minispark.sql.sources.formats.format import Format
from minispark.sql.types import ArrayType, DataType, MapType, StructField, StructType


def check_names(names: Iterable[str], case_sensitive: bool) -> None:
    """Raises AnalysisException (COLUMN_ALREADY_EXISTS) for a name that is there twice."""
    seen = set()
    for name in names:
        key = name if case_sensitive else name.lower()
        if key in seen:
            raise AnalysisException(
                f"column `{key}` is there twice; rename one of the two",
                "COLUMN_ALREADY_EXISTS",
                {"columnName": f"`{key}`"},
            )
        seen.add(key)


def check_types(form: Format, schema: StructType, conf: Callable[[str], Any], writing: bool = False) -> None:
    """Raises AnalysisException for a column of a type that a format lacks (UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE), or
    that is switched off (UNSUPPORTED_TIME_TYPE)."""
    check_time(schema, conf)
    allowed = form.writable if writing else form.readable
    for field in schema.fields:
        if not allowed(field.dataType):
            shown = sql_type(field.dataType)
            raise AnalysisException(
                f"{form.shown} has no type {shown}, which column `{field.name}` is; cast it, or choose another format",
                "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
                {"columnName": f"`{field.name}`", "columnType": f'"{shown}"', "format": form.shown},
            )


def sql_type(dtype: DataType) -> str:
    """A type as messages write it."""
    return dtype.simpleString().upper()


def nullable_type(dtype: DataType) -> DataType:
    """The type with nulls allowed everywhere: what files say about it is not relied upon."""
    if isinstance(dtype, StructType):
        return StructType([StructField(f.name, nullable_type(f.dataType), True, f.metadata) for f in dtype.fields])
    if isinstance(dtype, ArrayType):
        return ArrayType(nullable_type(dtype.elementType), True)
    if isinstance(dtype, MapType):
        return MapType(nullable_type(dtype.keyType), nullable_type(dtype.valueType), True)
    return dtype


def every_type(dtype: DataType) -> Iterable[DataType]:
    """A type and all inside it."""
    yield dtype
    inner: list[DataType] = []
    if isinstance(dtype, StructType):
        inner = [field.dataType for field in dtype.fields]
    elif isinstance(dtype, ArrayType):
        inner = [dtype.elementType]
    elif isinstance(dtype, MapType):
        inner = [dtype.keyType, dtype.valueType]
    for one in inner:
        yield from every_type(one)
