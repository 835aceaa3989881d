"""Faults while hot keys are combined in parts, and after: lost outputs, killed workers, others' records."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tree_kit import HOT, PARTITIONS, Told, append, extend, lists_of, shuffles

from minispark import RDD, SparkConf, SparkContext, TaskContext
from minispark.observe import listening
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos


def local_context(folder: Path, threshold: str = "1", master: str = "local[2]") -> SparkContext:
    conf = SparkConf().setMaster(master).setAppName("trees").set("spark.local.dir", str(folder))
    conf.set("spark.minispark.skew.threshold", threshold).set("spark.ui.showConsoleProgress", "false")
    return SparkContext(conf=conf)


def renew_workers(sc: SparkContext) -> None:
    """The new ones have no file open."""
    workers = sc.parallelize(range(2), 2).barrier().mapPartitions(lambda _: [os.getpid()]).collect()
    assert len(set(workers)) == 2
    for pid in workers:
        os.kill(pid, signal.SIGKILL)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 8
    path.write_bytes(content)


RECORDS = 120_000
"""So many that a map output is not read at once: what is lost between two reads is missed."""
DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "flipped": flip,
}


def lists(sc: SparkContext, maps: int = 4, merge: Callable[[Any, Any], Any] = extend) -> RDD[Any]:
    return sc.parallelize(HOT, maps).combineByKey(lambda v: [v], append, merge, PARTITIONS)


@pytest.mark.matrix(8, 9, 10)
@pytest.mark.parametrize(
    ("damage", "whose"),
    [("deleted", "the map side"), ("flipped", "the parts"), *((damage, "both") for damage in DAMAGES)],
)
def test_outputs_that_are_lost_are_made_again(tmp_path: Path, damage: str, whose: str) -> None:
    with local_context(tmp_path) as sc, listening(sc, Told()) as told:
        rdd = lists(sc, maps=400)
        assert dict(rdd.collect()) == lists_of(HOT)
        side, first, second = (files for _, files in sorted(shuffles(tmp_path).items()))
        assert (len(side), len(second)) == (400, 2) and 16 < len(first) < 40
        renew_workers(sc)
        parts = [*first[:3], *second]
        for path in {"the map side": side[:3], "the parts": parts, "both": [*side[:3], *parts]}[whose]:
            DAMAGES[damage](path)
        before = len(told.parts)
        assert dict(rdd.collect()) == lists_of(HOT)
        assert (len(told.parts) > before) == (whose != "the map side")
        again = len(told.parts)
        assert dict(rdd.collect()) == lists_of(HOT)
        assert len(told.parts) == again and len(told.decisions) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.matrix(1)
@pytest.mark.parametrize("maps", [40, 400])
def test_workers_that_die_while_they_combine_parts(tmp_path: Path, marks: Marks, maps: int) -> None:
    """One in each stage that merges: those of the parts, and the reader's."""

    def merge(items: list[Any], others: list[Any]) -> list[Any]:
        task = TaskContext.get()
        assert task is not None
        if marks.first(f"stage {task.stageId()}"):
            os.kill(os.getpid(), signal.SIGKILL)
        return extend(items, others)

    with local_context(tmp_path) as sc, listening(sc, Told()) as told:
        rdd = lists(sc, maps, merge)
        assert dict(rdd.collect()) == lists_of(HOT)
        assert dict(rdd.mapValues(list).collect()) == lists_of(HOT)
    assert len(told.decisions) == len(told.combined) == 1
    assert len([*tmp_path.glob("marks.stage *")]) >= 3


@pytest.mark.matrix(37)
def test_a_map_side_that_comes_out_differently_is_combined_anew(tmp_path: Path, marks: Marks) -> None:
    """An output of the map side is lost after parts of it were combined, and its records are others then: no list has
    values of both."""
    local = tmp_path / "local"
    local.mkdir()

    def draw(index: int, records: Any) -> Any:
        marks.leave(index)
        run = marks.read().count(str(index))
        return (("hot" if n % 10 else n // 10, (index, run)) for n in records)

    def merge(items: list[Any], others: list[Any]) -> list[Any]:
        if marks.first("damage"):
            (first,) = local.rglob("s1-0-*")
            os.truncate(first, first.stat().st_size // 2)
            with open(first, "r+b") as file:
                file.write(bytes(first.stat().st_size))
        return items + others

    with local_context(local, master="inline") as sc, listening(sc, Told()) as told:
        drawn = sc.parallelize(range(RECORDS), 12).mapPartitionsWithIndex(draw)
        made = drawn.combineByKey(lambda v: [v], append, merge, PARTITIONS)
        hot = dict(made.collect())["hot"]
    assert told.combined and len(told.parts) > 1
    assert len(hot) == RECORDS * 9 // 10
    assert {(index, run) for index, run in hot} == {(0, 2), *((index, 1) for index in range(1, 12))}


def test_several_threads_ask_at_a_time(tmp_path: Path) -> None:
    with local_context(tmp_path) as sc, ThreadPoolExecutor(4) as pool:
        rdd = lists(sc, maps=40)
        found = list(pool.map(lambda n: dict(rdd.mapValues(lambda v: v[n:]).collect()), range(4)))
    assert found == [{key: items[n:] for key, items in lists_of(HOT).items()} for n in range(4)]
