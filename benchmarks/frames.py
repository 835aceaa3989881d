"""DataFrames against the peers: TPC-H in SQL and as programs, what a small query costs, the time to the first result.

    python benchmarks/frames.py --peers DIR [--out FILE] [--scale 1] [--rounds 3] [--data DIR] [--large 10]

Every engine is a process of its own (``tpch/serve.py``); for each query they take turns, and DuckDB's answer is the one
that the others must give. Peers are looked for in DIR/NAME/bin/python, as ``make bench-peers`` makes them; those that
are not there are left out. At the scale of --large minispark runs alone, once, within 2 GB. The data come from the
package tpchgen-cli, once.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from tpch.sql import QUERIES, TABLES  # noqa: E402 (the folder beside this script)

ENGINES = ("duckdb", "minispark", "polars", "datafusion", "sail", "spark")
FORMS = {"minispark": ("sql", "frame"), "spark": ("sql", "frame"), "sail": ("sql", "frame")}
LARGE_MEMORY = "2g"
QUERY_SECONDS_MAX = 120.0
"""An engine that takes longer for a query is ended."""
CLOSE = 1e-4
"""Engines round averages of decimals to different digits."""


class Engine:
    """An engine's process."""

    def __init__(self, name: str, python: str, data: Path, memory: str | None = None) -> None:
        command = [python, str(HERE / "tpch" / "serve.py"), name, str(data), *([memory] if memory else [])]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent) if name == "minispark" else ""}
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.ready = self._line()

    def ask(self, **request: Any) -> dict[str, Any]:
        """The engine's reply; an error where its process is gone."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
        except OSError:
            return {"error": f"the process of {self.name} ended with {self._process.poll()}"}
        too_long = threading.Timer(QUERY_SECONDS_MAX, self._process.kill)
        too_long.start()
        try:
            return self._line()
        finally:
            too_long.cancel()

    def _line(self) -> dict[str, Any]:
        stdout = self._process.stdout
        assert stdout is not None
        for line in stdout:
            if line.startswith("{"):
                return json.loads(line)
        return {"error": f"the process of {self.name} ended with {self._process.wait()}"}

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def python_of(name: str, peers: Path | None) -> str | None:
    """The interpreter that has an engine, None where there is none."""
    if name in ("minispark", "duckdb"):
        return sys.executable
    path = None if peers is None else peers / name / "bin" / "python"
    return str(path) if path is not None and path.exists() else None


def make_data(folder: Path, scale: float) -> Path:
    """The folder with the tables of a scale, made if they are not there."""
    place = folder / f"sf{scale:g}"
    if not all((place / f"{name}.parquet").exists() for name in TABLES):
        place.mkdir(parents=True, exist_ok=True)
        tool = Path(sys.executable).with_name("tpchgen-cli")
        subprocess.run([str(tool), "parquet", "-s", f"{scale:g}", f"--output-dir={place}"], check=True)
    return place


def same(rows: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether two answers are equal, numbers nearly so."""
    if len(rows) != len(wanted):
        return False
    pairs = (
        (one, other) for row, right in zip(rows, wanted, strict=True) for one, other in zip(row, right, strict=True)
    )
    return all(_close(one, other) for one, other in pairs)


def _close(one: Any, other: Any) -> bool:
    numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE) if numbers else one == other


def tpch(engines: Sequence[Engine], rounds: int, scale: float) -> Iterator[dict[str, Any]]:
    """A row for each query, engine and form: the seconds of each round, and whether the answer was DuckDB's."""
    for number in QUERIES:
        rows = {
            (engine.name, form): {
                "kind": "tpch", "scale": scale, "query": number, "engine": engine.name, "form": form, "seconds": [],
                "error": "", "right": True,
            }
            for engine in engines for form in FORMS.get(engine.name, ("sql",))
        }  # fmt: skip
        wanted: Any = None
        for turn in range(rounds):
            for engine in engines:
                forms = FORMS.get(engine.name, ("sql",))
                # who goes first pays for caches that the engine before has filled
                for form in forms if turn % 2 == 0 else reversed(forms):
                    row = rows[engine.name, form]
                    if row["error"]:
                        continue
                    reply = engine.ask(query=number, form=form)
                    if "error" in reply:
                        row["error"] = reply["error"]
                        continue
                    row["seconds"].append(reply["seconds"])
                    wanted = reply["rows"] if wanted is None else wanted
                    row["right"] = row["right"] and same(reply["rows"], wanted)
        print(f"Q{number}: {', '.join(map(_shown, rows.values()))}", flush=True)
        yield from rows.values()


def _shown(row: dict[str, Any]) -> str:
    what = "error" if row["error"] else f"{statistics.median(row['seconds']):.3f}"
    return f"{row['engine']}/{row['form']} {what}{'' if row['right'] else ' WRONG'}"


START = """
import time
started = time.perf_counter()
from minispark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").getOrCreate()
assert spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"]).filter("n > 1").count() == 1
print(time.perf_counter() - started)
"""


def start(rounds: int) -> dict[str, Any]:
    """The time from ``import`` to the first result of a small query, in processes of their own."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    seconds = [
        float(subprocess.run([sys.executable, "-c", START], env=environment, check=True, capture_output=True).stdout)
        for _ in range(rounds + 1)
    ][1:]
    print(f"import to the first result: {statistics.median(seconds):.3f} s", flush=True)
    return {"kind": "start", "engine": "minispark", "seconds": seconds}


def small(rounds: int) -> dict[str, Any]:
    """What a small query costs over DuckDB's own time for the same SQL: seconds of both, by turns."""
    from minispark.sql import SparkSession, functions
    from minispark.sql.running import engine_of

    spark = SparkSession.builder.master("local[2]").getOrCreate()
    people = spark.createDataFrame([(n, f"name {n}", n % 7) for n in range(100)], ["id", "name", "dept"])
    depts = spark.createDataFrame([(n, f"dept {n}") for n in range(7)], ["dept", "title"])

    def frame() -> Any:
        grouped = people.filter(functions.col("id") > 10).join(depts, "dept").groupBy("title")
        return grouped.agg(functions.count("*").alias("n"), functions.sum("id").alias("total")).sort("title")

    ours, theirs = [], []
    runner, engine = spark._runner, engine_of(spark.sparkContext)
    for turn in range(20 * rounds + 5):
        began = time.perf_counter()
        frame().collect()
        middle = time.perf_counter()
        query = engine.query(runner.prepared(frame()._plan), runner.settings())
        cursor = engine._connection().cursor()
        from minispark.sql.fused.engine import physical_table

        for name, node in query.tables:
            cursor.register(name, physical_table(node))
        begun = time.perf_counter()
        cursor.execute(query.sql).fetchall()
        if turn >= 5:
            ours.append(middle - began)
            theirs.append(time.perf_counter() - begun)
    spark.stop()
    over = statistics.median(ours) - statistics.median(theirs)
    print(f"a small query: {statistics.median(ours) * 1e3:.2f} ms, {over * 1e3:.2f} of them not DuckDB's", flush=True)
    return {"kind": "small", "engine": "minispark", "seconds": ours, "duckdb_seconds": theirs}


def compared(told: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """TPC-H by all engines in turns, then by minispark alone at a large scale in little memory."""
    data = make_data(told.data, told.scale)
    pythons = {name: python_of(name, told.peers) for name in told.engines.split(",")}
    engines = [Engine(name, python, data) for name, python in pythons.items() if python is not None]
    for engine in engines:
        if engine.ready.get("version"):
            yield {"kind": "version", "engine": engine.name, "version": engine.ready["version"]}
    try:
        yield from tpch(engines, told.rounds, told.scale)
    finally:
        for engine in engines:
            engine.close()
    if not told.large:
        return
    alone = Engine("minispark", sys.executable, make_data(told.data, told.large), LARGE_MEMORY)
    try:
        yield from ({**row, "memory": LARGE_MEMORY} for row in tpch([alone], 1, told.large))
    finally:
        alone.close()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--peers", type=lambda text: Path(text) if text else None)
    options.add_argument("--out", type=Path)
    options.add_argument("--scale", type=float, default=1)
    options.add_argument("--large", type=float, default=10, help="0 for none")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--data", type=Path, default=Path.home() / ".cache" / "minispark" / "tpch")
    options.add_argument("--engines", default=",".join(ENGINES))
    told = options.parse_args()
    rows = [start(told.rounds), small(told.rounds), *compared(told)]
    if told.out is not None:
        told.out.write_text(json.dumps(rows), encoding="utf-8")
    return 0 if all(row.get("right", True) for row in rows if row["engine"] == "minispark") else 1


if __name__ == "__main__":
    sys.exit(main())
