"""Errors tell where in a SQL text they arose: answers are those of Spark 4.3."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from minispark.errors import PySparkException, QueryContext, QueryContextType, UnsupportedOperationException
from minispark.rdd.context import SparkContext
from minispark.sql import SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[1]", "places") as sc:
        yield SparkSession(sc)


def place(call: Callable[[], object]) -> tuple[str | None, QueryContext | None]:
    with pytest.raises(PySparkException) as caught:
        call()
    contexts = caught.value.getQueryContext()
    assert len(contexts) <= 1
    return caught.value.getCondition(), contexts[0] if contexts else None


@pytest.mark.parametrize(
    ("query", "condition", "start", "stop", "fragment"),
    [
        ("select 1/0", "DIVIDE_BY_ZERO", 7, 9, "1/0"),
        ("select 1,\n  id / (id-id) as x from range(2)", "DIVIDE_BY_ZERO", 12, 23, "id / (id-id)"),
        ("select 3 % 0", "REMAINDER_BY_ZERO", 7, 11, "3 % 0"),
        ("select id from (select 1/0 as id)", "DIVIDE_BY_ZERO", 23, 25, "1/0"),
        ("select id from range(2) where id / 0 > 1", "DIVIDE_BY_ZERO", 30, 35, "id / 0"),
        ("select cast('a' as int)", "CAST_INVALID_INPUT", 7, 22, "cast('a' as int)"),
        ("select 2147483647 + 1", "ARITHMETIC_OVERFLOW", 7, 20, "2147483647 + 1"),
        ("select element_at(array(1),3)", "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", 7, 28, "element_at(array(1),3)"),
        ("select nope from range(2)", "UNRESOLVED_COLUMN.WITH_SUGGESTION", 7, 10, "nope"),
        ("select id, t.nope + 1 from range(2) t", "UNRESOLVED_COLUMN.WITH_SUGGESTION", 11, 16, "t.nope"),
        ("select id from range(2) order by nope", "UNRESOLVED_COLUMN.WITH_SUGGESTION", 33, 36, "nope"),
        ("select id from range(1) a, range(1) b", "AMBIGUOUS_REFERENCE", 7, 8, "id"),
        ("select * from nosuch", "TABLE_OR_VIEW_NOT_FOUND", 14, 19, "nosuch"),
        ("select 1 + array(1)", "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", 7, 18, "1 + array(1)"),
        ("select upper(array(1))", "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", 7, 21, "upper(array(1))"),
        ("select nofn(1)", "UNRESOLVED_ROUTINE", 7, 13, "nofn(1)"),
        ("select upper(1,2)", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", 7, 16, "upper(1,2)"),
    ],
)
def test_places(spark: SparkSession, query: str, condition: str, start: int, stop: int, fragment: str) -> None:
    found, context = place(lambda: spark.sql(query).collect())
    assert found == condition and context is not None and context.contextType() is QueryContextType.SQL
    assert (context.startIndex(), context.stopIndex(), context.fragment()) == (start, stop, fragment)
    assert (context.objectType(), context.objectName()) == ("", "")
    with pytest.raises(UnsupportedOperationException):
        context.callSite()


def test_as_it_is_printed(spark: SparkSession) -> None:
    _, context = place(lambda: spark.sql("select count(*) from range(1) group by all having nope > 1"))
    line = "...om range(1) group by all having nope > 1"
    assert context is not None and context.summary() == f"== SQL (line 1, position 51) ==\n{line}\n{' ' * 35}^^^^\n"
    _, context = place(lambda: spark.sql("select 1,\n  id / (id-id) as x from range(2)").filter("x > 1").collect())
    assert context is not None
    assert context.summary() == "== SQL (line 2, position 3) ==\n  id / (id-id) as x from range(2)\n  ^^^^^^^^^^^^\n"


def test_no_place_rather_than_a_wrong_one(spark: SparkSession) -> None:
    spark.range(3).select((F.col("id") / (F.col("id") - 1)).alias("q")).createOrReplaceTempView("failing")
    assert place(lambda: spark.sql("select q / 2 from failing").collect()) == ("DIVIDE_BY_ZERO", None)
    assert place(lambda: spark.sql("select 1/(id - 1), 2/(id - 1) from range(3)").collect()) == ("DIVIDE_BY_ZERO", None)
    assert place(lambda: spark.sql("select 1 frm from"))[1] is None
    assert place(lambda: spark.range(1).select("nope"))[1] is None
