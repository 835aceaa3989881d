"""DataFrames of a program's own data: ``createDataFrame``."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.sql import types as t

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame


def created(session: Any, data: Any, schema: Any, ratio: float | None, verify: bool) -> DataFrame:
    """The DataFrame; see ``SparkSession.createDataFrame``."""
    from minispark.sql.convert.rowsin import table_of_rows

    rows = list(data)
    if isinstance(schema, str):
        schema = t.StructType.fromDDL(schema)
    if isinstance(schema, t.StructType):
        chosen = schema
    else:
        first = rows[0]
        names = (
            list(schema)
            if schema
            else list(
                getattr(
                    first, "__fields__", first if isinstance(first, dict) else [f"_{i + 1}" for i in range(len(first))]
                )
            )
        )
        values = [[row[name] if isinstance(row, dict) else row[i] for row in rows] for i, name in enumerate(names)]
        chosen = t.StructType(
            [
                t.StructField(name, _kind(next((v for v in column if v is not None), None)), True)
                for name, column in zip(names, values, strict=False)
            ]
        )
    made: DataFrame = session._local(lambda: table_of_rows(rows, chosen), chosen, rows=len(rows))
    return made


def _kind(item: Any) -> t.DataType:
    if isinstance(item, bool):
        return t.BooleanType()
    for kind, dtype in (
        (int, t.LongType()),
        (float, t.DoubleType()),
        (str, t.StringType()),
        (Decimal, t.DecimalType(38, 18)),
        (datetime.datetime, t.TimestampType()),
        (datetime.date, t.DateType()),
        (bytes, t.BinaryType()),
    ):
        if isinstance(item, kind):
            return dtype
    if isinstance(item, list):
        return t.ArrayType(_kind(item[0] if item else None))
    if isinstance(item, dict):
        key, value = next(iter(item.items()))
        return t.MapType(_kind(key), _kind(value))
    if isinstance(item, tuple):
        names = getattr(item, "__fields__", [f"_{i + 1}" for i in range(len(item))])
        return t.StructType([t.StructField(n, _kind(v)) for n, v in zip(names, item, strict=False)])
    return t.NullType()
