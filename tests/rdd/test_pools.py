"""Jobs of several threads at once, in turn or side by side."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from minispark import InheritableThread, SparkConf, SparkContext
from minispark.engine.core.errors import ConfigurationError
from minispark.testing.marks import Marks


def conf(master: str = "local[2]") -> SparkConf:
    return SparkConf().setMaster(master).setAppName("pools").set("spark.ui.showConsoleProgress", "false")


@pytest.mark.slow
def test_many_threads_at_once() -> None:
    for master in ("inline", "local[2]"):
        with SparkContext(conf=conf(master)) as sc:
            answers: dict[int, int] = {}

            def work(number: int, sc: SparkContext = sc, answers: dict[int, int] = answers) -> None:
                pairs = sc.parallelize(range(50), 3).map(lambda x: (x % 5, x * number))
                answers[number] = sum(total for _, total in pairs.reduceByKey(lambda a, b: a + b).collect())

            threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(50)
            assert answers == {number: 1225 * number for number in range(8)}


@pytest.mark.slow
@pytest.mark.parametrize("mode, done_before", [("FAIR", True), ("fifo", False)])
def test_a_short_job_beside_a_long_one(tmp_path: Path, mode: str, done_before: bool) -> None:
    """The long job's tasks each wait for one more mark; the short one's leave theirs at once."""
    begun, go, short = Marks(tmp_path / "begun"), Marks(tmp_path / "go"), Marks(tmp_path / "short")

    def hold(x: int) -> int:
        begun.leave(x)
        while len(go) <= x:
            threading.Event().wait(0.005)
        return x

    with SparkContext(conf=conf("local[1]").set("spark.scheduler.mode", mode)) as sc:
        sc.setLocalProperty("spark.scheduler.pool", "long")
        long = InheritableThread(target=lambda: sc.parallelize(range(3), 3).map(hold).count())
        long.start()
        while len(begun) < 1:
            threading.Event().wait(0.005)
        sc.setLocalProperty("spark.scheduler.pool", "short")
        other = InheritableThread(target=lambda: sc.parallelize([7], 1).foreach(short.leave))
        other.start()
        while len(sc.statusTracker().getActiveJobsIds()) < 2:
            threading.Event().wait(0.005)
        go.leave(0)
        while len(begun) < 2:
            threading.Event().wait(0.005)
        assert bool(len(short)) is done_before
        go.leave(1)
        go.leave(2)
        long.join(30)
        other.join(30)
        assert short.read() == ["7"]


@pytest.mark.parametrize("key, value", [("spark.scheduler.mode", "LIFO"), ("spark.scheduler.allocation.file", "x.xml")])
def test_what_is_not_offered(key: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=key):
        SparkContext(conf=conf("inline").set(key, value))
