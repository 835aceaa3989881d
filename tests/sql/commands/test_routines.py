"""Functions of SQL: their names in results, what their bodies may use; as PySpark 4.3 answers."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession


def rows(spark: SparkSession, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text).collect()]


@pytest.fixture
def made(spark: SparkSession) -> SparkSession:
    spark.sql("create table t using parquet as select * from values (0, 1), (0, 2), (1, 2) t(a, b)")
    spark.sql("create function same(x int) returns int return x")
    spark.sql("create temporary function one(x int) returns int return x + 1")
    spark.sql(
        "create function sums(x int) returns table (s int, n int) return select sum(b), count(*) from t where x = a"
    )
    return spark


def test_results_are_named_with_the_catalog(made: SparkSession) -> None:
    frame = made.sql("select same(a), one(same(1)), sum(same(b)) from t group by a order by 1")
    assert frame.columns == [
        "spark_catalog.default.same(a)", "one(spark_catalog.default.same(1))", "sum(spark_catalog.default.same(b))"
    ]  # fmt: skip
    assert [tuple(row) for row in frame.collect()] == [(0, 2, 3), (1, 2, 2)]


def test_table_functions_take_columns_around_them(made: SparkSession) -> None:
    assert rows(made, "select a, b, n from t, lateral sums(a) order by a, b") == [(0, 1, 2), (0, 2, 2), (1, 2, 1)]
    assert rows(made, "select a from t join lateral sums(a) on t.b = sums.n order by a") == [(0,)]
    assert rows(made, "select (select max(s) from sums(a)) m from t order by m") == [(2,), (3,), (3,)]


def test_bodies_that_are_queries_over_groups(made: SparkSession) -> None:
    made.sql("create function plain(x int) returns int return select x")
    made.sql("create function total(x int) returns int return select sum(b) from t where a = x")
    assert rows(made, "select plain(sum(b)), total(a) from t group by a order by 1") == [(2, 2), (3, 3)]
    made.sql("create function pair(x int, y string) returns table return select struct(x, y) as p")
    assert made.sql("select * from pair(1, 'a')").schema.simpleString() == "struct<p:struct<x:int,y:string>>"


def test_a_query_inside_of_a_query_sees_the_parameters(made: SparkSession) -> None:
    made.sql("create function deep(x int) returns int return select (select x)")
    assert rows(made, "select deep(a + 1) d from t order by d") == [(1,), (1,), (2,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create or replace function same(x int) returns int return loop(x)", "UNRESOLVED_ROUTINE"),
        ("create function f(x int) returns int return one(x)", "INVALID_TEMP_OBJ_REFERENCE"),
        ("create view v as select one(1) x", "INVALID_TEMP_OBJ_REFERENCE"),
        ("create view v as select counter x", "INVALID_TEMP_OBJ_REFERENCE"),
        ("create function f() returns int contains sql return (select 1 from t)", "INVALID_SQL_FUNCTION_DATA_ACCESS"),
        ("create function f(x int default array(1)) returns int return x", "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"),
        ("create function f(x int default (select 1)) returns int return x",
         "%U.NOT_A_VALID_DEFAULT_EXPRESSION"),
        ("create function f(x int not null) returns int return x", "%U.NOT_NULL_ON_FUNCTION_PARAMETERS"),
        ("create function f(x int unique) returns int return x", "%I.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS"),
        ("create function f(x varchar(3)) returns int return 1", "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING"),
        ("create function f() returns table (a int) return 1", "%U.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY"),
        ("create function f() returns table (a int, A int) return select 1, 2", "DUPLICATE_ROUTINE_RETURNS_COLUMNS"),
        ("create function f(x int) returns int return sum(x)", "%U.CANNOT_CONTAIN_COMPLEX_FUNCTIONS"),
        ("select sums(1)", "NOT_A_SCALAR_FUNCTION"),
        ("select * from t order by same(a)", "UNSUPPORTED_SQL_UDF_USAGE"),
        ("select * from t limit same(1)", "UNSUPPORTED_SQL_UDF_USAGE"),
        ("select explode(array(same(a))) from t", "UNSUPPORTED_SQL_UDF_USAGE"),
        ("select * from same(1)", "NOT_A_TABLE_FUNCTION"),
        ("select * from upper(1)", "NOT_A_TABLE_FUNCTION"),
        ("select * from a.b.c", "REQUIRES_SINGLE_PART_NAMESPACE"),
    ],
)  # fmt: skip
def test_refused(made: SparkSession, text: str, expected: str) -> None:
    made.sql("declare counter int default 1")
    with pytest.raises(PySparkException) as caught:
        made.sql(text)
    whole = expected.replace("%U", "USER_DEFINED_FUNCTIONS").replace("%I", "INVALID_SQL_SYNTAX")
    assert caught.value.getCondition() == whole


def test_functions_that_call_each_other(made: SparkSession) -> None:
    made.sql("create function next(x int) returns int return same(x) + 1")
    with pytest.raises(PySparkException) as caught:
        made.sql("create or replace function same(x int) returns int return next(x)")
    assert caught.value.getMessageParameters() == {
        "path": "spark_catalog.default.same -> spark_catalog.default.next -> spark_catalog.default.same"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select mask(lowerChar => 'q', 'Ab')", "UNEXPECTED_POSITIONAL_ARGUMENT"),
        ("select mask('Ab', lowerChar => 'q', LOWERCHAR => 'e')",
         "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE"),
        ("select mask('Ab', str => 'q')", "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED"),
        ("select * from explode(collection => table(t))", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
    ],
)  # fmt: skip
def test_arguments_by_name(made: SparkSession, text: str, expected: str) -> None:
    with pytest.raises(PySparkException) as caught:
        made.sql(text)
    assert caught.value.getCondition() == expected


def test_ansi_mode_is_that_of_the_definition(made: SparkSession) -> None:
    made.conf.set("spark.sql.ansi.enabled", "false")
    made.sql("create function loose(x int) returns int return 1 / x + cast('a' as int)")
    made.sql("create view loose_view as select a div 0 as q, cast('x' as int) as n from t")
    made.sql("create temporary view loose_temp as select a div 0 as q from t")
    made.conf.set("spark.sql.ansi.enabled", "true")
    made.sql("create function strict(x int) returns int return 1 / x")
    assert rows(made, "select loose(0), (select max(q) from loose_view), (select max(n) from loose_view)") == [
        (None,) * 3
    ]
    assert rows(made, "select max(q) from loose_temp") == [(None,)]
    made.conf.set("spark.sql.ansi.enabled", "false")
    with pytest.raises(PySparkException) as caught:
        made.sql("select strict(0)").collect()
    assert caught.value.getCondition() == "DIVIDE_BY_ZERO"


def test_a_function_of_sparks_own_is_not_dropped_by_its_bare_name(spark: SparkSession) -> None:
    spark.sql("create function upper(x int) returns int return x")
    for command in ("drop function upper", "drop function if exists upper", "drop temporary function upper"):
        with pytest.raises(PySparkException) as caught:
            spark.sql(command)
        assert caught.value.getCondition() == "FORBIDDEN_OPERATION"
        assert caught.value.getMessageParameters()["objectType"] == "FUNCTION"
    spark.sql("create temporary function lower(x int) returns int return x")
    spark.sql("drop temporary function lower")
    spark.sql("drop function default.upper")
    with pytest.raises(PySparkException) as caught:
        spark.sql("drop function nope")
    assert caught.value.getMessageParameters() == {"routineName": "`default`.`nope`"}
