"""Rows in, rows out: what PySpark answered, recorded."""

from __future__ import annotations

import array
import datetime
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from minispark.sql.convert.javaorder import given_order, long_code, taken_order, text_code
from minispark.sql.convert.local import table_of_local
from minispark.sql.convert.rowsout import rows_of, rows_of_tuples
from minispark.sql.types import DataType, Row, StructType, VariantVal

UTC = datetime.UTC
DAY = datetime.datetime(2020, 1, 1)
OF_TYPE: list[tuple[Any, str, Any]] = [
    (Decimal("1.555"), "decimal(10,2)", Decimal("1.56")),
    (Decimal("NaN"), "decimal(10,2)", None),
    (Decimal("1E+3"), "decimal(10,2)", Decimal("1000.00")),
    (1, "string", "1"),
    (True, "string", "true"),
    ([1, "a"], "string", "[1, 'a']"),
    (DAY.replace(tzinfo=UTC), "timestamp_ntz", DAY),
    (DAY, "timestamp", DAY),
    (DAY, "date", datetime.date(2020, 1, 1)),
    (datetime.timedelta(days=1, microseconds=5), "interval day to second", datetime.timedelta(1, 0, 5)),
    (datetime.time(1, 2, 3, 4567), "time", datetime.time(1, 2, 3, 4567)),
    (array.array("i", [1, 2]), "array<int>", [1, 2]),
    ([(1, {"a": None}), None], "array<struct<x:int,y:map<string,int>>>", [Row(x=1, y={"a": None}), None]),
    ({"a": 1, "b": 2}, "struct<a:int>", Row(a=1)),
    ({float("nan"): 1, float("-nan"): 2, 1.5: 3}, "map<double,int>", {1.5: 3, float("nan"): 1}),
    ((), "struct<>", Row()),
    (0.1, "float", 0.10000000149011612),
    (1e300, "float", float("inf")),
    (bytearray(b"x"), "binary", b"x"),
    (None, "void", None),
]
LOOSE: list[tuple[Any, str, Any]] = [
    (1, "decimal(10,2)", None),
    (1, "double", None),
    (1.5, "int", None),
    (2**40, "int", 0),
    (2**70, "bigint", None),
    (1, "boolean", None),
    ("x", "int", None),
]
INFERRED: list[tuple[list[Any], Any, str]] = [
    ([(1, "a"), (None, "b")], ["x"], "struct<x:bigint,_2:string>"),
    ([{"a": 1, "b": [1, None]}, {"c": 2.0}], None, "struct<a:bigint,b:array<bigint>,c:double>"),
    ([(1,), ("a",)], None, "struct<_1:string>"),
    ([(Decimal("1.5"),)], None, "struct<_1:decimal(38,18)>"),
    ([Row(a=Row(b=1), c={"k": 1, "j": None})], None, "struct<a:struct<b:bigint>,c:map<string,bigint>>"),
    ([({"a": 1, "b": "x"},)], None, "struct<_1:map<string,string>>"),
    ([((1, 2),)], None, "struct<_1:struct<_1:bigint,_2:bigint>>"),
    ([[1, 2], [3, 4]], None, "struct<_1:bigint,_2:bigint>"),
    ([(VariantVal(b"\0", b"\1\0\0"), datetime.timedelta(1))], None, "struct<_1:variant,_2:interval day to second>"),
]
WRONG: list[tuple[Any, Any, str | None]] = [
    ([(Decimal("12345.6"),)], "a decimal(4,2)", "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION"),
    ([({None: 1},)], "a map<int,int>", "FIELD_NOT_NULLABLE_WITH_NAME"),
    ([(2**31,)], "a int", "VALUE_OUT_OF_BOUNDS"),
    ([("é",)], "a binary", "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
    ([(1, 2)], "a int", "FIELD_STRUCT_LENGTH_MISMATCH"),
    ([((None,),)], "s struct<a int not null>", "FIELD_NOT_NULLABLE_WITH_NAME"),
    ([([1, "x"],)], "a array<int>", "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME"),
    ([(None,)], "a interval year", "NOT_IMPLEMENTED"),
    ([], None, "CANNOT_INFER_EMPTY_SCHEMA"),
    ([1, 2], None, "CANNOT_INFER_SCHEMA_FOR_TYPE"),
    ([(1,), (1.5,)], None, "CANNOT_MERGE_TYPE"),
    ([([],)], None, "CANNOT_DETERMINE_TYPE"),
    ([(1, 2), (1,)], None, "STRUCT_ARRAY_LENGTH_MISMATCH"),
    ([(object(),)], None, "CANNOT_INFER_TYPE_FOR_FIELD"),
    ([(array.array("L", [1]),)], None, "CANNOT_INFER_TYPE_FOR_FIELD"),
    ([(1,)], 5, "NOT_EXPECTED_TYPE"),
]


def through(value: Any, kind: str, verify: bool = True) -> Any:
    schema = StructType().add("c", DataType.fromDDL(kind))
    table, made = table_of_local([(value,), (None,)], schema, verify)
    rows = rows_of(table, made)
    assert rows[1] == (None,) and rows_of(table.slice(1), made) == rows[1:]
    return rows[0][0]


def test_values_pass_as_in_pyspark() -> None:
    for item, kind, expected in OF_TYPE:
        found = through(item, kind)
        assert (kind, repr(found)) == (kind, repr(expected).replace("<Row()>", "Row()"))
    for item, kind, expected in LOOSE:
        assert (kind, item, through(item, kind, False)) == (kind, item, expected)


def test_types_are_inferred_as_in_pyspark() -> None:
    for rows, names, expected in INFERRED:
        assert table_of_local(rows, names)[1].simpleString() == expected


def test_mistakes_are_told_as_in_pyspark() -> None:
    for rows, schema, condition in WRONG:
        with pytest.raises(Exception) as caught:
            table_of_local(rows, DataType.fromDDL(schema) if isinstance(schema, str) else schema)
        assert (rows, caught.value.getCondition()) == (rows, condition)


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is fixed here")
def test_naive_timestamps_are_local(in_berlin: None) -> None:
    schema = StructType.fromDDL("a timestamp, b array<timestamp>")
    summer = datetime.datetime(2020, 7, 1, 12, 0, 0, 5)
    table, _ = table_of_local([(summer, [DAY.replace(tzinfo=UTC), None])], schema)
    physical = (datetime.datetime(2020, 7, 1, 10, 0, 0, 5), [DAY, None])
    assert tuple(table.to_pylist()[0].values()) == physical
    expected = [(summer, [datetime.datetime(2020, 1, 1, 1), None])]
    assert rows_of(table, schema) == expected == rows_of_tuples([physical], schema)


def test_tuples_and_columns_make_the_same_rows() -> None:
    import duckdb

    schema = StructType.fromDDL("a array<struct<x:int,y:map<string,double>>>, i interval day, v variant, s struct<>")
    rows = [([(1, {"b": 1.5, "a": None})], datetime.timedelta(2), VariantVal(b"\x0c\1", b"\1\0\0"), ()), (None,) * 4]
    table, _ = table_of_local(rows, schema)
    tuples = duckdb.connect().register("given", table).sql("SELECT * FROM given").fetchall()
    assert repr(rows_of_tuples(tuples, schema)) == repr(rows_of(table, schema))


def test_dicts_are_in_the_order_of_javas_hash_maps() -> None:
    names = {"name": 1, "age": 2, "zeta": 3, "alpha": 4, "beta": 5, "gamma": 6, "k1": 7, "k2": 8}
    assert list(taken_order(names, text_code)) == ["zeta", "k1", "k2", "alpha", "name", "gamma", "beta", "age"]
    assert list(given_order({3: 1, -1: 2, 17: 3}, int)) == [-1, 17, 3]
    assert list(taken_order({3: 1, -1: 2, 17: 3, 100: 4, 2**40: 5}, long_code)) == [2**40, -1, 17, 3, 100]
