"""What names mean, where queries stand in each other."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.errors import AnalysisException
from minispark.sql import SparkSession


def rows(spark: SparkSession, text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(text).collect()]


def condition(spark: SparkSession, text: str) -> str | None:
    with pytest.raises(AnalysisException) as caught:
        spark.sql(text)
    return caught.value.getCondition()


def test_one_group_without_aggregates(spark: SparkSession) -> None:
    assert rows(spark, "select 7 as x from range(5) having true") == [(7,)]
    assert rows(spark, "select 1 as one from (select count(*) as c from range(5))") == [(1,)]


def test_columns_that_a_subquery_left_out_stay_hidden(spark: SparkSession) -> None:
    inner = "(select id as a from range(3)) q"
    assert rows(spark, f"select a from {inner} where a > 1") == [(2,)]
    assert condition(spark, f"select a from {inner} where id > 1") == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert condition(spark, f"select a from {inner} order by id") == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert rows(spark, "select id + 1 as a from range(3) order by id desc") == [(3,), (2,), (1,)]


def test_queries_see_one_level_around_them(spark: SparkSession) -> None:
    near = "select a from values (1), (2) t(a) where exists (select 1 from range(2) where id = a)"
    assert rows(spark, near) == [(1,)]
    far = "select a from values (1) t(a) where exists (select 1 from range(2) r where r.id in (select a))"
    assert condition(spark, far) == "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"


def test_the_same_table_inside_and_around(spark: SparkSession) -> None:
    spark.range(4).createOrReplaceTempView("numbers")
    text = "select id, (select count(*) from numbers b where b.id < a.id) as less from numbers a order by id"
    assert rows(spark, text) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    text = "with n as (select * from numbers) select a.id, b.id from n a join n b on a.id = b.id + 2 order by 1"
    assert rows(spark, text) == [(2, 0), (3, 1)]
    spark.sql("drop view numbers")


def test_keys_of_using_are_hidden_not_gone(spark: SparkSession) -> None:
    joined = "from values (1), (2) x(k) left join values (1), (3) y(k) using (k)"
    assert rows(spark, f"select * {joined} order by k") == [(1,), (2,)]
    assert rows(spark, f"select x.k as p, y.k as q {joined} order by p") == [(1, 1), (2, None)]
    assert rows(spark, f"select k {joined} where y.k is null") == [(2,)]


def test_in_of_a_query_is_null_in_conditions_only(spark: SparkSession) -> None:
    some = "values (null), (5), (8) s(a)"
    query = "(select c from values (8), (null) t(c))"
    assert rows(spark, f"select a from {some} where not (a not in {query})") == [(8,)]
    assert rows(spark, f"select a from {some} where not (a > 5 or a in {query})") == []
    assert rows(spark, f"select a in {query}, a not in {query} from {some}") == [(False, False)] * 2 + [(True, False)]


def test_sets_may_name_keys_by_place_and_leave_some_out(spark: SparkSession) -> None:
    data = "from values (1, 1), (1, 2) t(a, b)"
    text = f"select a, b, count(*) {data} group by grouping sets ((1), (b), (a, 2)) order by a, b"
    assert rows(spark, text) == [(None, 1, 1), (None, 2, 1), (1, None, 2), (1, 1, 1), (1, 2, 1)]
    assert rows(spark, f"select a, b, count(*) {data} group by a, b grouping sets (a)") == [(1, None, 2)]


def test_recursion(spark: SparkSession) -> None:
    tree = "values (1, null), (2, 1), (3, 1), (4, 2) as t(id, parent)"
    text = (
        f"with recursive t as (select * from {tree}), down(id, depth) as (select id, 0 from t where parent is null "
        "union all select t.id, depth + 1 from t join down on t.parent = down.id) "
        "select depth, count(*) from down group by all order by 1"
    )
    assert rows(spark, text) == [(0, 1), (1, 2), (2, 1)]
    cycle = "with recursive r(n) as (select 0 union select (n + 1) % 3 from r) select n from r order by n"
    assert condition(spark, cycle) == "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE"
    endless = "with recursive r(n) as (select 0 union all select (n + 1) % 3 from r) select n from r limit 4"
    assert rows(spark, endless) == [(0,), (1,), (2,), (0,)]
    assert condition(spark, "with recursive r as (select n from r) select * from r") == "INVALID_RECURSIVE_CTE"


def test_a_list_of_columns_may_use_its_own_aliases(spark: SparkSession) -> None:
    frame = spark.sql("select id as a, a + 1 as b, b * 2 from range(2)")
    assert frame.columns == ["a", "b", "(lateralAliasReference(b) * 2)"]
    assert [tuple(row) for row in frame.collect()] == [(0, 1, 2), (1, 2, 4)]
    window = "select id as a, sum(a) over () from range(2)"
    assert condition(spark, window) == "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW"


def test_many_values(spark: SparkSession) -> None:
    items = ", ".join(f"({number}, 'x{number}', {number}.5)" for number in range(50))
    assert rows(spark, f"select count(*), sum(a), max(b), sum(c) from values {items} t(a, b, c)")[0][:3] == (
        50,
        1225,
        "x9",
    )
    items = ", ".join(f"({number}L, null)" for number in range(20))
    assert rows(spark, f"select max(a), count(b) from values (1, 'y'), {items} t(a, b)") == [(19, 1)]
