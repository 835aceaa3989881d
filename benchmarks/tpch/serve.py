"""One engine that answers TPC-H's queries, as a process: ``serve.py ENGINE DATA`` runs in the engine's own environment.

Reads lines of JSON, ``{"query": 3, "form": "sql"}`` (or ``"frame"``), and answers each with ``{"seconds": ..., "rows": [...]}``
or ``{"error": ...}``. The seconds are those from the query's text (or program) to all rows as Python values.
"""

from __future__ import annotations

import datetime
import decimal
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import metadata
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

Answer = Callable[[int, str], list[Any]]


def _paths(data: str) -> dict[str, str]:
    from tpch.sql import TABLES

    return {name: os.path.join(data, f"{name}.parquet") for name in TABLES}


def _sql(number: int) -> str:
    from tpch.sql import QUERIES

    return QUERIES[number]


def duckdb(data: str, memory: str | None) -> Answer:
    import duckdb as engine

    connection = engine.connect(config={"memory_limit": memory} if memory else {})
    connection.execute("SET threads = 2")
    for name, path in _paths(data).items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    return lambda number, form: connection.execute(_sql(number)).fetchall()


def _spark_like(session: Any, data: str) -> Answer:
    tables = {name: session.read.parquet(path) for name, path in _paths(data).items()}
    for name, frame in tables.items():
        frame.createOrReplaceTempView(name)

    def answer(number: int, form: str) -> list[Any]:
        if form == "sql":
            return session.sql(_sql(number)).collect()
        from tpch.frames import QUERIES

        return QUERIES[number](tables).collect()

    return answer


def minispark(data: str, memory: str | None) -> Answer:
    import minispark as engine

    engine.as_pyspark()
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]")
    if memory:
        builder = builder.config("spark.minispark.sql.memory", memory)
    return _spark_like(builder.getOrCreate(), data)


def spark(data: str, memory: str | None) -> Answer:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]").config("spark.driver.memory", memory or "8g")
        .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4").getOrCreate()
    )  # fmt: skip
    session.sparkContext.setLogLevel("ERROR")
    return _spark_like(session, data)


def sail(data: str, memory: str | None) -> Answer:
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer("127.0.0.1", 0)
    server.start()
    _, port = server.listening_address
    answer = _spark_like(SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate(), data)
    answer.server = server  # it ends when nobody holds it
    return answer


def datafusion(data: str, memory: str | None) -> Answer:
    from datafusion import SessionConfig, SessionContext

    context = SessionContext(SessionConfig().with_target_partitions(2))
    for name, path in _paths(data).items():
        context.register_parquet(name, path)

    def answer(number: int, form: str) -> list[Any]:
        table = context.sql(_sql(number)).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    return answer


def polars(data: str, memory: str | None) -> Answer:
    import polars as engine

    context = engine.SQLContext({name: engine.scan_parquet(path) for name, path in _paths(data).items()})
    return lambda number, form: context.execute(_sql(number), eager=True).rows()


PACKAGES = {"sail": "pysail", "spark": "pyspark"}
"""The packages of engines that are not named as these are."""


def _plain(item: Any) -> Any:
    if isinstance(item, decimal.Decimal):
        return float(item)
    if isinstance(item, datetime.datetime):
        return item.date().isoformat()
    return item.isoformat() if isinstance(item, datetime.date) else item


def _version(name: str) -> str:
    """Of an engine's package; nothing where it runs from a checkout."""
    try:
        return metadata.version(PACKAGES.get(name, name))
    except metadata.PackageNotFoundError:
        return ""


def main() -> None:
    name, data, *rest = sys.argv[1:]
    started = time.perf_counter()
    answer: Answer = globals()[name](data, rest[0] if rest else None)
    ready = {"ready": time.perf_counter() - started, "version": _version(name)}
    print(json.dumps(ready), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            began = time.perf_counter()
            rows = answer(request["query"], request["form"])
            seconds = time.perf_counter() - began
            reply: dict[str, Any] = {"seconds": seconds, "rows": [[_plain(one) for one in row] for row in rows]}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
