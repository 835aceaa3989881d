"""Texts of types: read, written, and what is wrong with some."""

from __future__ import annotations

import pytest

from minispark.errors import ParseException
from minispark.sql.types import (
    ArrayType,
    CalendarIntervalType,
    CharType,
    DataType,
    DayTimeIntervalType,
    DecimalType,
    GeographyType,
    GeometryType,
    IntegerType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimeType,
    VariantType,
    YearMonthIntervalType,
)

INT = IntegerType()
READ = {
    "INT": INT,
    "decimal": DecimalType(10, 0),
    "dec(5)": DecimalType(5, 0),
    "numeric( 4 , 1 )": DecimalType(4, 1),
    "interval": CalendarIntervalType(),
    "interval day": DayTimeIntervalType(0, 0),
    "INTERVAL DAY TO SECOND": DayTimeIntervalType(0, 3),
    "interval year to month": YearMonthIntervalType(0, 1),
    "character(3)": CharType(3),
    "string collate unicode_ci_ai": StringType("UNICODE_CI_AI"),
    "string collate system.builtin.De_aut_rtrim_ai": StringType("de_AUT_AI_RTRIM"),
    "time": TimeType(6),
    "time(3)": TimeType(3),
    "timestamp without time zone": TimestampNTZType(),
    "geography(any)": GeographyType("ANY"),
    "geometry(4326)": GeometryType(4326),
    "void": NullType(),
    "array<map<string,int>>": ArrayType(MapType(StringType(), INT)),
    "struct<>": StructType([]),
    "": StructType([]),
    "struct<a:int not null comment 'x\\'y',b int>": StructType(
        [StructField("a", INT, False, {"comment": "x'y"}), StructField("b", INT)]
    ),
    "`a``b` int": StructType([StructField("a`b", INT)]),
    "1a int, select int": StructType([StructField("1a", INT), StructField("select", INT)]),
    "a int comment 'x' 'y'": StructType([StructField("a", INT, True, {"comment": "xy"})]),
}
WRONG = {
    "a int b": ("PARSE_SYNTAX_ERROR", {"error": "'b'", "hint": ": extra input 'b'"}),
    "blabla": ("PARSE_SYNTAX_ERROR", {"error": "end of input", "hint": ""}),
    "decimal(1,2,3)": ("PARSE_SYNTAX_ERROR", {"error": "'('", "hint": ""}),
    "array<>": ("PARSE_SYNTAX_ERROR", {"error": "'<>'", "hint": ""}),
    "map<int>": ("PARSE_SYNTAX_ERROR", {"error": "'<'", "hint": ""}),
    "interval month to year": ("PARSE_SYNTAX_ERROR", {"error": "'to'", "hint": ""}),
    "a int,": ("PARSE_SYNTAX_ERROR", {"error": "end of input", "hint": ""}),
    "1 int": ("PARSE_SYNTAX_ERROR", {"error": "'1'", "hint": ""}),
    "a-b int": ("INVALID_IDENTIFIER", {"ident": "a-b"}),
    "a int(3)": ("UNSUPPORTED_DATATYPE", {"typeName": '"INT(3)"'}),
    "a.b int": ("PARSE_SYNTAX_ERROR", {"error": "'.'", "hint": ""}),
}


@pytest.mark.parametrize("text", READ)
def test_a_text_names_a_type(text: str) -> None:
    assert DataType.fromDDL(text) == READ[text]


def test_what_is_no_type_has_sparks_condition() -> None:
    for text, (condition, parameters) in WRONG.items():
        with pytest.raises(ParseException) as caught:
            DataType.fromDDL(text)
        assert (text, caught.value.getCondition()) == (text, condition)
        assert (text, caught.value.getMessageParameters()) == (text, parameters)


def test_a_schema_is_written_so_that_it_reads_again() -> None:
    schema = StructType(
        [
            StructField("a b", INT, False, {"comment": 'it\'s \\ "q"'}),
            StructField("1a", DayTimeIntervalType(1, 2)),
            StructField("s", StructType([StructField("x y", ArrayType(DecimalType(3, 1)), False, {"comment": "c"})])),
            StructField("select", StringType("UNICODE")),
            StructField("a`b", VariantType()),
        ]
    )
    text = schema.toDDL()
    assert text == (
        "`a b` INT NOT NULL COMMENT 'it\\'s \\\\ \"q\"',`1a` INTERVAL HOUR TO MINUTE,"
        "s STRUCT<`x y`: ARRAY<DECIMAL(3,1)> NOT NULL COMMENT 'c'>,select STRING COLLATE UNICODE,`a``b` VARIANT"
    )
    assert StructType.fromDDL(text) == schema
