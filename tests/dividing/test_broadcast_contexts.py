"""Broadcasting in contexts of its own: turned off, told to the event log, with too little memory for a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from broadcast_kit import FEW, MANY, compared, decisions, joined, was_broadcast
from dividing_kit import context

from minispark import SparkConf, SparkContext
from minispark.engine.kernels import broadcasting
from minispark.engine.shuffle.merging import merge_groups
from minispark.errors import ConfigurationError


@pytest.mark.parametrize("threshold", ["0", "-1", "1"])
def test_it_can_be_turned_off(threshold: str) -> None:
    with context("inline", threshold="64m", broadcast=threshold) as sc:
        assert decisions(sc, joined(sc, "join", MANY, FEW).count) == []
    with context("inline", adaptive=False, broadcast="10m") as sc:
        assert decisions(sc, joined(sc, "join", MANY, FEW).count) == []


@pytest.mark.parametrize("threshold", ["much", "--1", "-"])
def test_only_a_size_is_a_threshold(threshold: str) -> None:
    with pytest.raises(ConfigurationError, match=r"spark\.minispark\.broadcast\.threshold"):
        context("inline", broadcast=threshold)


def test_the_event_log_has_it(tmp_path: Path) -> None:
    conf = SparkConf().setMaster("inline").setAppName("logged")
    conf.set("spark.eventLog.enabled", "true").set("spark.eventLog.dir", str(tmp_path))
    with SparkContext(conf=conf) as sc:
        joined(sc, "join", MANY, FEW).count()
    (log,) = tmp_path.rglob("*")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    (adapted,) = [event for event in events if event["Event"].endswith("Adapted")]
    assert adapted["Decision"] == "the right side of join is broadcast" and adapted["Partition"] is None


@pytest.mark.slow
def test_a_small_side_too_large_for_a_worker_is_merged_through_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long values: as objects more than the share of a worker's memory that a table may take."""
    few = [(n, f"{n} " * 200) for n in range(6_000)]
    merged: list[int] = []
    monkeypatch.setattr(broadcasting, "merge_groups", lambda *args: merged.append(1) or merge_groups(*args))
    with context("inline", threshold="64m", broadcast="10m", memory="16m") as sc:
        nothing = sc.range(0, 3_000_000, 1, 1).filter(lambda n: n < 0).map(lambda n: (n, n))
        many = sc.parallelize(MANY, 1).union(nothing)
        rdd = many.join(sc.parallelize(few, 2), 4).map(lambda kv: (kv[0], kv[1][0]))
        actual: list[Any] = []
        told = decisions(sc, lambda: actual.extend(rdd.collect()))
        assert was_broadcast(told), told
        assert compared(actual) == compared(rdd.mapPartitions(lambda part: part).collect())
    assert merged == [1, 1], "both tasks"
