"""When hot keys are combined in parts, what is said about it, and what becomes of the parts."""

from __future__ import annotations

import gc
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_kit import HOT, LISTS, PARTITIONS, Told, append, extend, lists_of, one_by_one, settle, shuffles

from minispark import RDD, SparkConf, SparkContext, skew
from minispark.engine.plan.shares import Slice
from minispark.engine.plan.trees import FAN_IN_MAX, levels_of, parts_of
from minispark.observe import listening


def context(tmp_path: Path, threshold: str | None = "1", **options: str) -> SparkContext:
    conf = SparkConf().setMaster("inline").setAppName("trees").set("spark.local.dir", str(tmp_path / "local"))
    (tmp_path / "local").mkdir()
    if threshold is not None:
        conf.set("spark.minispark.skew.threshold", threshold)
    return SparkContext(conf=conf.setAll((name.replace("_", "."), text) for name, text in options.items()))


def lists(sc: SparkContext, records: list[Any] = HOT, maps: int = 4) -> RDD[Any]:
    return sc.parallelize(records, maps).combineByKey(lambda v: [v], append, extend, PARTITIONS)


@given(st.dictionaries(st.integers(0, 9), st.integers(2, 300), max_size=4))
def test_a_tree_takes_every_run_once_and_in_order(parts: dict[int, int]) -> None:
    runs = {partition: [Slice(n, 0, n + 1, 0) for n in range(count)] for partition, count in parts.items()}
    levels, found = levels_of(runs)
    written: list[list[int]] = []
    for depth, shares in enumerate(levels):
        outputs = []
        for share in shares:
            (run,) = share.slices
            assert run is not None
            tasks = range(run.first_map, run.end_map)
            assert share.partition in parts
            assert len(tasks) <= (FAN_IN_MAX if depth else 1)
            outputs.append(list(tasks) if depth == 0 else [n for task in tasks for n in written[task]])
        written = outputs
        for partition, (level, tasks) in found.items():
            if level == depth:
                read = [n for task in range(tasks.first_map, tasks.end_map) for n in written[task]]
                assert read == list(range(parts[partition])) and tasks.end_map - tasks.first_map <= FAN_IN_MAX
    assert set(found) == set(parts)


def test_decisions_are_told_with_their_reasons(tmp_path: Path) -> None:
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        rdd = lists(sc)
        assert skew.report(rdd).stages[0].decided == ()
        rdd.count()
        (decision,) = told.decisions
        assert decision.what.endswith("of combineByKey is combined in 2 parts first")
        assert "the median partition" in decision.why and "of it for 'hot'" in decision.why
        assert decision.stage.startswith("count at test_tree_decisions.py")
        assert decision.what in rdd.toDebugString().decode().splitlines()[-1]
        assert skew.report(rdd).stages[0].decided == (f"{decision.what}: {decision.why}",)


def test_what_is_not_worth_it_is_told(tmp_path: Path) -> None:
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        assert dict(lists(sc, maps=3).collect()) == lists_of(HOT)
    (decision,) = told.decisions
    assert decision.what.endswith("of combineByKey is not combined in parts")
    assert decision.why.endswith("a key has no more than 3 combiners, too few for several tasks")
    assert told.parts == []


def test_runs_are_as_many_as_are_worth_it() -> None:
    def parts(pieces: list[list[int]], combiners: int, threshold: int = 1) -> tuple[int, str]:
        size = sum(map(sum, pieces))
        found = parts_of([1, size, 1], threshold, lambda partition: pieces, {1: combiners} if combiners else {})[1]
        return len(found.runs), found.why_not

    assert parts([[10]] * 100, 0) == (10, ""), "as many as a reader of ten merges"
    assert parts([[10]] * 100, 9) == (3, "")
    assert parts([[10]] * 100, 1_000, 500) == (3, ""), "the median is small, and there are three partitions"
    assert parts([[10] * 50], 10_000) == (50, ""), "within a map output too"
    assert parts([[10]], 10_000) == (0, "it is one chunk, which cannot be cut")
    assert parts([[10], [10], [], [10]], 0)[1].startswith("a key has no more than 3 combiners")


def test_parts_are_combined_once_for_all_actions(tmp_path: Path) -> None:
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        rdd = lists(sc)
        assert rdd.count() == len(lists_of(HOT))
        assert (told.jobs, len(told.parts), told.skipped) == (2, 1, 0)
        assert dict(rdd.collect()) == lists_of(HOT)
        assert (told.jobs, len(told.parts), told.skipped) == (3, 1, 1)
        assert rdd.mapValues(len).groupByKey(2).count() == len(lists_of(HOT))  # in two jobs, the first its map side
        assert (told.jobs, len(told.parts), told.skipped) == (5, 1, 3)
        assert len(told.decisions) == 1


@pytest.mark.slow
def test_parts_go_with_their_shuffle(tmp_path: Path) -> None:
    with context(tmp_path) as sc:
        rdd = lists(sc, maps=400)
        rdd.count()
        assert len(shuffles(tmp_path)) == 3
        rdd.cleanShuffleDependencies()
        settle(sc)
        assert shuffles(tmp_path) == {}
        assert dict(rdd.collect()) == lists_of(HOT)
        assert len(shuffles(tmp_path)) == 3
        del rdd
        gc.collect()
        settle(sc)
        assert shuffles(tmp_path) == {}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_who_has_read_parts_that_are_gone_reads_others(tmp_path: Path) -> None:
    """The second shuffle's map stage was planned with the parts of the first one, which are removed since."""
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        rdd = lists(sc)
        grouped = rdd.flatMapValues(list).map(lambda kv: (kv[1] % 3, kv[0])).groupByKey(3).mapValues(len)
        assert sorted(grouped.collect()) == [(0, 134), (1, 133), (2, 133)]
        first, second, parts = sorted(shuffles(tmp_path))
        rdd.cleanShuffleDependencies()
        settle(sc)
        assert sorted(shuffles(tmp_path)) == [second]
        assert sorted(grouped.collect()) == [(0, 134), (1, 133), (2, 133)]
        for path in shuffles(tmp_path)[second]:
            path.write_bytes(b"")
        assert sorted(grouped.collect()) == [(0, 134), (1, 133), (2, 133)]
        assert dict(rdd.collect()) == lists_of(HOT)
    assert first < second and parts not in (first, second) and len(told.combined) == 2


@pytest.mark.parametrize(
    "off", ["spark_minispark_adaptive", "spark_minispark_resume_dir", "spark_minispark_replay_dir"]
)
def test_it_can_be_turned_off(tmp_path: Path, off: str) -> None:
    setting = "false" if off.endswith("adaptive") else str(tmp_path / "elsewhere")
    with context(tmp_path, **{off: setting}) as sc, listening(sc, Told()) as told:
        rdd = lists(sc)
        assert dict(rdd.collect()) == lists_of(HOT)
        assert b"adaptive" not in rdd.toDebugString()
    assert (told.jobs, told.decisions, told.parts) == (1, [], [])


def test_small_jobs_are_planned_at_once(tmp_path: Path) -> None:
    with context(tmp_path, threshold=None) as sc, listening(sc, Told()) as told:
        lists(sc).count()
        assert told.jobs == 1, "no shuffle of these can have 64 MB in a partition"
        sc.parallelize(HOT, 4).reduceByKey(max, 2).count()
        assert told.jobs == 2


def test_jobs_that_want_some_partitions_combine_none_in_parts(tmp_path: Path) -> None:
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        rdd = lists(sc)
        assert len(rdd.take(1)) == 1
        assert (told.decisions, told.parts) == ([], [])
        assert rdd.glom().collect() == one_by_one(rdd)
        assert len(told.parts) == 1


@pytest.mark.slow
def test_sets_leave_no_task_with_three_times_the_median(tmp_path: Path) -> None:
    """Nine tenths under one key, eight reducers, a megabyte: each combiner is a set of at most so many values."""

    def put(found: set[int], value: int) -> set[int]:
        found.add(value)
        return found

    with context(tmp_path, threshold="1m") as sc, listening(sc, Told()) as told:
        pairs = sc.parallelize(range(480_000), 160).map(lambda n: (0 if n % 10 else n, n * 7 % 2_000))
        rdd = pairs.aggregateByKey(set(), put, set.union, 8)
        assert rdd.mapValues(len).filter(lambda kv: kv[0] == 0).collect() == [(0, 1_801)]
    assert len(told.combined) == 1, told.decisions
    tasks = [read for stage in told.read.values() for read in stage.values() if read]
    assert max(tasks) <= 3 * median(tasks), sorted(tasks)


@pytest.mark.parametrize("how", LISTS)
def test_without_records_or_partitions(tmp_path: Path, how: str) -> None:
    with context(tmp_path) as sc:
        for source in (sc.emptyRDD(), sc.parallelize([], 3), sc.parallelize([(1, 2)], 3)):
            rdd = LISTS[how](source, 4)
            assert rdd.count() == len(rdd.collect())


@pytest.mark.slow
def test_a_reader_that_cannot_be_planned_anew_goes_with_the_parts(sc: SparkContext) -> None:
    """Its tasks compute several partitions each, from parts that are gone: it is made again, from what is."""
    lists = sc.parallelize(HOT, 16).aggregateByKey([], append, extend, 150)
    grouped = lists.map(lambda kv: (str(kv[0])[:1], sorted(kv[1]))).groupByKey(3).mapValues(lambda found: sorted(found))
    with listening(sc, Told()) as told:
        first = sorted(grouped.collect())
    assert told.combined
    assert any(each.partition is None and "are computed by" in each.what for each in told.decisions)
    lists.cleanShuffleDependencies(blocking=True)
    assert sorted(grouped.collect()) == first
    assert sorted(grouped.mapValues(len).collect()) == [(key, len(found)) for key, found in first]
