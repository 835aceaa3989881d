"""Which joins keep their shuffles although one side is small, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

import pytest
from broadcast_kit import decisions, large, was_broadcast
from dividing_kit import Seen, context

from minispark import RDD, SparkContext, skew
from minispark.observe import TaskEnd, listening

LIMIT = "8k"
"""So small a threshold that the larger side is above it, and it is told what would have helped."""
WIDE = [(n, "x" * 50) for n in range(2_000)]
NARROW = [(n, "y") for n in range(20)]


@pytest.fixture(scope="module")
def sc() -> Iterator[SparkContext]:
    with context("local[2]", threshold="64m", broadcast=LIMIT) as made:
        yield made


def pair_of_sides(sc: SparkContext) -> tuple[RDD[Any], RDD[Any]]:
    return large(sc, WIDE), sc.parallelize(NARROW, 1)


def twice(rdd: RDD[Any]) -> object:
    """The sizes of such a join are not waited for: the second action knows them."""
    return rdd.count() == rdd.count()


HINDERED: dict[str, tuple[Callable[[RDD[Any], RDD[Any]], object], str]] = {
    "left": (lambda one, other: one.rightOuterJoin(other, 4).count(), "whether its records have partners"),
    "right": (lambda one, other: other.leftOuterJoin(one, 4).count(), "whether its records have partners"),
    "full": (lambda one, other: twice(one.fullOuterJoin(other, 4)), "both sides of a full outer join"),
    "each": (lambda one, other: one.join(other, 4).foreach(str), "the action has a value for each partition"),
    "spread": (lambda one, other: one.join(other, 4).repartition(3).count(), "what is written tells partitions apart"),
    "sorted": (lambda one, other: one.join(other, 4).sortByKey().count(), "what is written tells partitions apart"),
    "whole": (lambda one, other: twice(one.join(other, 4).glom()), "works on whole partitions"),
    "few tasks": (lambda one, other: one.coalesce(1).join(other, 4).count(), "1 partitions, and 2 tasks can run"),
    "columns": (
        lambda one, other: one.ctx.range(0, 140_000, 1, 2).map(lambda n: (n % 40, n)).join(other, 4).count(),
        "shuffled in columns",
    ),
    "dear": (
        lambda one, other: one.ctx.parallelize(WIDE, 2).repartition(60).join(other, 4).count(),
        "60 tasks would read what amounts to",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HINDERED)
def test_what_hinders_is_told(sc: SparkContext, case: str) -> None:
    act, why = HINDERED[case]
    told = decisions(sc, lambda: act(*pair_of_sides(sc)))
    assert [each for each in told if " is not broadcast: it has " in each and why in each], told
    assert not was_broadcast(told)


def test_a_shuffle_that_is_there_is_used(sc: SparkContext) -> None:
    one, other = pair_of_sides(sc)
    rdd = one.join(other, 4)
    rdd.foreach(str)
    told = decisions(sc, rdd.count)
    assert ["the shuffle of the other side is there already" in each for each in told] == [True]


def test_sides_that_need_no_shuffle_or_keep_something_are_left_alone(sc: SparkContext) -> None:
    one, other = pair_of_sides(sc)
    routed = one.partitionBy(4)
    assert decisions(sc, routed.join(other, 4).count) == []
    kept = one.join(other, 4).persist()
    assert decisions(sc, kept.count) == []
    kept.unpersist()
    own = one.join(other, 4)
    own.localCheckpoint()
    assert decisions(sc, own.count) == []
    assert decisions(sc, one.cogroup(other, 4).count) == []
    assert decisions(sc, one.join(one.mapValues(len).filter(lambda kv: True), 4).count) == []


def test_little_is_lost_where_both_are_small(sc: SparkContext) -> None:
    assert decisions(sc, lambda: sc.parallelize(NARROW, 1).join(sc.parallelize(NARROW[:5], 2), 3).foreach(str)) == []


def test_a_wrong_guess_costs_a_job_and_nothing_else(sc: SparkContext) -> None:
    """What looked small has grown before it was written."""
    one, other = pair_of_sides(sc)
    grown = other.flatMap(lambda kv: [(kv[0], "z" * 300)] * 90)
    assert grown.join(one, 4).count() == 20 * 90
    assert not was_broadcast(decisions(sc, grown.join(one, 4).count))


class Written(Seen):
    """What tasks have written into shuffles."""

    written = 0

    def on_task_end(self, event: TaskEnd) -> None:
        super().on_task_end(event)
        if event.report is not None:
            self.written += event.report.records_written


def test_the_other_side_is_not_shuffled(sc: SparkContext) -> None:
    one, other = pair_of_sides(sc)
    with listening(sc, Written()) as seen:
        assert one.join(other, 4).map(itemgetter(1)).count() == len(NARROW)
    assert seen.written == len(NARROW)


def test_decisions_are_shown(sc: SparkContext) -> None:
    one, other = pair_of_sides(sc)
    rdd = one.join(other, 4)
    with listening(sc, Seen()) as seen:
        rdd.count()
    (decision,) = seen.decisions
    assert decision.what == "the right side of join is broadcast" and decision.partition is None
    assert decision.why.endswith("; the other one, 5 partitions, is not shuffled")
    assert decision.stage.startswith("count at test_broadcast_limits.py")
    assert rdd.toDebugString().decode().splitlines()[-1].endswith(f"{decision.what}: {decision.why}")
    stage = skew.report(sc).stages[-1]
    assert stage.decided == (f"{decision.what}: {decision.why}",)
    assert stage.operator.startswith("join at test_broadcast_limits.py") and stage.kind == "broadcastJoin"
    assert "not shuffled" in stage.advice.reason and decision.what in str(skew.report(sc))
    rdd.count()
    assert "read again: with a shuffle" in rdd.toDebugString().decode().splitlines()[-1]
