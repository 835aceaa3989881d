"""What it costs that every shuffle measures itself: processor time with its meters, and without.

usage: python benchmarks/metering.py [--only OPERATOR ...] [--records N] [--rounds N] [--seeds N] [--out FILE]

Data are uniform. Both sides run in processes of their own, in turns, once a round; in two new processes with each seed
for the hashes of text, which decide where its keys collide. A row has the medians over all rounds and their ratio. Exit
code 1 if the geometric mean of the ratios is above PROMISE.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from minispark import RDD, SparkContext

PROMISE = 1.05
KEYS = 50_000

OPERATORS: dict[str, Callable[[RDD[int]], RDD[Any]]] = {
    "reduceByKey of numbers": lambda rdd: rdd.map(lambda x: (x, x)).reduceByKey(lambda a, b: a if a > b else b, 4),
    "reduceByKey of text": lambda rdd: rdd.map(lambda x: (f"k{x}", x)).reduceByKey(lambda a, b: a if a > b else b, 4),
    "groupByKey of text": lambda rdd: rdd.map(lambda x: (f"k{x}", x)).groupByKey(4),
    "distinct of numbers": lambda rdd: rdd.distinct(4),
    "distinct of text": lambda rdd: rdd.map(lambda x: f"k{x}").distinct(4),
    "partitionBy of text": lambda rdd: rdd.map(lambda x: (f"k{x}", str(x))).partitionBy(4),
    "sortByKey of numbers": lambda rdd: rdd.map(lambda x: (x, x)).sortByKey(numPartitions=4),
    "join of text": lambda rdd: rdd.map(lambda x: (f"k{x}", x)).join(
        rdd.context.range(KEYS, numSlices=2).map(lambda x: (f"k{x}", x)), 4
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=OPERATORS, default=list(OPERATORS), metavar="OPERATOR")
    parser.add_argument("--records", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--serve", choices=("with", "without"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve is not None:
        serve(arguments.only[0], arguments.records, arguments.serve == "with")
        return 0
    rows = []
    for name in arguments.only:
        seconds = measured(name, arguments.records, arguments.rounds, arguments.seeds)
        rows.append({"operator": name, "with": seconds["with"], "without": seconds["without"]})
        ratio = seconds["with"] / seconds["without"]
        print(f"{name:24} {seconds['with']:.3f} s with, {seconds['without']:.3f} s without: {ratio:.3f} x", flush=True)
    mean = statistics.geometric_mean(float(row["with"]) / float(row["without"]) for row in rows)
    print(f"geometric mean {mean:.3f} x, promised {PROMISE} x at most")
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return int(mean > PROMISE)


def measured(name: str, records: int, rounds: int, seeds: int) -> dict[str, float]:
    """Median processor seconds of both sides."""
    found: dict[str, list[float]] = {"with": [], "without": []}
    for seed in range(seeds):
        sides = {side: _started(name, records, side, seed) for side in found}
        for turn in range(rounds):
            for side in sorted(sides, reverse=bool(turn % 2)):
                found[side].append(_asked(sides[side]))
        for process in sides.values():
            process.kill()
            process.communicate()
    return {side: statistics.median(seconds) for side, seconds in found.items()}


def _started(name: str, records: int, side: str, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--only", name, "--records", str(records), "--serve", side]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    _asked(process)  # the first run is not counted
    return process


def _asked(process: subprocess.Popen[str]) -> float:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def serve(name: str, records: int, metered: bool) -> None:
    """Run the operator in this process once for each line of standard input, and write the processor seconds."""
    if not metered:
        _blind()
    with SparkContext("inline", "metering") as sc:
        source = sc.range(2, numSlices=2).flatMap(lambda seed: _numbers(seed, records // 2))
        source.persist().count()
        for _ in sys.stdin:
            started = time.process_time()
            OPERATORS[name](source).count()
            print(time.process_time() - started, flush=True)


def _numbers(seed: int, count: int) -> list[int]:
    draw = Random(seed).randrange
    return [draw(KEYS) for _ in range(count)]


def _blind() -> None:
    """Take away the meters, and what is done for them."""
    from minispark.engine.shuffle import combine
    from minispark.engine.shuffle.meter import KeyMeter

    def nothing(*arguments: Any, **options: Any) -> None:
        pass

    told = ("pairs", "records", "run", "merged", "different", "groups", "column", "found")
    for method in (*told, "before_pairs", "before_records", "counted", "counted_heavy"):
        setattr(KeyMeter, method, nothing)
    KeyMeter.finish = lambda *arguments, **options: ()

    def fold(writer: Any, records: Any, limit: int) -> Any:
        return writer._fold(writer._combiners, combine.islice(records, limit))

    combine.CombineWriter._fold_some = fold


if __name__ == "__main__":
    sys.exit(main())
