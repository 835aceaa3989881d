"""``createDataFrame`` of Python objects: rows and a schema in any of its forms -> physical columns and their schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql.convert.lazily import Table
from minispark.sql.convert.rowsin import columns_of, table_of_columns
from minispark.sql.types import ArrayType, DataType, StructField, StructType, VariantVal
from minispark.sql.types.infer import USUAL, Inference, infer_schema
from minispark.sql.types.merge import has_null_type, merged
from minispark.sql.types.verify import ANY, BITS, CLASSES, verifier

_NONE = type(None)


def table_of_local(
    data: Iterable[Any], schema: Any = None, verify: bool = True, how: Inference = USUAL
) -> tuple[Table, StructType]:
    """The physical columns of rows, and their schema; see ``columns_of_local``.

    >>> table, schema = table_of_local([(1, "a")], ["n"])
    >>> schema.simpleString(), table.to_pylist()
    ('struct<n:bigint,_2:string>', [{'n': 1, '_2': 'a'}])
    """
    columns, struct, rows = columns_of_local(data, schema, verify, how)
    return table_of_columns(columns, struct, rows), struct


def columns_of_local(
    data: Iterable[Any], schema: Any = None, verify: bool = True, how: Inference = USUAL
) -> tuple[Sequence[Sequence[Any]], StructType, int]:
    """The values of each field, the schema, and how many rows there are.

    ``schema`` is a StructType; another type, of single values in a column ``value``; a list of names; or None. Without
    types they are inferred from all rows.

    Raises PySparkTypeError and PySparkValueError for rows that do not fit (if ``verify``) or tell no types.
    """
    rows = data if isinstance(data, list) else list(data)
    if isinstance(schema, DataType) and not isinstance(schema, StructType):
        if verify and not _fits(rows, schema, True):
            check = verifier(schema, name="field value")
            for row in rows:
                check(row)
        return [rows], StructType([StructField("value", schema)]), len(rows)
    if any(type(row) is VariantVal for row in rows):
        raise PySparkValueError("Rows cannot be of type VariantVal")
    if isinstance(schema, StructType):
        if verify:
            verify_rows(rows, schema)
        return columns_of(rows, schema), schema, len(rows)
    if schema is not None and not isinstance(schema, (list, tuple)):
        raise PySparkTypeError(
            f"schema is a list of names, a type or a type's text, not {schema!r:.200}",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "schema", "expected_type": "list, None or StructType", "arg_type": type(schema).__name__},
        )
    names = None if schema is None else list(schema)
    struct = infer_from_rows(rows, names, how)
    return columns_of(rows, struct), renamed(struct, names), len(rows)


def infer_from_rows(rows: Sequence[Any], names: list[str] | None, how: Inference = USUAL) -> StructType:
    """The schema of all ``rows`` together; ``names`` grows to the length of the longest.

    Raises PySparkValueError for no rows, and for a type that no row tells.
    """
    if not rows:
        raise PySparkValueError(
            "no types can be inferred from no rows; give a schema with types", "CANNOT_INFER_EMPTY_SCHEMA", {}
        )
    struct: DataType | None = _by_columns(rows, names, how)
    if struct is None:
        found: Iterable[DataType] = (infer_schema(row, names, how) for row in rows)
        struct = reduce(merged, found)
    assert isinstance(struct, StructType)
    if has_null_type(struct):
        raise PySparkValueError(
            f"some types cannot be inferred, since all values are None or empty: {struct.simpleString():.300}; "
            "give a schema with types",
            "CANNOT_DETERMINE_TYPE",
            {},
        )
    return struct


def _by_columns(rows: Sequence[Any], names: list[str] | None, how: Inference) -> StructType | None:
    """The same for the usual case, quickly: tuples of one length, of plain values of one class (or None) each."""
    if set(map(type, rows)) - {tuple, list} or len(set(map(len, rows))) != 1:
        return None
    columns = list(zip(*rows, strict=True))
    examples = []
    for column in columns:
        classes = set(map(type, column)) - {_NONE}
        if len(classes) > 1 or classes - {bool, int, float, str, bytes, Decimal}:
            return None
        examples.append(next((item for item in column if item is not None), None))
    return infer_schema(tuple(examples), names, how)


def renamed(struct: StructType, names: Sequence[str] | None) -> StructType:
    """The first fields under other names.

    Raises IndexError for more names than fields, as PySpark does.
    """
    fields = [StructField(f.name, f.dataType, f.nullable, f.metadata) for f in struct.fields]
    for place, name in enumerate(names or ()):
        fields[place] = StructField(name, fields[place].dataType, fields[place].nullable, fields[place].metadata)
    return StructType(fields)


def verify_rows(rows: Sequence[Any], schema: StructType) -> None:
    """Raise for a row that is none of ``schema``, as ``verifier`` does; whole columns at a time where they fit."""
    width = len(schema)
    if all(issubclass(kind, (tuple, list)) for kind in set(map(type, rows))) and set(map(len, rows)) <= {width}:
        columns = columns_of(rows, schema)
        if all(_fits(column, f.dataType, f.nullable) for column, f in zip(columns, schema.fields, strict=True)):
            return
    check = verifier(schema)
    for row in rows:
        check(row)


def _fits(column: Sequence[Any], dtype: DataType, nullable: bool) -> bool:
    """Whether all values are surely of the type."""
    classes = set(map(type, column))
    if _NONE in classes and not nullable:
        return False
    if isinstance(dtype, ANY):
        return True
    allowed = CLASSES.get(type(dtype), ())
    if classes - {_NONE, *allowed}:
        return False
    if type(dtype) in BITS:
        half = 1 << BITS[type(dtype)] - 1
        whole = [item for item in column if item is not None] if _NONE in classes else column
        return not whole or (-half <= min(whole) and max(whole) < half)
    if isinstance(dtype, ArrayType):
        return all(item is None or _fits(item, dtype.elementType, dtype.containsNull) for item in column)
    return bool(allowed) and (nullable or Decimal not in classes) and dict not in classes
