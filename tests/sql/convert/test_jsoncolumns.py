"""JSON written by columns is JSON written value by value."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from minispark.sql.convert.jsoncolumns import json_texts
from minispark.sql.convert.physical import arrow_type
from minispark.sql.exact.jsonwriting import json_writer
from minispark.sql.types import ArrayType, DataType, StructType

CHOICES: dict[str, list[Any]] = {
    "int": [0, -1, 2**31 - 1],
    "double": [
        0.0,
        -0.0,
        1.0,
        1e7,
        9999999.5,
        0.001,
        0.00099,
        1e-12,
        1.5e300,
        -123.25,
        float("nan"),
        float("inf"),
        5e-324,
    ],
    "float": [1.5, 0.1, float("nan")],
    "string": ["", 'a"b', "back\\slash", "tab\t", "\x1f\x7f/é\U0001f600", "plain"],
    "boolean": [True, False],
    "date": [datetime.date(2020, 1, 2), datetime.date(1, 1, 1), datetime.date(9999, 12, 31)],
    "timestamp": [datetime.datetime(2020, 7, 2, 3, 4, 5, 678901), datetime.datetime(1, 1, 1, 0, 0, 0, 999)],
    "timestamp_ntz": [datetime.datetime(1969, 12, 31, 23, 59, 59, 999999), datetime.datetime(812, 1, 2)],
    "binary": [b"\x01\xff"],
    "map<string,int>": [[], [("k", 1)], [('k"', None), ("l", 2)]],
}
FIELDS = ", ".join(f"f{place} {name}" for place, name in enumerate(CHOICES))
SCHEMA = DataType.fromDDL(
    f"{FIELDS}, arr array<string>, aa array<array<int>>, n struct<x:decimal(10,3),y:decimal(20,9),z:struct<>>"
)


def some(chance: random.Random, dtype: Any) -> Any:
    """A value of a type, or null."""
    if chance.random() < 0.2:
        return None
    if isinstance(dtype, ArrayType):
        return [some(chance, dtype.elementType) for _ in range(chance.randrange(4))]
    if isinstance(dtype, StructType):
        return {field.name: some(chance, field.dataType) for field in dtype.fields}
    if dtype.typeName() == "decimal":
        return Decimal(chance.choice([0, 1, -150, 10**9])).scaleb(-dtype.scale)
    return chance.choice(CHOICES[dtype.simpleString()])


@pytest.mark.parametrize(("ignore_nulls", "zone"), [(True, "Europe/Paris"), (False, "UTC")])
def test_as_value_by_value(ignore_nulls: bool, zone: str) -> None:
    chance = random.Random(1)
    for dtype in (SCHEMA, ArrayType(SCHEMA)):
        column: Any = pa.array([some(chance, dtype) for _ in range(150)], arrow_type(dtype))
        texts = json_texts(dtype, {}, zone, ignore_nulls)
        write = json_writer(dtype, {}, zone, ignore_nulls)
        assert texts is not None
        for part in (column, column.slice(60, 41), column.slice(3, 0)):
            assert texts(part).to_pylist() == [None if item is None else write(item) for item in part.to_pylist()]


def test_what_is_left_to_single_values() -> None:
    assert json_texts(SCHEMA, {"pretty": "true"}, "UTC", True) is None
    assert json_texts(DataType.fromDDL("map<string,int>"), {}, "UTC", True) is None
