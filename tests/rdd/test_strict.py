"""Strict contexts: what Spark does not promise varies by the seed, what it promises stays, and mistakes are found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import add
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.errors import ClosureError, ConfigurationError, InputMutatedError, ResultNotSerializableError

Program = Callable[[SparkContext], Any]
SEEDS = range(4)


@contextmanager
def strict(seed: int = 0, master: str = "inline", **options: str) -> Iterator[SparkContext]:
    conf = SparkConf().set("spark.ui.showConsoleProgress", "false").set("spark.minispark.strict.seed", str(seed))
    conf.setAll((key.replace("_", "."), text) for key, text in options.items())
    with SparkContext(master, "strict", conf=conf, strict=True) as sc:
        yield sc


def answers(program: Program, master: str = "inline") -> list[Any]:
    """What the program gives under each seed."""
    found = []
    for seed in SEEDS:
        with strict(seed, master) as sc:
            found.append(program(sc))
    return found


# --- each kind of mistake -----------------------------------------------------------------------------------------


def order_of_arrival(sc: SparkContext) -> Any:
    return sc.parallelize("abcdefgh", 8).map(lambda letter: (0, letter)).reduceByKey(add, 1).collect()


def first_of_a_group(sc: SparkContext) -> Any:
    return sc.parallelize(range(8), 8).groupBy(lambda x: 0, 1).mapValues(lambda values: next(iter(values))).collect()


def order_of_equal_keys(sc: SparkContext) -> Any:
    return sc.parallelize([(0, x) for x in range(8)], 8).sortByKey(numPartitions=1).collect()


def number_of_partitions(sc: SparkContext) -> Any:
    return sc.parallelize(range(20)).mapPartitions(lambda records: [sum(records)]).collect()


def number_of_reducers(sc: SparkContext) -> Any:
    return sc.parallelize([(x, x) for x in range(20)], 4).reduceByKey(add).glom().map(len).collect()


def order_of_launch(sc: SparkContext) -> Any:
    class Listing:
        def zero(self, value: list[int]) -> list[int]:
            return []

        def addInPlace(self, left: list[int], right: list[int]) -> list[int]:
            return left + right

    met = sc.accumulator([], Listing())
    sc.parallelize(range(8), 8).foreach(lambda x: met.add([x]))
    return met.value


@pytest.mark.slow
@pytest.mark.parametrize(
    "mistake",
    [
        order_of_arrival,
        first_of_a_group,
        order_of_equal_keys,
        number_of_partitions,
        number_of_reducers,
        order_of_launch,
    ],
)
def test_answers_that_lean_on_what_is_not_promised_vary_with_the_seed(mistake: Program) -> None:
    found = answers(mistake)
    assert any(answer != found[0] for answer in found)
    assert answers(mistake) == found, "the same seed gives the same run"


def hashes(sc: SparkContext) -> set[Any]:
    """What two workers at once make of one word."""
    both = sc.parallelize(range(2), 2).barrier().mapPartitions(lambda part: [(os.getpid(), hash("word"))])
    found = dict(both.collect())
    assert len(found) == 2
    return set(found.values())


@pytest.mark.slow
@pytest.mark.matrix(32)
def test_workers_have_hash_seeds_of_their_own() -> None:
    with strict(master="local[2]") as sc:
        first = hashes(sc)
        routed = sc.parallelize(["word"] * 8, 4).map(lambda word: (word, 1)).reduceByKey(add, 3).collect()
    assert len(first) == 2, "so a key made by hash() is two keys"
    assert routed == [("word", 8)], "and where the engine routes a word does not depend on it"
    with strict(master="local[2]") as sc:
        assert hashes(sc) == first, "the same seed gives the same hashes"
    with SparkContext("local[2]", "plain") as sc:
        assert len(hashes(sc)) == 1


def state_between_tasks(sc: SparkContext) -> Any:
    seen: list[int] = []

    def numbered(record: int) -> int:
        seen.append(record)
        return len(seen)

    return sc.parallelize(range(6), 6).map(numbered).collect()


def test_what_a_function_keeps_does_not_reach_the_next_task() -> None:
    assert answers(state_between_tasks) == [[1] * 6] * len(SEEDS)
    with SparkContext("inline", "plain") as sc:
        assert state_between_tasks(sc) != [1] * 6, "the mistake that is to be seen"


def spoiled(record: list[int]) -> list[int]:
    record.append(0)
    return record


LISTS = [[1], [2], [3]]
MUTATIONS: dict[str, Program] = {
    "map": lambda sc: sc.parallelize(LISTS, 2).map(spoiled).collect(),
    "filter": lambda sc: sc.parallelize(LISTS, 2).filter(lambda record: record.append(0) is None).count(),
    "flatMap": lambda sc: sc.parallelize(LISTS, 2).flatMap(lambda record: (record.pop() for _ in (0,))).count(),
    "mapValues": lambda sc: sc.parallelize(LISTS, 2).keyBy(len).mapValues(spoiled).collect(),
    "keyBy": lambda sc: sc.parallelize(LISTS, 2).keyBy(lambda record: record.pop()).collect(),
    "mapPartitions": lambda sc: sc.parallelize(LISTS, 2).mapPartitions(lambda part: [*map(spoiled, part)]).collect(),
    "foreach": lambda sc: sc.parallelize(LISTS, 2).foreach(spoiled),
    "reduceByKey": lambda sc: (
        sc.parallelize([(0, [1]), (0, [2])], 1).reduceByKey(lambda a, b: a.extend(b) or a).collect()
    ),
}


@pytest.mark.parametrize("operator", MUTATIONS)
def test_a_function_that_changes_a_parallelized_record_is_named(operator: str) -> None:
    with strict() as sc, pytest.raises(InputMutatedError) as caught:
        MUTATIONS[operator](sc)
    message = str(caught.value)
    assert f"the function of {operator} at {__file__}:" in message
    assert "changed a record that is not its own" in message
    assert "it was [" in message or "it was (0, [1])" in message
    with SparkContext("inline", "plain") as sc:
        MUTATIONS[operator](sc)


def test_so_is_one_that_changes_a_cached_a_checkpointed_or_a_paired_record(tmp_path: Any) -> None:
    with strict() as sc:
        sc.setCheckpointDir(str(tmp_path))
        cached = sc.parallelize([1, 2], 2).map(lambda x: [x]).cache()
        assert cached.count() == 2
        checkpointed = sc.parallelize([1, 2], 2).map(lambda x: [x])
        checkpointed.checkpoint()
        assert checkpointed.count() == 2
        paired = sc.parallelize([1, 2], 1).map(lambda x: [x]).cartesian(sc.parallelize([1, 2], 1))
        for rdd in (cached, checkpointed):
            with pytest.raises(InputMutatedError, match=r"the function of map .*it was \[\d\], it is \[\d, 0\]"):
                rdd.map(spoiled).collect()
        with pytest.raises(InputMutatedError, match="the function of map "):
            paired.map(lambda pair: spoiled(pair[0])).collect()
        assert sorted(cached.collect()) == [[1], [2]], "and the context goes on"


@pytest.mark.matrix(49)
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_so_is_one_that_changes_the_value_of_a_broadcast(master: str) -> None:
    with strict(master=master) as sc:
        table = sc.broadcast({"a": [1]})
        with pytest.raises(
            InputMutatedError, match=r"the function of map at .*it was \{'a': \[1\]\}, it is \{'a': \[1, "
        ):
            sc.parallelize([5, 6], 2).map(lambda x: table.value["a"].append(x)).collect()
        assert sc.parallelize([5], 1).map(lambda x: table.value).collect() == [{"a": [1]}]


def test_a_right_operand_must_not_be_changed() -> None:
    def into_right(left: list[int], right: list[int]) -> list[int]:
        right.extend(left)
        return right

    with strict() as sc, pytest.raises(InputMutatedError, match="reduceByKey at .*changed its right operand"):
        sc.parallelize([1, 2], 1).map(lambda x: (0, [x])).reduceByKey(into_right).collect()


# --- what is no mistake -------------------------------------------------------------------------------------------


def test_what_a_program_made_itself_it_may_change() -> None:
    with strict() as sc:
        boxes = sc.parallelize([1, 2, 3], 2).map(lambda x: [x])
        assert boxes.map(spoiled).map(spoiled).collect() == [[x, 0, 0] for x in (1, 2, 3)]
        pairs = sc.parallelize([(0, 1), (0, 2), (0, 3)], 2)
        gathered = pairs.combineByKey(lambda v: [v], lambda c, v: c.append(v) or c, lambda c, d: c.extend(d) or c)
        assert gathered.mapValues(sorted).collect() == [(0, [1, 2, 3])]
        folded = pairs.aggregateByKey([], lambda c, v: c.append(v) or c, lambda c, d: c.extend(d) or c)
        assert folded.mapValues(sorted).collect() == [(0, [1, 2, 3])]
        table = sc.broadcast({"a": [1]})
        assert sc.parallelize([1], 1).map(lambda x: sorted(table.value)).collect() == [["a"]]


@pytest.mark.slow
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_what_spark_promises_stays(master: str) -> None:
    for seed in (0, 1) if master == "inline" else (0,):
        with strict(seed, master) as sc:
            numbers = sc.parallelize(range(20), 5)
            assert numbers.glom().collect() == [[*range(i, i + 4)] for i in range(0, 20, 4)]
            assert numbers.zipWithIndex().collect() == [(x, x) for x in range(20)]
            assert numbers.map(lambda x: (-x, x)).sortByKey().values().collect() == [*range(19, -1, -1)]
            assert numbers.take(7) == [*range(7)]
            counts = numbers.keyBy(lambda x: x % 3).countByKey()
            assert counts == {0: 7, 1: 7, 2: 6}
            assert sc.parallelize(range(9)).zip(sc.parallelize(range(9))).count() == 9, "one default for both"
            assert sorted(numbers.keyBy(lambda x: x).join(numbers.keyBy(lambda x: x)).keys().collect()) == [*range(20)]


def test_files_are_split_into_any_number_of_partitions_unless_told(tmp_path: Any) -> None:
    path = tmp_path / "lines"
    path.write_text("".join(f"{i}\n" for i in range(40)))
    counts = answers(lambda sc: sc.textFile(str(path)).getNumPartitions())
    assert len(set(counts)) > 1
    assert set(answers(lambda sc: sc.textFile(str(path), 3).count())) == {40}
    with strict(spark_default_parallelism="3") as sc:
        assert sc.defaultParallelism == sc.parallelize([]).getNumPartitions() == 3, "this was said"
        assert sc.parallelize([(1, 1)], 7).reduceByKey(add).getNumPartitions() == 3


def test_what_cannot_be_pickled_is_refused_inline_as_on_workers() -> None:
    import threading

    lock = threading.Lock()
    with strict() as sc:
        with pytest.raises(ClosureError):
            sc.parallelize([1]).map(lambda x: lock.locked()).collect()
        for end in (lambda rdd: rdd.collect(), lambda rdd: rdd.keyBy(id).groupByKey().count()):
            with pytest.raises(ResultNotSerializableError):
                end(sc.parallelize([1], 1).map(lambda x: threading.Lock()))
        record = ["one"]
        again = sc.parallelize([record, record], 1).map(lambda r: r).collect()
        assert again == [record, record]
        assert again[0] is not record, "a copy, as from another process"


# --- settings ---------------------------------------------------------------------------------------------------


def test_the_setting_says_the_same_as_the_argument() -> None:
    conf = SparkConf().setMaster("inline").set("spark.minispark.strict", "true")
    with SparkContext(conf=conf) as sc, pytest.raises(InputMutatedError):
        sc.parallelize(LISTS).map(spoiled).collect()
    with SparkContext(conf=conf, strict=False) as sc:
        assert sc.parallelize(LISTS).map(spoiled).count() == 3


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("spark.minispark.strict.seed", "-1"),
        ("spark.minispark.strict.seed", "one"),
        ("spark.minispark.strict", "yes"),
        ("spark.minispark.worker.start", "fork"),
        ("spark.minispark.resume.dir", "/nowhere"),
    ],
)
def test_a_wrong_setting_is_an_error(key: str, text: str) -> None:
    conf = SparkConf().setMaster("local[1]").set("spark.minispark.strict", "true").set(key, text)
    with pytest.raises(ConfigurationError, match=key):
        SparkContext(conf=conf)
