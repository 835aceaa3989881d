"""Arrow, pandas and numpy in and out: what PySpark answered, recorded."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from minispark.errors import PySparkTypeError, PySparkValueError, UnsupportedOperationException
from minispark.sql.convert.arrowtypes import from_arrow_schema, user_schema
from minispark.sql.convert.local import table_of_local
from minispark.sql.convert.physical import arrow_schema
from minispark.sql.convert.rowsout import rows_of
from minispark.sql.convert.tablesin import table_of_arrow, table_of_numpy, table_of_pandas
from minispark.sql.convert.tablesout import to_pandas, to_user_arrow
from minispark.sql.types import LongType, Row, StructField, StructType, VariantVal

ZONE = "America/New_York"
NOON = datetime.datetime(2020, 7, 1, 12)
ALL = StructType.fromDDL(
    "i int, b boolean, f float, s string, d date, ts timestamp, ntz timestamp_ntz, dt interval day, de decimal(5,2), "
    "a array<int>, m map<string,int>, st struct<x:int,y:timestamp>, bi binary, ats array<timestamp>, tm time, n void, "
    "v variant, e struct<>, mts map<string,timestamp>"
)
VALUES: tuple[Any, ...] = (
    1, True, 1.5, "x", datetime.date(2020, 1, 1), NOON.replace(tzinfo=datetime.UTC), NOON,
    datetime.timedelta(1), Decimal("1.50"), [1, None], {"k": 1}, (1, NOON.replace(tzinfo=datetime.UTC)), b"a",
    [NOON.replace(tzinfo=datetime.UTC)], datetime.time(1, 2, 3), None, VariantVal(b"\x0c\1", b"\1\0\0"), (),
    {"k": NOON.replace(tzinfo=datetime.UTC)},
)  # fmt: skip


def everything() -> Any:
    return table_of_local([VALUES, (None,) * len(VALUES)], ALL)[0]


def test_the_physical_columns_are_those_of_the_schema() -> None:
    assert everything().schema.equals(arrow_schema(ALL))


def test_a_users_arrow_table_comes_back_as_it_went() -> None:
    table = everything()
    user = to_user_arrow(table, ALL)
    assert user.schema.equals(user_schema(ALL, "UTC"))
    meant = from_arrow_schema(user.schema).simpleString()
    assert meant.replace("interval day to second", "interval day") == ALL.simpleString()
    assert user["ts"].to_pylist() == [NOON.replace(tzinfo=datetime.UTC), None]
    back, schema = table_of_arrow(user, ALL)
    assert schema == ALL and back.equals(table)
    assert back["s"].chunk(0).buffers()[2].address == table["s"].chunk(0).buffers()[2].address


def test_foreign_arrow_types() -> None:
    stamp = pa.array([NOON], pa.timestamp("ns"))
    table = pa.table(
        {
            "a": stamp,
            "b": stamp.cast(pa.timestamp("us", "UTC")),
            "c": pa.array(["x"]).dictionary_encode(),
            "d": pa.array([1], pa.duration("s")),
            "e": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())),
            "g": pa.array([None]),
            "l": pa.array([["x"]], pa.large_list(pa.large_string())),
            "t": pa.array([[stamp[0]]], pa.list_(pa.timestamp("ns"))),
        }
    )
    physical, schema = table_of_arrow(table, None, ZONE)
    assert schema.simpleString() == (
        "struct<a:timestamp,b:timestamp,c:string,d:interval day to second,e:map<string,int>,g:void,l:array<string>,"
        "t:array<timestamp>>"
    )
    assert physical["a"].to_pylist() == [datetime.datetime(2020, 7, 1, 16)] and physical["b"].to_pylist() == [NOON]
    assert physical["t"].to_pylist() == [[datetime.datetime(2020, 7, 1, 16)]]
    assert rows_of(physical.select(["c", "d", "e", "g", "l"]), StructType([schema[k] for k in "cdegl"])) == [
        Row("x", datetime.timedelta(0, 1), {"k": 1}, None, ["x"])
    ]
    for kind, value in ((pa.uint8(), 1), (pa.float16(), 1.0), (pa.date64(), 1)):
        with pytest.raises(PySparkTypeError, match="UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION"):
            table_of_arrow(pa.table({"a": pa.array([value], kind)}))
    with pytest.raises(ValueError, match="must not be null|non-nullable"):
        table_of_arrow(pa.table({"a": [None, 1]}), StructType([StructField("a", LongType(), False)]))
    with pytest.raises(ValueError, match="not those of the schema"):
        table_of_arrow(pa.table({"a": [1]}), StructType.fromDDL("b int"))


def test_two_fields_of_one_name() -> None:
    schema = StructType([StructField("s", StructType.fromDDL("x int, x int"))])
    table = table_of_local([((1, 2),)], schema)[0]
    with pytest.raises(UnsupportedOperationException):
        to_user_arrow(table, schema)
    pytest.importorskip("pandas")
    mode = "spark.sql.execution.pandas.structHandlingMode"
    with pytest.raises(UnsupportedOperationException):
        to_pandas(table, schema, {})
    assert to_pandas(table, schema, {mode: "dict"})["s"].tolist() == [{"x_0": 1, "x_1": 2}]
    assert to_pandas(table, schema, {mode: "row"})["s"].tolist() == [Row(1, 2)]


def test_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    assert table_of_numpy(numpy.array([[1, 2]], "int8"), ["x", "y"]).schema == pa.schema(
        [("x", pa.int8()), ("y", pa.int8())]
    )
    assert table_of_numpy(numpy.array([[1], [2]])).to_pydict() == {"value": [1, 2]}
    with pytest.raises(PySparkValueError, match="INVALID_NDARRAY_DIMENSION"):
        table_of_numpy(numpy.array(1))


def test_to_pandas_has_the_dtypes_of_pyspark() -> None:
    pandas = pytest.importorskip("pandas")
    if int(pandas.__version__.partition(".")[0]) < 3:
        pytest.skip("recorded with pandas 3")
    found = to_pandas(everything(), ALL, {}, ZONE)
    assert {name: str(kind) for name, kind in found.dtypes.items()} == {
        **dict.fromkeys(ALL.names, "object"),
        "i": "float64", "f": "float32", "s": "str", "ts": "datetime64[us]", "ntz": "datetime64[us]",
        "dt": "timedelta64[us]",
    }  # fmt: skip
    first = found.iloc[0]
    assert first["ts"] == pandas.Timestamp("2020-07-01 08:00:00") and first["d"] == datetime.date(2020, 1, 1)
    assert first["st"] == {"x": 1, "y": pandas.Timestamp("2020-07-01 08:00:00")}
    assert list(first["ats"]) == [pandas.Timestamp("2020-07-01 08:00:00")] and first["m"] == {"k": 1}
    assert str(to_pandas(everything().slice(0, 1), ALL, {}, ZONE)["i"].dtype) == "int32"
    plainly = to_pandas(everything(), ALL, {"spark.sql.execution.arrow.pyspark.enabled": "false"}, ZONE)
    assert list(plainly.dtypes) == list(found.dtypes) and plainly.iloc[0]["a"] == [1, None]
    assert plainly.iloc[0]["st"] == Row(x=1, y=pandas.Timestamp("2020-07-01 08:00:00"))


def test_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "a": pandas.to_datetime(["2020-01-01", None]).tz_localize("Asia/Tokyo"),
            "b": pandas.Categorical(["u", "v"]),
            "c": [datetime.date(2020, 1, 1), None],
            "e": [[1, 2], None],
            "f": [{"k": 1}, None],
            "g": pandas.array([1, None], dtype="Int32"),
            "n": pandas.to_datetime(["2020-07-01 12:00", None]),
        }
    )
    table, schema = table_of_pandas(frame, None, ZONE)
    assert schema.simpleString() == (
        "struct<a:timestamp,b:string,c:date,e:array<bigint>,f:struct<k:bigint>,g:int,n:timestamp>"
    )
    assert table.slice(0, 1).to_pylist() == [
        {"a": datetime.datetime(2019, 12, 31, 15), "b": "u", "c": datetime.date(2020, 1, 1), "e": [1, 2],
         "f": {"k": 1}, "g": 1, "n": datetime.datetime(2020, 7, 1, 16)}
    ]  # fmt: skip
    assert table.slice(1).to_pylist() == [{**dict.fromkeys("acefgn"), "b": "v"}]
    nested = StructType.fromDDL("a struct<p:int,q:string>, b map<string,int>, c array<timestamp>")
    rows = pandas.DataFrame({"a": [(1, "x")], "b": [{"p": 1}], "c": [[NOON]]})
    assert table_of_pandas(rows, nested, ZONE)[0].to_pylist() == [
        {"a": {"p": 1, "q": "x"}, "b": [("p", 1)], "c": [datetime.datetime(2020, 7, 1, 16)]}
    ]
    for values, kind in (([1.5], "int"), ([300], "tinyint"), (["x"], "int")):
        with pytest.raises((PySparkTypeError, PySparkValueError)):
            table_of_pandas(pandas.DataFrame({"a": values}), StructType.fromDDL(f"a {kind}"))
