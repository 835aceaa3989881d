"""Quarantines under faults: dead letters are there exactly once, whatever had to run again."""

from __future__ import annotations

import os
import signal
from collections import Counter
from operator import add
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import minispark
from minispark import SparkConf, SparkContext
from minispark.errors import DeadLettersLostError, QuarantineError
from minispark.testing.marks import Marks


def letters(folder: Path) -> list[Any]:
    return [letter.record() for letter in minispark.dead_letters(str(folder))]


def third(x: int) -> int:
    if x % 3 == 0:
        raise ValueError(x)
    return x


@pytest.mark.chaos
@pytest.mark.matrix(1, 4)
@pytest.mark.parametrize("kept", ["", "cached", "checkpointed"])
@pytest.mark.parametrize("place", ["in the quarantine", "behind it"])
def test_a_killed_worker_leaves_no_letter_twice_and_none_out(
    tmp_path: Path, marks: Marks, place: str, kept: str
) -> None:
    conf = SparkConf().setMaster("local[2]").setAppName("faults").set("spark.local.dir", str(tmp_path / "local"))
    (tmp_path / "local").mkdir()

    def die(index: int, records: Any) -> Any:
        yield from records
        if index == 1 and marks.first("died"):
            os.kill(os.getpid(), signal.SIGKILL)

    with SparkContext(conf=conf.set("spark.ui.showConsoleProgress", "false")) as sc:
        counted = sc.accumulator(0)

        def count(x: int) -> int:
            counted.add(1)
            return x

        rdd = sc.parallelize(range(30), 3).map(count).map(third)
        if place == "in the quarantine":
            rdd = rdd.mapPartitionsWithIndex(die)
        good = minispark.quarantine(rdd, str(tmp_path / "bad"), errors_max=10)
        if kept == "cached":
            good.cache()
        elif kept:
            sc.setCheckpointDir(str(tmp_path / "checkpoints"))
            good.checkpoint()
        if place == "behind it":
            good = good.mapPartitionsWithIndex(die)
        pairs = good.map(lambda x: (x % 2, x)).reduceByKey(add, 2)
        assert sum(value for _, value in pairs.collect()) == sum(x for x in range(30) if x % 3)
        if not kept:
            assert counted.value == 30
        assert sorted(letters(tmp_path / "bad")) == [x for x in range(30) if x % 3 == 0]
        assert sorted(os.listdir(tmp_path / "bad")) == [f"part-0000{i}.jsonl" for i in range(3)]
    assert [path for path in (tmp_path / "local").rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_retried_task_leaves_its_letters_once(tmp_path: Path, marks: Marks) -> None:
    conf = SparkConf().setMaster("local[2,3]").setAppName("retries").set("spark.ui.showConsoleProgress", "false")

    def flaky(records: Any) -> Any:
        yield from records
        if marks.first("failed"):
            raise RuntimeError("the first time")

    with SparkContext(conf=conf) as sc:
        good = minispark.quarantine(sc.parallelize(range(12), 2).map(third), str(tmp_path / "bad"), errors_max=4)
        assert good.mapPartitions(flaky).count() == 8
        assert letters(tmp_path / "bad") == [0, 3, 6, 9]
        over = minispark.quarantine(sc.parallelize(range(12), 1).map(third), str(tmp_path / "over"), errors_max=1)
        seen = sc.accumulator(0)
        with pytest.raises(QuarantineError):
            over.foreach(lambda x: seen.add(1))
        assert seen.value == 0 and os.listdir(tmp_path / "over") == []


@pytest.mark.chaos
def test_letters_damaged_on_their_way_fail_the_job(tmp_path: Path) -> None:
    local = tmp_path / "local"
    local.mkdir()
    conf = SparkConf().setMaster("local[1]").setAppName("damage").set("spark.local.dir", str(local))

    def damage(records: Any) -> Any:
        yield from records
        for path in local.rglob(".tmp-q*"):
            path.write_bytes(b"x")

    with SparkContext(conf=conf.set("spark.ui.showConsoleProgress", "false")) as sc:
        noise = sc.parallelize(range(1_000_000), 1).map(lambda x: third(3 * (x % 3_000 == 0)) if x % 100 == 0 else x)
        good = minispark.quarantine(noise.mapPartitions(damage), str(tmp_path / "bad"), errors_max=20_000)
        try:
            with pytest.raises(DeadLettersLostError, match="not as it was written"):
                good.count()
        finally:
            assert os.listdir(tmp_path / "bad") == []
        assert sc.parallelize([1]).count() == 1


OPERATORS = st.lists(st.sampled_from(["map", "keyed", "flatMap", "whole", "quarantine", "union"]), max_size=6)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(st.integers(0, 40)), slices=st.integers(1, 4), operators=OPERATORS, bad=st.integers(2, 7))
def test_what_goes_in_comes_out_or_is_a_letter(
    sc: SparkContext,
    tmp_path_factory: pytest.TempPathFactory,
    records: list[int],
    slices: int,
    operators: list[str],
    bad: int,
) -> None:
    """Each operator passes a record on as it is, or raises for multiples of a number of its own."""
    rdd = sc.parallelize(records, slices)
    folders = []

    def failing(number: int) -> Any:
        def function(x: int) -> int:
            if x % number == 0:
                raise ValueError(x)
            return x

        return function

    for place, name in enumerate([*operators, "map", "quarantine"]):
        f = failing(bad + place)
        if name == "map":
            rdd = rdd.map(f)
        elif name == "keyed":
            rdd = rdd.keyBy(f).mapValues(f).keys()
        elif name == "flatMap":
            rdd = rdd.flatMap(lambda x, f=f: (f(y) for y in [x]))
        elif name == "whole":
            rdd = rdd.mapPartitions(lambda records: records)
        elif name == "union":
            rdd = rdd.union(sc.emptyRDD()).coalesce(2)
        else:
            folders.append(tmp_path_factory.mktemp("bad"))
            rdd = minispark.quarantine(rdd, str(folders[-1]), errors_max=1000)
    out = rdd.collect()
    put_aside = [record for folder in folders for record in letters(folder)]
    assert Counter(out) + Counter(put_aside) == Counter(records)
    expected = list(records)
    for place, name in enumerate([*operators, "map"]):
        if name in ("map", "keyed", "flatMap"):
            expected = [x for x in expected if x % (bad + place)]
    assert out == expected
