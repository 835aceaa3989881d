"""A driver killed and started again: whole stages are skipped, half-finished ones go on where they were."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import minispark

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

PROGRAM = """
import json, os, signal, sys
from collections import Counter
from operator import add
from minispark import SparkConf, SparkContext
from minispark.engine.observe.events import StageStart, TaskEnd

directory, local, kill_after = sys.argv[1], sys.argv[2], int(sys.argv[3])
conf = SparkConf().setMaster("local[2]").set("spark.local.dir", local).set("spark.ui.showConsoleProgress", "false")
sc = SparkContext(conf=conf.set("spark.minispark.resume.dir", directory))

class Killer:
    '''Ends this process when so many tasks of map stages have been registered.'''
    ended = 0
    def __init__(self):
        self.tasks = Counter()
        self.maps = {}
    def on_event(self, event):
        for info in getattr(event, "stages", ()):
            if info.shuffle_id is not None:
                self.maps[info.stage_id] = info.name.partition(" at ")[0]
        if isinstance(event, StageStart) and event.stage_id in self.maps:
            self.tasks[self.maps[event.stage_id]] += event.tasks
        if isinstance(event, TaskEnd) and event.counted and event.stage_id in self.maps:
            Killer.ended += 1
            if Killer.ended == kill_after:
                os.kill(os.getpid(), signal.SIGKILL)

killer = Killer()
sc._session.bus.add(killer)
odd = sc.accumulator(0)
seen = sc.accumulator([0, 0], type("Pairs", (), {
    "zero": lambda self, value: [0] * len(value),
    "addInPlace": lambda self, a, b: [x + y for x, y in zip(a, b)],
})())

def keyed(x):
    if x % 2:
        odd.add(1)
    return x % 10, x

def counted(pair):
    seen.add([1, pair[1] % 2])
    return pair[1] % 4, pair[0]

sums = sc.parallelize(range(1000), 5).map(keyed).reduceByKey(add, 4)
first = sorted(sums.collect())
groups = sums.map(counted).groupByKey(3).mapValues(sorted)
second = sorted(groups.collect())
third = groups.flatMap(lambda pair: pair[1]).map(lambda x: (x, x)).sortByKey(numPartitions=2).keys().collect()
print(json.dumps([first, second, third, odd.value, seen.value]))
print(json.dumps(killer.tasks))
"""
TASKS = {"reduceByKey": 5, "groupByKey": 4, "sortByKey": 3, "bounds of sortByKey": 1}

Run = Callable[[int], tuple[int, Any, dict[str, int]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    path = str(Path(minispark.__file__).parent.parent)

    def start(kill_after: int) -> tuple[int, Any, dict[str, int]]:
        done = subprocess.run(
            [sys.executable, str(script), str(tmp_path / "resume"), str(tmp_path / "local"), str(kill_after)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            timeout=50,
        )
        lines = done.stdout.splitlines()
        assert done.returncode == (0 if lines else -signal.SIGKILL), done.stderr
        return done.returncode, *(map(json.loads, lines) if lines else (None, {}))

    return start


@pytest.mark.matrix(43)
@pytest.mark.parametrize("registered", [1, 7, 13])
def test_what_was_registered_before_a_kill_does_not_run_again(run: Run, tmp_path: Path, registered: int) -> None:
    assert run(registered) == (-signal.SIGKILL, None, {})
    code, answer, tasks = run(0)
    assert code == 0
    assert sum(tasks.values()) == 13 - registered
    done = registered
    for name, count in TASKS.items():  # in the order in which stages run, so whole ones are skipped
        assert tasks.get(name, 0) == count - min(done, count)
        done -= min(done, count)
    first, second, third, odd, seen = answer
    assert odd == 500
    assert seen == [10, sum(total % 2 for _, total in first)]
    assert first == [[key, sum(range(key, 1000, 10))] for key in range(10)]
    assert third == sorted(third) and len(third) == 10
    assert [key for key, _ in second] == sorted({total % 4 for _, total in first})
    assert run(0) == (0, answer, {})
    assert [path for path in (tmp_path / "local").rglob("*") if path.is_file()] == []


def test_a_program_killed_again_and_again_gets_to_its_end(run: Run) -> None:
    runs = 0
    while run(2)[0]:
        runs += 1
        assert runs < 10
    assert runs >= 6  # two tasks are registered by each, and their accumulators count once
    _, answer, tasks = run(0)
    assert tasks == {}
    assert answer[3] == 500
    assert answer[4][0] == 10


HASHING = """
import sys
from minispark import SparkConf, SparkContext
conf = SparkConf().setMaster("local[2]").set("spark.local.dir", sys.argv[2])
sc = SparkContext(conf=conf.set("spark.minispark.resume.dir", sys.argv[1]))
words = sc.parallelize([f"word {i}" for i in range(100)], 4)
hashed = words.map(lambda word: (hash(word), word)).groupByKey(2).mapValues(len)
again = words.map(lambda word: (hash(word), {more})).groupByKey(2).mapValues(len)
print(hashed.join(again, 2).count())
"""


def test_hashes_agree_between_runs(tmp_path: Path) -> None:
    """The second run joins what it has computed itself with what the first one left."""
    script = tmp_path / "program.py"
    path = str(Path(minispark.__file__).parent.parent)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONHASHSEED"}
    for more in ("1", "2"):
        script.write_text(HASHING.format(i="{i}", more=more))
        command = [sys.executable, str(script), str(tmp_path / "resume"), str(tmp_path / "local")]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**environment, "PYTHONPATH": path}, timeout=50
        )
        assert (done.stdout, done.stderr) == ("100\n", "")
