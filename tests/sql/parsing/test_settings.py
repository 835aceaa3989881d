"""What settings change in how SQL is read, and what ``${...}`` stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.errors import PySparkException
from minispark.sql.session import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("inline", "reading") as sc:
        made = SparkSession(sc)
        for name, rows in (("t1", 2), ("t2", 2), ("t3", 3)):
            made.range(rows).createOrReplaceTempView(name)
        yield made


@pytest.mark.parametrize(
    ("name", "text", "query", "found"),
    [
        ("legacy.consecutiveStringLiterals.enabled", "true", "SELECT 'a''b', \"x\"\"y\", r'a''b''c' 'd'", "ab xy abcd"),
        ("parser.escapedStringLiterals", "true", r"SELECT 'a\nb', 'a''b', 'a\'b', r'a\n'", r"a\nb a''b a\'b 'a\n"),
        ("legacy.exponentLiteralAsDecimal.enabled", "true", "SELECT typeof(1e3), 1.5e-3, typeof(1e3D)",
         "decimal(4,0) 0.0015 double"),
        ("legacy.setopsPrecedence.enabled", "true", "SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 1 a", "1"),
        ("legacy.setopsPrecedence.enabled", "true", "SELECT 1 EXCEPT SELECT 2 UNION SELECT 3 INTERSECT SELECT 3", "3"),
        ("legacy.setopsPrecedence.enabled", "false", "SELECT 1 EXCEPT SELECT 1 UNION SELECT 3 INTERSECT SELECT 3", "3"),
        ("legacy.bangEqualsNot", "true", "SELECT 1 WHERE 1 ! IN (2) AND 1 IS ! NULL AND 'a' ! LIKE 'b'", "1"),
        ("legacy.bangEqualsNot", "false", "SELECT 1 WHERE !(1 = 2) AND ! EXISTS (SELECT 1 WHERE false)", "1"),
        ("legacy.bangEqualsNot", "false", "SELECT 1 WHERE 1 ! IN (2)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT"),
        ("legacy.bangEqualsNot", "false", "SELECT 1 WHERE 1 IS ! NULL", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT"),
        ("legacy.bangEqualsNot", "false", "CREATE TABLE IF ! EXISTS z (a int)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT"),
        ("ansi.relationPrecedence", "false", "SELECT count(*) FROM t1, t2 JOIN t3 ON t1.id = t3.id", "4"),
        ("ansi.relationPrecedence", "false",
         "SELECT count(*) FROM t1, t2 LEFT JOIN t3 ON t1.id = t3.id JOIN t1 x ON x.id = t2.id, t2 y", "8"),
        ("ansi.relationPrecedence", "true", "SELECT count(*) FROM t1, t2 JOIN t3 ON t1.id = t3.id",
         "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("parser.singleCharacterPipeOperator.enabled", "true", "FROM t1 | WHERE id > 0 | SELECT id | 2 AS x", "3"),
        ("parser.singleCharacterPipeOperator.enabled", "false", "FROM t1 | SELECT id", "PARSE_SYNTAX_ERROR"),
        ("operatorPipeSyntaxEnabled", "false", "FROM t1 |> SELECT id", "_LEGACY_ERROR_TEMP_0035"),
        ("legacy.allowStarWithSingleTableIdentifierInCount", "true", "SELECT count(t3.*) FROM t3", "3"),
        ("allowNamedFunctionArguments", "false", "SELECT mask(str => 'a')", "NAMED_PARAMETER_SUPPORT_DISABLED"),
        ("legacy.integerGroupingId", "true", "SELECT typeof(grouping_id()) FROM t1 GROUP BY CUBE(id) LIMIT 1", "int"),
        ("legacy.followThreeValuedLogicInArrayExists", "false",
         "SELECT exists(array(1, null), x -> x > 2), exists(array(3, null), x -> x > 2)", "False True"),
        ("legacy.createEmptyCollectionUsingStringType", "true", "SELECT typeof(array()), typeof(map()), "
         "typeof(array(array()))", "array<string> map<string,string> array<array<string>>"),
        ("lateralColumnAlias.enableImplicitResolution", "false", "SELECT 1 AS a, a + 1",
         "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
        ("groupByAliases", "true", "SELECT count()", "WRONG_NUM_ARGS.WITH_SUGGESTION"),
        ("foo", "3", "SELECT '${spark.sql.foo}', ${hiveconf:spark.sql.foo}, '${x:y}', concat('${nosuch}', 'z')",
         "3 3 ${x:y} z"),
        ("foo", "${spark.sql.foo}", "SELECT '${spark.sql.foo}'", "None"),
        ("variable.substitute", "false", "SELECT '${spark.sql.foo}'", "${spark.sql.foo}"),
    ],
)  # fmt: skip
def test_settings_of_reading(spark: SparkSession, name: str, text: str, query: str, found: str) -> None:
    spark.conf.set(f"spark.sql.{name}", text)
    try:
        assert _answer(spark, query) == found
    finally:
        spark.conf.unset(f"spark.sql.{name}")


def _answer(spark: SparkSession, query: str) -> str:
    try:
        rows: list[Any] = spark.sql(query).collect()
    except PySparkException as error:
        return str(error.getCondition())
    return " ".join(str(item) for item in rows[0])


def test_expressions_and_views_hold_what_variables_stood_for(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.foo", "41")
    spark.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT ${spark.sql.foo} AS n")
    assert spark.range(1).selectExpr("${spark.sql.foo} AS n").collect() == [(41,)]
    spark.conf.set("spark.sql.foo", "42")
    assert spark.table("v").collect() == [(41,)]
    assert spark.sql("SELECT '${spark.sql.foo}', :x", {"x": "${a}"}).collect() == [("42", "${a}")]
