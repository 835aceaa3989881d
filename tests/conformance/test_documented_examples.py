"""PySpark's own documented examples, run by a script that is given from outside (it needs PySpark's sources)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import minispark

SCRIPT = os.environ.get("MINISPARK_CONFORMANCE")
"""A script that runs the examples of PySpark's docstrings and writes ``{group: {object: [examples, failed]}}``."""

PATHS = [str(Path(minispark.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]

OFFERED = {
    *("RDD.cache", "RDD.cogroup", "RDD.collect", "RDD.combineByKey", "RDD.count", "RDD.distinct", "RDD.filter"),
    *("RDD.first", "RDD.flatMap", "RDD.flatMapValues", "RDD.fold", "RDD.getNumPartitions", "RDD.glom"),
    *("RDD.groupByKey", "RDD.join", "RDD.keyBy", "RDD.keys", "RDD.map", "RDD.mapPartitions", "RDD.mapValues"),
    *("RDD.mapPartitionsWithIndex", "RDD.partitionBy", "RDD.reduce", "RDD.reduceByKey", "RDD.saveAsTextFile"),
    *("RDD.sortByKey", "RDD.sum", "RDD.take", "RDD.takeOrdered", "RDD.union", "RDD.unpersist", "RDD.values"),
}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(SCRIPT is None, reason="MINISPARK_CONFORMANCE names no script")
def test_examples_of_the_operators_we_offer(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert SCRIPT is not None
    done = subprocess.run(
        [sys.executable, SCRIPT, "--engine", "minispark", "--group", "rdd", "--show", "50", "--json", str(report)],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)},
    )
    if "not installed" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    if "cannot start" in done.stdout:
        pytest.xfail(done.stdout.splitlines()[0])
    results = json.loads(report.read_text())["rdd"]
    found = {name: counts for name, counts in results.items() if name in OFFERED}
    assert len(found) >= 20, sorted(results)
    failed = {name: counts for name, counts in found.items() if counts[1]}
    assert not failed, f"{failed}\n{done.stdout[-5000:]}"
