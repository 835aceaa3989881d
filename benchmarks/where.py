"""Where a program's time goes: its stages on worker processes, then its functions in one process.

usage: where.py PROGRAM [SCALE]
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time

from minispark import SparkContext
from minispark.bench.served.programs.size import Size
from minispark.bench.served.programs.workloads import WORKLOADS
from minispark.bench.words import text_file
from minispark.engine.observe.metrics import StageTable

FUNCTIONS = 20


def main() -> None:
    name, scale = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    program = {program.__name__: program for program in WORKLOADS}[name]
    size = Size(str(text_file(scale)), scale)

    table = StageTable()
    with SparkContext("local[2]", name) as sc:
        sc.parallelize([1, 2], 2).count()
        sc._session.bus.add(table)
        started = time.perf_counter()
        program(sc, size)
        print(f"{name} on local[2]: {time.perf_counter() - started:.3f} s\n\n{table}\n")

    with SparkContext("inline", name) as sc:
        profile = cProfile.Profile()
        profile.runcall(program, sc, size)
    print(f"{name} inline, under the profiler (which slows Python functions, not C):")
    pstats.Stats(profile).sort_stats("tottime").print_stats(FUNCTIONS)


if __name__ == "__main__":
    main()
