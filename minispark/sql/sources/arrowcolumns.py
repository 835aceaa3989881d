"""Arrow columns from files in their physical form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import Py4JJavaError
from minispark.sql.convert.physical import arrow_type
from minispark.sql.types import ArrayType, DataType, MapType, StructField, StructType, TimestampType

if TYPE_CHECKING:
    import pyarrow as pa


def filled_table(table: pa.Table, fields: Sequence[StructField], rows: int) -> pa.Table:
    """The columns of ``fields`` by name, in physical types; null where the table lacks one.

    Raises Py4JJavaError where a column cannot be read as asked.
    """
    import pyarrow as pa

    known = {name.lower(): place for place, name in enumerate(table.column_names)}
    arrays: list[Any] = []
    for field in fields:
        kind: Any = arrow_type(field.dataType)
        place = known.get(field.name.lower())
        if place is None:
            arrays.append(pa.nulls(rows, kind))
            continue
        arrays.append(physical_column(table.column(place), kind, field.name))
    return pa.table(arrays, names=[field.name for field in fields]) if fields else pa.table({"_": pa.nulls(rows)})


def physical_column(column: Any, kind: Any, name: str) -> Any:
    """A column as a physical type: units and zones of times change, nothing is lost but nanoseconds."""
    import pyarrow as pa

    if column.type == kind:
        return column
    try:
        if pa.types.is_struct(kind) and pa.types.is_struct(column.type):
            return _struct(column, kind, name)
        return column.cast(kind, safe=not pa.types.is_temporal(kind))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise Py4JJavaError(
            f"column `{name}` of type {column.type} cannot be read as {kind}: {error}", "FAILED_READ_FILE.NO_HINT"
        ) from None


def _struct(column: Any, kind: Any, name: str) -> Any:
    """Fields by name; null where there is none."""
    import pyarrow as pa

    whole: Any = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.nulls(0, column.type)
    places = {field.name.lower(): place for place, field in enumerate(whole.type)}
    arrays = []
    for field in kind:
        place = places.get(field.name.lower())
        inner = pa.nulls(len(whole), field.type) if place is None else whole.field(place)
        arrays.append(physical_column(inner, field.type, f"{name}.{field.name}"))
    return pa.StructArray.from_arrays(arrays, fields=list(kind), mask=whole.is_null())


def shifted(table: pa.Table, fields: Sequence[StructField], zone: str, to_utc: bool) -> pa.Table:
    """Timestamps between UTC and the times that clocks in ``zone`` show."""
    if zone in ("UTC", "Etc/UTC", "GMT", "Z", "+00:00") or not any(_has_timestamp(field.dataType) for field in fields):
        return table
    import pyarrow as pa

    columns = [
        _shift(column, field.dataType, zone, to_utc) for column, field in zip(table.columns, fields, strict=True)
    ]
    return pa.table(columns, names=table.column_names)


def _has_timestamp(dtype: DataType) -> bool:
    if isinstance(dtype, ArrayType):
        return _has_timestamp(dtype.elementType)
    if isinstance(dtype, MapType):
        return _has_timestamp(dtype.keyType) or _has_timestamp(dtype.valueType)
    if isinstance(dtype, StructType):
        return any(_has_timestamp(field.dataType) for field in dtype.fields)
    return isinstance(dtype, TimestampType)


def _shift(column: Any, dtype: DataType, zone: str, to_utc: bool) -> Any:
    import pyarrow as pa

    if not _has_timestamp(dtype):
        return column
    from minispark.sql.exact.zones import zone as zone_named

    here = zone_named(zone)
    move = here.instant if to_utc else here.local
    return pa.chunked_array([pa.array([_moved(item, dtype, move) for item in column.to_pylist()], column.type)])


def _moved(item: Any, dtype: DataType, move: Any) -> Any:
    if item is None:
        return None
    if isinstance(dtype, TimestampType):
        return move(item)
    if isinstance(dtype, ArrayType):
        return [_moved(one, dtype.elementType, move) for one in item]
    if isinstance(dtype, MapType):
        return [(_moved(key, dtype.keyType, move), _moved(one, dtype.valueType, move)) for key, one in item]
    if isinstance(dtype, StructType):
        return {field.name: _moved(item[field.name], field.dataType, move) for field in dtype.fields}
    return item
