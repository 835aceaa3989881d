"""Random programs give what the model gives: inline, on workers, under a tiny memory limit, cached or not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark import SparkContext
from minispark.testing import functions as fn
from minispark.testing.compare import assert_same_records
from minispark.testing.lineages import Call, Lineage, Program
from minispark.testing.oracle import OracleContext, Order
from minispark.testing.strategies import programs

MakeContext = Callable[..., SparkContext]

pytestmark = pytest.mark.slow


def times(factor: float) -> settings:
    """The profile's number of programs times ``factor``."""
    return settings(max_examples=int(settings.default.max_examples * factor))


@pytest.mark.timeout(600)
def test_inline(make_context: MakeContext) -> None:
    @times(1.5)
    @given(programs())
    def check(program: Program) -> None:
        program.check(make_context("inline"))

    check()


@pytest.mark.timeout(600)
def test_on_two_workers(make_context: MakeContext) -> None:
    @times(0.5)
    @given(programs())
    def check(program: Program) -> None:
        program.check(make_context("local[2]"))

    check()


@pytest.mark.timeout(600)
def test_under_a_tiny_memory_limit(make_context: MakeContext) -> None:
    @times(0.4)
    @given(programs())
    def check(program: Program) -> None:
        program.check(make_context("inline", spark_python_worker_memory="1m"))

    check()


@pytest.mark.timeout(600)
def test_cached_at_every_step_and_run_twice(make_context: MakeContext) -> None:
    @times(0.3)
    @given(programs())
    def check(program: Program) -> None:
        replace(program, lineage=cached_everywhere(program.lineage)).check(make_context("inline"), runs=2)

    check()


@pytest.mark.timeout(600)
def test_deep_programs_over_several_sides(make_context: MakeContext) -> None:
    @times(0.2)
    @given(programs(steps=15, depth=2))
    def check(program: Program) -> None:
        program.check(make_context("inline"))

    check()


@pytest.mark.timeout(600)
def test_the_number_of_partitions_of_the_source_changes_no_answer(make_context: MakeContext) -> None:
    """Of programs that lean on no layout: one program, three layouts, one multiset of records."""

    @times(0.3)
    @given(programs(by_arrival=True), st.lists(st.integers(1, 9), min_size=2, max_size=2))
    def check(program: Program, counts: list[int]) -> None:
        if leans_on_layout(program.lineage):
            return
        sc = make_context("inline")
        answers = []
        for count in counts:
            with tempfile.TemporaryDirectory() as folder:
                built = recut(program.lineage, count).build(sc, Path(folder))
                answers.append(built.rdd.collect())
                for rdd in built.cached:
                    rdd.unpersist()
        assert_same_records(*answers)

    check()


def recut(lineage: Lineage, count: int) -> Lineage:
    """The same with ``count`` partitions at every source."""
    source = Call(lineage.source.name, (*lineage.source.args[:-1], count))
    return Lineage(
        source, tuple(replace(step, args=tuple(_recut(arg, count) for arg in step.args)) for step in lineage.steps)
    )


def _recut(arg: Any, count: int) -> Any:
    return recut(arg, count) if isinstance(arg, Lineage) else arg


def leans_on_layout(lineage: Lineage) -> bool:
    """Whether a step, here or in a side, sees partitions or places."""
    seeing = {"glom", "sample", "zipWithIndex", "zipWithUniqueId", "mapPartitionsWithIndex"}
    steps = {step.name for step in lineage.steps} & seeing
    sides = [arg for step in lineage.steps for arg in step.args if isinstance(arg, Lineage)]
    whole = lineage.uses(fn.size_only) or lineage.uses(fn.first_of_each)
    return bool(steps) or whole or any(map(leans_on_layout, sides))


def cached_everywhere(lineage: Lineage) -> Lineage:
    steps: list[Call] = []
    for step in lineage.steps:
        args = tuple(cached_everywhere(arg) if isinstance(arg, Lineage) else arg for arg in step.args)
        steps += [Call(step.name, args), Call("cache")]
    return Lineage(lineage.source, tuple(steps))


def test_the_programs_are_not_all_alike() -> None:
    """The generator reaches every operator, every degree of promise, and mostly data that is not empty."""
    drawn: list[Program] = []

    @settings(max_examples=900, database=None)
    @given(programs())
    def draw(program: Program) -> None:
        drawn.append(program)

    draw()
    names = {step.name for program in drawn for step in program.lineage.steps}
    assert names >= {
        *("map", "filter", "flatMap", "mapPartitions", "mapPartitionsWithIndex", "mapValues", "flatMapValues"),
        *("keyBy", "keys", "values", "glom", "union", "cache", "keep", "cut", "tally", "lookup"),
        *("leftOuterJoin", "fullOuterJoin", "subtract", "subtractByKey", "intersection", "groupBy", "sample"),
        *("zipWithIndex", "zipWithUniqueId", "aggregateByKey", "foldByKey", "repartitionAndSortWithinPartitions"),
        *("reduceByKey", "combineByKey", "groupByKey", "join", "cogroup", "partitionBy", "sortByKey", "distinct"),
        *("coalesce", "repartition"),
    }
    assert {program.lineage.source.name for program in drawn} == {"parallelize", "range", "text"}
    actions = {program.action for program in drawn}
    assert actions >= {"glom", "collect", "count", "take"}
    assert len(actions & {"sum", "takeOrdered", "fold", "reduce", "first", "save"}) >= 4
    models = [program.lineage.build(OracleContext()).rdd for program in drawn]
    promised = {(model.order, model.layout) for model in models}
    assert promised >= {(Order.LISTED, True), (Order.FREE, True), (Order.FREE, False), (Order.SORTED, True)}
    assert {model.getNumPartitions() for model in models} >= set(range(1, 8))
    assert sum(1 for model in models if model.count()) > 0.7 * len(models)
    assert sum(len(program.lineage.steps) for program in drawn) > 2 * len(drawn)
