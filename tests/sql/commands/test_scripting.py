"""Scripts, as PySpark 4.3 runs them."""

from __future__ import annotations

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession

RESULTS = [
    ("begin declare x int default 1; while x < 5 do set x = x + 1; end while; select x; end", [(5,)]),
    ("begin select 1; select 2 as a; end", [(2,)]),
    ("begin declare x int default 1; select 1; set x = 2; end", [(1,)]),
    ("begin end", []),
    ("begin show tables; end", []),
    ("begin not atomic select 1; end", [(1,)]),
    ("begin declare x int default 3; begin declare x int default 4; select x; end; end", [(4,)]),
    ("begin l: begin declare x int default 3; begin declare x int default 4; select x, l.x; end; end l; end", [(4, 3)]),
    ("begin case 1 when 2 then select 1; when 1 then select 'one'; end case; end", [("one",)]),
    ("begin case when false then select 1; end case; end", []),
    ("begin if false then select 1; elseif 1 = 2 then select 2; else select 3; end if; end", [(3,)]),
    ("begin declare i int default 0; repeat set i = i + 1; until i > 3 end repeat; select i; end", [(4,)]),
    ("begin declare i int default 0; l: while i < 10 do set i = i + 1; if i = 3 then iterate l; end if; "
     "if i = 5 then leave l; end if; end while l; select i; end", [(5,)]),
    ("begin declare x int; l: loop set x = coalesce(x, 0) + 1; if x > 3 then leave l; end if; end loop l; "
     "select x; end", [(4,)]),
    ("begin declare s int default 0; l: for r as select id from range(10) do if r.id = 4 then leave l; end if; "
     "set s = s + id; end for l; select s; end", [(6,)]),
    ("begin for select named_struct('a', id) as n from range(3) do select n.a * 2; end for; end", [(4,)]),
    ("begin declare a, b int default 4; declare c string; set (a, c) = (select 1, 'x'); "
     "select a + b, c; end", [(5, "x")]),
    ("begin declare exit handler for divide_by_zero begin select 'handled'; end; select 1/0; select 'not'; end",
     [("handled",)]),
    ("begin declare exit handler for sqlexception select 'any'; select * from no_such_table; end", [("any",)]),
    ("begin declare exit handler for sqlstate '22012' select 'state'; select 1/0; end", [("state",)]),
    ("begin declare x int default 0; begin declare exit handler for divide_by_zero set x = 7; select 1/0; end; "
     "select x; end", [(7,)]),
    ("begin declare x int default 1; execute immediate 'select 7' into x; select x; end", [(7,)]),
    ("begin declare v default array(3, 4); select v[0]; end", [(3,)]),
    ("begin declare x int default 1; create table made (i int) using parquet; insert into made values (x); "
     "select * from made; end", [(1,)]),
]  # fmt: skip
ERRORS = [
    ("begin select 1 end", "PARSE_SYNTAX_ERROR"),
    ("begin select 1;", "PARSE_SYNTAX_ERROR"),
    ("begin select 1; end l2", "PARSE_SYNTAX_ERROR"),
    ("begin declare x int; declare x int; end", "VARIABLE_ALREADY_EXISTS"),
    ("begin declare or replace x int; end", "INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE"),
    ("begin select 1; declare x int; end", "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING"),
    ("begin if 1 then select 1; end if; end", "INVALID_BOOLEAN_STATEMENT"),
    ("begin leave nope; end", "INVALID_LABEL_USAGE.DOES_NOT_EXIST"),
    ("begin l: begin iterate l; end; end", "INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND"),
    ("begin l: begin l: begin end; end; end", "LABEL_ALREADY_EXISTS"),
    ("begin l: begin end m; end", "LABELS_MISMATCH"),
    ("begin begin end m; end", "END_LABEL_WITHOUT_BEGIN_LABEL"),
    ("begin declare continue handler for sqlexception select 1; end", "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER"),
    ("begin declare exit handler for not found select 1; select 1/0; end", "DIVIDE_BY_ZERO"),
    ("begin declare x int default 1; execute immediate 'select x'; end", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
    ("begin declare x int; drop temporary variable x; end",
     "UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE"),
    ("begin declare x int; set y = 1; end", "UNRESOLVED_VARIABLE"),
]  # fmt: skip


def test_results(spark: SparkSession) -> None:
    found = [[tuple(row) for row in spark.sql(text).collect()] for text, _ in RESULTS]
    assert found == [expected for _, expected in RESULTS]


def test_errors(spark: SparkSession) -> None:
    found = []
    for text, _ in ERRORS:
        with pytest.raises(PySparkException) as caught:
            spark.sql(text)
        found.append(caught.value.getCondition())
    assert found == [expected for _, expected in ERRORS]


def test_variables_end_with_the_script(spark: SparkSession) -> None:
    spark.sql("declare kept int default 1")
    spark.sql("begin declare own int default 2; set kept = own; end")
    assert spark.sql("select kept").collect()[0][0] == 2
    with pytest.raises(PySparkException):
        spark.sql("select own")
