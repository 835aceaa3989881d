"""How time, memory and files grow with the number of records, and with the number of partitions.

usage: python benchmarks/scale.py [--only PROGRAM ...] [--size-max N] [--out FILE]

Each program at each size runs in a fresh process, on two workers. A row has seconds, processor seconds of driver and
workers, the most private memory that the driver and the largest worker had beyond what they had when they had run a
first small job, and the files at the end. ``--out`` takes the rows as JSON; the lines say how much of each there is
for one record, task or block, which should not depend on the size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from operator import add
from pathlib import Path
from typing import Any

import psutil

from minispark import SparkConf, SparkContext

SLICES = 16
MIX = 2_654_435_761
INTERVAL_SECONDS = 0.1
MEBI = 2**20


@dataclass(frozen=True, slots=True)
class Program:
    """``run(context, size)`` gives an RDD, that is kept until files are counted, and checks its answer itself.

    There are ``units(size)`` of ``unit``, which is what ``seconds`` are divided by.
    """

    name: str
    title: str
    unit: str
    sizes: tuple[int, ...]
    run: Callable[[SparkContext, int], Any]
    units: Callable[[int], int] = int
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """``driver_cpu_seconds`` is part of ``cpu_seconds``. ``error`` is empty for a run that came to its end."""

    program: str
    title: str
    unit: str
    size: int
    units: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    driver_cpu_seconds: float = 0.0
    driver_bytes_max: int = 0
    worker_bytes_max: int = 0
    files: int = 0
    error: str = ""


# --- programs -------------------------------------------------------------------------------------------------------


def _sum(sc: SparkContext, size: int) -> Any:
    rdd = sc.range(0, size, 1, SLICES).map(lambda x: x * 3 + 1).filter(lambda x: x % 7 != 0)
    assert rdd.sum() == 3 * size * (size - 1) // 2 + size - _multiples_of_seven(size)
    return rdd


def _multiples_of_seven(size: int) -> int:
    """The sum of 3 x + 1 over the x below ``size`` where it is one: every seventh x from 2 on."""
    count = len(range(2, size, 7))
    return count * 7 + 21 * count * (count - 1) // 2


def _reduce(sc: SparkContext, size: int) -> Any:
    keys = size // 10
    rdd = sc.range(0, size, 1, SLICES).map(lambda x: (x * MIX % keys, 1)).reduceByKey(add, SLICES)
    assert rdd.values().sum() == size
    return rdd


def _sort(sc: SparkContext, size: int) -> Any:
    rdd = sc.range(0, size, 1, SLICES).map(lambda x: (x * MIX % size, x)).sortByKey(numPartitions=SLICES)

    def ends(records: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int, int, bool]]:
        first = last = next(records)[0]
        count, ordered = 1, True
        for key, _ in records:
            ordered = ordered and last <= key
            last = key
            count += 1
        yield first, last, count, ordered

    found = rdd.mapPartitions(ends).collect()
    assert sum(count for _, _, count, _ in found) == size and all(ordered for *_, ordered in found)
    assert all(before[1] <= after[0] for before, after in zip(found, found[1:], strict=False))
    return rdd


def _tasks(sc: SparkContext, size: int) -> Any:
    rdd = sc.range(0, size, 1, size).map(lambda x: x + 1)
    assert rdd.sum() == size * (size + 1) // 2
    return rdd


def _maps(sc: SparkContext, size: int) -> Any:
    rdd = sc.range(0, size, 1, size).map(lambda x: (x % 100, 1)).reduceByKey(add, 100)
    assert rdd.values().sum() == size
    return rdd


def _dense(sc: SparkContext, size: int) -> Any:
    rdd = sc.range(0, size, 1, size).flatMap(lambda x: [(i, 1) for i in range(size)]).reduceByKey(add, size)
    assert rdd.values().sum() == size * size
    return rdd


M = 1_000_000
UNLIFTED = (("spark.minispark.lifting", "false"),)
PROGRAMS = (
    Program("sum", "map, filter, sum in columns", "record", (M, 3 * M, 10 * M, 30 * M, 100 * M), _sum),
    Program("sum_called", "map, filter, sum, functions called", "record", (M, 3 * M, 10 * M, 30 * M, 100 * M), _sum,
            settings=UNLIFTED),
    Program("reduce_by_key", "reduceByKey, ten records a key", "record", (M, 3 * M, 10 * M, 30 * M), _reduce,
            settings=UNLIFTED),
    Program("sort_by_key", "sortByKey", "record", (M, 3 * M, 10 * M, 20 * M), _sort, settings=UNLIFTED),
    Program("tasks", "tasks of one record", "task", (1_000, 5_000, 20_000, 50_000, 100_000), _tasks),
    Program("maps", "map tasks of one record, 100 reducers", "task", (1_000, 5_000, 20_000, 100_000), _maps),
    Program("dense", "n by n partitions, a record in every block", "block", (125, 250, 500, 1_000, 2_000), _dense,
            units=lambda size: size * size),
)  # fmt: skip
BY_NAME = {program.name: program for program in PROGRAMS}


# --- one run --------------------------------------------------------------------------------------------------------


class Watch:
    """Samples the private memory of this process and of its largest child, above what they had at first."""

    def __init__(self) -> None:
        self._me = psutil.Process()
        self._driver_base, self._worker_base = self._now()
        self.driver_bytes = self.worker_bytes = 0

    def _now(self) -> tuple[int, int]:
        workers = [0]
        for child in self._me.children(recursive=True):
            try:
                workers.append(child.memory_full_info().uss)
            except psutil.Error:
                pass
        return self._me.memory_full_info().uss, max(workers)

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self._run, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _run(self, over: threading.Event) -> None:
        while not over.wait(INTERVAL_SECONDS):
            driver, worker = self._now()
            self.driver_bytes = max(self.driver_bytes, driver - self._driver_base)
            self.worker_bytes = max(self.worker_bytes, worker - self._worker_base)

    def cpu_seconds(self) -> tuple[float, float]:
        """Of this process, and of it and all its children."""
        own = self._me.cpu_times()
        total = own.user + own.system
        for child in self._me.children(recursive=True):
            try:
                times = child.cpu_times()
            except psutil.Error:
                continue
            total += times.user + times.system
        return own.user + own.system, total


def measure(program: Program, size: int) -> Row:
    """Run it here. Raises what it raises, AssertionError for a wrong answer."""
    with tempfile.TemporaryDirectory(prefix="minispark-scale-") as folder:
        settings = (("spark.local.dir", folder), *program.settings)
        conf = SparkConf().setMaster("local[2]").setAppName("scale").setAll(settings)
        with SparkContext(conf=conf) as sc:
            sc.range(8).map(lambda x: (x, x)).reduceByKey(add).count()
            watch = Watch()
            driver_before, before = watch.cpu_seconds()
            with watch.watching():
                started = time.perf_counter()
                kept = program.run(sc, size)
                seconds = time.perf_counter() - started
            driver, total = watch.cpu_seconds()
            files = sum(len(names) for _, _, names in os.walk(folder))
            del kept
    return Row(
        program.name,
        program.title,
        program.unit,
        size,
        program.units(size),
        round(seconds, 4),
        round(total - before, 3),
        round(driver - driver_before, 3),
        watch.driver_bytes,
        watch.worker_bytes,
        files,
    )


def run_points(points: Sequence[tuple[str, int]], say: Callable[[str], None] = print) -> list[Row]:
    """Each in a process of its own, one after another. One that fails is a row with its last line as ``error``."""
    rows: list[Row] = []
    for name, size in points:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), "--one", name, str(size)], capture_output=True, text=True
        )
        program = BY_NAME[name]
        if done.returncode == 0:
            row = Row(**json.loads(done.stdout))
        else:
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            row = Row(name, program.title, program.unit, size, program.units(size), error=last)
        rows.append(row)
        say(line_of(row))
    return rows


def line_of(row: Row) -> str:
    """A row to read."""
    head = f"{row.title:44}{row.size:12,}  "
    if row.error:
        return head + row.error
    each, cpu = row.seconds / row.units * 1e6, row.cpu_seconds / row.units * 1e6
    driver, worker = row.driver_bytes_max / MEBI, row.worker_bytes_max / MEBI
    return head + (
        f"{row.seconds:8.2f} s {row.cpu_seconds:8.2f} s cpu  {each:8.2f} us {cpu:8.2f} us cpu a {row.unit:6}  "
        f"driver +{driver:6.1f}  worker +{worker:6.1f} MiB  {row.files:,} files"
    )


def main() -> int:
    """Exit code 1 if a program failed."""
    parser = argparse.ArgumentParser(description="How time, memory and files grow with records and partitions.")
    parser.add_argument("--only", nargs="+", choices=list(BY_NAME), metavar="PROGRAM", help=", ".join(BY_NAME))
    parser.add_argument("--size-max", type=int, help="leave larger sizes out")
    parser.add_argument("--out", type=Path, help="a file for the rows, as JSON")
    parser.add_argument("--one", nargs=2, metavar=("PROGRAM", "SIZE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(asdict(measure(BY_NAME[arguments.one[0]], int(arguments.one[1])))))
        return 0
    points = [
        (program.name, size)
        for program in PROGRAMS
        for size in program.sizes
        if program.name in (arguments.only or BY_NAME) and size <= (arguments.size_max or size)
    ]
    rows = run_points(points, lambda line: print(line, flush=True))
    if arguments.out is not None:
        arguments.out.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return 1 if any(row.error for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
