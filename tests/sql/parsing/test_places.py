"""Queries in odd places, inline tables, and WITH inside of recursive queries: what Spark answers and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.errors import ParseException, PySparkException
from minispark.sql.session import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("inline", "places") as sc:
        made = SparkSession(sc)
        for name in "xyz":
            made.sql(f"CREATE TEMP VIEW {name} AS SELECT * FROM VALUES (1, 2), (2, 3) t({name}1, {name}2)")
        yield made


_TABLE, _QUERY = "INVALID_INLINE_TABLE.", "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY."
_NOT_CONSTANT = f"{_TABLE}CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE"
_BOTH_SIDES = f"{_QUERY}UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION"


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("SELECT * FROM VALUES ('a'), ('b') AS t(a, b)", f"{_TABLE}NUM_COLUMNS_MISMATCH"),
        ("SELECT * FROM VALUES (1), ('a')", f"{_TABLE}INCOMPATIBLE_TYPES_IN_INLINE_TABLE"),
        ("SELECT * FROM VALUES (array(1)), (1)", f"{_TABLE}INCOMPATIBLE_TYPES_IN_INLINE_TABLE"),
        ("SELECT * FROM VALUES (1, rand(5))", _NOT_CONSTANT),
        ("SELECT * FROM VALUES (count(1))", _NOT_CONSTANT),
        ("SELECT * FROM VALUES (explode(array(1)))", _NOT_CONSTANT),
        ("SELECT * FROM VALUES (uuid() IS NULL)", _NOT_CONSTANT),
        ("SELECT * FROM VALUES (row_number() OVER (ORDER BY 1))", _NOT_CONSTANT),
        ("SELECT * FROM VALUES (a)", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
        ("SELECT * FROM x JOIN y ON x1 = y1 AND EXISTS (SELECT * FROM z WHERE z2 = x2 AND z2 = y2)", _BOTH_SIDES),
        ("SELECT * FROM x LEFT JOIN y ON x1 = y1 AND x2 IN (SELECT z1 FROM z WHERE z2 = y2)", _BOTH_SIDES),
        ("SELECT * FROM x JOIN y ON x1 = y1 AND x2 + y2 IN (SELECT z1 FROM z)", _BOTH_SIDES),
        ("SELECT * FROM x JOIN y ON x1 = (SELECT max(z1) FROM z WHERE z2 = x2)",
         f"{_QUERY}UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY"),
        ("SELECT transform(array(1), a -> (SELECT a))", f"{_QUERY}HIGHER_ORDER_FUNCTION"),
        ("SELECT * FROM range((SELECT 3))", "NON_FOLDABLE_ARGUMENT"),
        ("SELECT * FROM VALUES (0, 1) t(a, b), LATERAL range(0, b)", "NON_FOLDABLE_ARGUMENT"),
        ("SELECT * FROM range(array(1))", "UNEXPECTED_INPUT_TYPE"),
        ("SELECT (WITH q(a) AS (VALUES (x1)) SELECT a FROM q) FROM x", _NOT_CONSTANT),
        ("SELECT * FROM x LIMIT null", "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE"),
        ("SELECT * FROM x LIMIT CAST(null AS int)", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL"),
        ("SELECT * FROM parquet.``", "INVALID_EMPTY_LOCATION"),
        ("SELECT * FROM a.b.c.d", "REQUIRES_SINGLE_PART_NAMESPACE"),
        ("SELECT json_tuple('{}', null)", "DATATYPE_MISMATCH.NON_STRING_TYPE"),
        ("SELECT max(row_number() OVER (ORDER BY x1)) FROM x", "_LEGACY_ERROR_TEMP_1031"),
        ("SELECT first(x1, x2 > 1) FROM x", "_LEGACY_ERROR_TEMP_1210"),
        ("SELECT grouping_id(x2) FROM x GROUP BY ROLLUP(x1)", "GROUPING_ID_COLUMN_MISMATCH"),
        ("ANALYZE TABLE x COMPUTE STATISTICS", "EXPECT_PERMANENT_VIEW_NOT_TEMP"),
    ],
)  # fmt: skip
def test_refused_places(spark: SparkSession, query: str, condition: str) -> None:
    with pytest.raises(PySparkException) as raised:
        spark.sql(query)
    assert raised.value.getCondition() == condition
    if condition.startswith(_TABLE) and "array" not in query:
        assert isinstance(raised.value, ParseException) == (condition != _NOT_CONSTANT)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT x1 FROM x JOIN y ON x1 = y1 AND EXISTS (SELECT * FROM z WHERE z2 = x2 AND x2 > 2)", [2]),
        ("SELECT x1 FROM x JOIN y ON x1 = y1 AND y1 = (SELECT max(z1) FROM z)", [2]),
        ("WITH RECURSIVE r AS (WITH x AS (SELECT 1 n) SELECT n FROM x UNION ALL SELECT n + 1 FROM r WHERE n < 3) "
         "SELECT * FROM r", [1, 2, 3]),
        ("WITH RECURSIVE r(n) AS (WITH RECURSIVE q(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM q WHERE k < 2) "
         "SELECT k FROM q UNION ALL SELECT n + 10 FROM r WHERE n < 20) SELECT * FROM r", [1, 2, 11, 12, 21, 22]),
        # the inner query has the name, so the outer one is not recursive
        ("WITH RECURSIVE r(n) AS (WITH RECURSIVE r(n) AS (VALUES 0 UNION ALL SELECT n + 1 FROM r WHERE n < 3) "
         "SELECT * FROM r UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r", [0, 1, 1, 2, 2, 3, 3]),
        ("WITH RECURSIVE r(n) AS ((WITH RECURSIVE r(n) AS (VALUES 0 UNION ALL SELECT n + 1 FROM r WHERE n < 2) "
         "SELECT * FROM r) UNION ALL SELECT n + 1 FROM r WHERE n < 2) SELECT * FROM r", [0, 1, 1, 2, 2, 2]),
    ],
)  # fmt: skip
def test_answers(spark: SparkSession, query: str, found: list[Any]) -> None:
    assert sorted(row[0] for row in spark.sql(query).collect()) == found


def test_explain_shows_what_is_wrong(spark: SparkSession) -> None:
    lines = [row[0] for row in spark.sql("EXPLAIN SELECT nosuch FROM x").collect()]
    assert lines[0] == "Error occurred during query planning: " and "nosuch" in lines[1]


def test_a_map_read_from_json_is_its_entries(spark: SparkSession) -> None:
    from minispark.sql.functions import from_json, typeof
    from minispark.sql.types import IntegerType, MapType, StringType

    frame = spark.sql("""SELECT from_json('{"a":1}', 'map<string,int>'), from_json('[1]', 'array<int>')""")
    assert frame.columns == ["entries", "from_json([1])"]
    read = from_json("t", MapType(StringType(), IntegerType()))
    assert spark.sql("""SELECT '{"a":1}' t""").select(read, typeof(read)).columns == ["entries", "typeof(entries)"]


@pytest.fixture(scope="module")
def pipes(spark: SparkSession) -> SparkSession:
    spark.sql("CREATE TEMP VIEW t AS SELECT * FROM VALUES (0, 'abc'), (1, 'def') t(x, y)")
    spark.sql("CREATE TEMP VIEW st AS SELECT 1 x, named_struct('i', 3, 'k', named_struct('a', 1, 'b', 2)) col")
    return spark


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("FROM t LATERAL VIEW explode(array(100, 101)) AS ly |> SELECT t.x + ly AS z |> WHERE z > 101", "z (102,)"),
        ("TABLE t |> SELECT y, sum(x) AS s GROUP BY y |> WHERE s = 1", "y s ('def', 1)"),
        ("TABLE t |> SET x = sum(x)", "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION"),
        ("TABLE t |> SET t.x = 1", "_LEGACY_ERROR_TEMP_0035"),
        ("TABLE t |> WINDOW w AS (PARTITION BY x)", "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS"),
        ("TABLE t |> DROP t.x |> LIMIT 1", "y ('abc',)"),
        ("TABLE st |> DROP col.k.a, col.i", "x col (1, Row(k=Row(b=2)))"),
        ("TABLE t |> JOIN t u ON t.x = u.x |> DROP x", "AMBIGUOUS_REFERENCE"),
        ("SELECT * EXCEPT (t.x, u.y) FROM t JOIN t u ON t.x = u.x WHERE u.x = 1", "y x ('def', 1)"),
        ("SELECT * EXCEPT (col.k.b) FROM st", "x col (1, Row(i=3, k=Row(a=1)))"),
        ("SELECT col.* EXCEPT (k.a) FROM st", "i k (3, Row(b=2))"),
        ("SELECT * EXCEPT (x, nosuch) FROM t", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("SELECT * EXCEPT (x, X) FROM t", "EXCEPT_OVERLAPPING_COLUMNS"),
        ("SELECT * EXCEPT (col, col.i) FROM st", "EXCEPT_OVERLAPPING_COLUMNS"),
        ("SELECT (col).k.a, count(* EXCEPT (x)) FROM st GROUP BY 1", "a count(col) (1, 1)"),
    ],
)
def test_pipes_and_stars_without_columns(pipes: SparkSession, query: str, found: str) -> None:
    try:
        frame = pipes.sql(query)
        answer = f"{' '.join(frame.columns)} {tuple(frame.collect()[0])}"
    except PySparkException as error:
        answer = str(error.getCondition())
    assert answer == found
