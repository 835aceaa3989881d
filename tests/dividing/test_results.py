"""Nothing of it shows in a result that the skewed partitions of a join are divided among tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dividing_kit import FEW_RIGHT, HOT_LEFT, Seen, sides, whole
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark import RDD, SparkContext, skew
from minispark.observe import listening
from minispark.testing import assert_same_records

JOINS = ("join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin")
DOWNSTREAM: dict[str, Callable[[RDD[Any]], list[Any]]] = {
    "collect": lambda joined: joined.collect(),
    "count": lambda joined: [joined.count()],
    "mapped": lambda joined: joined.filter(lambda kv: kv[1] != (None, 1)).mapValues(str).collect(),
    "reduced": lambda joined: joined.map(lambda kv: (kv[0], 1)).reduceByKey(lambda a, b: a + b, 3).collect(),
    "grouped": lambda joined: [(k, sorted(map(str, vs))) for k, vs in joined.groupByKey(3).collect()],
    "distinct": lambda joined: joined.map(str).distinct(2).collect(),
    "routed": lambda joined: joined.map(lambda kv: (str(kv[1]), 0)).partitionBy(3).glom().map(sorted).collect(),
    "partitions": lambda joined: joined.glom().map(lambda part: sorted(map(str, part))).collect(),
    "folded": lambda joined: [joined.map(lambda kv: 1).fold(5, lambda a, b: a + b)],
    "spread": lambda joined: joined.map(str).repartition(3).collect(),
    "sorted": lambda joined: joined.map(lambda kv: (str(kv), 1)).sortByKey(numPartitions=3).collect(),
    "numbered": lambda joined: [(str(kv), n) for kv, n in joined.zipWithIndex().collect()][-1:],
    "twice": lambda joined: joined.join(joined.mapValues(lambda _: 1).distinct(3), 3).collect(),
}


UNDIVIDED = ("partitions", "folded", "spread", "sorted", "numbered")
"""They see how records lie in partitions, so nothing is divided below them, whatever the join."""
CASES = [
    *[(how, after) for how in JOINS[:3] for after in DOWNSTREAM if after not in UNDIVIDED],
    *[("join", after) for after in UNDIVIDED],
    *[("fullOuterJoin", after) for after in ("collect", "reduced", "numbered", "twice")],
]


@pytest.mark.slow
@pytest.mark.parametrize(("how", "after"), CASES)
def test_every_join_and_what_follows_is_as_without(sc: SparkContext, how: str, after: str) -> None:
    decisions = []
    for left, right in ((HOT_LEFT, FEW_RIGHT), (FEW_RIGHT, HOT_LEFT)):
        one, other = sides(sc, left, right)
        with listening(sc, Seen()) as seen:
            actual = DOWNSTREAM[after](getattr(one, how)(other, 5))
        expected = DOWNSTREAM[after](whole(getattr(one, how)(other, 5)))
        assert_same_records(list(map(repr, actual)), list(map(repr, expected)))
        decisions += seen.decisions
    divided = [each for each in decisions if "is divided" in each.what]
    assert bool(divided) == (after == "twice" or (how != "fullOuterJoin" and after not in UNDIVIDED)), decisions


keys = st.sampled_from(["hot", "hot", "hot", "warm", 1, True, 1.0, None, float("nan"), (1, "x"), b"b"])
records = st.lists(st.tuples(keys, st.integers(0, 3)), max_size=40)


@pytest.mark.slow
@given(left=records, right=records, how=st.sampled_from(JOINS), after=st.sampled_from(["collect", "count", "reduced"]))
@settings(max_examples=25, deadline=None)
def test_any_records_join_as_without(sc: SparkContext, left: list[Any], right: list[Any], how: str, after: str) -> None:
    one, other = sides(sc, left, right)
    actual = DOWNSTREAM[after](getattr(one, how)(other, 5))
    expected = DOWNSTREAM[after](whole(getattr(one, how)(other, 5)))

    def shown(records: list[Any]) -> list[str]:
        return [repr(record).replace("True", "1").replace("1.0", "1") for record in records]  # any of equal keys

    assert_same_records(shown(actual), shown(expected))


@pytest.mark.slow
def test_slices_lie_within_one_map_output_too(sc: SparkContext) -> None:
    with listening(sc, Seen()) as seen:
        left = sc.parallelize(range(300_000), 1).map(lambda n: ("hot" if n % 10 else n, f"{n} is a number"))
        right = sc.parallelize([("hot", 1)], 1)
        assert left.join(right, 6).map(lambda kv: kv[1][0]).distinct(4).count() == 270_000
    assert any("is divided among" in each.what for each in seen.decisions), seen.decisions


def test_accumulators_count_each_record_once(sc: SparkContext) -> None:
    total = sc.accumulator(0)
    one, other = sides(sc, HOT_LEFT, FEW_RIGHT)

    def count(record: Any) -> Any:
        total.add(1)
        return record

    joined = one.join(other, 5).map(count).map(lambda kv: (str(kv[0]), 1)).reduceByKey(lambda a, b: a + b, 3)
    joined.collect()
    joined.collect()
    assert total.value == len(one.join(other, 5).glom().flatMap(lambda part: part).collect())


def test_what_is_kept_after_it_was_divided_is_right(sc: SparkContext) -> None:
    """The stage stays as it was planned; what is persisted or checkpointed later is computed whole."""
    one, other = sides(sc, HOT_LEFT, FEW_RIGHT)
    joined = one.join(other, 5)
    counts = joined.map(lambda kv: (str(kv[0]), 1)).reduceByKey(lambda a, b: a + b, 3)
    first = sorted(counts.collect())
    joined.persist()
    assert sorted(counts.collect()) == first
    assert sorted(map(repr, joined.collect())) == sorted(map(repr, joined.glom().flatMap(list).collect()))
    joined.unpersist()
    assert sorted(counts.mapValues(lambda n: n).collect()) == first


def test_decisions_are_told_with_their_reasons(sc: SparkContext) -> None:
    one, other = sides(sc, HOT_LEFT, FEW_RIGHT)
    joined = one.join(other, 5)
    with listening(sc, Seen()) as seen:
        joined.count()
    (decision,) = seen.decisions
    assert decision.what.startswith("partition ") and "of join is divided among" in decision.what
    assert "the median partition" in decision.why and decision.stage.startswith("count at test_results.py")
    assert decision.what in joined.toDebugString().decode().splitlines()[-1]
    turned = other.leftOuterJoin(one, 5)
    with listening(sc, Seen()) as seen:
        turned.count()
    assert [each.what.endswith("is not divided") for each in seen.decisions] == [True]


def test_the_report_tells_what_was_decided(sc: SparkContext) -> None:
    one, other = sides(sc, HOT_LEFT, FEW_RIGHT)
    joined = one.join(other, 5)
    assert skew.report(joined).stages[0].decided == ()
    with listening(sc, Seen()) as seen:
        joined.count()
    (decision,) = seen.decisions
    stage = skew.report(joined).stages[0]
    assert stage.decided == (f"{decision.what}: {decision.why}",)
    assert stage.decided[0] in str(skew.report(joined)) and decision.what in skew.report(joined)._repr_html_()


@pytest.mark.slow
@pytest.mark.parametrize("how", JOINS)
def test_sides_without_partitions_or_records(sc: SparkContext, how: str) -> None:
    nothing, empty = sc.emptyRDD(), sc.parallelize([], 3).map(lambda n: (n, n))
    one = sc.parallelize([(1, 2)], 2)
    for left, right in ((nothing, one), (one, nothing), (empty, one), (one, empty), (nothing, nothing)):
        joined = getattr(left, how)(right, 4)
        assert joined.count() == len(joined.collect()) == joined.map(lambda kv: kv).reduceByKey(max).count()


def test_what_hinders_is_told(sc: SparkContext) -> None:
    for after, why in (
        (lambda rdd: rdd.mapPartitions(lambda part: part).count(), "works on whole partitions"),
        (lambda rdd: rdd.map(str).repartition(3).count(), "tells partitions apart"),
        (lambda rdd: rdd.foreach(str), "a value for each partition"),
    ):
        one, other = sides(sc, HOT_LEFT, FEW_RIGHT)
        joined = one.join(other, 5)
        joined.count()
        with listening(sc, Seen()) as seen:
            after(joined)
        assert [why in each.why for each in seen.decisions if each.what.endswith("is not divided")] == [True]
    for read, why in (
        (lambda left, right: left.fullOuterJoin(right, 5), "full outer join"),
        (lambda left, right: left.cogroup(right, 5), "belong together"),
        (lambda left, right: left.groupByKey(5), "belong together"),
    ):
        one, other = sides(sc, HOT_LEFT, FEW_RIGHT)
        with listening(sc, Seen()) as seen:
            read(one, other).count()
        assert [why in each.why for each in seen.decisions if each.what.endswith("is not divided")] == [True]
