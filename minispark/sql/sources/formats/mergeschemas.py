"""Schemas of several files as one (``StructType.merge``)."""

from __future__ import annotations

from minispark.errors import Py4JJavaError
from minispark.sql import types as t
from minispark.sql.sources.schemas import sql_type


def merged(one: t.StructType, other: t.StructType, case_sensitive: bool = False) -> t.StructType:
    """All columns of the first, then the second's own. Raises Py4JJavaError (CANNOT_MERGE_SCHEMAS), as PySpark does."""
    try:
        return _struct(one, other, case_sensitive)
    except _Differs:
        raise Py4JJavaError(
            f"the columns of two files cannot be merged: {sql_type(one)} and {sql_type(other)}; read the files apart, "
            "or give a "
            "schema",
            "CANNOT_MERGE_SCHEMAS",
            {"left": f'"{sql_type(one)}"', "right": f'"{sql_type(other)}"'},
        ) from None


class _Differs(Exception):
    pass


def _struct(one: t.StructType, other: t.StructType, case_sensitive: bool) -> t.StructType:
    def key(name: str) -> str:
        return name if case_sensitive else name.lower()

    rest = {key(field.name): field for field in other.fields}
    fields = []
    for field in one.fields:
        second = rest.pop(key(field.name), None)
        if second is None:
            fields.append(field)
        else:
            dtype = _type(field.dataType, second.dataType, case_sensitive)
            fields.append(t.StructField(field.name, dtype, field.nullable or second.nullable, field.metadata))
    return t.StructType([*fields, *rest.values()])


def _type(one: t.DataType, other: t.DataType, case_sensitive: bool) -> t.DataType:
    if isinstance(one, t.StructType) and isinstance(other, t.StructType):
        return _struct(one, other, case_sensitive)
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        inner = _type(one.elementType, other.elementType, case_sensitive)
        return t.ArrayType(inner, one.containsNull or other.containsNull)
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        key = _type(one.keyType, other.keyType, case_sensitive)
        inner = _type(one.valueType, other.valueType, case_sensitive)
        return t.MapType(key, inner, one.valueContainsNull or other.valueContainsNull)
    if isinstance(one, t.DecimalType) and isinstance(other, t.DecimalType) and one.scale == other.scale:
        return t.DecimalType(max(one.precision, other.precision), one.scale)
    if one != other:
        raise _Differs
    return one
