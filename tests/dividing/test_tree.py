"""Nothing of it shows in a result that hot keys are combined in parts first, as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import add
from typing import Any

import pytest
from dividing_kit import context
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_kit import HOT, LISTS, PARTITIONS, Told, append, extend, lists_of, one_by_one

from minispark import RDD, SparkContext, StorageLevel
from minispark.observe import listening
from minispark.testing import assert_same_records


@pytest.fixture(scope="module", params=[("inline", "1"), ("local[2]", "500")], ids="{0[0]}".format)
def sc(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    """With a threshold that makes as many parts as are worth it, and with one that makes fewer."""
    master, threshold = request.param
    with context(master, threshold=threshold) as made:
        yield made


CONSUMERS: dict[str, Callable[[RDD[Any]], RDD[Any]]] = {
    "itself": lambda rdd: rdd,
    "mapped": lambda rdd: rdd.mapValues(len),
    "whole partitions": lambda rdd: rdd.mapPartitions(lambda part: part),
    "sorted": lambda rdd: rdd.map(lambda kv: (repr(kv[0]), kv[1])).sortByKey(numPartitions=3),
    "grouped": lambda rdd: rdd.groupByKey(3).mapValues(list),
    "reduced again": lambda rdd: rdd.map(lambda kv: (str(kv[0]), kv[1])).reduceByKey(lambda a, b: a + b, 4),
    "joined alike": lambda rdd: rdd.join(rdd.mapValues(len)),
    "joined": lambda rdd: rdd.map(lambda kv: kv).join(rdd.ctx.parallelize([("hot", 1), (0, 2)], 2), 3),
    "with itself": lambda rdd: rdd.union(rdd),
    "zipped": lambda rdd: rdd.zip(rdd.mapValues(len)),
    "coalesced": lambda rdd: rdd.coalesce(2),
    "spread": lambda rdd: rdd.map(repr).repartition(3),
    "numbered": lambda rdd: rdd.zipWithIndex(),
    "kept": lambda rdd: rdd.persist(StorageLevel.DISK_ONLY),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", LISTS)
@pytest.mark.parametrize("maps", [4, 40, 400])
def test_lists_are_the_same_lists(sc: SparkContext, how: str, maps: int) -> None:
    """In the order of the records; 360 combiners make a tree of two levels."""
    rdd = LISTS[how](sc.parallelize(HOT, maps), PARTITIONS)
    with listening(sc, Told()) as told:
        actual = rdd.glom().collect()
    assert len(told.combined) == 1, told.decisions
    if sc.master == "inline":
        assert len(told.parts) == (2 if maps == 400 else 1)
    assert dict(kv for part in actual for kv in part) == lists_of(HOT)
    assert actual == one_by_one(rdd), "partitions, and the order within them"


@pytest.mark.slow
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_whatever_follows_is_as_without(sc: SparkContext, consumer: str) -> None:
    def reduced() -> RDD[Any]:
        return sc.parallelize(HOT, 4).combineByKey(lambda v: [v], append, extend, PARTITIONS)

    with listening(sc, Told()) as told:
        actual = CONSUMERS[consumer](reduced()).collect()
    assert len(told.combined) == 1, told.decisions
    whole = sc.parallelize(HOT, 1).combineByKey(lambda v: [v], append, extend, PARTITIONS)
    expected = CONSUMERS[consumer](whole)
    assert len(actual) == sum(map(len, one_by_one(expected)))
    if consumer != "numbered":
        assert_same_records(list(map(repr, actual)), list(map(repr, expected.collect())))


keys = st.sampled_from(["hot", "hot", "hot", "warm", 1, True, 1.0, 0.0, -0.0, None, float("nan"), (1, "x"), b"b"])
records = st.lists(st.tuples(keys, st.integers(0, 3)), max_size=60)


@pytest.mark.slow
@given(records=records, how=st.sampled_from(sorted(LISTS)), maps=st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_any_records_are_combined_as_without(sc: SparkContext, records: list[Any], how: str, maps: int) -> None:
    """The object that stands for keys which are equal but not the same is the first one, too."""
    rdd = LISTS[how](sc.parallelize(records, maps), PARTITIONS)
    assert repr(rdd.glom().collect()) == repr(one_by_one(rdd))


@pytest.mark.slow
def test_sums_and_counts(sc: SparkContext) -> None:
    pairs = sc.parallelize([("hot" if n % 10 else n % 9, 1) for n in range(3_000)], 40)
    with listening(sc, Told()) as told:
        counts = dict(pairs.map(lambda kv: (str(kv[0]) * 99, kv[1])).reduceByKey(add, 30).collect())
    assert counts["hot" * 99] == 2_700 and sum(counts.values()) == 3_000 and told.combined


@pytest.mark.slow
def test_what_the_map_side_gave_up_combining(sc: SparkContext) -> None:
    """A third of the records has one key, the others one each: combining does not pay there, and the key travels."""
    pairs = sc.parallelize(range(300_000), 2).map(lambda n: (str(n) if n % 3 else "hot", 1))
    rdd = pairs.reduceByKey(lambda a, b: a + b, 100)
    with listening(sc, Told()) as told:
        assert dict(rdd.collect())["hot"] == 100_000
    assert len(told.combined) == 1 and any("for 'hot'" in each.why for each in told.decisions), told.decisions


def test_a_partition_function_of_the_users_is_not_asked_again(sc: SparkContext) -> None:
    asked = sc.accumulator(0)

    def route(key: Any) -> int:
        asked.add(1)
        return 3 if key == "hot" else int(key)

    def routed() -> RDD[Any]:
        return sc.parallelize(HOT, 40).combineByKey(lambda v: [v], append, extend, PARTITIONS, route)

    with listening(sc, Told()) as told:
        assert dict(routed().collect()) == lists_of(HOT)
    assert len(told.combined) == 1 and told.combined[0].startswith("partition 3 of combineByKey is combined in ")
    with_tree = asked.value
    one_by_one(routed())
    assert asked.value == 2 * with_tree


def test_merges_are_as_many_as_without(sc: SparkContext) -> None:
    merged = sc.accumulator(0)

    def merge(a: Any, b: Any) -> Any:
        merged.add(1)
        return a + b

    rdd = sc.parallelize(HOT, 40).combineByKey(lambda v: [v], append, merge, PARTITIONS)
    with listening(sc, Told()) as told:
        rdd.count()
    assert told.combined
    with_tree = merged.value
    one_by_one(rdd)
    assert merged.value == 2 * with_tree


def test_an_error_of_the_merge_function_names_its_line(sc: SparkContext) -> None:
    def merge(a: Any, b: Any) -> Any:
        raise ValueError("no")

    rdd = sc.parallelize(HOT, 4).combineByKey(lambda v: [v], append, merge, PARTITIONS)
    with pytest.raises(ValueError, match="no") as caught:
        rdd.collect()
    assert any("combineByKey at" in note and "test_tree.py" in note for note in caught.value.__notes__)
    settled = sc.parallelize(HOT, 4).combineByKey(lambda v: [v], append, extend, PARTITIONS)
    assert dict(settled.collect()) == lists_of(HOT)
