"""Grouping before a left join: where it is done, where not, and that answers stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql.optimizer import eageraggregates
from minispark.sql.plan.nodes import Aggregate, Join, walk_plan


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Customers, twice some and one null, and 3,000 orders: of 7 without a customer, and of none."""
    folder = Path(tmp_path_factory.mktemp("data"))
    with SparkSession.builder.master("inline").getOrCreate() as session:
        people = session.sql("select if(id = 9, null, id % 8) as id, cast(id as string) as name from range(10)")
        orders = session.sql(
            "select if(id % 11 = 0, null, id % 7) as who, if(id % 5 = 0, null, id) as item, cast(id / 3 as "
            "decimal(15,2)) as price, date_add(date'2024-01-01', cast(id % 90 as int)) as day, "
            "cast(id as double) as real, concat('order ', id) as note from range(3000)"
        )
        for name, rows in {"people": people, "orders": orders}.items():
            rows.coalesce(1).write.parquet(str(folder / name))
            session.read.parquet(str(folder / name)).createOrReplaceTempView(name)
        yield session


JOIN = "from people left join orders on id = who"
GROUPED = [
    f"select id, count(item) {JOIN} group by id",
    f"select id, name, count(item) n, sum(price) s, min(day), max(real) {JOIN} and note like '%1%' group by id, name",
    f"select name, sum(item) / 2, count(who) {JOIN} and item > 5 and price < 700 group by name having count(item) > 1",
    "select upper(name) u, max(day) from people left join (select * from orders where day > '2024-02-01') on who = id "
    "group by name order by u",
    f"select count(n), n from (select id, count(item) as n {JOIN} and note is null group by id) group by n",
]
LEFT_AS_THEY_ARE = [
    f"select id, sum(real) {JOIN} group by id",
    f"select id, count(distinct item) {JOIN} group by id",
    f"select id, count(*) {JOIN} group by id",
    f"select who, count(item) {JOIN} group by who",
    f"select id, count(item) {JOIN} and id > 3 group by id",
    f"select id, count(item) {JOIN} and day > name group by id",
    "select id, count(item) from people join orders on id = who group by id",
    "select id, count(item) from (select * from people where name > '3') left join orders on id = who group by id",
    "select who, count(id) from orders left join people on id = who group by who",
    f"select id, count(item) filter (where price > 3) {JOIN} group by id",
    f"select id, min(note) {JOIN} group by id",
    f"select count(item) {JOIN}",
    f"select id, count(item), avg(price) {JOIN} group by id",
]


def early(spark: SparkSession, query: str) -> bool:
    """Whether the rule groups something below a join."""
    plan = eageraggregates.eager_aggregates(spark._runner.planned(spark.sql(query)._plan), spark._runner.settings())
    return any(isinstance(node, Join) and isinstance(node.right, Aggregate) for node in walk_plan(plan))


def without(spark: SparkSession, query: str) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eageraggregates, "TIMES_MIN", 1e9)
        return sorted(map(str, spark.sql(query).collect()))


@pytest.mark.parametrize("query", GROUPED)
def test_rows_are_grouped_before_they_are_repeated(spark: SparkSession, query: str) -> None:
    assert early(spark, query)
    assert sorted(map(str, spark.sql(query).collect())) == without(spark, query)


@pytest.mark.parametrize("query", LEFT_AS_THEY_ARE)
def test_others_stay(spark: SparkSession, query: str) -> None:
    assert not early(spark, query)


def test_counts_are_those_of_every_left_row(spark: SparkSession) -> None:
    people, orders = spark.table("people"), spark.table("orders")
    joined = people.join(orders, people.id == orders.who, "left").groupBy("id").agg(F.count("item").alias("n"))
    counts = {row.id: row.n for row in joined.collect()}
    items = [row for row in orders.collect() if row.item is not None]
    ids = [row.id for row in people.collect()]
    assert counts == {one: ids.count(one) * sum(row.who == one for row in items if one is not None) for one in ids}
