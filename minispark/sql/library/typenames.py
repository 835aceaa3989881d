"""Types as error messages write them."""

from __future__ import annotations

from minispark.sql import types as t


def type_sql(dtype: t.DataType) -> str:
    """A type as SQL that would read as it (``DataType.sql``).

    >>> type_sql(t.MapType(t.StringType(), t.StructType().add("a", t.IntegerType(), False)))
    'MAP<STRING, STRUCT<a: INT NOT NULL>>'
    """
    if isinstance(dtype, t.ArrayType):
        return f"ARRAY<{type_sql(dtype.elementType)}>"
    if isinstance(dtype, t.MapType):
        return f"MAP<{type_sql(dtype.keyType)}, {type_sql(dtype.valueType)}>"
    if isinstance(dtype, t.StructType):
        fields = (f"{one.name}: {type_sql(one.dataType)}{'' if one.nullable else ' NOT NULL'}" for one in dtype.fields)
        return f"STRUCT<{', '.join(fields)}>"
    return dtype.simpleString().upper()


def shown(dtype: t.DataType) -> str:
    """The same in the double quotes that messages put around types and expressions."""
    return f'"{type_sql(dtype)}"'
