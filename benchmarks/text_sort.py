"""Sort a text that is ten times as large as all workers' memory, and watch what they take.

usage: python benchmarks/text_sort.py [--gigabytes 5] [--limit-mb 512] [--workers 2] [--out FILE]

The text has lines of 97 bytes in random order. It is sorted by ``sortBy`` and saved as text files, which are then read:
they must hold the same lines, in order. ``--limit-mb`` is what all workers may hold together. A row has what those of
``memory.py`` have, and can be drawn beside them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from minispark import SparkConf, SparkContext
from minispark.observe import Listener, TaskEnd, listening

MB = 1 << 20
LINE_LETTERS = 96
CHUNK_LINES = 200_000
PARTITION_BYTES = 32 * MB
SAMPLE_SECONDS = 0.05
PROMISE = 1.2


def write_text(path: Path, size: int) -> tuple[int, int]:
    """Lines of random hexadecimal digits, ``size`` bytes in all; how many, and the sum of their checksums."""
    chance = np.random.default_rng(5)
    left = max(size // (LINE_LETTERS + 1), 1)
    count, total = left, 0
    with path.open("wb") as file:
        while left:
            lines = min(left, CHUNK_LINES)
            letters = np.frombuffer(chance.bytes(lines * LINE_LETTERS // 2).hex().encode(), dtype=np.uint8)
            rows = np.full((lines, LINE_LETTERS + 1), ord("\n"), dtype=np.uint8)
            rows[:, :-1] = letters.reshape(lines, LINE_LETTERS)
            text = rows.tobytes()
            total += sum(map(zlib.crc32, text.splitlines()))
            file.write(text)
            left -= lines
    return count, total


def check_sorted(lines: Iterable[bytes]) -> tuple[int, int]:
    """How many lines there are, and the sum of their checksums. Raises AssertionError where one is out of order."""
    last, count, total = b"", 0, 0
    for line in lines:
        assert last <= line, f"{line[:40]!r} comes after {last[:40]!r}"
        last = line
        count += 1
        total += zlib.crc32(line.rstrip(b"\n"))
    return count, total


class Watch(Listener):
    """Counts what is spilled, and samples the private memory of the largest worker over what it had at first."""

    def __init__(self, pids: set[int]) -> None:
        self.spilled_bytes = 0
        self.series: list[tuple[float, int]] = []
        self._workers = {psutil.Process(pid): psutil.Process(pid).memory_full_info().uss for pid in pids}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._started = time.perf_counter()

    def on_task_end(self, event: TaskEnd) -> None:
        if event.report is not None:
            self.spilled_bytes += event.report.spill_bytes

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            over = [0]
            for worker, base in self._workers.items():
                try:
                    over.append(worker.memory_full_info().uss - base)
                except psutil.Error:
                    continue
            self.series.append((round(time.perf_counter() - self._started, 2), max(over)))


def measure(size: int, limit: int, workers: int) -> dict[str, Any]:
    """Sort ``size`` bytes with so many workers, which have ``limit`` bytes together."""
    with tempfile.TemporaryDirectory(prefix="minispark-sort-") as folder:
        text, out = Path(folder) / "text", Path(folder) / "sorted"
        written = write_text(text, size)
        share = limit // workers
        conf = SparkConf().setMaster(f"local[{workers}]").setAppName("text sort").set("spark.local.dir", folder)
        conf.set("spark.python.worker.memory", f"{share // MB}m").set("spark.ui.showConsoleProgress", "false")
        slices = max(size // PARTITION_BYTES, workers)
        with SparkContext(conf=conf) as sc:
            watch = Watch(set(sc.parallelize(range(8 * workers), 8 * workers).map(_prime).collect()))
            started = time.perf_counter()
            with listening(sc, watch), watch:
                sc.textFile(str(text), slices).sortBy(_line, numPartitions=slices).saveAsTextFile(str(out))
            seconds = time.perf_counter() - started
        assert check_sorted(_lines(out)) == written, "the sorted text has other lines"
    step = len(watch.series) // 300 + 1
    return {
        "name": f"sort {size / 1e9:.3g} GB of text",
        "limit_bytes": share,
        "data_bytes": size,
        "peak_bytes": max((over for _, over in watch.series), default=0),
        "seconds": round(seconds, 2),
        "spilled_bytes": watch.spilled_bytes,
        "error": "",
        "series": [max(watch.series[i : i + step], key=lambda s: s[1]) for i in range(0, len(watch.series), step)],
    }


def _line(line: str) -> str:
    return line


def _prime(number: int) -> int:
    import os

    import numpy  # noqa: F401 (its memory comes first)
    import pyarrow  # noqa: F401 (likewise)

    return os.getpid()


def _lines(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("part-*")):
        with path.open("rb") as file:
            yield from file


def main() -> int:
    """Exit code 1 if the peak was above the limit and a fifth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=5.0, help="of text (%(default)g)")
    parser.add_argument("--limit-mb", type=int, default=512, help="memory of all workers together (%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--out", type=Path, help="a file for the row, as JSON")
    arguments = parser.parse_args()
    row = measure(int(arguments.gigabytes * 1e9), arguments.limit_mb * MB, arguments.workers)
    kept = row["peak_bytes"] <= PROMISE * row["limit_bytes"]
    print(
        f"{row['name']}: {row['seconds']:.1f} s, largest worker {row['peak_bytes'] / MB:.0f} MiB of "
        f"{row['limit_bytes'] / MB:.0f}, spilled {row['spilled_bytes'] / MB:,.0f} MiB{'' if kept else ' BROKEN'}"
    )
    if arguments.out is not None:
        arguments.out.write_text(json.dumps([row], indent=1) + "\n", encoding="utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
