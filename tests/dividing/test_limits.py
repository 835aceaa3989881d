"""How far skewed partitions are divided, when they are not, and that faults change nothing."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from dividing_kit import FEW_RIGHT, HOT_LEFT, Seen, context, sides

from minispark import SparkConf, SparkContext
from minispark.errors import ConfigurationError
from minispark.observe import listening
from minispark.testing import assert_same_records
from minispark.testing.marks import Marks


def zipf(count: int) -> list[int]:
    """Keys 0, 1, ... with frequencies as 1 / (k + 1) ** 1.5, in a fixed order."""
    weights = [1 / (k + 1) ** 1.5 for k in range(2_000)]
    scale = count / sum(weights)
    return [k for k, weight in enumerate(weights) for _ in range(round(weight * scale))]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["join", "leftOuterJoin"])
@pytest.mark.parametrize("skew", ["one key", "zipf"])
def test_no_task_reads_more_than_three_times_the_median(how: str, skew: str) -> None:
    """Nine tenths under one key, and Zipf's law with 1.5, over eight reducers and a megabyte."""
    count = 400_000
    hot = [0 if n % 10 else n for n in range(count)] if skew == "one key" else zipf(count)
    with context("inline", threshold="1m") as sc, listening(sc, Seen()) as seen:
        left = sc.parallelize(hot, 4).map(lambda key: (key, f"value of {key}"))
        right = sc.parallelize(range(2_000), 4).map(lambda key: (key, key))
        joined = getattr(left, how)(right, 8)
        assert joined.count() == (len(hot) if how == "leftOuterJoin" else sum(key < 2_000 for key in hot))
    tasks = seen.tasks()
    assert max(tasks) <= 3 * median(tasks), sorted(tasks)
    assert sum("is divided" in each.what for each in seen.decisions) >= 1


def test_it_can_be_turned_off_and_only_a_size_is_a_threshold() -> None:
    with context("inline", adaptive=False) as sc, listening(sc, Seen()) as seen:
        one, other = sides(sc, HOT_LEFT, FEW_RIGHT)
        joined = one.join(other, 5)
        joined.count()
        assert seen.decisions == [] and b"adaptive" not in joined.toDebugString()
    with pytest.raises(ConfigurationError, match=r"spark\.minispark\.skew\.threshold"):
        context("inline", threshold="much")


@pytest.mark.chaos
@pytest.mark.matrix(1)
def test_a_killed_task_of_a_divided_partition_changes_nothing(marks: Marks) -> None:
    one = [("hot", n) for n in range(400)] + [(n, n) for n in range(60)]
    with context("local[2]") as sc, listening(sc, Seen()) as seen:
        left, right = sides(sc, one, [("hot", "a"), ("hot", "b")])

        def once(record: Any) -> Any:
            if record[1][0] in (7, 210, 390) and marks.first(record[1][0]):
                os.kill(os.getpid(), signal.SIGKILL)
            return record

        joined = left.join(right, 5).map(once)
        assert_same_records(joined.collect(), [("hot", (n, x)) for n in range(400) for x in "ab"])
        reduced = left.join(right, 5).map(once).map(lambda kv: (kv[1][1], 1)).reduceByKey(lambda a, b: a + b, 3)
        assert sorted(reduced.collect()) == [("a", 400), ("b", 400)]
    assert any("is divided" in each.what for each in seen.decisions)


def test_the_event_log_has_the_decisions(tmp_path: Path) -> None:
    conf = SparkConf().setMaster("inline").setAppName("logged").set("spark.minispark.skew.threshold", "1")
    conf.set("spark.eventLog.enabled", "true").set("spark.eventLog.dir", str(tmp_path))
    conf.set("spark.minispark.broadcast.threshold", "0")
    with SparkContext(conf=conf) as sc:
        left, right = sides(sc, HOT_LEFT, FEW_RIGHT)
        left.join(right, 5).count()
    (log,) = tmp_path.rglob("*")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    (adapted,) = [event for event in events if event["Event"].endswith("Adapted")]
    assert "is divided among" in adapted["Decision"] and "the median partition" in adapted["Reason"]
