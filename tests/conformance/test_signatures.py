"""Names, arguments and defaults are PySpark 4.3's (``record_signatures.py`` took them down)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RECORDED = (HERE / "signatures.txt").read_text().splitlines()

OURS = {
    # Settings of the JVM's side: given, they are refused, but for a serializer that changes nothing (see SparkContext).
    "pyspark:SparkContext(",
    # Programs do not make these: they get them from a context, an RDD or a task.
    "pyspark:RDD(",
    "pyspark:Broadcast(",
    "pyspark:StatusTracker(",
    "pyspark:TaskContext(",
    "pyspark:TaskContext.from_json(",
    "pyspark:BarrierTaskContext(",
    "pyspark:BarrierTaskContext.from_json(",
    # Private arguments.
    "pyspark.resource:TaskResourceRequests(",
    "pyspark.resource:ExecutorResourceRequests(",
    "pyspark.resource:ResourceProfile(",
    # The same two, by names of the engine's: (partitions, function).
    "pyspark.rdd:Partitioner(",
}
"""Where we differ on purpose."""

PROGRAM = """
import json, sys
import minispark
minispark.as_pyspark()
from pyspark import BarrierTaskInfo
from pyspark.resource import ExecutorResourceRequest, ResourceInformation, TaskResourceRequest
from minispark.testing.surface import surface
BarrierTaskInfo("host:1"), ExecutorResourceRequest("cores", 1)  # values compile their __init__ when first made
ResourceInformation("gpu", []), TaskResourceRequest("cpus", 1.0)
json.dump(surface(json.load(sys.stdin)), sys.stdout)
"""


def start_of(line: str) -> str:
    """The name, with the parenthesis that begins the arguments if there are any."""
    name, parenthesis, _ = line.partition(" ")[0].partition("(")
    return name + parenthesis


def owner_of(line: str) -> str:
    module, _, name = line.partition(":")
    return f"{module}:{start_of(name).partition('.')[0].rstrip('(')}"


@pytest.fixture(scope="module")
def ours() -> list[str]:
    """In an interpreter of its own, since ``as_pyspark`` is the whole process's."""
    names = json.dumps(list(dict.fromkeys(map(owner_of, RECORDED))))
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    lines: list[str] = json.loads(done.stdout)
    return lines


@pytest.mark.slow
def test_every_signature_is_pysparks(ours: list[str]) -> None:
    by_start = {start_of(line): line for line in ours}
    different = {
        line: by_start.get(start_of(line)) for line in RECORDED if line not in ours and not line.startswith(tuple(OURS))
    }
    assert not different, "\n".join(f"{line}\n  here: {other}" for line, other in different.items())


def test_the_table_is_whole(ours: list[str]) -> None:
    methods = {start_of(line) for line in RECORDED if line.startswith("pyspark:RDD.") and "(" in line}
    assert len(methods) >= 106
    assert {start for start in OURS if not any(line.startswith(start) for line in RECORDED)} == set()
    assert {start for start in OURS if any(line in ours for line in RECORDED if line.startswith(start))} == set()
