"""CSV written by columns is CSV written row by row."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from minispark.sql.convert.csvcolumns import to_csv
from minispark.sql.convert.physical import arrow_type
from minispark.sql.exact.csvs import csv_writer
from minispark.sql.library.function import Bound, Settings
from minispark.sql.types import StringType, StructType

SCHEMA: Any = StructType.fromDDL(
    "s string, i int, d double, f float, b boolean, day date, ts timestamp, n timestamp_ntz, dec decimal(10,3), "
    "bin binary, a array<int>, m map<string,int>, st struct<x:int,y:string>"
)
MOMENT = datetime.datetime(1969, 12, 31, 23, 59, 59, 999_999)
ROWS: list[tuple[Any, ...]] = [
    (
        'a,"b',
        1,
        0.5,
        0.5,
        True,
        datetime.date(2020, 1, 2),
        MOMENT,
        MOMENT,
        Decimal("1.500"),
        b"a",
        [1, None],
        [("k", 1)],
        {"x": 1, "y": "a"},
    ),
    (
        "#x",
        -1,
        1e7,
        1e10,
        False,
        datetime.date(1, 1, 1),
        MOMENT,
        MOMENT,
        Decimal("0.000"),
        b"",
        [],
        [],
        {"x": None, "y": "a,b"},
    ),
    (" s ", 0, float("nan"), 0.1, None, None, None, None, None, None, None, None, None),
    (
        "",
        None,
        -0.0,
        None,
        True,
        datetime.date(9999, 12, 31),
        MOMENT,
        MOMENT,
        Decimal("-1.250"),
        b"q",
        [2],
        [("", None)],
        None,
    ),
    (None, None, None, None, None, None, None, None, None, None, None, None, None),
]


@pytest.mark.parametrize(
    "options", [{}, {"sep": ";", "quoteall": "true", "nullvalue": "-"}, {"escapequotes": "false", "emptyvalue": "e"}]
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris"])
def test_as_row_by_row(options: dict[str, str], zone: str) -> None:
    import json

    settings = Settings(zone, True, False, lambda name: None)
    bound = Bound((SCHEMA, StringType()), (None, json.dumps(options)), (False, True), StringType(), settings, None)
    write, texts = csv_writer(SCHEMA, options, zone), to_csv(bound)
    rows = [dict(zip(SCHEMA.names, row, strict=True)) for row in ROWS]
    column: Any = pa.array([*rows, None], arrow_type(SCHEMA))
    assert texts is not None
    for part in (column, column.slice(1, 3), pa.chunked_array([column])):
        items = part.to_pylist()
        assert texts(part).to_pylist() == [None if item is None else write(item) for item in items]
