"""Remedies against skewed keys, side by side: every strategy on every operator that it fits, at every kind of skew.

usage: python benchmarks/skew.py [--only OPERATOR ...] [--axes AXIS ...] [--scale S] [--cores N] [--rounds N]
                                 [--out FILE]

Data are pairs whose keys have the shares that a point says: by Zipf's law, or some hot keys and the others alike. Each
run has a context of its own, whose data are cached before the time begins; the strategies of a point take turns, and
their answers must be the same. A row has the medians of seconds and processor seconds, the bytes that the largest
reducer read and how many times the median's that is, the bytes written to shuffles, and the most memory that driver and
workers had at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import pbkdf2_hmac
from itertools import accumulate
from operator import add
from pathlib import Path
from typing import Any

from minispark import SparkConf, SparkContext, skew
from minispark.bench.sampling import Sampler, Tree
from minispark.bench.skew_findings import BASE, findings
from minispark.observe import Listener, listening

RECORDS = 100_000
KEYS = 2_000
REDUCERS = 8
SALTS = 8
WORK = 20
"""Rounds of hashing a record."""
MIX = 2_654_435_761
MEBI = 2**20


@dataclass(frozen=True, slots=True)
class Point:
    """``x`` on ``axis``, which is one of the other fields; they say what the data are like, and on how many cores."""

    axis: str
    x: float
    zipf: float = 0.0
    hot_share: float = 0.0
    hot_keys: int = 1
    record_bytes: int = 10
    cores: int = 2

    def weights(self) -> list[float]:
        """The share of each key, key 0 first."""
        if self.axis == "zipf":
            raw = [1 / (rank + 1) ** self.zipf for rank in range(KEYS)]
            return [weight / sum(raw) for weight in raw]
        hot = [self.hot_share / self.hot_keys] * self.hot_keys
        return [*hot, *[(1 - self.hot_share) / KEYS] * KEYS]


def points(axis: str, cores: int) -> list[Point]:
    """Of an axis; all but one field are as in the middle of the others."""
    if axis == "zipf":
        return [Point(axis, s, zipf=s, cores=cores) for s in (0.0, 1.0, 1.5, 2.0)]
    if axis == "hot_share":
        return [Point(axis, share, hot_share=share, cores=cores) for share in (0.0, 0.2, 0.5, 0.8, 0.99)]
    if axis == "hot_keys":
        return [Point(axis, n, hot_share=0.8, hot_keys=n, cores=cores) for n in (1, 16, 256)]
    if axis == "record_bytes":
        return [Point(axis, n, hot_share=0.8, record_bytes=n, cores=cores) for n in (10, 100, 1000)]
    return [Point(axis, n, hot_share=0.8, cores=n) for n in sorted({1, 2, cores, os.cpu_count() or 1})]


AXES = ("zipf", "hot_share", "hot_keys", "record_bytes", "cores")


# --- operators and strategies -------------------------------------------------------------------------------------


def _of_joined(pair: Any) -> int:
    key, (text, other) = pair
    return int(text) ^ key ^ other


def _of_work(pair: Any) -> int:
    """As ``_of_joined``, after a dozen microseconds of work, as most pipelines do more than to add up."""
    _, (text, _) = pair
    return _of_joined(pair) ^ pbkdf2_hmac("sha256", text.encode(), b"salt", WORK)[0]


def _of_group(pair: Any) -> int:
    key, texts = pair
    return (key + 1) * len(texts) + sum(map(len, texts))


def _with(found: set[int], number: int) -> set[int]:
    found.add(number)
    return found


def _joins(work: Callable[[Any], int]) -> dict[str, Callable[[Any, Any], Any]]:
    """All joins, with this work on each record of theirs."""
    strategies: dict[str, Callable[[Any, Any], Any]] = {
        BASE: lambda left, right: left.join(right, REDUCERS),
        "4 x the partitions": lambda left, right: left.join(right, 4 * REDUCERS),
        "broadcast_join": skew.broadcast_join,
        "split_join": lambda left, right: skew.split_join(left, right, **OPTIONS),
        "salted_join": lambda left, right: skew.salted_join(left, right, **OPTIONS),
    }
    return {name: _worked(join, work) for name, join in strategies.items()}


def _worked(join: Callable[[Any, Any], Any], work: Callable[[Any], int]) -> Callable[[Any, Any], Any]:
    return lambda left, right: join(left, right).map(work)


def _sums(strategy: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, _: strategy(left.mapValues(int)).map(lambda pair: pair[0] ^ pair[1])


def _sets(strategy: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, _: strategy(left.mapValues(int)).map(lambda pair: (pair[0] + 1) * len(pair[1]))


def _groups(strategy: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, _: strategy(left).map(_of_group)


OPTIONS: Any = {"salts": SALTS, "numPartitions": REDUCERS}
OPERATORS: dict[str, dict[str, Callable[[Any, Any], Any]]] = {
    "join": _joins(_of_joined),
    "join, then work": _joins(_of_work),
    "sum by key": {
        BASE: _sums(lambda left: left.reduceByKey(add, REDUCERS)),
        "two_phase_reduce": _sums(lambda left: skew.two_phase_reduce(left, add, **OPTIONS)),
    },
    "set by key": {
        BASE: _sets(lambda left: left.aggregateByKey(set(), _with, set.union, REDUCERS)),
        "two_phase_aggregate": _sets(lambda left: skew.two_phase_aggregate(left, set(), _with, set.union, **OPTIONS)),
    },
    "group by key": {
        BASE: _groups(lambda left: left.groupByKey(REDUCERS)),
        "two_phase_group": _groups(lambda left: skew.two_phase_group(left, **OPTIONS)),
    },
}
AXES_OF = {
    "join": AXES,
    "join, then work": ("hot_share", "cores"),
    "sum by key": AXES[:2],
    "set by key": AXES[:2],
    "group by key": AXES[:2],
}
"""Where there is nothing to copy, what else varies is of no interest."""


# --- measuring ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """Of one strategy at one point. ``load_ratio`` is None where no reducer read anything."""

    operator: str
    axis: str
    x: float
    strategy: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    load_bytes_max: int = 0
    load_ratio: float | None = None
    shuffled_bytes: int = 0
    memory_bytes_max: int = 0
    error: str = ""


class Loads(Listener):
    """What each reducer of each stage has read, and what was written to shuffles."""

    def __init__(self) -> None:
        self.read: dict[int, list[int]] = {}
        self.written = 0

    def on_task_end(self, event: Any) -> None:
        if event.report is not None and event.counted:
            self.read.setdefault(event.stage_id, []).append(event.report.shuffle_bytes_read)
            self.written += event.report.shuffle_bytes_written

    def heaviest(self) -> tuple[int, float | None]:
        """The largest load of all stages, and how many times the median of its stage (the mean, if that is 0)."""
        loads = max(self.read.values(), key=max, default=[0])
        middle = statistics.median(loads) or statistics.mean(loads)
        return max(loads), max(loads) / middle if middle else None


def measure(operator: str, strategy: str, point: Point, records: int) -> tuple[Row, Any]:
    """One run, and its answer."""
    cumulated = list(accumulate(point.weights()))
    width = point.record_bytes

    def pair(number: int) -> tuple[int, str]:
        share = (number * MIX & 0xFFFFFFFF) / 2**32 * cumulated[-1]
        return min(bisect(cumulated, share), len(cumulated) - 1), str(number % 100_003).rjust(width, "0")

    conf = SparkConf().setMaster(f"local[{point.cores}]").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as sc:
        left = sc.range(0, records, 1, REDUCERS).map(pair).cache()
        right = sc.range(0, len(cumulated), 1, REDUCERS).map(lambda key: (key, key)).cache()
        left.count(), right.count()
        loads, sampler = Loads(), Sampler(Tree(os.getpid()))
        with listening(sc, loads):
            sampler.start()
            started = time.perf_counter()
            try:
                answer = OPERATORS[operator][strategy](left, right).sum()
            finally:
                seconds, usage = time.perf_counter() - started, sampler.stop()
    most, ratio = loads.heaviest()
    figures = (seconds, usage.cpu_seconds, most, ratio, loads.written, usage.memory_bytes_max)
    return Row(operator, point.axis, point.x, strategy, *figures), answer


def run_point(operator: str, point: Point, records: int, rounds: int) -> list[Row]:
    """A row for each strategy; they take turns. Another answer than the plain one's is an error, as an exception is."""
    strategies = list(OPERATORS[operator])
    runs: dict[str, list[Row]] = {strategy: [] for strategy in strategies}
    right: Any = None
    for turn in range(rounds):
        for strategy in strategies[turn % len(strategies) :] + strategies[: turn % len(strategies)]:
            try:
                row, answer = measure(operator, strategy, point, records)
                right = answer if right is None else right
                wrong = "" if answer == right else f"answers {answer}, others {right}"
            except Exception as error:
                row, wrong = Row(operator, point.axis, point.x, strategy), f"{type(error).__name__}: {error!s:.200}"
            runs[strategy].append(Row(**{**asdict(row), "error": wrong}))
    return [_median(rows) for rows in runs.values()]


def _median(rows: list[Row]) -> Row:
    """The first error, else the medians of what varies."""
    failed = next((row for row in rows if row.error), None)
    if failed is not None:
        return failed
    medians = {
        "seconds": statistics.median(row.seconds for row in rows),
        "cpu_seconds": statistics.median(row.cpu_seconds for row in rows),
        "memory_bytes_max": max(row.memory_bytes_max for row in rows),
    }
    return Row(**{**asdict(rows[0]), **medians})


def line_of(row: Row) -> str:
    """A row to read."""
    head = f"{row.operator:16}{row.axis:13}{row.x:8g}  {row.strategy:20}"
    if row.error:
        return head + row.error
    ratio = "no reducer" if row.load_ratio is None else f"{row.load_ratio:6.1f} x"
    return head + (
        f"{row.seconds:7.2f} s {row.cpu_seconds:7.2f} s cpu  largest reducer {row.load_bytes_max / MEBI:6.1f} MiB "
        f"{ratio:>10}  shuffled {row.shuffled_bytes / MEBI:7.1f}  memory {row.memory_bytes_max / MEBI:6.0f} MiB"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 if a strategy failed or answered otherwise."""
    parser = argparse.ArgumentParser(description="Remedies against skewed keys, side by side.")
    parser.add_argument("--only", nargs="+", choices=list(OPERATORS), default=list(OPERATORS), metavar="OPERATOR")
    parser.add_argument("--axes", nargs="+", choices=AXES, default=AXES, metavar="AXIS", help=", ".join(AXES))
    parser.add_argument("--scale", type=float, default=1.0, help=f"share of {RECORDS:,} records (%(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="workers, but on the axis of that name (%(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each strategy at each point (%(default)s)")
    parser.add_argument("--out", type=Path, help="a file for the rows, as JSON")
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    for operator in given.only:
        for axis in (axis for axis in AXES_OF[operator] if axis in given.axes):
            for point in points(axis, given.cores):
                found = run_point(operator, point, max(1, int(RECORDS * given.scale)), given.rounds)
                rows += found
                print("\n".join(map(line_of, found)), flush=True)
    plain = [asdict(row) for row in rows]
    print("\n" + "\n".join(findings(plain)), flush=True)
    if given.out is not None:
        given.out.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    return 1 if any(row.error for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
