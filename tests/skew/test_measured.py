"""A shuffle counts each record once, whatever is lost and computed again, killed after its commit, or resumed."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.core.loads import ShuffleLoads
from minispark.observe import JobStart, Listener, ShuffleMeasured, StageStart, listening
from minispark.testing.chaotic import workers_under_chaos
from minispark.testing.faults import Injection
from minispark.testing.ledger import Ledger
from minispark.testing.points import KILL


class Told(Listener):
    """The latest of each shuffle; ``runs`` counts those of map stages."""

    def __init__(self) -> None:
        self.loads: dict[int, ShuffleLoads] = {}
        self.writers: set[int] = set()
        self.runs = 0

    def on_job_start(self, event: JobStart) -> None:
        self.writers |= {info.stage_id for info in event.stages if info.shuffle_id is not None}

    def on_stage_start(self, event: StageStart) -> None:
        self.runs += event.stage_id in self.writers

    def on_shuffle_measured(self, event: ShuffleMeasured) -> None:
        self.loads[event.loads.shuffle_id] = event.loads

    def only(self) -> ShuffleLoads:
        (loads,) = self.loads.values()
        return loads


@contextmanager
def context(folder: Path, master: str = "inline", **settings: str) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster(master).setAppName("measured").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.local.dir", str(folder)).setAll((key.replace("_", "."), text) for key, text in settings.items())
    with SparkContext(conf=conf) as sc:
        yield sc


def pairs(sc: SparkContext, slices: int = 4) -> Any:
    """4,000 records, a fifth of them under one key."""
    return sc.parallelize(range(4_000), slices).map(lambda n: ("hot" if n % 5 == 0 else f"k{n % 1_999}", n))


def renew_workers(sc: SparkContext) -> None:
    """The new ones hold no file open."""
    for pid in set(sc.parallelize(range(8), 8).map(lambda _: os.getpid()).collect()):
        os.kill(pid, signal.SIGKILL)


def test_the_sums_are_those_of_the_records(tmp_path: Path) -> None:
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        grouped = pairs(sc).groupByKey(8)
        sizes = grouped.mapPartitions(lambda it: [sum(len(values) for _, values in it)]).collect()
    loads = told.only()
    assert list(loads.reducer_records) == sizes
    assert loads.records == 4_000
    assert loads.bytes == sum(loads.reducer_bytes)
    assert (loads.keys[0].name, loads.keys[0].records) == ("'hot'", 800)
    assert loads.reducer_records[loads.keys[0].reducer] == max(sizes)


@pytest.mark.parametrize("ascending", [True, False])
def test_ranges_of_a_sort(tmp_path: Path, ascending: bool) -> None:
    with context(tmp_path) as sc, listening(sc, Told()) as told:
        ordered = pairs(sc).sortByKey(ascending, 8)
        sizes = ordered.mapPartitions(lambda it: [sum(1 for _ in it)]).collect()
    loads = told.only()
    assert sum(loads.reducer_records) == pytest.approx(4_000, abs=8)
    assert list(loads.reducer_records) == pytest.approx(sizes, abs=150)


@pytest.mark.chaos
@pytest.mark.parametrize("damage", ["lost", "a bit"])
@pytest.mark.parametrize("exact", [True, False])
def test_an_output_computed_again(tmp_path: Path, damage: str, exact: bool) -> None:
    """``exact``: whether its content has a digest."""
    with context(tmp_path, "local[2]") as sc, listening(sc, Told()) as told:
        records = pairs(sc) if exact else pairs(sc).mapValues(complex)
        grouped = (records if exact else records.mapValues(lambda z: {z, 1})).partitionBy(8)
        assert grouped.count() == 4_000
        before = told.only()
        renew_workers(sc)
        (file,) = tmp_path.rglob("s*-2-*")
        if damage == "lost":
            file.unlink()
        else:
            content = bytearray(file.read_bytes())
            content[len(content) // 3] ^= 4
            file.write_bytes(content)
        assert grouped.count() == 4_000
        assert told.runs == 2
        assert told.only() == before


@pytest.mark.chaos
def test_one_that_differs_is_what_counts(tmp_path: Path) -> None:
    marker = tmp_path / "second time"

    def draw(index: int, records: Iterator[Any]) -> Iterator[Any]:
        if index == 2 and marker.exists():
            return iter([("other", 1)] * 50)
        return iter(records)

    with context(tmp_path / "local", "local[2]") as sc, listening(sc, Told()) as told:
        moved = pairs(sc).mapPartitionsWithIndex(draw).partitionBy(8)
        assert moved.count() == 4_000
        renew_workers(sc)
        (file,) = (tmp_path / "local").rglob("s*-2-*")
        file.unlink()
        marker.touch()
        assert moved.count() == 3_050
        loads = told.only()
        assert loads.records == sum(loads.reducer_records) == 3_050
        assert {key.name: key.records for key in loads.keys} == {"'hot'": 600, "'other'": 50}


@pytest.mark.chaos
@pytest.mark.parametrize("point", ["map output.after rename", "map output.before rename"])
def test_killed_around_the_commit(tmp_path: Path, point: str) -> None:
    with context(tmp_path / "plain", "local[2]") as sc, listening(sc, Told()) as undisturbed:
        pairs(sc).groupByKey(8).count()
    ledger = Ledger(tmp_path / "ledger")
    ledger.folder.mkdir()
    ledger.arm((Injection(point, KILL),))
    with workers_under_chaos(ledger), context(tmp_path / "local", "local[2]") as sc, listening(sc, Told()) as told:
        pairs(sc).groupByKey(8).count()
    assert len(ledger.happened()) == 1
    assert told.only() == undisturbed.only()


def test_a_resumed_shuffle(tmp_path: Path) -> None:
    told: list[dict[int, ShuffleLoads]] = []
    for run in range(2):
        with (
            context(tmp_path / "local", spark_minispark_resume_dir=str(tmp_path / "resume")) as sc,
            listening(sc, Told()) as listener,
        ):
            draw = random.Random(1)
            words = sc.parallelize([draw.choice(["a", "a", "b", f"c{n}"]) for n in range(900)], 3)
            assert words.map(lambda word: (word, 1)).groupByKey(4).count() > 100
            assert words.sortBy(lambda word: word).count() == 900
            told.append(listener.loads)
        assert (tmp_path / "resume").exists() or run
    assert told[0] == told[1]
    assert len(told[1]) == 2


def test_a_shuffle_that_is_there_already_is_told_again(tmp_path: Path) -> None:
    with context(tmp_path) as sc:
        counts = pairs(sc).mapValues(lambda _: 1).reduceByKey(add, 4)
        with listening(sc, Told()) as first:
            counts.count()
        with listening(sc, Told()) as second:
            counts.collect()
        assert first.only() == second.only()


def test_the_event_log_has_the_figures(tmp_path: Path) -> None:
    log = tmp_path / "events"
    log.mkdir()
    settings = {"spark_eventLog_enabled": "true", "spark_eventLog_dir": str(log)}
    with context(tmp_path / "local", **settings) as sc:
        pairs(sc).groupByKey(8).count()
    (file,) = log.iterdir()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    (line,) = [line for line in lines if line["Event"] == "SparkListenerShuffleMeasured"]
    assert line["Records"] == sum(line["Reducer Records"]) == 4_000
    assert line["Heavy Keys"][0]["Key"] == "'hot'"
    assert line["Heavy Keys"][0]["Records"] == 800
