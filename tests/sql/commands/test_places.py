"""Errors tell where in a SQL text they arose: answers are those of Spark 4.3."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from minispark.errors import PySparkException, QueryContext, QueryContextType, UnsupportedOperationException
from minispark.rdd.context import SparkContext
from minispark.sql import DataFrame, SparkSession
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
    assert place(lambda: spark.sql("select 1 / (q - q) from failing").collect()) == ("DIVIDE_BY_ZERO", None)
    assert place(lambda: spark.sql("select 1/(id - 1), 2/(id - 1) from range(3)").collect()) == ("DIVIDE_BY_ZERO", None)
    assert place(lambda: spark.sql("select 1 frm from"))[1] is None


LINES: dict[str, tuple[str, Callable[[DataFrame], DataFrame]]] = {
    "__truediv__": ("DIVIDE_BY_ZERO", lambda t: t.select(t.a / 2, t.a / 0)),
    "__mod__": ("REMAINDER_BY_ZERO", lambda t: t.withColumn("x", F.col("a") % 0)),
    "__radd__": ("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", lambda t: t.select(1 + t.d)),
    "__add__": (
        "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
        lambda t: t.select(F.transform("d", lambda x: x + F.col("s"))),
    ),
    "__eq__": ("CAST_INVALID_INPUT", lambda t: t.filter(t.b == 1)),
    "cast": ("CAST_INVALID_INPUT", lambda t: t.groupBy("a").agg(F.sum(F.col("b").cast("int")) + 1)),
    "__getitem__": ("INVALID_ARRAY_INDEX", lambda t: t.select(t.d[10])),
    "element_at": ("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", lambda t: t.select(F.element_at("d", 10))),
    "upper": ("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", lambda t: t.select(F.upper("d"))),
    "to_date": ("CAST_INVALID_INPUT", lambda t: t.select(F.to_date("b"))),
    "col": ("UNRESOLVED_COLUMN.WITH_SUGGESTION", lambda t: t.orderBy("nope")),
}


@pytest.mark.parametrize("method", LINES)
def test_lines_of_programs(spark: SparkSession, method: str) -> None:
    condition, program = LINES[method]
    frame = spark.sql("select 1 a, 'x' b, array(1, 2) d, struct(1 x) s")
    found, context = place(lambda: program(frame).collect())
    assert context is not None and (found, context.fragment()) == (condition, method)
    assert context.contextType() is QueryContextType.DataFrame
    line = f"{__file__}:{program.__code__.co_firstlineno}"
    assert (context.callSite(), context.summary()) == (line, f'== DataFrame ==\n"{method}" was called from\n{line}\n')
    with pytest.raises(UnsupportedOperationException):
        context.startIndex()


def test_texts_of_expressions(spark: SparkSession) -> None:
    frame = spark.sql("select 1 a, 'x' b")
    programs: dict[str, Callable[[], object]] = {
        "nope": lambda: frame.filter("nope > 1"),
        "a / 0": lambda: frame.selectExpr("b", "a / 0 as q").collect(),
        "b + 1": lambda: frame.select(F.expr("abs(b + 1)")).collect(),
        "cast(b as date)": lambda: frame.groupBy("a").agg(F.expr("max(cast(b as date))")).collect(),
    }
    for text, call in programs.items():
        context = place(call)[1]
        assert context is not None and context.fragment() == text


def test_texts_of_views(spark: SparkSession) -> None:
    spark.sql("create or replace temp view cast_view as\n select cast(b as int) n from (select 'x' b)")
    spark.sql("create or replace global temp view div_view as select 1 / id q from range(1)")
    for text, kind, name, start, fragment in [
        ("select n from cast_view", "VIEW", "cast_view", 7, "cast(b as int)"),
        ("select q from global_temp.div_view", "VIEW", "global_temp.div_view", 7, "1 / id"),
        ("select n / 0 from cast_view where n is null or n is not null", "VIEW", "cast_view", 7, "cast(b as int)"),
    ]:
        context = place(lambda text=text: spark.sql(text).collect())[1]
        assert context is not None and (context.objectType(), context.objectName()) == (kind, name)
        assert (context.startIndex(), context.fragment()) == (start, fragment)
    with pytest.raises(PySparkException, match=r"(?s)== SQL of VIEW cast_view \(line 1, position 8\) ==\nselect cast"):
        spark.table("cast_view").collect()
