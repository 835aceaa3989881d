"""Rules that compute once what a plan has twice: what becomes what, what must stay, and the same answers as without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql.optimizer import RULES
from minispark.sql.optimizer.groupjoins import group_joins
from minispark.sql.optimizer.sharedfilters import shared_filters
from minispark.sql.optimizer.sharedscalars import shared_scalars
from minispark.sql.plan.nodes import Node, Once, walk_plan
from minispark.sql.plan.subplans import has_subquery

CALLS = [("13-1", 5, 1), ("13-2", 50, 2), ("31-1", 7, 3), ("99-9", 900, 4), ("31-2", -3, 5), ("13-3", None, 6)]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    where = str(tmp_path_factory.mktemp("calls"))
    with SparkSession.builder.master("inline").getOrCreate() as session:
        calls = session.createDataFrame(CALLS, "phone string, balance int, id int")
        calls.write.mode("overwrite").parquet(where)
        session.read.parquet(where).createOrReplaceTempView("calls")
        calls.createOrReplaceTempView("local_calls")
        session.createDataFrame(
            [(1, 10), (1, 20), (2, 30), (2, 30), (3, 8), (4, 9)], "item int, price int"
        ).createOrReplaceTempView("offers")
        session.createDataFrame(
            [(1, "a", 1), (1, "a", 2), (2, "b", 1), (3, "a", 3)], "id int, kind string, n int"
        ).createOrReplaceTempView("items")
        yield session


def kept(plan: Node) -> int:
    return len({id(one) for one in walk_plan(plan) if isinstance(one, Once)})


def plain(spark: SparkSession, frame: Any) -> list[str]:
    """The rows without any rule."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spark._runner, "planned", lambda plan, *more: plan)
        return sorted(map(str, frame.collect()))


def ruled(spark: SparkSession, frame: Any, rule: Any) -> Node:
    changed: Node = rule(frame._plan, spark._runner.settings())
    assert (
        sorted(map(str, type(frame)(changed, spark).collect()))
        == plain(spark, frame)
        == sorted(map(str, frame.collect()))
    )
    return changed


ABOVE = (
    "select id from {0} where substring(phone, 1, 2) in ('13', '31') and {1} > (select avg(balance) from {0} where {2})"
)
CODES = "substring(phone, 1, 2) in ('13', '31')"


def test_a_subquery_takes_the_rows_that_the_query_chooses_too(spark: SparkSession) -> None:
    frame = spark.sql(ABOVE.format("calls", "balance", f"balance < 40 and {CODES}"))
    plan = ruled(spark, frame, shared_scalars)
    assert not any(map(has_subquery, walk_plan(plan)))
    assert kept(plan) == 1
    assert sorted(frame.collect()) == [(1,), (2,), (3,)]


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("calls", "balance > 0"),
        ("calls", "balance > 0 and substring(phone, 1, 2) in ('13', '99')"),
        ("calls", f"balance > 0 or {CODES}"),
        ("local_calls", f"balance > 0 and {CODES}"),
    ],
)
def test_other_rows_it_does_not(spark: SparkSession, table: str, condition: str) -> None:
    assert kept(ruled(spark, spark.sql(ABOVE.format(table, "balance", condition)), shared_scalars)) == 0


def chosen(calls: Any, condition: str) -> Any:
    """Rows of calls beside the average of those that a condition leaves, both by one frame."""
    some = calls.withColumn("code", F.substring("phone", 1, 2)).filter(condition)
    return some.crossJoin(some.filter("balance > 0").agg(F.avg("balance").alias("mean"))).filter("balance > mean")


def test_few_rows_that_a_frame_uses_twice_are_kept(spark: SparkSession) -> None:
    calls = spark.table("calls")
    assert kept(ruled(spark, chosen(calls, "code in ('13', '31')"), shared_filters)) == 1
    assert kept(ruled(spark, chosen(calls, "balance > 5"), shared_filters)) == 0
    assert kept(ruled(spark, chosen(spark.table("local_calls"), "code in ('13', '31')"), shared_filters)) == 0
    assert (
        kept(shared_filters(chosen(calls, "code in ('13', '31') and rand() >= 0")._plan, spark._runner.settings())) == 0
    )
    assert kept(ruled(spark, calls.filter("phone = '13-1'").select("id"), shared_filters)) == 0


def groups(spark: SparkSession, condition: str, aggregate: str = "min(price)", more: str = "item = id") -> Any:
    offers = spark.table("offers")
    best = offers.groupBy(F.col("item").alias("key")).agg(F.expr(aggregate).alias("best"))
    some = spark.table("items").filter(condition) if condition else spark.table("items")
    return some.join(offers, F.expr(more)).join(best, F.expr("id = key and price = best"))


def test_groups_are_made_of_the_rows_they_are_joined_with(spark: SparkSession) -> None:
    for aggregate in ("min(price)", "max(price)", "cast(avg(price) as int)", "avg(price)"):
        frame = groups(spark, "kind = 'a'", aggregate)
        plan = ruled(spark, frame, group_joins)
        assert (kept(plan) == 1) is ("cast" not in aggregate)
        assert frame.count()
    turned = spark.table("offers").groupBy(F.col("item").alias("key")).agg(F.min("price").alias("best"))
    some = spark.table("items").filter("n > 1").join(spark.table("offers"), F.expr("id = item"))
    assert kept(ruled(spark, turned.join(some, F.expr("key = id")), group_joins)) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("", "min(price)"),
        ("kind = 'a'", "sum(price)"),
        ("kind = 'a'", "count(price)"),
        ("kind = 'a'", "avg(cast(price as double))"),
        ("kind = 'a'", "min(price)", "item = id and price > n"),
        ("kind = 'a'", "min(price)", "item = id and price > 9"),
        ("kind = 'a'", "min(price)", "item = n"),
    ],
)
def test_groups_of_which_rows_may_be_missing_are_not(spark: SparkSession, arguments: tuple[str, ...]) -> None:
    frame = groups(spark, *arguments)
    assert kept(group_joins(frame._plan, spark._runner.settings())) == 0
    assert sorted(map(str, frame.collect())) == plain(spark, frame)


def test_the_rules_are_in_the_list() -> None:
    assert {group_joins, shared_filters, shared_scalars} <= set(RULES)
