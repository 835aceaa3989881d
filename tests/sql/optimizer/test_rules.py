"""Each rule before and after, and that no rule changes an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark.sql import SparkSession, Window
from minispark.sql import functions as F
from minispark.sql.optimizer import RULES, optimized
from minispark.sql.optimizer.collapse import collapse
from minispark.sql.optimizer.prune import prune
from minispark.sql.plan.nodes import Node, fold_plan


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


@pytest.fixture
def people(spark: SparkSession) -> Any:
    return spark.createDataFrame([(2, "Alice", 1.5), (5, "Bob", None), (7, "Eve", 0.5)], ["age", "name", "h"])


def shape(plan: Node) -> str:
    """A plan as text: each node with the names of its columns, what it reads behind it."""

    def text(node: Node, below: list[str]) -> str:
        own = f"{type(node).__name__}({', '.join(one.name for one in node.output)})"
        return own if not below else f"{own} < {below[0]}" if len(below) == 1 else f"{own} < [{' | '.join(below)}]"

    return fold_plan(plan, text)


def ruled(spark: SparkSession, frame: Any, rule: Any) -> str:
    return shape(rule(frame._plan, spark._runner.settings()))


def test_projections_become_one(spark: SparkSession, people: Any) -> None:
    frame = people.select("age", "name").withColumn("next", F.col("age") + 1).select("name", "next")
    assert (
        shape(frame._plan)
        == "Project(name, next) < Project(age, name, next) < Project(age, name) < Local(age, name, h)"
    )
    assert ruled(spark, frame, collapse) == "Project(name, next) < Local(age, name, h)"


def test_conditions_go_below_projections_and_become_one(spark: SparkSession, people: Any) -> None:
    frame = people.filter("age > 1").withColumn("twice", F.col("age") * 2).filter("twice < 12").filter("h is not null")
    assert ruled(spark, frame, collapse) == "Project(age, name, h, twice) < Filter(age, name, h) < Local(age, name, h)"


@pytest.mark.parametrize(
    "column", [F.rand(3), F.expr("row_number() over (order by age)"), F.expr("(select max(id) from range(3))")]
)
def test_what_means_something_else_elsewhere_stays(spark: SparkSession, people: Any, column: Any) -> None:
    frame = people.withColumn("x", column).filter("x > 0.5")
    assert ruled(spark, frame, collapse) == shape(frame._plan)


def test_a_computed_column_that_is_used_twice_is_computed_once(spark: SparkSession, people: Any) -> None:
    frame = people.withColumn("x", F.upper("name")).select((F.col("x") == F.col("x")).alias("same"))
    assert ruled(spark, frame, collapse) == shape(frame._plan)


def test_columns_nobody_uses_are_left_out(spark: SparkSession, people: Any) -> None:
    right = people.select(F.col("name").alias("other"), "h", F.upper("name").alias("big"))
    frame = (
        people.join(right, people.name == F.col("other"))
        .groupBy("other")
        .agg(F.sum("age"), F.count("*"))
        .select("other")
    )
    assert ruled(spark, frame, prune) == (
        "Project(other) < Project(other) < Aggregate(other) < Join(age, name, h, other) < "
        "[Local(age, name, h) | Project(other) < Project(other) < Local(age, name, h)]"
    )


def test_a_row_of_aggregates_stays_a_row(spark: SparkSession, people: Any) -> None:
    counted = people.agg(F.count("*").alias("n")).crossJoin(people.select("age"))
    assert counted.select("age").count() == 3
    assert people.agg(F.sum("age")).count() == 1


def test_long_chains_stay_small(spark: SparkSession) -> None:
    frame = spark.range(3)
    for number in range(300):
        frame = frame.withColumn("id", F.col("id") + 1).filter(F.col("id") > number)
    plan = optimized(frame._plan, spark._runner.settings())
    assert shape(frame._plan).count("<") == 600
    assert shape(plan).count("<") < 150
    assert frame.collect() == [(300,), (301,), (302,)]


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_changes_the_output(spark: SparkSession, people: Any, rule: Any) -> None:
    frames = [
        people,
        people.select(F.explode(F.array("age", "h")).alias("x"), "name").filter("x > 1").sort("x").limit(3),
        people.union(people).distinct().select("name"),
        people.select("age").exceptAll(people.select("age").limit(1)).filter("age > 1"),
        people.dropDuplicates(["name"]).select("h"),
        people.unpivot("name", ["age", "h"], "what", "n").filter("n > 1").select("what"),
        people.join(people.select("age"), "age", "left_semi").select("name"),
        people.rollup("name").agg(F.sum("age").alias("s")).filter("s > 2").select("s"),
    ]
    for frame in frames:
        changed = rule(frame._plan, spark._runner.settings())
        assert [one.id for one in changed.output] == [one.id for one in frame._plan.output]
        other = type(frame)(changed, spark)
        assert sorted(map(str, other.collect())) == sorted(map(str, frame.collect()))


def test_rows_come_in_the_order_of_the_last_window(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(n % 3, (n * 7) % 20, n) for n in range(20)], ["k", "v", "n"])
    one, other = Window.partitionBy("k").orderBy(F.desc("v")), Window.partitionBy(F.col("n") % 2).orderBy("n")
    frame = rows.withColumn("r", F.row_number().over(one)).filter("r <= 4").select("k", "v")
    assert frame.collect() == sorted(frame.collect(), key=lambda row: (row.k, -row.v))
    both = rows.select("n", F.rank().over(one).alias("a"), F.lag("n").over(other).alias("b"))
    assert [row.n for row in both.collect()] == [*range(0, 20, 2), *range(1, 20, 2)]
    assert [row.n for row in both.sort("n").collect()] == [*range(20)]
