"""Measure the programs of ``programs.py`` on minispark, PySpark and plain Python, in turns, with answers checked.

usage: python benchmarks/workloads.py [--only NAME ...] [--engines minispark python spark] [--spark-python PATH]

The engines' runs are interleaved, so that what else the machine does falls on all alike; only the ratios of one run
carry over to another machine or day. Writes ``report/workloads.md`` and ``.json`` beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from programs import PROGRAMS
from report import Report, write_report
from words import text_file

HERE = Path(__file__).resolve().parent
ENGINES = ("minispark", "python", "spark")
SLOW_SECONDS = 20.0
"""A run that took longer is not repeated: its spread is small beside what it tells."""


class Engine:
    """The process of one engine, started again when it dies."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.version = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start the process if there is none; seconds from its start to its first result, 0 if it was there."""
        if self._process is not None:
            return 0.0
        started = time.perf_counter()
        path = os.pathsep.join([str(HERE), str(HERE.parent), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        environment = {**os.environ, "PYTHONPATH": path}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed engine does not compile itself at every start
        self._process = subprocess.Popen(
            self.command,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        hello = self._reply()
        if "error" in hello:
            raise SystemExit(f"{self.name} does not start: {' '.join(self.command)}")
        self.version = hello["version"]
        return time.perf_counter() - started

    def run(self, program: str) -> dict[str, Any]:
        """Run one program: ``seconds`` and ``answer``, or ``error``."""
        self.start()
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(program + "\n")
        self._process.stdin.flush()
        return self._reply()

    def stop(self) -> None:
        """End the process as a program ends, and wait for it."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            process.wait()

    def _reply(self) -> dict[str, Any]:
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            reply: dict[str, Any] = json.loads(line)
            return reply
        code = self._process.wait()
        self._process = None
        return {"error": f"the engine's process ended with exit code {code}"}


def main() -> int:
    arguments = _parse_arguments()
    text = str(text_file(arguments.scale))
    engines = {}
    for name in arguments.engines:
        python = arguments.spark_python if name == "spark" else sys.executable
        engines[name] = Engine(
            name, [python, str(HERE / "serve.py"), name, str(arguments.cores), text, str(arguments.scale)]
        )
    report = Report(arguments.cores, arguments.scale)
    try:
        for _ in range(arguments.rounds):
            for engine in engines.values():
                if engine.name != "python":
                    engine.stop()
                    report.add_time("start_up", engine.name, engine.start())
        for program in arguments.only:
            measure(report, program, engines, arguments.rounds)
            print(report.line(program), flush=True)
    finally:
        for engine in engines.values():
            engine.stop()
    report.versions = {engine.name: engine.version for engine in engines.values()}
    write_report(report, arguments.report)
    print(f"\n{report.markdown()}\nwritten to {arguments.report}")
    return 1 if report.wrong() else 0


def measure(report: Report, program: str, engines: dict[str, Engine], rounds: int) -> None:
    """Run one program ``rounds`` times on every engine in turn. An engine that fails, or is very slow, runs once."""
    waiting = list(engines.values())
    for _ in range(rounds):
        for engine in list(waiting):
            reply = engine.run(program)
            if "error" in reply:
                report.add_error(program, engine.name, reply["error"])
                waiting.remove(engine)
                continue
            report.add_time(program, engine.name, reply["seconds"])
            report.add_answer(program, engine.name, reply["answer"])
            if reply["seconds"] > SLOW_SECONDS:
                waiting.remove(engine)


def _parse_arguments() -> argparse.Namespace:
    names = [program.__name__ for program in PROGRAMS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--engines", nargs="+", choices=ENGINES, help="default: all that are there")
    parser.add_argument("--spark-python", metavar="PATH", help="a Python that has PySpark and a JVM; none: no PySpark")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each on each engine (%(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="workers of each engine (%(default)s)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the records (%(default)s)")
    parser.add_argument("--report", type=Path, default=HERE / "report", metavar="DIR", help="%(default)s")
    arguments = parser.parse_args()
    if arguments.engines is None:
        arguments.engines = ENGINES if arguments.spark_python else ENGINES[:2]
    if "spark" in arguments.engines and not arguments.spark_python:
        parser.error("--engines spark needs --spark-python")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
