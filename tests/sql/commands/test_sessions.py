"""Statements about the session: settings, variables, functions, parameters."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from minispark.errors import AnalysisException, ParseException, PySparkException, PySparkValueError
from minispark.sql import SparkSession
from minispark.sql.functions import col


def rows(spark: SparkSession, text: str, args: Any = None, **kwargs: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text, args, **kwargs).collect()]


def condition(spark: SparkSession, text: str, args: Any = None) -> str | None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(text, args).collect()
    return caught.value.getCondition()


def test_settings(spark: SparkSession) -> None:
    assert rows(spark, "set my.key = a b c") == [("my.key", "a b c")]
    assert rows(spark, "set my.key") == [("my.key", "a b c")]
    spark.sql("reset my.key")
    assert rows(spark, "set my.key") == [("my.key", "<undefined>")]
    assert rows(spark, "set time zone 'America/Los_Angeles'") == [("spark.sql.session.timeZone", "America/Los_Angeles")]
    assert rows(spark, "set time zone interval 2 hours") == [("spark.sql.session.timeZone", "+02:00")]
    assert condition(spark, "set time zone 'nowhere'") == "INVALID_CONF_VALUE.TIME_ZONE"


def test_variables(spark: SparkSession) -> None:
    spark.sql("declare variable x int default 5")
    assert rows(spark, "select x, session.x, system.session.x + 1") == [(5, 5, 6)]
    spark.sql("set var x = (select max(id) from range(4))")
    spark.sql("declare or replace y = 'text'")
    assert rows(spark, "select x, y") == [(3, "text")]
    spark.sql("set var (x, y) = (select 1, 'b')")
    assert rows(spark, "select x, y where x = 1") == [(1, "b")]
    spark.sql("set var x = default")
    assert rows(spark, "select x from values (9) t(x)") == [(9,)]
    assert rows(spark, "select x") == [(5,)]
    assert condition(spark, "set var nosuch = 1") == "UNRESOLVED_VARIABLE"
    assert condition(spark, "declare variable x int") == "VARIABLE_ALREADY_EXISTS"
    spark.sql("drop temporary variable x")
    assert condition(spark, "drop temporary variable x") == "VARIABLE_NOT_FOUND"


def test_execute_immediate(spark: SparkSession) -> None:
    spark.sql("declare variable x int")
    assert rows(spark, "execute immediate 'select ? + ?' using 1, 2") == [(3,)]
    spark.sql("execute immediate 'select :a + 1' into x using 2 as a")
    assert rows(spark, "select x") == [(3,)]
    assert rows(spark, "execute immediate 'select ' || '1'") == [(1,)]
    assert rows(spark, "execute immediate 'select ? + ?' using 1, 2 as a") == [(3,)]


def test_functions(spark: SparkSession) -> None:
    spark.sql("create function plus1(a int) returns int return a + 1")
    assert rows(spark, "select plus1(2), plus1(id) from range(2)") == [(3, 1), (3, 2)]
    spark.sql("create temporary function pt(a int, b int default 3) returns bigint return a * b")
    assert rows(spark, "select pt(2), pt(2, 4), pt(b => 1, a => 9)") == [(6, 8, 9)]
    assert condition(spark, "select pt()") == "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"
    assert condition(spark, "select pt(1, c => 2)") == "UNRECOGNIZED_PARAMETER_NAME"
    spark.sql("create function tf(n int) returns table (a int, b int) return select n, n + id from range(2)")
    assert rows(spark, "select * from tf(5)") == [(5, 5), (5, 6)]
    assert condition(spark, "create temporary function bad(a int default 1, b int) returns int return a") == (
        "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION"
    )
    assert (
        condition(spark, "create function wrong(a int) returns int return nosuch")
        == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    )
    assert rows(spark, "show user functions") == [
        ("pt",),
        ("spark_catalog.default.plus1",),
        ("spark_catalog.default.tf",),
    ]
    assert rows(spark, "describe function plus1") == [
        ("Function: spark_catalog.default.plus1",),
        ("Type:     SCALAR",),
        ("Input:    a INT",),
        ("Returns:  INT",),
    ]
    spark.sql("drop function plus1")
    assert condition(spark, "drop function plus1") == "ROUTINE_NOT_FOUND"
    assert condition(spark, "select plus1(1)") == "UNRESOLVED_ROUTINE"
    spark.sql("create function jvm as 'a.b.C'")
    assert condition(spark, "select jvm(1)") == "CANNOT_LOAD_FUNCTION_CLASS"


def test_parameters(spark: SparkSession) -> None:
    assert rows(spark, "select :a + 1, :d, :l[1]", {"a": 1, "d": datetime.date(2024, 1, 2), "l": [5, 6]}) == [
        (2, datetime.date(2024, 1, 2), 6)
    ]
    assert rows(spark, "select ? from range(?) limit ?", ["x", 5, 2]) == [("x",), ("x",)]
    assert rows(spark, "select * from identifier(:t)(2)", {"t": "range"}) == [(0,), (1,)]
    assert condition(spark, "select :a") == "UNBOUND_SQL_PARAMETER"
    assert condition(spark, "select ?", [1][:0]) == "UNBOUND_SQL_PARAMETER"
    assert condition(spark, "select ?, :a", {"a": 1}) == "INVALID_QUERY_MIXED_QUERY_PARAMETERS"


def test_braces(spark: SparkSession) -> None:
    frame = spark.range(3)
    assert rows(spark, "select {c} from {d} where id > {x} and 'it''s' = {s}", c=frame.id, d=frame, x=1, s="it's") == [
        (2,)
    ]
    assert rows(spark, "select {c} from {d}", c=col("id"), d=frame)[0] == (0,)
    assert rows(spark, "show views") == []
    with pytest.raises(PySparkValueError):
        spark.sql("select {nosuch}", a=1)
    with pytest.raises(PySparkValueError):
        spark.sql("select {c} from {d}", c=col("id") + 1, d=frame)


def test_a_syntax_error_shows_the_place(spark: SparkSession) -> None:
    with pytest.raises(ParseException) as caught:
        spark.sql("SELECT *\nFORM t WHERE (")
    assert str(caught.value) == (
        "[PARSE_SYNTAX_ERROR] Syntax error at or near 't'. (line 2, pos 5)\n\n== SQL ==\nSELECT *\n"
        "FORM t WHERE (\n-----^^^"
    )


def test_several_variables(spark: SparkSession) -> None:
    spark.sql("declare variable a, b int default 5")
    spark.sql("declare m default map('x', array(1))")
    spark.sql("set variable (a, b) = (select default, 7)")
    frame = spark.sql("select a + b, m, a = b")
    assert frame.columns[0] == "(variablereference(system.session.a=5) + variablereference(system.session.b=7))"
    assert tuple(frame.collect()[0])[:2] == (12, {"x": [1]})
    spark.sql("drop temporary var a")
    for text, expected in (
        ("declare c, C int", "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE"),
        ("declare c default (select 1)", "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION"),
        ("set variable b = default + 1", "DEFAULT_PLACEMENT_INVALID"),
        ("set b = 4", "UNSUPPORTED_FEATURE.SET_VARIABLE_USING_SET"),
        ("drop variable b", "PARSE_SYNTAX_ERROR"),
        ("execute immediate 'select :x' using 1", "ALL_PARAMETERS_MUST_BE_NAMED"),
        ("execute immediate 'select :x' using (select 1) as x", "UNSUPPORTED_EXPR_FOR_PARAMETER"),
        ("execute immediate 'select :x' using 1 as x, 2 as X", "EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES"),
        ("execute immediate 'select 1, 2' into b, b", "DUPLICATE_ASSIGNMENTS"),
        ("execute immediate cast(null as string)", "NULL_QUERY_STRING_EXECUTE_IMMEDIATE"),
    ):
        with pytest.raises(PySparkException) as caught:
            spark.sql(text)
        assert caught.value.getCondition() == expected
    assert spark.sql("execute immediate 'select :b' using b").collect()[0][0] == 7


def test_computed_names(spark: SparkSession) -> None:
    spark.sql("declare variable part string default 'it'")
    spark.sql("create table identifier(part || 'ems') (a int, s struct<b: int>) using parquet")
    spark.sql("insert into items values (1, named_struct('b', 2))")
    text = "select identifier('a') as identifier('x'), s.identifier('b') from identifier('default').items"
    assert rows(spark, text) == [(1, 2)]
    text = "select identifier(:p 'a') from identifier('default' '.' :t) where identifier('t.' || 'a') = 1"
    assert [
        tuple(row) for row in spark.sql(text.replace("where", "as t where"), {"p": "t.", "t": "items"}).collect()
    ] == [(1,)]
    text = "select row_number() over identifier('w') from items window identifier('w') as (order by a)"
    assert rows(spark, text) == [(1,)]
    for text, expected in (
        ("values (identifier(1))", "NOT_A_CONSTANT_STRING.WRONG_TYPE"),
        ("values (identifier(cast(null as string)))", "NOT_A_CONSTANT_STRING.NULL"),
        ("values (identifier(string(rand())))", "NOT_A_CONSTANT_STRING.NOT_CONSTANT"),
        ("select identifier(a) from items", "NOT_A_CONSTANT_STRING.NOT_CONSTANT"),
        ("select identifier('')", "PARSE_EMPTY_STATEMENT"),
        ("select 1 as identifier('a.b')", "IDENTIFIER_TOO_MANY_NAME_PARTS"),
        ("create table a.b.c (i int)", "REQUIRES_SINGLE_PART_NAMESPACE"),
        ("select `nope`(1)", "UNRESOLVED_ROUTINE"),
        ("create temporary function a.b(x int) returns int return x", "INVALID_TEMP_OBJ_QUALIFIER"),
    ):
        with pytest.raises(PySparkException) as caught:
            spark.sql(text)
        assert caught.value.getCondition() == expected
    spark.conf.set("spark.sql.legacy.identifierClause", "true")
    assert condition(spark, "select 1 as identifier('x')") == "PARSE_SYNTAX_ERROR"
