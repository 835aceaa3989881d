"""``skew.report`` of whole contexts, and the line on the console."""

from __future__ import annotations

import logging
import subprocess
import sys
from operator import add

import pytest

from minispark import SparkConf, SparkContext, skew


def test_all_that_a_context_has_run() -> None:
    with SparkContext("inline", "all") as sc:
        pairs = sc.parallelize([(n % 7, n) for n in range(100)], 2)
        assert skew.report(sc).stages == ()
        counts = pairs.reduceByKey(add, 3)
        counts.count()
        counts.count()
        counts.sortByKey(numPartitions=2).count()
        kinds = [stage.kind for stage in skew.report(sc).stages]
    assert kinds == ["combine", "sort"]
    assert [stage.kind for stage in skew.report(sc).stages] == kinds


def warned(caplog: pytest.LogCaptureFixture, **settings: str) -> list[str]:
    """What is said of a skewed join that runs twice, a sort with a hot key, and a shuffle that is even."""
    conf = SparkConf().setMaster("inline").setAppName("notice").set("spark.minispark.skew.threshold", "2k")
    conf.setAll((key.replace("_", "."), text) for key, text in settings.items())
    with caplog.at_level(logging.WARNING, "minispark"), SparkContext(conf=conf) as sc:
        pairs = sc.parallelize([("hot" if n % 10 else f"k{n}", n) for n in range(3_000)], 2)
        joined = pairs.join(sc.parallelize([("hot", 1)], 1), 8)
        assert joined.count() == joined.count() == 2_700
        pairs.sortByKey(numPartitions=8).count()
        sc.parallelize([(n, n) for n in range(3_000)], 2).groupByKey(8).count()
    return [record.getMessage() for record in caplog.records if record.name == "minispark"]


def test_one_line_for_each_skewed_stage(caplog: pytest.LogCaptureFixture) -> None:
    join, sort = warned(caplog)
    assert join.startswith("join at test_report_contexts.py:")
    assert "one of 8 tasks takes" in join
    assert "'hot' makes up 9" in join
    assert sort.startswith("sortByKey at test_report_contexts.py:")


def test_small_tasks_are_no_matter(caplog: pytest.LogCaptureFixture) -> None:
    assert warned(caplog, spark_minispark_skew_threshold="1m") == []


def test_a_quiet_console_stays_quiet(caplog: pytest.LogCaptureFixture) -> None:
    assert warned(caplog, spark_ui_showConsoleProgress="false") == []


def test_what_the_console_shows(capfd: pytest.CaptureFixture[str]) -> None:
    script = (
        "from minispark import SparkConf, SparkContext\n"
        "conf = SparkConf().setMaster('inline').setAppName('n').set('spark.minispark.skew.threshold', '1k')\n"
        "sc = SparkContext(conf=conf)\n"
        "sc.parallelize([('hot', n) for n in range(999)], 2).groupByKey(8).count()\n"
        "sc.setLogLevel('ERROR')\n"
        "sc.parallelize([('hot', n) for n in range(999)], 2).groupByKey(8).count()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=50)
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("groupByKey at <string>:4 is skewed: one of 8 tasks takes")
