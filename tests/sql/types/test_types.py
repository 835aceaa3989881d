"""Types as values: equality, texts, JSON, trees, conversion of values."""

from __future__ import annotations

import datetime
import pickle

import pytest

from minispark.errors import (
    PySparkIndexError,
    PySparkKeyError,
    PySparkNotImplementedError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)
from minispark.sql import types as t
from minispark.sql.types.fromjson import parse_json
from minispark.sql.types.udt import UserDefinedType

NESTED = (
    t.StructType()
    .add("a", t.ArrayType(t.MapType(t.StringType("UNICODE"), t.DecimalType(10, 2)), False))
    .add("b", "long", False, {"k": 1})
    .add("c", t.StructType([t.StructField("x", t.DayTimeIntervalType(1, 3)), t.StructField("y\n", t.VarcharType(3))]))
)


def test_json_and_pickle_give_the_type_again() -> None:
    assert parse_json(NESTED.json()) == NESTED == pickle.loads(pickle.dumps(NESTED))
    plain = ["void", "tinyint", "double", "time(3)", "interval year", "variant", "geography(4326)", "geometry(any)"]
    for text in plain:
        kind = t.DataType.fromDDL(text)
        assert parse_json(kind.json()) == kind and kind.simpleString() == text
    assert '"metadata":{"__COLLATIONS":{"a.element.key":"icu.UNICODE"}}' in NESTED.json()


def test_a_tree() -> None:
    assert NESTED.treeString() == (
        "root\n"
        " |-- a: array (nullable = true)\n"
        " |    |-- element: map (containsNull = false)\n"
        " |    |    |-- key: string\n"
        " |    |    |-- value: decimal(10,2) (valueContainsNull = true)\n"
        " |-- b: long (nullable = false)\n"
        " |-- c: struct (nullable = true)\n"
        " |    |-- x: interval hour to second (nullable = true)\n"
        " |    |-- y\\n: varchar(3) (nullable = true)\n"
    )
    assert NESTED.treeString(1).count("\n") == 4


def test_fields_are_found_and_missed() -> None:
    assert NESTED["b"].metadata == {"k": 1} and NESTED[-1].name == "c" and NESTED[:1].names == ["a"]
    assert len(NESTED) == 3 and [field.name for field in NESTED] == NESTED.fieldNames()
    wrong = {
        "z": (PySparkKeyError, "KEY_NOT_EXISTS"),
        9: (PySparkIndexError, "INDEX_OUT_OF_RANGE"),
        1.5: (PySparkTypeError, "NOT_EXPECTED_TYPE"),
    }
    for key, (kind, condition) in wrong.items():
        with pytest.raises(kind) as caught:
            NESTED[key]
        assert caught.value.getCondition() == condition
    with pytest.raises(PySparkValueError, match="ARGUMENT_REQUIRED"):
        t.StructType().add("a")
    with pytest.raises(PySparkTypeError, match="INVALID_TYPENAME_CALL"):
        NESTED["a"].typeName()


def test_what_spark_keeps_of_a_value() -> None:
    kept = {
        t.DateType(): (datetime.date(1969, 12, 31), -1),
        t.TimeType(): (datetime.time(1, 2, 3, 4), 3723000004000),
        t.TimestampNTZType(): (datetime.datetime(1970, 1, 1, 0, 0, 1, 5), 1000005),
        t.DayTimeIntervalType(): (datetime.timedelta(days=-1), -86400000000),
    }
    for kind, (item, internal) in kept.items():
        assert kind.toInternal(item) == internal and kind.fromInternal(internal) == item
    row = t.StructType.fromDDL("a int, b date")
    assert row.toInternal({"a": 1, "b": datetime.date(1970, 1, 2)}) == (1, 1)
    assert row.fromInternal((1, 1)) == t.Row(a=1, b=datetime.date(1970, 1, 2))
    with pytest.raises(PySparkNotImplementedError):
        t.YearMonthIntervalType().fromInternal(1)
    with pytest.raises(PySparkRuntimeError, match="INVALID_INTERVAL_CASTING"):
        t.DayTimeIntervalType(0, 7)


class PointType(UserDefinedType):
    @classmethod
    def sqlType(cls) -> t.DataType:
        return t.ArrayType(t.DoubleType(), False)

    @classmethod
    def module(cls) -> str:
        return __name__

    def serialize(self, obj: Point) -> list[float]:
        return [obj.x, obj.y]

    def deserialize(self, datum: list[float]) -> Point:
        return Point(*datum)


class Point:
    __UDT__ = PointType()

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y


def test_a_type_of_the_users_own() -> None:
    kind = Point.__UDT__
    assert kind.toInternal(Point(1.0, 2.0)) == [1.0, 2.0] and kind.fromInternal([1.0, 2.0]).y == 2.0
    assert kind.jsonValue()["pyClass"] == f"{__name__}.PointType" and kind.simpleString() == "udt"
    assert kind == PointType() and t.ArrayType(kind).needConversion()


def test_classes_have_the_names_that_programs_import() -> None:
    from minispark.sql import DataFrame

    names = [f"{one.__module__}.{one.__qualname__}" for one in (t.StructType, t.IntegerType, DataFrame)]
    assert names == [
        "minispark.sql.types.StructType",
        "minispark.sql.types.IntegerType",
        "minispark.sql.dataframe.DataFrame",
    ]
    with pytest.raises(AssertionError, match="an instance of <class 'minispark.sql.types.DataType'>"):
        t.StructField("a", 5)
