"""A join whose one side is small gives what it gives with its shuffles, whatever follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from broadcast_kit import FEW, JOINS, MANY, compared, decisions, joined, large, was_broadcast
from dividing_kit import context
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark import RDD, SparkContext
from minispark.errors import UnstableKeyError
from minispark.testing.strategies import keys


def parts(rdd: RDD[Any]) -> list[Any]:
    """Each partition's number and its records, in an order of their own."""
    return list(enumerate(map(compared, rdd.glom().collect())))


DOWNSTREAM: dict[str, Callable[[RDD[Any]], list[Any]]] = {
    "collect": lambda rdd: rdd.collect(),
    "count": lambda rdd: [(0, rdd.count())],
    "mapped": lambda rdd: rdd.filter(lambda kv: kv[1][0] != 7).mapValues(str).collect(),
    "reduced": lambda rdd: rdd.map(lambda kv: (str(kv[1]), 1)).reduceByKey(lambda a, b: a + b, 3).collect(),
    "grouped": lambda rdd: [(k, sorted(map(str, vs))) for k, vs in rdd.groupByKey(3).collect()],
    "distinct": lambda rdd: rdd.map(lambda kv: (str(kv[1]), 0)).distinct(2).collect(),
    "routed": lambda rdd: parts(rdd.map(lambda kv: (str(kv[1]), 0)).partitionBy(3)),
    "joined": lambda rdd: rdd.map(lambda kv: (str(kv[1]), 0)).join(rdd.map(lambda kv: (str(kv[1]), 1)), 3).collect(),
}
UNTOUCHED: dict[str, Callable[[RDD[Any]], list[Any]]] = {
    "partitions": lambda rdd: parts(rdd),
    "folded": lambda rdd: [(0, rdd.map(lambda kv: 1).fold(5, lambda a, b: a + b))],
    "spread": lambda rdd: rdd.repartition(3).collect(),
    "sorted": lambda rdd: list(enumerate(rdd.map(lambda kv: (str(kv[1]), 1)).sortByKey(numPartitions=3).collect())),
    "one by one": lambda rdd: list(rdd.toLocalIterator()),
    "some": lambda rdd: [(0, len(rdd.take(5)))],
}


@pytest.fixture(scope="module", params=["inline", "local[2]"])
def sc(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    with context(request.param, threshold="64m", broadcast="10m") as made:
        yield made


def plain(rdd: RDD[Any]) -> RDD[Any]:
    """The same records, from behind an operator that sees whole partitions: there a join keeps its shuffles."""
    return rdd.mapPartitions(lambda part: part, preservesPartitioning=True)


@pytest.mark.slow
@pytest.mark.parametrize("after", [*DOWNSTREAM, *UNTOUCHED])
@pytest.mark.parametrize("how", JOINS)
def test_every_join_and_what_follows_is_as_without(sc: SparkContext, how: str, after: str) -> None:
    follow = (DOWNSTREAM | UNTOUCHED)[after]
    actual: list[Any] = []
    told = decisions(sc, lambda: actual.extend(follow(joined(sc, how, MANY, FEW))))
    assert was_broadcast(told) == (after in DOWNSTREAM), told
    assert compared(actual) == compared(follow(plain(joined(sc, how, MANY, FEW))))


@pytest.mark.slow
@pytest.mark.parametrize("small", ["left", "right"])
def test_an_inner_join_may_have_either_side_small(sc: SparkContext, small: str) -> None:
    actual: list[Any] = []
    told = decisions(sc, lambda: actual.extend(joined(sc, "join", MANY, FEW, small).collect()))
    assert [each for each in told if each.startswith(f"the {small} side of join is broadcast")], told
    assert compared(actual) == compared(plain(joined(sc, "join", MANY, FEW, small)).collect())


one_of_few = st.sampled_from([1, True, 1.0, 0, None, float("nan"), "a", b"a", (1, float("nan")), 2**70])
records = st.lists(st.tuples(one_of_few | keys(), st.integers(0, 3) | st.lists(st.none(), max_size=2)), max_size=30)


@pytest.mark.slow
@given(many=records, few=records, how=st.sampled_from(JOINS), after=st.sampled_from(["collect", "count", "reduced"]))
@settings(max_examples=40, deadline=None)
def test_any_records_join_as_without(sc: SparkContext, many: list[Any], few: list[Any], how: str, after: str) -> None:
    actual: list[Any] = []
    told = decisions(sc, lambda: actual.extend(DOWNSTREAM[after](joined(sc, how, many, few))))
    assert was_broadcast(told)
    assert compared(actual) == compared(DOWNSTREAM[after](plain(joined(sc, how, many, few))))


def test_what_is_promised_of_the_rdd_stays(sc: SparkContext) -> None:
    rdd = joined(sc, "join", MANY, FEW)
    before = rdd.getNumPartitions(), rdd.partitioner
    first = compared(rdd.collect())
    assert (rdd.getNumPartitions(), rdd.partitioner) == before == (4, rdd.partitioner)
    for number, part in enumerate(rdd.glom().collect()):
        assert {rdd.partitioner(key) for key, _ in part} <= {number}
    assert compared(rdd.collect()) == first
    assert rdd.count() == len(first)


def test_a_second_action_writes_the_shuffle_that_a_third_finds(sc: SparkContext) -> None:
    """What an action computes again is bounded, however many there are."""
    computed = sc.accumulator(0)

    def seen(record: Any) -> Any:
        computed.add(1)
        return record

    rdd = large(sc, MANY).map(seen).join(sc.parallelize(FEW, 2), 4)
    runs = [decisions(sc, rdd.count) for _ in range(3)]
    assert list(map(was_broadcast, runs)) == [True, False, False]
    assert computed.value == len(MANY), "each partition counts once, whoever computes it and how often"


def test_a_persisted_side_is_broadcast_to_again_and_again(sc: SparkContext) -> None:
    many = large(sc, MANY).persist()
    rdd = many.join(sc.parallelize(FEW, 2), 4)
    assert [was_broadcast(decisions(sc, rdd.count)) for _ in range(3)] == [True] * 3
    many.unpersist()


def test_what_is_kept_after_it_was_broadcast_is_right(sc: SparkContext) -> None:
    rdd = joined(sc, "join", MANY, FEW)
    counts = rdd.map(lambda kv: (str(kv[1][1]), 1)).reduceByKey(lambda a, b: a + b, 3)
    first = sorted(counts.collect())
    whole = compared(plain(joined(sc, "join", MANY, FEW)).collect())
    rdd.persist()
    assert sorted(counts.collect()) == first
    assert compared(rdd.collect()) == compared(rdd.collect()) == whole
    assert parts(rdd) == parts(plain(joined(sc, "join", MANY, FEW)))
    rdd.unpersist()
    assert sorted(counts.mapValues(lambda n: n).collect()) == first


def test_accumulators_count_each_record_once_wherever_it_is_met(sc: SparkContext) -> None:
    below, above = sc.accumulator(0), sc.accumulator(0)

    def under(record: Any) -> Any:
        below.add(1)
        return record

    def over(record: Any) -> Any:
        above.add(1)
        return (record[0], 1)

    rdd = large(sc, MANY).map(under).leftOuterJoin(sc.parallelize(FEW, 2), 4).map(over)
    told = decisions(sc, rdd.reduceByKey(lambda a, b: a + b, 3).collect)
    assert was_broadcast(told)
    assert below.value == len(MANY)
    assert above.value == plain(joined(sc, "leftOuterJoin", MANY, FEW)).count()


def test_dimensions_one_after_another_need_no_shuffle_of_the_facts(sc: SparkContext) -> None:
    def star() -> RDD[Any]:
        first = large(sc, MANY).join(sc.parallelize(FEW, 2), 4).map(lambda kv: (kv[1][0] % 7, kv[1][1]))
        return first.leftOuterJoin(sc.parallelize([(n, -n) for n in range(5)], 2), 4)

    actual: list[Any] = []
    told = decisions(sc, lambda: actual.extend(star().collect()))
    assert sum(" is broadcast" in each for each in told) == 2, told
    assert compared(actual) == compared(plain(star()).collect())


def test_a_side_without_records(sc: SparkContext) -> None:
    for how, count in (("join", 0), ("leftOuterJoin", len(MANY))):
        rdd = getattr(large(sc, MANY), how)(sc.parallelize([], 2).map(lambda n: (n, n)), 4)
        assert rdd.count() == count
    assert joined(sc, "join", [], FEW).collect() == []


@pytest.mark.parametrize(
    ("record", "error", "said"),
    [
        (7, TypeError, r"7 is not a \(key, value\) pair"),
        (([], 1), TypeError, "a key of type list cannot be hashed"),
        ((object(), 1), UnstableKeyError, "hashes by its address"),
    ],
)
def test_records_that_cannot_be_joined_are_told_with_the_line_of_the_join(
    sc: SparkContext, record: Any, error: type[Exception], said: str
) -> None:
    many = large(sc, [record] if error is not UnstableKeyError else [1]).map(
        lambda each: (object(), 1) if each == 1 else each
    )
    with pytest.raises(error, match=said) as caught:
        many.join(sc.parallelize(FEW, 2), 4).count()
    assert "in join at " in "\n".join(caught.value.__notes__)
