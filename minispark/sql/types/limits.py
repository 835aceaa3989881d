"""CHAR(n) and VARCHAR(n) of tables: their columns are plain strings that remember what they were declared as."""

from __future__ import annotations

from typing import Any

from minispark.sql.types.base import DataType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.strings import CharType, StringType, VarcharType
from minispark.sql.types.struct import StructField, StructType

NOTE = "__CHAR_VARCHAR_TYPE_STRING"
"""The key of a column's metadata that holds the declared type's text."""


def unlimited(dtype: DataType) -> DataType:
    """The type with strings in the place of those with a limit.

    >>> unlimited(ArrayType(CharType(5)))
    ArrayType(StringType(), True)
    """
    if isinstance(dtype, (CharType, VarcharType)):
        return StringType()
    if isinstance(dtype, ArrayType):
        return ArrayType(unlimited(dtype.elementType), dtype.containsNull)
    if isinstance(dtype, MapType):
        return MapType(unlimited(dtype.keyType), unlimited(dtype.valueType), dtype.valueContainsNull)
    if isinstance(dtype, StructType):
        return StructType(
            [StructField(one.name, unlimited(one.dataType), one.nullable, one.metadata) for one in dtype.fields]
        )
    return dtype


def varying(dtype: DataType) -> DataType:
    """The type with VARCHAR in the place of CHAR (``spark.sql.charAsVarchar``).

    >>> varying(ArrayType(CharType(5)))
    ArrayType(VarcharType(5), True)
    """
    if isinstance(dtype, CharType):
        return VarcharType(dtype.length)
    if isinstance(dtype, ArrayType):
        return ArrayType(varying(dtype.elementType), dtype.containsNull)
    if isinstance(dtype, MapType):
        return MapType(varying(dtype.keyType), varying(dtype.valueType), dtype.valueContainsNull)
    if isinstance(dtype, StructType):
        return StructType(
            [StructField(one.name, varying(one.dataType), one.nullable, one.metadata) for one in dtype.fields]
        )
    return dtype


def noted(field: StructField) -> StructField:
    """A declared column as queries see it: without limits, which its metadata tell.

    >>> noted(StructField("a", CharType(5))).metadata
    {'__CHAR_VARCHAR_TYPE_STRING': 'char(5)'}
    """
    plain = unlimited(field.dataType)
    if plain == field.dataType:
        return field
    note = {**(field.metadata or {}), NOTE: field.dataType.simpleString()}
    return StructField(field.name, plain, field.nullable, note)


def declared(field: StructField) -> StructField:
    """The column as it was declared: ``noted`` backwards."""
    found = declared_type(field.metadata)
    if found is None:
        return field
    rest = {key: item for key, item in (field.metadata or {}).items() if key != NOTE}
    return StructField(field.name, found, field.nullable, rest or None)


def declared_type(metadata: Any) -> DataType | None:
    """The type that a column's metadata (a dict, or pairs) tell; None without one."""
    text = dict(metadata or {}).get(NOTE)
    if text is None:
        return None
    from minispark.sql.types.ddl import parse_one

    return parse_one(text)


def declared_schema(schema: StructType) -> StructType:
    """The schema that a table or view of these columns is stored with."""
    return StructType([declared(field) for field in schema.fields])
