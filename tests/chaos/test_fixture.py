"""The fixture ``chaos``: the same answer, what it says where the answer is another, and how it is replayed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.errors import ConfigurationError
from minispark.testing import FaultPlan
from minispark.testing.chaos import Chaos

pytestmark = pytest.mark.chaos


def counts(sc: SparkContext) -> Any:
    return sc.parallelize(["a", "b", "a"] * 100, 3).map(lambda word: (word, 1)).reduceByKey(add, 2)


@pytest.mark.timeout(120)
def test_a_pipeline_that_survives(chaos: Chaos) -> None:
    plan = FaultPlan(faults=("kill", "ENOSPC", "EIO", "bit flip", "truncate", "delete", "kill helper", "slow"))
    answer = chaos(counts, seeds=10, plan=plan)
    assert sorted(answer) == [("a", 200), ("b", 100)]
    assert len(chaos.happened) >= 5 and sum(chaos.happened.values()) >= 10, "an RDD is collected under faults too"


def test_one_fault_at_one_place(chaos: Chaos) -> None:
    chaos(counts, plan=FaultPlan.at("map output.before rename", "kill", task=2, times=2))
    assert chaos.happened == {"kill": 2}


def test_a_hang_is_noticed_without_a_setting(chaos: Chaos) -> None:
    chaos(counts, plan=FaultPlan.at("task.after", "hang", task=1))
    assert chaos.happened == {"hang": 1}


def fragile(sc: SparkContext) -> Any:
    """The user's own mistake: it counts side effects of attempts."""
    folder = Path(os.environ["CHAOS_TEST_FOLDER"])

    def leave(x: int) -> int:
        with open(folder / "attempts", "a") as file:
            file.write("x")
        return x

    (folder / "attempts").unlink(missing_ok=True)
    sc.parallelize(range(4), 4).foreach(leave)
    return len((folder / "attempts").read_text())


def test_a_pipeline_that_does_not(chaos: Chaos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAOS_TEST_FOLDER", str(tmp_path))
    plan = FaultPlan(faults=("kill",), points=("task.after",), most=1)
    with pytest.raises(
        AssertionError, match=r"under chaos, seed=5, plan=plan: 1 records, as many as expected"
    ) as caught:
        chaos(fragile, seed=5, plan=plan)
    planned, happened, replay = caught.value.__notes__
    assert planned.startswith("planned:\n  kill at 'task.after', stage 0 task ")
    assert happened.removeprefix("happened") == planned.removeprefix("planned")
    assert replay == "to see it again: chaos(fragile, seed=5, plan=plan)"
    with pytest.raises(AssertionError) as again:
        chaos(fragile, seed=5, plan=plan)
    assert again.value.__notes__ == caught.value.__notes__


def test_more_faults_than_a_task_survives_are_an_error(chaos: Chaos) -> None:
    with pytest.raises(AssertionError, match=r"plan=plan: .* lost its worker 4 times"):
        chaos(counts, plan=FaultPlan.at("task.before", "kill", task=0, stage=0, times=4))


def test_a_process_left_behind_is_told(chaos: Chaos, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def leaky(sc: SparkContext) -> int:
        started.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return 1

    with pytest.raises(AssertionError, match="process .* is left"):
        chaos(leaky, seeds=1)
    for process in started:
        process.communicate(b"\n", 10)


def test_descriptors_left_behind_are_told(chaos: Chaos) -> None:
    opened: list[Any] = []

    def leaky(sc: SparkContext) -> int:
        opened.append(open(os.devnull))
        return int(sc.parallelize([1, 2], 2).sum())

    with pytest.raises(AssertionError, match="descriptors leaked"):
        chaos(leaky, seeds=2, plan=FaultPlan(faults=("slow", "kill")))
    for file in opened:
        file.close()


def test_a_pipeline_that_does_not_end_is_interrupted(chaos: Chaos) -> None:
    runs: list[int] = []

    def endless(sc: SparkContext) -> None:
        runs.append(1)
        if len(runs) > 1:
            threading.Event().wait()
        sc.parallelize([1]).count()

    with pytest.raises(AssertionError, match="no answer within 1 s"):
        chaos(endless, seed=0, seconds=1)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: FaultPlan(faults=("earthquake",)), "there is no fault 'earthquake'; the faults are: kill, hang"),
        (lambda: FaultPlan(points=("map input.*",)), "there is no point 'map input.*'; the points are: worker.before"),
        (lambda: FaultPlan.at("task.before", "bit flip"), "cannot happen at 'task.before'; can: kill, hang"),
        (lambda: FaultPlan.at("task.before", "kill") + FaultPlan(), "drawn ones cannot"),
        (lambda: FaultPlan(most=0), "at least one fault"),
    ],
)
def test_a_plan_that_cannot_be(make: Any, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert told in str(caught.value)


def test_points_that_the_pipeline_does_not_pass(chaos: Chaos) -> None:
    with pytest.raises(ConfigurationError, match="passes no point"):
        chaos(counts, seeds=1, plan=FaultPlan(points=("spill.*",)))


def test_inline_is_refused(chaos: Chaos) -> None:
    with pytest.raises(ConfigurationError, match=r"use local\[2\]"):
        chaos(counts, master="inline")


def test_a_seed_says_everything() -> None:
    seen = {("task.before", 0, i): 1 for i in range(9)} | {("map output.before read", 1, i): 40 for i in range(5)}
    plans = [FaultPlan(seed).drawn(seen) for seed in range(50)]
    assert plans == [FaultPlan(seed).drawn(dict(reversed(seen.items()))) for seed in range(50)]
    assert len(set(plans)) == 50
    assert {injection.point for plan in plans for injection in plan} == {point for point, _, _ in seen}


def test_the_plugin_is_light() -> None:
    program = "import sys, minispark.testing.pytest_plugin as p; print([m for m in sys.modules if 'minispark.' in m])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "minispark.rdd" not in done.stdout and "minispark.engine.runtime" not in done.stdout
