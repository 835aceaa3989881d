"""Columns for pandas DataFrames, from users' Arrow columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.errors import PySparkValueError, UnsupportedOperationException
from minispark.sql.convert.lazily import Column
from minispark.sql.convert.pandasin import distinct_names, local_zone
from minispark.sql.row import named_row
from minispark.sql.types import (
    ArrayType,
    BooleanType,
    ByteType,
    DataType,
    DayTimeIntervalType,
    DoubleType,
    FloatType,
    Geography,
    GeographyType,
    Geometry,
    IntegerType,
    IntegralType,
    LongType,
    MapType,
    ShortType,
    SpatialType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
    VariantType,
    VariantVal,
)

Change = Callable[[Any], Any]

_NUMPY: dict[type[DataType], str] = {
    ByteType: "int8",
    ShortType: "int16",
    IntegerType: "int32",
    LongType: "int64",
    FloatType: "float32",
    DoubleType: "float64",
    BooleanType: "bool",
}


def series_of(column: Column, dtype: DataType, nullable: bool, zone: str, structs: str, strict: bool) -> Any:
    """The series: of numpy's dtype for plain types, of objects else. ``structs`` is ``dict`` or ``row``; ``strict``
    refuses structs with two fields of one name."""

    series = column.to_pandas(coerce_temporal_nanoseconds=True, date_as_object=True)
    return _typed(series, dtype, nullable, structs, _Changes(zone, strict))


def frame_of_rows(rows: list[Any], schema: StructType, zone: str, structs: str) -> Any:
    """The pandas.DataFrame of collected rows, one Python value at a time: what ``toPandas`` gives without Arrow."""
    import pandas as pd

    pdf = pd.DataFrame.from_records(rows, index=range(len(rows)), columns=schema.names)
    changes = _Changes(zone, False, local_zone())
    columns = []
    for place, field in enumerate(schema.fields):
        columns.append(_typed(pdf.iloc[:, place], field.dataType, field.nullable, structs, changes))
    return pd.concat(columns, axis="columns") if columns else pdf


def _typed(series: Any, dtype: DataType, nullable: bool, structs: str, changes: _Changes) -> Any:
    import pandas as pd

    wanted = _dtype_of(dtype)
    if wanted is not None:
        if isinstance(dtype, TimestampType):
            if not isinstance(series.dtype, pd.DatetimeTZDtype):
                series = series.astype(wanted).dt.tz_localize(changes.naive, ambiguous=False)
            return series.dt.tz_convert(changes.zone).dt.tz_localize(None).astype(wanted)
        if nullable and isinstance(dtype, (IntegralType, BooleanType)) and series.isnull().any():
            return series.astype("float64" if isinstance(dtype, IntegralType) else object)
        return series.astype(wanted)
    change = changes.of(dtype, structs, False)
    return series if change is None else series.apply(lambda item: None if item is None else change(item))


def _dtype_of(dtype: DataType) -> Any:
    import pandas as pd

    modern = int(pd.__version__.partition(".")[0]) >= 3
    unit = "us" if modern else "ns"
    if isinstance(dtype, (TimestampType, TimestampNTZType)):
        return f"datetime64[{unit}]"
    if isinstance(dtype, DayTimeIntervalType):
        return f"timedelta64[{unit}]"
    if isinstance(dtype, StringType):
        return pd.StringDtype(na_value=float("nan")) if modern else None
    return _NUMPY.get(type(dtype))


class _Changes:
    """What becomes of values inside of objects."""

    def __init__(self, zone: str, strict: bool, naive: Any = "UTC") -> None:
        self.zone = zone
        self.naive = naive
        self.strict = strict

    def of(self, dtype: DataType, structs: str, lists: bool) -> Change | None:
        if isinstance(dtype, ArrayType):
            return self.of_array(dtype, structs, lists)
        if isinstance(dtype, MapType):
            key = _or_none(self.of(dtype.keyType, structs, lists)) or _same
            value = _or_none(self.of(dtype.valueType, structs, lists)) or _same
            return lambda item: {
                key(one): value(other) for one, other in (item.items() if type(item) is dict else item)
            }
        if isinstance(dtype, StructType):
            return self.of_struct(dtype, structs, lists)
        if isinstance(dtype, TimestampType):
            return self.moment
        if isinstance(dtype, TimestampNTZType):
            import pandas as pd

            return lambda item: pd.Timestamp(item)
        if isinstance(dtype, UserDefinedType):
            kept = self.of(dtype.sqlType(), "row", True) or _same
            return lambda item: item if hasattr(item, "__UDT__") else dtype.deserialize(kept(item))
        if isinstance(dtype, VariantType):
            return lambda item: VariantVal(item["value"], item["metadata"]) if isinstance(item, dict) else item
        if isinstance(dtype, SpatialType):
            shape = Geography if isinstance(dtype, GeographyType) else Geometry
            return lambda item: shape(item["wkb"], item["srid"]) if isinstance(item, dict) else item
        return None

    def of_array(self, dtype: ArrayType, structs: str, lists: bool) -> Change | None:
        element = _or_none(self.of(dtype.elementType, structs, lists))
        if lists:
            return lambda item: list(item) if element is None else [element(one) for one in item]
        if element is None:
            return None

        def change(item: Any) -> Any:
            import numpy

            made = [element(one) for one in item]
            if not isinstance(item, numpy.ndarray):
                return made
            try:
                return numpy.array(made)
            except ValueError:  # lists of several lengths, which PySpark fails at
                ragged = numpy.empty(len(made), dtype=object)
                for place, one in enumerate(made):
                    ragged[place] = one
                return ragged

        return change

    def of_struct(self, dtype: StructType, structs: str, lists: bool) -> Change:
        names = dtype.names
        if self.strict and len(set(names)) < len(names):
            raise UnsupportedOperationException(
                f"a struct has two fields of one name: {', '.join(names):.300}; set "
                "spark.sql.execution.pandas.structHandlingMode to row or dict",
                "DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT",
                {"field_names": str(names)},
            )
        if structs not in ("dict", "row"):
            raise PySparkValueError(
                f"spark.sql.execution.pandas.structHandlingMode is legacy, row or dict, not {structs}",
                "UNKNOWN_VALUE_FOR",
                {"var": structs},
            )
        distinct = distinct_names(names)
        changes = [_or_none(self.of(field.dataType, structs, lists)) or _same for field in dtype.fields]

        def change(item: Any) -> Any:
            given = [item[name] for name in distinct] if isinstance(item, dict) else item
            parts = [made(one) for one, made in zip(given, changes, strict=True)]
            return named_row(names, parts) if structs == "row" else dict(zip(distinct, parts, strict=True))

        return change

    def moment(self, item: Any) -> Any:
        import pandas as pd

        found = pd.Timestamp(item)
        found = found.tz_localize(self.naive) if found.tzinfo is None else found
        return found.tz_convert(self.zone).tz_localize(None)


def _or_none(change: Change | None) -> Change | None:
    return None if change is None else lambda item: None if item is None else change(item)


def _same(item: Any) -> Any:
    return item
