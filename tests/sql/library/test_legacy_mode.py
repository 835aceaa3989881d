"""Values and errors where ANSI mode is off, and settings that change them: PySpark 4.3's answers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


LEGACY: tuple[tuple[str, Any], ...] = (
    ("'1' + 1", 2.0), ("'x' + 1", None), ("pmod('7', 3)", 1.0), ("1 = '1'", True), ("coalesce(1, 'a')", "1"),
    ("array(1, 'a')", ["1", "a"]), ("if(true, 1, 'a')", "1"), ("1 IN ('1', 'a')", True), ("true = 1", True),
    ("2147483647 + 1", -2147483648), ("1 div 0", None), ("1 % 0", None), ("array(1)[3]", None),
    ("cast('x' AS int)", None), ("cast(300 AS tinyint)", 44),
    ("cast(TIME '23:59:59' AS tinyint)", None), ("map('1', 1)[true]", None),
    ("cast(cast(3 AS bigint) AS float) + 16777217L", 16777220.0), ("element_at(array(1), 5)", None),
    ("date_add(DATE'2020-01-01', '1') = DATE'2020-01-02'", True), ("to_binary('YWI', 'base64')", b"ab"),
)  # fmt: skip
LEGACY_ERRORS = (
    ("cast(INTERVAL '1000000' SECOND AS smallint)", "CAST_OVERFLOW"),
    ("date_add(DATE'2020-01-01', 'x')", "SECOND_FUNCTION_ARGUMENT_NOT_INTEGER"),
    ("TIMESTAMP'2020-01-01' - '1'", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("1 < true", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"),
    ("if('true', 1, 2)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
)
ANSI: tuple[tuple[str, Any], ...] = (
    ("'1' + 1", 2), ("cast(1 AS int) / cast(1 AS decimal(10, 0))", Decimal("1.00000000000")),
    ("typeof(cast(1 AS int) / cast(1 AS decimal(10, 0)))", "decimal(21,11)"),
    ("typeof(1 / cast(1 AS decimal(10, 0)))", "decimal(12,11)"), ("aggregate(array(1, 2), 0, 7)", 7),
    ("array_sort(array(3, 1, 2), 1)", [3, 1, 2]), ("regexp_substr('1a', '')", None), ("get(array(1), null)", None),
    ("to_binary('abc', concat('utf', '-8'))", b"abc"), ("try_to_binary('abcdef= =', 'base64')", None),
    ("aggregate(array(1), named_struct('s', 0), (a, x) -> struct(a.s + x), a -> a.s)", 1),
    ("typeof(array(st_geogfromwkb(w), cast(st_geogfromwkb(w) AS geography(any))))", "array<geography(any)>"),
)  # fmt: skip
ANSI_ERRORS = (
    ("127Y + 1Y", "BINARY_ARITHMETIC_OVERFLOW"),
    ("2147483647 + 1", "ARITHMETIC_OVERFLOW"),
    ("cast(300 AS tinyint)", "CAST_OVERFLOW"),
    ("parse_json('[1]')[0]", "INVALID_EXTRACT_BASE_FIELD_TYPE"),
    ("ceil(2.5, null)", "NON_FOLDABLE_ARGUMENT"),
    ("ceil(x -> x)", "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION"),
    ("raise_error(null)", "USER_RAISED_EXCEPTION"),
    ("json_array_length(2)", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ("cast(st_geogfromwkb(w) AS string)", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"),
    ("map_concat(map('a', 1), map(DATE'2020-01-01', 2))", "DATATYPE_MISMATCH.DATA_DIFF_TYPES"),
    ("count(*) OVER (ORDER BY w RANGE 1 PRECEDING)", "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE"),
)


def failed(frame: Any, text: str) -> str | None:
    try:
        frame.selectExpr(f"{text} AS r").collect()
    except PySparkException as error:
        return error.getCondition()
    return None


@pytest.mark.parametrize(("ansi", "values", "errors"), [(True, ANSI, ANSI_ERRORS), (False, LEGACY, LEGACY_ERRORS)])
def test_answers(spark: SparkSession, ansi: bool, values: Any, errors: Any) -> None:
    spark.conf.set("spark.sql.ansi.enabled", str(ansi).lower())
    frame = spark.sql("SELECT X'0101000000000000000000F03F0000000000000040' AS w")
    row = frame.selectExpr(*(f"{text} AS r{place}" for place, (text, _) in enumerate(values))).first()
    assert [*(row or ())] == [answer for _, answer in values]
    assert [(text, failed(frame, text)) for text, _ in errors] == list(errors)
    spark.conf.unset("spark.sql.ansi.enabled")


def test_settings(spark: SparkSession) -> None:
    def one(text: str) -> Any:
        return spark.sql(f"SELECT {text}").collect()[0][0]

    asked = (
        ("spark.sql.decimalOperations.allowPrecisionLoss", "false", "typeof(cast(1 AS decimal(38, 18)) * 10)",
         "decimal(38,15)", "decimal(38,18)"),
        ("spark.sql.legacy.negativeIndexInArrayInsert", "true", "array_insert(array(1, 3, 4), -2, 2)", [1, 3, 2, 4],
         [1, 2, 3, 4]),
        ("spark.sql.function.eltOutputAsString", "true", "elt(1, X'41', X'42')", b"A", "A"),
        ("spark.sql.function.concatBinaryAsString", "true", "concat(X'41', X'42')", b"AB", "AB"),
        ("spark.sql.legacy.javaCharsets", "true", "encode('a', 'windows-1252')", None, b"a"),
    )  # fmt: skip
    for name, setting, text, usual, changed in asked:
        if usual is not None:
            assert one(text) == usual, text
        spark.conf.set(name, setting)
        assert one(text) == changed, text
        spark.conf.unset(name)


def test_exact_functions_follow_a_setting_that_changed(spark: SparkSession) -> None:
    text = "decode(X'61FF', 'US-ASCII')"
    assert failed(spark.range(1), text) == "MALFORMED_CHARACTER_CODING"
    spark.conf.set("spark.sql.legacy.codingErrorAction", "true")
    assert spark.sql(f"SELECT {text}").collect() == [("a\ufffd",)]
    spark.conf.unset("spark.sql.legacy.codingErrorAction")
    assert failed(spark.range(1), text) == "MALFORMED_CHARACTER_CODING"


def test_frames_of_intervals(spark: SparkSession) -> None:
    frame = spark.sql("SELECT * FROM VALUES (DATE'2020-01-01'), (DATE'2020-01-02'), (DATE'2020-03-01') AS t(d)")
    over = "count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) AS n"
    assert sorted(row[0] for row in frame.selectExpr(over).collect()) == [1, 1, 2]
