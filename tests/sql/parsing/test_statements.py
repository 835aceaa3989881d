"""Statements that are no queries, as values."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.errors import ParseException
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.statements import parse_statement


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("use db", c.Use(("db",))),
        ("set catalog spark_catalog", c.Use(("spark_catalog",), True)),
        ("set a.b = c d ;", c.SetKey("a.b", "c d")),
        ("SET `a b`=`c;d`", c.SetKey("a b", "c;d")),
        ("set -v", c.SetKey(verbose=True)),
        ("set time zone interval '-3' hours", c.SetKey("spark.sql.session.timeZone", "-03:00")),
        ("reset a.b", c.Reset("a.b")),
        ("drop table if exists a.b purge", c.Drop("table", ("a", "b"), True)),
        ("drop database d cascade", c.Drop("database", ("d",), False, True)),
        ("drop temporary variable v", c.Drop("variable", ("v",), temporary=True)),
        ("show tables in d like 'x*'", c.Show("tables", ("d",), "x*")),
        ("show columns in t from d", c.Show("columns", ("d", "t"), "d")),
        ("show tblproperties t ('k')", c.Show("properties", ("t",), key="k")),
        ("describe extended a.b", c.Describe("table", ("a", "b"), True)),
        ("desc table t c", c.Describe("table", ("t",), column=("c",))),
        ("refresh '/x y'", c.Refresh("path", ("/x y",))),
        ("analyze table t compute statistics for columns a, b", c.Analyze(("t",), ("a", "b"))),
        ("clear cache", c.Uncache()),
        ("truncate table t", c.Truncate(("t",))),
        ("comment on table t is null", c.Comment("table", ("t",), None)),
        ("alter table t rename to u", c.Alter(("t",), "rename", (("u",),))),
        ("alter view v unset tblproperties if exists ('a')", c.Alter(("v",), "unset properties", (("a",), True), True)),
        ("alter table t alter column a.b comment 'x'", c.Alter(("t",), "column comment", (("a", "b"), "x"))),
        ("delete from t where a = 1", c.RowLevel("DELETE", ("t",))),
    ],
)
def test_values(text: str, wanted: Any) -> None:
    assert parse_statement(text) == wanted


def test_create_table() -> None:
    found = parse_statement(
        "create table if not exists d.t (a int not null comment 'x', b string default 'y') using csv "
        "options (header 'true', sep = ';') partitioned by (b) clustered by (a) sorted by (a) into 4 buckets "
        "comment 'c' location '/p' tblproperties (k = 1)"
    )
    assert isinstance(found, c.CreateTable)
    assert (found.parts, found.provider, found.if_missing) == (("d", "t"), "csv", True)
    assert [(one.name, one.dtype.simpleString(), one.nullable) for one in found.columns] == [
        (("a",), "int", False),
        (("b",), "string", True),
    ]
    assert (found.columns[0].comment, found.columns[1].default) == ("x", "'y'")
    assert found.options == (("header", "true"), ("sep", ";")) and found.partitions == ("b",)
    assert found.buckets == (4, ("a",), ("a",)) and found.properties == (("k", "1"),)
    assert (found.location, found.comment) == ("/p", "c")


def test_insert_and_with() -> None:
    found = parse_statement(
        "with q as (select 1 a) insert overwrite table t partition (p = 1, q) (a, b) select * from q"
    )
    assert isinstance(found, c.Insert) and found.overwrite and found.columns == ("a", "b")
    assert [(name, item is None) for name, item in found.partition] == [("p", False), ("q", True)]
    assert type(found.query).__name__ == "With"
    several = parse_statement("from t insert into a select x insert into b select y")
    assert isinstance(several, c.Several) and [one.parts for one in several.statements] == [("a",), ("b",)]


def test_views_keep_their_text() -> None:
    found = parse_statement("create or replace temp view v (a comment 'x', b) as select 1,\n 2 ;")
    assert isinstance(found, c.CreateView) and found.text == "select 1,\n 2"
    assert found.columns == (("a", "x"), ("b", None)) and found.replace and found.temporary


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", "PARSE_EMPTY_STATEMENT"),
        ("selec 1", "PARSE_SYNTAX_ERROR"),
        ("select * form t(1)", "PARSE_SYNTAX_ERROR"),
        ("select 1; select 2", "PARSE_SYNTAX_ERROR"),
        ("select id qualify rank() over (order by id) = 1 from t", "PARSE_SYNTAX_ERROR"),
        ("create table t (a int) using csv using json", "DUPLICATE_CLAUSES"),
        ("create temporary table t (a int)", "INVALID_STATEMENT_OR_CLAUSE"),
        ("grant select on t to u", "INVALID_STATEMENT_OR_CLAUSE"),
        ("declare variable z", "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED"),
        ("drop table a-b", "INVALID_IDENTIFIER"),
        ("set a b = c", "INVALID_SET_SYNTAX"),
        ("begin select 1 end", "PARSE_SYNTAX_ERROR"),
    ],
)
def test_errors(text: str, condition: str) -> None:
    with pytest.raises(ParseException) as caught:
        parse_statement(text)
    assert caught.value.getCondition() == condition


def test_nesting_too_deep_is_an_error_of_the_text() -> None:
    with pytest.raises(ParseException) as caught:
        parse_statement("select " + "(" * 5000 + "1" + ")" * 5000)
    assert caught.value.getCondition() == "FAILED_TO_PARSE_TOO_COMPLEX"
