"""Skewed sides, contexts that divide them, and a listener that sees it."""

from __future__ import annotations

from typing import Any

from minispark import RDD, SparkConf, SparkContext
from minispark.observe import Adapted, Listener, TaskEnd


def context(
    master: str, adaptive: bool = True, threshold: str = "1", broadcast: str = "0", memory: str = "1g"
) -> SparkContext:
    conf = SparkConf().setMaster(master).setAppName("dividing").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.minispark.adaptive", str(adaptive).lower()).set("spark.minispark.skew.threshold", threshold)
    conf.set("spark.minispark.broadcast.threshold", broadcast).set("spark.python.worker.memory", memory)
    return SparkContext(conf=conf)


class Seen(Listener):
    """Decisions, and the bytes that each task of a stage has read, by stage."""

    def __init__(self) -> None:
        self.decisions: list[Adapted] = []
        self.read: dict[int, dict[int, int]] = {}
        self.workers = 0

    def on_adapted(self, event: Adapted) -> None:
        self.decisions.append(event)

    def on_task_end(self, event: TaskEnd) -> None:
        if event.report is not None:
            self.read.setdefault(event.stage_id, {})[event.partition] = event.report.shuffle_bytes_read

    def tasks(self) -> list[int]:
        """The bytes that the tasks of the largest stage have read."""
        return list(max(self.read.values(), key=lambda tasks: sum(tasks.values())).values())


def sides(sc: SparkContext, left: list[Any], right: list[Any]) -> tuple[RDD[Any], RDD[Any]]:
    return sc.parallelize(left, 4), sc.parallelize(right, 3)


HOT_LEFT = [("hot", n) for n in range(400)] + [(n % 13, n) for n in range(60)] + [(None, 1), (float("nan"), 2)]
FEW_RIGHT = [("hot", "a"), ("hot", "b"), (None, "c"), (float("nan"), "d")] + [(n, "e") for n in range(4, 30)]


def whole(joined: RDD[Any]) -> RDD[Any]:
    """The same records, behind an operator that must see whole partitions: that is never divided."""
    return joined.mapPartitions(lambda part: part, preservesPartitioning=True)
