"""Errors that PySpark programs catch by py4j's name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from py4j.protocol import Py4JJavaError
from pyspark import SparkContext, StorageLevel

sc = SparkContext("local[2]", "errors")
total = sc.accumulator(0)
try:
    sc.parallelize([1]).map(lambda x: total.value).collect()
except Py4JJavaError as error:
    print(error)
numbers = sc.range(3).cache()
try:
    numbers.persist(StorageLevel.DISK_ONLY)
except Py4JJavaError as error:
    print(str(error)[:29])
print(sc.emptyRDD(), sc.getSystemProperty("SPARK_SUBMIT"))
"""


@pytest.mark.slow
def test_what_the_jvm_refuses_has_its_name(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    done = subprocess.run([sys.executable, "-m", "minispark", "run", str(script)], capture_output=True, text=True)
    first, second, third = done.stdout.splitlines()
    assert first == "accumulator 0 is read inside a task; only the driver knows its value", done.stderr
    assert second == "Cannot change storage level o"
    assert third.startswith("EmptyRDD[") and third.endswith(" true")
