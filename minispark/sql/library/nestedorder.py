"""The order of arrays and structs that hold nulls: Spark puts these first, DuckDB last, whatever ORDER BY says."""

from __future__ import annotations

from minispark.sql import types as t
from minispark.sql.convert.physical import physical_names

_SHORT = 40
"""SQL that is longer is named before it is used several times."""


def ordered_sql(sql: str, dtype: t.DataType, everywhere: bool = False) -> str:
    """SQL of what DuckDB orders as Spark does the values of a type: beside what may be null, whether it is not.

    ``everywhere`` is for values of types that differ in what may be null.

    >>> ordered_sql("c1", t.IntegerType())
    'c1'
    >>> ordered_sql("c1", t.ArrayType(t.IntegerType()))
    "list_transform(c1, lambda _o0: {'f': _o0 IS NOT NULL, 'v': _o0})"
    """
    return _key(sql, dtype, everywhere, 0) if holds_nulls(dtype, everywhere) else sql


def holds_nulls(dtype: t.DataType, everywhere: bool = False) -> bool:
    """Whether there may be nulls inside of a value."""
    if isinstance(dtype, t.ArrayType):
        return everywhere or dtype.containsNull or holds_nulls(dtype.elementType)
    if isinstance(dtype, t.StructType):
        return any(everywhere or field.nullable or holds_nulls(field.dataType) for field in dtype.fields)
    return False


def _key(sql: str, dtype: t.DataType, everywhere: bool, depth: int) -> str:
    """The key of a value, null for null."""
    if isinstance(dtype, t.ArrayType):
        name = f"_o{depth}"
        part = _part(name, dtype.elementType, everywhere or dtype.containsNull, everywhere, depth + 1)
        return sql if part == name else f"list_transform({sql}, lambda {name}: {part})"
    if isinstance(dtype, t.StructType) and holds_nulls(dtype, everywhere):
        if len(sql) > _SHORT:
            name = f"_o{depth}"
            return f"list_transform([{sql}], lambda {name}: {_key(name, dtype, everywhere, depth + 1)})[1]"
        parts = []
        for place, (written, field) in enumerate(zip(physical_names(dtype), dtype.fields, strict=True)):
            inner = f'({sql})."{written.replace(chr(34), chr(34) * 2)}"'
            key = _part(inner, field.dataType, everywhere or field.nullable, everywhere, depth)
            parts.append(f"'f{place}': {key}")
        return f"CASE WHEN {sql} IS NOT NULL THEN {{{', '.join(parts)}}} END"
    return sql


def _part(sql: str, dtype: t.DataType, nullable: bool, everywhere: bool, depth: int) -> str:
    key = _key(sql, dtype, everywhere, depth)
    return f"{{'f': {sql} IS NOT NULL, 'v': {key}}}" if nullable else key
