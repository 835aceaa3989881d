"""What is combined by key with one hot key, and a listener that sees what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from operator import add
from pathlib import Path
from typing import Any

from minispark import RDD, SparkContext
from minispark.observe import Adapted, JobStart, Listener, StageSkip, StageStart, TaskEnd

PARTITIONS = 5
HOT = [(("hot", n % 7)[n % 10 == 0], n) for n in range(400)]


def append(items: list[Any], item: Any) -> list[Any]:
    items.append(item)
    return items


def extend(items: list[Any], others: list[Any]) -> list[Any]:
    items.extend(others)
    return items


LISTS: dict[str, Callable[[RDD[Any], int], RDD[Any]]] = {
    "reduceByKey": lambda rdd, n: rdd.mapValues(lambda v: (v,)).reduceByKey(add, n).mapValues(list),
    "reduceByKey, joined": lambda rdd, n: rdd.mapValues(lambda v: [v]).reduceByKey(lambda a, b: a + b, n),
    "foldByKey": lambda rdd, n: rdd.mapValues(lambda v: (v,)).foldByKey((), lambda a, b: a + b, n).mapValues(list),
    "aggregateByKey": lambda rdd, n: rdd.aggregateByKey([], append, extend, n),
    "combineByKey": lambda rdd, n: rdd.combineByKey(lambda v: [v], append, extend, n),
}
"""Each makes a list of a key's values in their order: combining them in another one would show."""


def lists_of(records: list[Any]) -> dict[Any, list[Any]]:
    """What all of these must come to."""
    found: dict[Any, list[Any]] = {}
    for key, item in records:
        found.setdefault(key, []).append(item)
    return found


def one_by_one(rdd: RDD[Any]) -> list[list[Any]]:
    """The partitions, each by a job of its own: nothing is combined in parts for a job that wants some of them."""
    return [rdd.ctx.runJob(rdd, lambda part: part, [number]) for number in range(rdd.getNumPartitions())]


class Told(Listener):
    """Jobs, decisions, and the stages that combine parts: which were run and skipped, and what their tasks read."""

    def __init__(self) -> None:
        self.jobs = 0
        self.decisions: list[Adapted] = []
        self.parts: list[str] = []
        self.skipped = 0
        self.read: dict[int, dict[int, int]] = {}
        self._stages: set[int] = set()

    def on_job_start(self, event: JobStart) -> None:
        self.jobs += 1
        self._stages |= {stage.stage_id for stage in event.stages if stage.name.startswith("parts of ")}

    def on_stage_start(self, event: StageStart) -> None:
        if event.stage_id in self._stages:
            self.parts.append(event.name)

    def on_stage_skip(self, event: StageSkip) -> None:
        self.skipped += event.stage_id in self._stages

    def on_adapted(self, event: Adapted) -> None:
        self.decisions.append(event)

    def on_task_end(self, event: TaskEnd) -> None:
        if event.report is not None:
            self.read.setdefault(event.stage_id, {})[event.partition] = event.report.shuffle_bytes_read

    @property
    def combined(self) -> list[str]:
        return [each.what for each in self.decisions if "is combined in" in each.what]


def outputs(folder: Path) -> list[Path]:
    """The map outputs that a context keeps below ``folder``."""
    return sorted(path for path in folder.rglob("s*-*-*") if path.is_file())


def shuffles(folder: Path) -> dict[int, list[Path]]:
    """By shuffle."""
    found: dict[int, list[Path]] = {}
    for path in outputs(folder):
        found.setdefault(int(path.name[1:].partition("-")[0]), []).append(path)
    return found


def settle(sc: SparkContext) -> None:
    """What was asked of the driver before is done."""
    sc.parallelize([0], 1).count()
