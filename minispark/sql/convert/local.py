"""``createDataFrame`` of Python objects: rows and a schema in any of its forms -> physical columns and their schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from itertools import chain
from typing import Any

from minispark.engine.core.values import value
from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql.convert.lazily import Table
from minispark.sql.convert.rowsin import columns_of, table_of_columns, transposed, values_of_row
from minispark.sql.types import ArrayType, DataType, MapType, Row, StructField, StructType, VariantVal
from minispark.sql.types.infer import PLAIN, USUAL, Inference, infer_schema, infer_type
from minispark.sql.types.merge import has_null_type, merged
from minispark.sql.types.verify import ANY, BITS, CLASSES, verifier

_NONE = type(None)


def table_of_local(
    data: Iterable[Any], schema: Any = None, verify: bool = True, how: Inference = USUAL
) -> tuple[Table, StructType]:
    """The physical columns of rows, and their schema; see ``Rows``.

    >>> table, schema = table_of_local([(1, "a")], ["n"])
    >>> schema.simpleString(), table.to_pylist()
    ('struct<n:bigint,_2:string>', [{'n': 1, '_2': 'a'}])
    """
    rows = rows_of_local(data, schema, verify, how)
    return rows.table(), rows.schema


@value(eq=False)
class Rows:
    """Rows of a schema. ``single`` ones are values of its only field."""

    rows: list[Any]
    schema: StructType
    single: bool = False

    def columns(self) -> Sequence[Sequence[Any]]:
        """The values of each field. Raises IllegalArgumentException for a row of another length."""
        return [self.rows] if self.single else columns_of(self.rows, self.schema)

    def table(self) -> Table:
        """The physical columns. Raises ArithmeticException for a decimal that is too long."""
        return table_of_columns(self.columns(), self.schema, len(self.rows))


def rows_of_local(data: Iterable[Any], schema: Any = None, verify: bool = True, how: Inference = USUAL) -> Rows:
    """The rows of a program's own data, verified, and their schema.

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
        return Rows(rows, StructType([StructField("value", schema)]), True)
    if any(type(row) is VariantVal for row in rows):
        raise PySparkValueError("Rows cannot be of type VariantVal")
    if isinstance(schema, StructType):
        if verify:
            verify_rows(rows, schema)
        return Rows(rows, schema)
    if schema is not None and not isinstance(schema, (list, tuple)):
        raise PySparkTypeError(
            f"schema is a list of names, a type or a type's text, not {schema!r:.200}",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "schema", "expected_type": "list, None or StructType", "arg_type": type(schema).__name__},
        )
    names = None if schema is None else list(schema)
    struct = infer_from_rows(rows, names, how)
    if any(not isinstance(row, (tuple, list)) for row in rows):
        rows = [row if isinstance(row, (tuple, list)) else values_of_row(row, struct) for row in rows]
    return Rows(rows, renamed(struct, names))


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
    """The same for tuples of one length, column by column; None for other rows, and where a value has no type."""
    own = _names_of_all(rows)
    if own is None or len(set(map(len, rows))) != 1:
        return None
    try:
        kinds = [_type_of_all(column, how) for column in transposed(rows)]
    except PySparkTypeError:
        return None
    if own:
        names = own
    else:
        names = [] if names is None else names
        names.extend(f"_{place}" for place in range(len(names) + 1, len(kinds) + 1))
    return StructType([StructField(name, kind) for name, kind in zip(names, kinds, strict=False)])


def _names_of_all(rows: Sequence[Any]) -> list[str] | None:
    """The names that all rows have, empty for plain tuples and lists; None where they are of several kinds."""
    classes = set(map(type, rows))
    if classes <= {tuple, list}:
        return []
    if classes != {Row} or "__fields__" not in rows[0].__dict__:
        return None
    first = list(rows[0].__fields__)
    return first if all(list(row.__dict__.get("__fields__", ())) == first for row in rows) else None


def _type_of_all(column: Sequence[Any], how: Inference) -> DataType:
    classes = set(map(type, column))
    if how.timestamps_without_zone or classes - PLAIN:
        return reduce(merged, (infer_type(item, how) for item in column))
    examples = {type(item): item for item in column} if len(classes) > 1 else {None: column[0]}
    return reduce(merged, (infer_type(item, how) for item in examples.values()))


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
    if isinstance(dtype, (ArrayType, MapType, StructType)):
        return _composed_fits([item for item in column if item is not None], dtype)
    allowed = CLASSES.get(type(dtype), ())
    if not allowed or classes - {_NONE, *allowed}:
        return False
    if type(dtype) in BITS:
        half = 1 << BITS[type(dtype)] - 1
        whole = [item for item in column if item is not None] if _NONE in classes else column
        return not whole or (-half <= min(whole) and max(whole) < half)
    return nullable or Decimal not in classes or not any(item.is_nan() for item in column)


def _composed_fits(present: Sequence[Any], dtype: ArrayType | MapType | StructType) -> bool:
    classes = set(map(type, present))
    if isinstance(dtype, ArrayType):
        return classes <= {list, tuple} and _fits(
            list(chain.from_iterable(present)), dtype.elementType, dtype.containsNull
        )
    if isinstance(dtype, MapType):
        if not classes <= {dict}:
            return False
        values = list(chain.from_iterable(item.values() for item in present))
        keys = list(chain.from_iterable(present))
        return _fits(keys, dtype.keyType, False) and _fits(values, dtype.valueType, dtype.valueContainsNull)
    if not all(issubclass(kind, (tuple, list)) for kind in classes) or not set(map(len, present)) <= {len(dtype)}:
        return False
    columns = transposed(present) if present else ()
    return all(_fits(column, f.dataType, f.nullable) for column, f in zip(columns, dtype.fields, strict=False))
