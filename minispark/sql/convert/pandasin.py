"""Columns of pandas DataFrames, made ready for Arrow: zones, categories, dicts and tuples inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.types import (
    ArrayType,
    DataType,
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    MapType,
    StructType,
    TimestampType,
    UserDefinedType,
    VariantType,
    VariantVal,
)


def adapted(series: Any, dtype: DataType, zone: str) -> Any:
    """The series as Arrow takes it for ``dtype``; timestamps without a zone are of ``zone``, of two such the later."""
    import pandas as pd

    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.dtype.categories.dtype)
    if isinstance(dtype, TimestampType):
        if pd.api.types.is_datetime64_dtype(series.dtype):
            return series.dt.tz_localize(zone, ambiguous=False).dt.tz_convert("UTC")
        return series.dt.tz_convert("UTC") if isinstance(series.dtype, pd.DatetimeTZDtype) else series
    change = _changer(dtype, zone)
    return series if change is None else series.apply(lambda item: None if item is None else change(item))


def distinct_names(names: list[str]) -> list[str]:
    """Names with a number behind those that occur more than once.

    >>> distinct_names(["a", "b", "a"])
    ['a_0', 'b', 'a_1']
    """
    if len(set(names)) == len(names):
        return names
    seen: dict[str, int] = {}
    made = []
    for name in names:
        number = seen.get(name, 0)
        seen[name] = number + 1
        made.append(f"{name}_{number}" if names.count(name) > 1 else name)
    return made


def _changer(dtype: DataType, zone: str) -> Callable[[Any], Any] | None:
    if isinstance(dtype, ArrayType):
        element = _or_none(_changer(dtype.elementType, zone))
        return lambda item: list(item) if element is None else [element(one) for one in item]
    if isinstance(dtype, MapType):
        key = _or_none(_changer(dtype.keyType, zone)) or _same
        value = _or_none(_changer(dtype.valueType, zone)) or _same
        return lambda item: [(key(one), value(other)) for one, other in item.items()]
    if isinstance(dtype, StructType):
        return _struct_changer(dtype, zone)
    if isinstance(dtype, TimestampType):
        return lambda item: _moment(item, zone)
    if isinstance(dtype, UserDefinedType):
        inner = _changer(dtype.sqlType(), zone) or _same
        return lambda item: inner(dtype.serialize(item))
    if isinstance(dtype, VariantType):
        return lambda item: {"value": item.value, "metadata": item.metadata} if isinstance(item, VariantVal) else item
    if isinstance(dtype, (GeographyType, GeometryType)):
        return lambda item: {"srid": item.srid, "wkb": item.wkb} if isinstance(item, (Geography, Geometry)) else item
    return None


def _struct_changer(dtype: StructType, zone: str) -> Callable[[Any], Any]:
    names = dtype.names
    distinct = distinct_names(names)
    changes = [_or_none(_changer(field.dataType, zone)) or _same for field in dtype.fields]

    def change(item: Any) -> dict[str, Any]:
        assert isinstance(item, (dict, tuple)), f"a struct is a dict or a tuple, not {item!r:.200}"
        parts = [item.get(name) for name in names] if isinstance(item, dict) else item
        return {name: made(one) for name, made, one in zip(distinct, changes, parts, strict=False)}

    return change


def _moment(item: Any, zone: str) -> Any:
    import pandas as pd

    moment = pd.Timestamp(item)
    if moment.tzinfo is None:
        moment = moment.tz_localize(zone, ambiguous=False)
    return moment.tz_convert("UTC")


def _or_none(change: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    return None if change is None else lambda item: None if item is None else change(item)


def _same(item: Any) -> Any:
    return item


def records(pdf: Any, schema: Any, zone: str, ntz: bool) -> list[Any]:
    """The DataFrame's rows as tuples of Python values, for where its columns as a whole do not convert."""
    import pandas as pd

    from minispark.sql.types import Row

    columns = []
    for place in range(len(pdf.columns)):
        series = pdf.iloc[:, place]
        dtype = schema.fields[place].dataType if isinstance(schema, StructType) and place < len(schema.fields) else None
        if isinstance(series.dtype, pd.DatetimeTZDtype) and not ntz:
            series = series.dt.tz_convert(local_zone()).dt.tz_localize(None)
        elif isinstance(dtype, TimestampType) and pd.api.types.is_datetime64_dtype(series.dtype):
            series = series.dt.tz_localize(zone, ambiguous=False).dt.tz_convert(local_zone()).dt.tz_localize(None)
        texts = isinstance(series.dtype, pd.StringDtype)
        columns.append([None if texts and not isinstance(item, str) else _python(item) for item in series])
    return list(zip(*columns, strict=True)) if columns else [Row()] * len(pdf)


def local_zone() -> Any:
    """This process's zone, as pandas takes it."""
    import datetime
    import os

    return os.environ.get("TZ") or datetime.datetime.now().astimezone().tzinfo


def _python(item: Any) -> Any:
    import numpy as np
    import pandas as pd

    if item is pd.NaT or item is pd.NA:
        return None
    if isinstance(item, pd.Timestamp):
        return item.to_pydatetime(warn=False)
    if isinstance(item, pd.Timedelta):
        return item.to_pytimedelta()
    return item.item() if isinstance(item, np.generic) else item
