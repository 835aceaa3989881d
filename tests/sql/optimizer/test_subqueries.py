"""Rules that turn subqueries into joins: what becomes what, what must stay, and the same answers as without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark.errors import PySparkNotImplementedError
from minispark.sql import SparkSession
from minispark.sql.optimizer import RULES, optimized
from minispark.sql.optimizer.grouplimits import group_limits
from minispark.sql.optimizer.samerows import same_rows
from minispark.sql.optimizer.semijoins import semi_joins
from minispark.sql.optimizer.sharedscalars import shared_scalars
from minispark.sql.plan.expressions import Subquery, walk
from minispark.sql.plan.nodes import Join, Node, walk_plan
from minispark.sql.plan.subplans import has_subquery

SALES = [(1, 10, 5), (1, 20, 6), (1, None, 7), (2, 30, 5), (2, 30, 5), (None, 5, 1), (3, 8, None), (4, 9, 2), (4, 3, 2)]
ITEMS = [(1, "a", 1), (1, "a", 2), (2, "b", 1), (3, "a", 3), (None, "a", 4), (5, "a", 5)]

SHOPS = [(5, "x"), (5, "y"), (6, "x"), (7, "x"), (2, "x"), (1, "x"), (None, "x")]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        session.createDataFrame(SALES, "item int, price int, n int").createOrReplaceTempView("sales")
        session.createDataFrame(ITEMS, "id int, kind string, place int").createOrReplaceTempView("items")
        session.createDataFrame(SHOPS, "shop int, town string").createOrReplaceTempView("shops")
        yield session


def ruled(spark: SparkSession, query: str, rule: Any) -> Node:
    return rule(spark.sql(query)._plan, spark._runner.settings())


def joins(plan: Node) -> list[str]:
    """Their kinds, each join once that several nodes read."""
    found = {id(node): node.kind for node in walk_plan(plan) if isinstance(node, Join)}
    return sorted(found.values())


def asks(plan: Node) -> bool:
    return any(map(has_subquery, walk_plan(plan)))


def kinds(plan: Node) -> set[str]:
    """What its subqueries are."""
    expressions = [one for node in walk_plan(plan) for expression in node.expressions for one in walk(expression)]
    return {one.kind for one in expressions if isinstance(one, Subquery)}


def answers(spark: SparkSession, query: str) -> tuple[list[str], list[str]]:
    """The rows with the rules, and with DuckDB's own way of subqueries."""
    frame = spark.sql(query)
    engine, settings = spark._runner, spark._runner.settings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "planned", lambda plan, *more: plan)
        plain = sorted(map(str, frame.collect()))
    assert not asks(optimized(frame._plan, settings)) or "min(place)" in query
    return sorted(map(str, frame.collect())), plain


EXISTS = [
    "select * from items where exists (select * from sales where item = id)",
    "select * from items where exists (select 1 from sales where item = id and price > 10 and n > place)",
    "select * from items where exists (select distinct n from (select * from sales where n > 0) where n > place)",
    "select * from sales s where exists (select * from sales t where t.item = s.item and t.price <> s.price)",
    "select id from items where exists (select * from sales where item <=> id and n < 5) and place > "
    "(select min(place) from items) and exists (select * from sales where item = place)",
    "select * from items where exists (select * from sales where item = id order by price)",
    "select * from items where exists (select * from sales s where s.item = id and exists "
    "(select * from sales t where t.n > s.n))",
]


@pytest.mark.parametrize("query", EXISTS)
def test_exists_is_a_join(spark: SparkSession, query: str) -> None:
    plan = ruled(spark, query, semi_joins)
    assert "exists" not in kinds(plan)
    assert set(joins(plan)) == {"semi"}
    with_rules, without = answers(spark, query)
    assert with_rules == without


@pytest.mark.parametrize(
    "query",
    [
        "select * from items i where not exists (select * from sales s where s.item = i.id)",
        "select * from items where exists (select * from sales where price = 20)",
        "select * from items where exists (select count(*) from sales where item = id)",
        "select * from items where exists (select * from sales where item = id limit 1)",
        "select * from items where exists (select * from sales where item = id) or place = 4",
        "select * from items where exists (select * from sales where item + rand(1) * 0 = id)",
        "select id, exists (select * from sales where item = id) from items",
    ],
)
def test_other_queries_that_exist_stay_as_they_are(spark: SparkSession, query: str) -> None:
    assert asks(ruled(spark, query, semi_joins))
    assert spark.sql(query).count() == len(spark.sql(query).collect()) > 0


SHARED = (
    "select item, sum(price) as total from sales join items on item = id where kind = 'a' group by item "
    "having sum(price) > (select {0} from sales join items on item = id where kind = '{1}')"
)


def test_an_aggregate_of_the_same_join_is_taken_from_it(spark: SparkSession) -> None:
    query = SHARED.format("sum(price) * 0.2", "a")
    plan = ruled(spark, query, shared_scalars)
    assert not asks(plan)
    assert joins(plan) == ["inner", "inner"]
    with_rules, without = answers(spark, query)
    assert with_rules == without
    assert len(with_rules) == 1


@pytest.mark.parametrize(
    "query",
    [SHARED.format("sum(price) * 0.2", "b"), SHARED.format("max(item) from sales where 1 = 0 union select 1", "a")],
)
def test_an_aggregate_of_other_rows_is_not(spark: SparkSession, query: str) -> None:
    assert asks(ruled(spark, query, shared_scalars))


GROUPS = "select item, price, n, place from sales, items where item = id and kind = 'a' and {}"
LIMITED = [
    "price < (select avg(n) + 5 from sales where item = id)",
    "price >= (select max(price) from sales where item = id)",
    "n = (select min(n) from sales s where id = s.item) and place > 0",
    "(select max(n) from sales where item = id) = n",
]


@pytest.mark.parametrize("condition", LIMITED)
def test_a_group_is_taken_from_the_rows_that_are_left(spark: SparkSession, condition: str) -> None:
    plan = ruled(spark, GROUPS.format(condition), group_limits)
    assert not asks(plan)
    with_rules, without = answers(spark, GROUPS.format(condition))
    assert with_rules == without
    assert with_rules


JOINED = (
    "select item, price, n, place, shop from sales, items, shops where item = id and shop = n and kind = 'a' and {}"
)
TOWNS = "select min(price) from sales s, shops t where s.item = id and"


@pytest.mark.parametrize(
    "condition",
    [
        f"town = 'x' and price = ({TOWNS} s.n = t.shop and t.town = 'x')",
        f"price = ({TOWNS} t.shop = s.n)",
        "town = 'x' and n < (select avg(n) + 1 from sales s join shops t on s.n = t.shop where id = s.item "
        "and town = 'x')",
        "shop > 0 and price >= (select max(price) from sales s, (select * from shops) t where s.item = id and shop = n "
        "and shop > 0)",
    ],
)
def test_groups_of_joined_rows_are_taken_from_the_same_join(spark: SparkSession, condition: str) -> None:
    plan = ruled(spark, JOINED.format(condition), group_limits)
    assert not asks(plan)
    assert "AS MATERIALIZED" in spark._runner.sql_of(spark._runner.planned(spark.sql(JOINED.format(condition))._plan))
    with_rules, without = answers(spark, JOINED.format(condition))
    assert with_rules == without
    assert with_rules


@pytest.mark.parametrize(
    "query",
    [
        JOINED.format(f"price = ({TOWNS} s.n = t.shop and t.town = 'x')"),
        JOINED.format(f"town = 'x' and price = ({TOWNS} s.n = t.shop)"),
        JOINED.format(f"town = 'x' and price = ({TOWNS} s.n = t.shop and t.town = 'y')"),
        JOINED.format(f"price = ({TOWNS} s.n < t.shop)"),
        JOINED.format(f"shop > place and price = ({TOWNS} s.n = t.shop)"),
        JOINED.format(f"price = ({TOWNS} s.n = t.shop and s.n = id)"),
        JOINED.format("price = (select min(s.price) from sales s, sales t where s.item = id and s.n = t.n)"),
        GROUPS.format("price < (select sum(n) from sales where item = id)"),
        GROUPS.format("price < (select avg(cast(n as double)) from sales where item = id)"),
        GROUPS.format("price > 9 and price < 1 + (select avg(n) from sales where item = id)"),
        GROUPS.format("price + place > 3 and price <= (select max(price) from sales where item = id)"),
        GROUPS.format("price <= (select max(price) from sales where item = place)"),
        GROUPS.format("price <= (select max(price) from sales where item = id and n > 5)"),
        "select * from sales, items where item = id and price <= (select max(price) from sales where item = id)",
        "select * from sales left join items on item = id where kind = 'a' and price <= "
        "(select max(price) from sales where item = id)",
        "select * from sales s where s.price <= (select max(price) from sales t where t.item = s.item)",
    ],
)
def test_a_group_of_which_rows_may_be_missing_is_not(spark: SparkSession, query: str) -> None:
    assert asks(ruled(spark, query, group_limits))
    assert spark.sql(query).collect() is not None


def test_rows_are_the_same_only_under_the_same_conditions(spark: SparkSession) -> None:
    def child(query: str) -> Node:
        return spark.sql(query)._plan.children[0]

    query = "select 1 from sales s join items on item = id where n > {}"
    assert same_rows(child(query.format(1)), child(query.format(1))) is not None
    assert same_rows(child(query.format(1)), child(query.format(2))) is None
    assert same_rows(child(query.format(1)), child(query.replace("join", "left join").format(1))) is None
    plain, renamed, computed = (
        child(f"select 1 from (select {column} as m, item from sales) where m > 1") for column in ("n", "n", "n + 1")
    )
    assert same_rows(plain, renamed) is not None
    assert same_rows(plain, computed) is None
    assert (
        same_rows(child("select 1 from sales where rand(1) > n"), child("select 1 from sales where rand(1) > n"))
        is None
    )


def test_a_table_within_itself_keeps_its_rows_apart(spark: SparkSession) -> None:
    """Both have the same columns, and rules move conditions on the one past those of the other."""
    spark.createDataFrame([(1, 5), (2, 6), (2, 5), (3, 7)], "k int, v int").createOrReplaceTempView("t")
    counted = "select distinct k, (select count(*) from t where {}) as c from t o order by k"
    for condition in ("k = o.k and v = 5", "t.k = o.k and v = 5", "(k = o.k and v = 5) or (k = o.k and v = 9)"):
        assert spark.sql(counted.format(condition)).collect() == [(1, 1), (2, 1), (3, 0)]
    highest = "select k, (select max(x) from (select v + o.v as x, k from t) where k = o.k) from t o order by k, v"
    assert spark.sql(highest).collect() == [
        (1, 10), (2, 11), (2, 12), (3, 14),
    ]  # fmt: skip
    assert spark.sql("select k from t o where v not in (select v from t where k > o.k) order by k").collect() == [
        (2,),
        (2,),
        (3,),
    ]
    assert spark.sql("select k from t o where exists (select 1 from t where v = o.v and k > o.k)").collect() == [(1,)]


def test_a_partitioned_table_within_itself(spark: SparkSession, tmp_path: Path) -> None:
    spark.range(6).selectExpr("id", "id % 3 as part").write.partitionBy("part").parquet(str(tmp_path / "parts"))
    spark.read.parquet(str(tmp_path / "parts")).createOrReplaceTempView("parts")
    query = "select id, (select count(*) from parts where part = o.part and part > 0) as n from parts o order by id"
    assert [row.n for row in spark.sql(query).collect()] == [0, 2, 2, 0, 2, 2]


def test_subqueries_see_kept_rows_and_python_functions(spark: SparkSession) -> None:
    spark.udf.register("next", lambda number: number + 1, "long")
    assert spark.sql("select * from range(4) where id in (select next(id) from range(2))").collect() == [(1,), (2,)]
    with pytest.raises(PySparkNotImplementedError, match="rows of the query around it"):
        spark.sql("select * from range(4) t where exists (select 1 from range(3) r where next(t.id) = r.id)").collect()
    kept = spark.range(5).selectExpr("id", "rand() as chance").cache()
    kept.createOrReplaceTempView("kept")
    assert spark.sql("select * from kept k where exists (select * from kept where chance = k.chance)").count() == 5


def test_the_rules_are_in_the_list() -> None:
    assert {semi_joins, shared_scalars, group_limits} <= set(RULES)
