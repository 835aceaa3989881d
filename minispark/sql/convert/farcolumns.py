"""Arrow columns of dates and timestamps as numbers since 1970, for years that Python's own types do not reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from minispark.sql import types as t

_EPOCH = datetime(1970, 1, 1)


def numbers(column: Any) -> list[int | None]:
    """Days or microseconds of each value."""
    import pyarrow as pa

    whole = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column.cast(pa.int64())
    found: list[int | None] = whole.to_pylist()
    return found


def deep_numbers(column: Any) -> list[Any]:
    """Each value, with numbers for the dates and timestamps in it."""
    found: list[Any] = column.cast(_plain(column.type)).to_pylist()
    return found


def items(column: Any) -> list[Any]:
    """Each value; with numbers for all dates and timestamps where Python lacks one of them."""
    try:
        found: list[Any] = column.to_pylist()
    except OverflowError:
        return deep_numbers(column)
    return found


def _plain(dtype: Any) -> Any:
    """An Arrow type with integers for moments at any depth."""
    import pyarrow as pa

    if pa.types.is_list(dtype):
        return pa.list_(pa.field("element", _plain(dtype.value_type)))
    if pa.types.is_map(dtype):
        return pa.map_(_plain(dtype.key_type), _plain(dtype.item_type))
    if pa.types.is_struct(dtype):
        return pa.struct([pa.field(field.name, _plain(field.type)) for field in dtype])
    return pa.int32() if pa.types.is_date32(dtype) else pa.int64() if pa.types.is_timestamp(dtype) else dtype


def moments(values: Sequence[Any], kinds: Sequence[t.DataType]) -> list[Any]:
    """The arguments of a row with dates and timestamps for numbers; OverflowError where Python has none."""
    return [value if value is None else _moment(value, kind) for value, kind in zip(values, kinds, strict=True)]


def _moment(value: Any, kind: t.DataType) -> Any:
    if isinstance(kind, t.DateType):
        return date.fromordinal(value + 719_163) if -719_162 <= value <= 2_932_896 else _refuse(value)
    if isinstance(kind, (t.TimestampType, t.TimestampNTZType)):
        return _EPOCH + timedelta(microseconds=value)
    return value


def _refuse(days: int) -> Any:
    raise OverflowError(f"Python has no date {days} days after 1970-01-01")


def of_numbers(found: list[Any], kind: Any) -> Any:
    """The column of a type whose moments, alone or in lists, are numbers."""
    import pyarrow as pa

    return pa.array(found, _plain(kind)).cast(kind)
