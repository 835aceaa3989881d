"""One engine in a process of its own: runs the programs that it reads from standard input, one name a line.

usage: serve.py ENGINE CORES TEXT SCALE        ENGINE: minispark, spark or python

Answers each line with one line of JSON: ``{"seconds": ..., "answer": ...}`` or ``{"error": ...}``; the first line,
sent unasked after a tiny job, tells that the engine is up, and how long that took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import programs


def engine(name: str, cores: int) -> tuple[Callable[[str, programs.Size], Any], str]:
    """A function that runs a program by name on the started engine, and the engine's version."""
    if name == "python":
        import plain

        return lambda program, size: getattr(plain, program)(size), sys.version.split()[0]
    if name == "spark":
        import pyspark
        from pyspark import SparkConf, SparkContext

        settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "8g"}
        sc = SparkContext(f"local[{cores}]", "benchmark", conf=SparkConf().setAll(list(settings.items())))
        sc.setLogLevel("ERROR")
        version = pyspark.__version__
    else:
        from minispark import SparkContext
        from minispark.version import __version__ as version

        sc = SparkContext(f"local[{cores}]", "benchmark")
    if sc.parallelize([1, 2, 3], 2).map(lambda x: x + 1).collect() != [2, 3, 4]:
        raise RuntimeError(f"{name} cannot add one")
    return lambda program, size: getattr(programs, program)(sc, size), version


def main() -> None:
    name, cores, text, scale = sys.argv[1:5]
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever the engine prints must not mix with the replies
    started = time.perf_counter()
    run, version = engine(name, int(cores))
    print(json.dumps({"seconds": time.perf_counter() - started, "version": version}), file=replies)
    size = programs.Size(text, float(scale))
    for line in sys.stdin:
        started = time.perf_counter()
        try:
            answer = run(line.strip(), size)
            reply = {"seconds": time.perf_counter() - started, "answer": answer}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps(reply), file=replies)


if __name__ == "__main__":
    main()
