"""Each rule of the list by one plan before it and after, that no rule is without, and that answers stay the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark.sql import Observation, SparkSession
from minispark.sql import functions as F
from minispark.sql.optimizer import RULES
from minispark.sql.plan.expressions import Call, Subquery, find
from minispark.sql.plan.nodes import Filter, Node, Scan, fold_plan


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    folder = str(tmp_path_factory.mktemp("each"))
    with SparkSession.builder.master("inline").getOrCreate() as session:
        sales = session.range(3000).selectExpr("id", "id % 4 as item", "id % 5 as price", "id % 3 as shop")
        for name, frame in {
            "sales": sales,
            "items": sales.filter("id < 4").selectExpr("item as id", "id as kind"),
        }.items():
            frame.write.parquet(f"{folder}/{name}")
            session.read.parquet(f"{folder}/{name}").createOrReplaceTempView(name)
        sales.write.partitionBy("shop").parquet(f"{folder}/parts")
        session.read.parquet(f"{folder}/parts").createOrReplaceTempView("parts")
        yield session


def shape(plan: Node) -> str:
    """A plan as text: each node with its columns, its subqueries, what a condition calls, and how many conditions leave
    files out; behind it what it reads."""

    def text(node: Node, below: list[str]) -> str:
        told = [one.name for one in find(node.condition, Call)] if isinstance(node, Filter) else []
        told += [f"{one.kind} {{{shape(one.plan)}}}" for each in node.expressions for one in find(each, Subquery)]
        told += [f"{len(node.filters)} filter"] if isinstance(node, Scan) and node.filters else []
        columns = ", ".join(one.name for one in node.output)
        own = f"{type(node).__name__}({columns}{': ' if told else ''}{', '.join(told)})"
        return own if not below else f"{own} < {below[0]}" if len(below) == 1 else f"{own} < [{' | '.join(below)}]"

    return fold_plan(plan, text)


def least(spark: SparkSession) -> Any:
    """The rows of some items with the least price of each."""
    sales = spark.table("sales")
    best = sales.groupBy(F.col("item").alias("key")).agg(F.min("price").alias("best"))
    some = spark.table("items").filter("kind > 0").withColumnRenamed("id", "of")
    return some.join(sales, F.expr("of = item")).join(best, F.expr("of = key and price = best")).select("of")


def chosen(spark: SparkSession) -> Any:
    some = spark.table("sales").filter("item = 2")
    return some.select("price").union(some.select("id"))


CASES: dict[str, Callable[[SparkSession], Any]] = {
    "collations": lambda spark: spark.sql("select id from items where cast(kind as string) collate unicode_ci = '2'"),
    "file_names": lambda spark: spark.table("items").select(F.length(F.input_file_name()) > 5),
    "observed": lambda spark: spark.table("items").observe(Observation("n"), F.count(F.lit(1))).limit(2),
    "semi_joins": lambda spark: spark.sql(
        "select id from items where exists (select 1 from sales where item = items.id)"
    ),
    "shared_scalars": lambda spark: spark.sql(
        "select id from sales where item = 2 and price > (select avg(price) from sales where item = 2)"
    ),
    "group_limits": lambda spark: spark.sql(
        "select price from sales, items where item = items.id and kind = 2 and price <= "
        "(select avg(price) from sales s where s.item = items.id)"
    ),
    "group_joins": least,
    "existence": lambda spark: spark.sql("select id, exists (select kind from items where id > 2) as e from items"),
    "shared_filters": chosen,
    "collapse": lambda spark: spark.table("items").filter("id > 0").withColumn("n", F.col("id") + 1).filter("n < 4"),
    "eager_aggregates": lambda spark: spark.sql(
        "select items.id, count(price) as n from items left join sales on items.id = item group by items.id"
    ),
    "prune": lambda spark: spark.table("sales").selectExpr("id", "price + 1 as p", "item").select("p"),
    "partition_filters": lambda spark: spark.sql("select id from parts where shop = 1"),
}

SHAPES: dict[str, tuple[str, str]] = json.loads(Path(__file__).with_name("each_rule.json").read_text(encoding="utf-8"))
"""Before and after."""


def test_every_rule_is_here() -> None:
    assert [rule.__name__ for rule in RULES] == list(CASES) == list(SHAPES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_before_and_after(spark: SparkSession, monkeypatch: pytest.MonkeyPatch, rule: Any) -> None:
    frame = CASES[rule.__name__](spark)
    after = rule(frame._plan, spark._runner.settings())
    assert (shape(frame._plan), shape(after)) == tuple(SHAPES[rule.__name__])
    assert [one.id for one in after.output] == [one.id for one in frame._plan.output]
    wanted = sorted(map(str, frame.collect()))
    monkeypatch.setattr(spark._runner, "planned", lambda plan, *more: plan)
    assert sorted(map(str, type(frame)(after, spark).collect())) == wanted
    assert wanted
