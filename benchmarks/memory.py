"""Measure whether workers keep to their limit: every operator on ten times the data that a worker may hold.

usage: python benchmarks/memory.py [--only NAME ...] [--limit-mb 64] [--factor 10] [--out FILE.json]

Each case runs in a fresh context. What counts is the private memory of a worker over what it has once numpy and pyarrow
are imported, looked at every 10 ms: psutil's USS without the pages of libraries' files, which are private or not
depending on who else runs Python. Beside it the peak that the kernel saw (VmHWM), which no sample can miss and which
counts shared pages too. At most the limit and a fifth is what is promised.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from memory_cases import CASES, Case

from minispark import SparkConf, SparkContext
from minispark.observe import Listener, TaskEnd, WorkerStart, add_listener

SAMPLE_SECONDS = 0.01
PROMISE = 1.2
MB = 1 << 20


@dataclass
class Measured:
    """One case. Sizes in bytes; ``series`` has (seconds, the largest worker's bytes over its base)."""

    name: str
    limit_bytes: int
    data_bytes: int
    peak_bytes: int = 0
    kernel_peak_bytes: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    spilled_bytes: int = 0
    workers: int = 0
    error: str = ""
    series: list[tuple[float, int]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return self.peak_bytes / self.limit_bytes

    @property
    def kept(self) -> bool:
        return not self.error and self.ratio <= PROMISE

    def line(self) -> str:
        end = self.error or ("" if self.kept else "BROKEN")
        return (
            f"| {self.name} | {self.peak_bytes / MB:.0f} | {self.ratio:.2f} | {self.kernel_peak_bytes / MB:.0f} "
            f"| {self.seconds:.1f} | {self.cpu_seconds:.1f} | {self.spilled_bytes / MB:.0f} | {end} |"
        )


HEAD = (
    "| operator | peak MB | of the limit | kernel's peak MB | seconds | CPU s | spilled MB | |\n"
    "|---|---|---|---|---|---|---|---|"
)


class Watch(Listener):
    """Samples every worker's private memory in a thread of its own, from ``begin`` to ``end``."""

    def __init__(self) -> None:
        self.spilled_bytes = 0
        self.samples: list[tuple[float, int]] = []
        self._bases: dict[int, int] = {}
        self._resident: dict[int, int] = {}
        self._pids: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._began = 0.0

    def on_task_end(self, event: TaskEnd) -> None:
        if event.report is not None:
            self.spilled_bytes += event.report.spill_bytes

    def on_worker_start(self, event: WorkerStart) -> None:
        self._pids.add(event.pid)

    def begin(self, pids: set[int]) -> None:
        self._pids = set(pids)
        for pid in pids:
            self._bases[pid] = private_bytes(pid)
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # begins the kernel's peak anew
            self._resident[pid] = kilobytes(pid, "VmHWM")
        self._began = time.perf_counter()
        self._thread.start()

    def end(self) -> tuple[int, int]:
        """How many workers there were, and the kernel's peak of those alive that were there from the beginning."""
        peaks = [kilobytes(pid, "VmHWM") - before for pid, before in self._resident.items()]
        self._stop.set()
        self._thread.join()
        return len(self._pids), max(peaks)

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            base = max(self._bases.values())
            over = [0]
            over += [private_bytes(pid) - self._bases.get(pid, base) for pid in list(self._pids)]
            self.samples.append((time.perf_counter() - self._began, max(over)))


def private_bytes(pid: int) -> int:
    """Memory of the process that no other shares and that no file could give back."""
    return kilobytes(pid, "Private_Dirty", "smaps_rollup")


def kilobytes(pid: int, name: str, file: str = "status") -> int:
    """Bytes of a line in a file on the process; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(name + ":")), 0)


def measure(name: str, case: Case, limit_mb: int = 64, factor: float = 10.0, workers: int = 1) -> Measured:
    """Run one case in a fresh context on ``factor`` times the limit in data."""
    measured = Measured(name, limit_mb * MB, int(limit_mb * MB * factor))
    conf = SparkConf().setMaster(f"local[{workers}]").setAppName("memory")
    conf.set("spark.python.worker.memory", f"{limit_mb}m").set("spark.minispark.storage.memory", f"{limit_mb}m")
    conf.set("spark.ui.showConsoleProgress", "false")
    with tempfile.TemporaryDirectory() as folder, SparkContext(conf=conf.set("spark.local.dir", folder)) as sc:
        watch = Watch()
        pids = set(sc.parallelize(range(8 * workers), 8 * workers).map(_prime).collect())
        add_listener(sc, watch)
        watch.begin(pids)
        started, cpu = time.perf_counter(), sum(map(_cpu_seconds, pids))
        try:
            case(sc, measured.data_bytes)
        except Exception as error:
            measured.error = f"{type(error).__name__}: {error!s:.200}"
        measured.seconds = time.perf_counter() - started
        measured.cpu_seconds = sum(map(_cpu_seconds, pids)) - cpu
        measured.workers, measured.kernel_peak_bytes = watch.end()
    measured.spilled_bytes = watch.spilled_bytes
    measured.series = _thinned(watch.samples)
    measured.peak_bytes = max((size for _, size in watch.samples), default=0)
    return measured


def _prime(number: int) -> int:
    import os

    import numpy  # noqa: F401 (its memory comes first)
    import pyarrow  # noqa: F401 (likewise)

    return os.getpid()


def _cpu_seconds(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _thinned(samples: list[tuple[float, int]], most: int = 200) -> list[tuple[float, int]]:
    """The largest sample of each of ``most`` stretches."""
    step = len(samples) // most + 1
    return [max(samples[i : i + step], key=lambda s: s[1]) for i in range(0, len(samples), step)]


def run(names: list[str], limit_mb: int = 64, factor: float = 10.0, workers: int = 1) -> list[Measured]:
    """Measure these cases one after another, telling of each."""
    print(f"limit {limit_mb} MB, {factor:g} times that in data, {workers} worker(s)\n\n{HEAD}", flush=True)
    results = []
    for name in names:
        results.append(measure(name, CASES[name], limit_mb, factor, workers))
        print(results[-1].line(), flush=True)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(CASES), default=list(CASES), metavar="NAME")
    parser.add_argument("--limit-mb", type=int, default=64, help="spark.python.worker.memory (%(default)s)")
    parser.add_argument("--factor", type=float, default=10.0, help="data in limits (%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="(%(default)s)")
    parser.add_argument("--out", type=Path, help="write everything as JSON, memory over time included")
    arguments = parser.parse_args()
    results = run(arguments.only, arguments.limit_mb, arguments.factor, arguments.workers)
    if arguments.out is not None:
        rows: list[dict[str, Any]] = [asdict(result) | {"ratio": round(result.ratio, 3)} for result in results]
        arguments.out.write_text(json.dumps(rows, indent=1))
    return 0 if all(result.kept for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
