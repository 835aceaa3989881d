"""``python -m minispark.testing.soak``: jobs with known answers under kills and damage, for as long as asked.

Says every half minute, and at the end, what happened and what the driver holds. Exits with 1 if an answer was wrong or
a job failed, or if memory, descriptors or disk have grown.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import psutil

from minispark import SparkConf, SparkContext
from minispark.engine.core.values import value
from minispark.observe import Listener, TaskEnd, WorkerEnd, WorkerStart, add_listener
from minispark.testing.chaotic import Leftovers, descriptors, files_in
from minispark.testing.compare import assert_same_records
from minispark.testing.soak_faults import SoakFaults
from minispark.testing.soak_jobs import JOBS

REPORT_SECONDS = 30.0
SETTINGS = {
    "spark.master": "local[2]",
    "spark.app.name": "soak",
    "spark.ui.showConsoleProgress": "false",
    "spark.python.worker.memory": "8m",  # sorts and groups spill
    "spark.minispark.storage.memory": "200k",  # blocks are evicted
    "spark.minispark.task.timeout": "5s",  # a stopped worker is noticed
    "spark.task.maxFailures": "10",  # kills by chance come in clusters
}
GROWTH_BYTES_MAX = 24 << 20
GROWTH_SHARE_MAX = 0.2
DESCRIPTORS_MORE_MAX = 4
DISK_MORE_BYTES_MAX = 1 << 20
WARM_UP_SHARE = 0.25
"""What the driver holds after this part of the time is what it may hold at the end."""


@value
class Holding:
    """What the driver holds while no job runs. Bytes; ``uss`` is memory of its own, not shared with other processes."""

    rss: int
    uss: int
    descriptors: int
    disk: int

    def __str__(self) -> str:
        mega = 1 << 20
        sizes = f"RSS {self.rss / mega:.1f} MB, USS {self.uss / mega:.1f} MB"
        return f"{sizes}, {self.descriptors} descriptors, {self.disk / mega:.2f} MB on disk"


class Watch(Listener):
    """Counts attempts that came to nothing, and workers; ``alive`` are the pids of those that have not ended,
    ``ever`` all."""

    def __init__(self) -> None:
        self.attempts = self.workers = 0
        self._pids: dict[int, int] = {}
        self.ever: set[int] = set()

    def alive(self) -> set[int]:
        return set(self._pids.copy().values())

    def on_task_end(self, event: TaskEnd) -> None:
        self.attempts += event.outcome_name != "Success"

    def on_worker_start(self, event: WorkerStart) -> None:
        self.workers += 1
        self._pids[event.worker_id] = event.pid
        self.ever.add(event.pid)

    def on_worker_end(self, event: WorkerEnd) -> None:
        self._pids.pop(event.worker_id, None)


class Soak:
    """One context, jobs in it one after another, and what happens to it."""

    def __init__(self, folder: Path, seed: int, every: float) -> None:
        self.jobs = 0
        self.wrong: list[str] = []
        self._choose = Random(f"soak {seed}")
        self._disks = [folder / f"disk{number}" for number in range(2)]
        conf = SparkConf().setAll(SETTINGS.items()).set("spark.local.dir", ",".join(map(str, self._disks)))
        self.sc = SparkContext(conf=conf)
        self.sc.setCheckpointDir(str(folder / "checkpoints"))
        self.watch = Watch()
        add_listener(self.sc, self.watch)
        self.faults = SoakFaults(seed, every, self.watch.alive, *self._disks)

    def round(self) -> None:
        """Each job once, in an order by chance."""
        for job in self._choose.sample(JOBS, len(JOBS)):
            try:
                found, wanted = job(self.sc, self._choose)
                assert_same_records([found], [wanted])
            except Exception as error:
                self.wrong.append(f"job {self.jobs}, {job.__name__}: {type(error).__name__}: {error}")
            self.jobs += 1

    def holding(self) -> Holding:
        """Once what the last round held is let go."""
        gc.collect()
        self.sc.parallelize(range(2), 2).count()
        process = psutil.Process()
        memory = process.memory_full_info()
        disk = 0
        for path in files_in(*self._disks):
            try:
                disk += path.stat().st_size
            except FileNotFoundError:
                continue
        return Holding(memory.rss, memory.uss, len(descriptors()), disk)

    def told(self, seconds: float, holding: Holding) -> str:
        counts = self.faults.counts
        kills = counts["worker"] + counts["helper"]
        stops = counts["stop"]
        return (
            f"{seconds:6.0f} s: {self.jobs} jobs, {kills} kills ({counts['helper']} of helpers), {stops} stops, "
            f"{counts['damage']} damaged files; {self.watch.attempts} attempts were made up for, {self.watch.workers} "
            f"workers started; {len(self.wrong)} wrong; {holding}"
        )


def grown(before: Holding, after: Holding) -> list[str]:
    """Sentences on what has grown more than measuring explains."""
    told = []
    if after.uss - before.uss > GROWTH_BYTES_MAX + GROWTH_SHARE_MAX * before.uss:
        told.append(f"memory has grown from {before.uss >> 20} to {after.uss >> 20} MB (USS)")
    if after.descriptors > before.descriptors + DESCRIPTORS_MORE_MAX:
        told.append(f"descriptors have grown from {before.descriptors} to {after.descriptors}")
    if after.disk > before.disk + DISK_MORE_BYTES_MAX:
        told.append(f"the disk has grown from {before.disk} to {after.disk} bytes")
    return told


def soak(minutes: float, seed: int, every: float) -> int:
    """The command; returns its exit code."""
    folder = Path(tempfile.mkdtemp(prefix="minispark-soak-"))
    leftovers = Leftovers(*(folder / f"disk{number}" for number in range(2)))
    print(f"soak of {minutes:g} minutes, seed {seed}, something every {every:g} s on average", flush=True)
    started = time.monotonic()
    run = Soak(folder, seed, every)
    run.round()
    run.faults.start()
    before, next_report = None, REPORT_SECONDS
    try:
        while (seconds := time.monotonic() - started) < 60 * minutes:
            run.round()
            if before is None and seconds >= WARM_UP_SHARE * 60 * minutes:
                before = run.holding()
            if seconds >= next_report:
                print(run.told(seconds, run.holding()), flush=True)
                next_report += REPORT_SECONDS
    finally:
        run.faults.end()
    run.round()
    after = run.holding()
    print(run.told(time.monotonic() - started, after), flush=True)
    run.sc.stop()
    told = run.wrong + grown(before or after, after) + leftovers.of_context(run.watch.ever)
    shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(told) or "every answer right; memory, descriptors and disk flat; nothing left behind")
    return 1 if told else 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m minispark.testing.soak", description=(__doc__ or "").strip())
    parser.add_argument("--minutes", type=float, required=True, help="how long")
    parser.add_argument("--seed", type=int, default=0, help="of the jobs, and of what happens to them (default: 0)")
    parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="between two faults, on average")
    parsed = parser.parse_args(arguments)
    if parsed.minutes <= 0 or parsed.every <= 0:
        parser.error("--minutes and --every must be above 0")
    return soak(parsed.minutes, parsed.seed, parsed.every)


if __name__ == "__main__":
    sys.exit(main())
