"""DuckDB: SQL, no Python functions. It runs what SQL says naturally."""

from __future__ import annotations

from typing import Any

import duckdb

from .engine import Engine
from .size import MIX, Size


def start(cores: int, size: Size) -> Engine:
    connection = duckdb.connect(config={"threads": cores, "temp_directory": size.folder})
    if connection.sql("SELECT 1 + 1").fetchall() != [(2,)]:
        raise RuntimeError("DuckDB cannot add one")
    programs = (word_count, sum_of_ints, group_by_key, join, skewed_join, distinct, many_jobs)
    return Engine(duckdb.__version__, programs, lambda _: (connection, size))


def _one(connection: Any, query: str) -> int:
    return int(connection.sql(query).fetchall()[0][0])


def word_count(connection: Any, size: Size) -> Any:
    path = size.text.replace("'", "''")
    lines = f"read_csv('{path}', header=false, columns={{'line': 'VARCHAR'}}, delim='\x01', quote='', escape='')"
    words = f"SELECT unnest(string_split(line, ' ')) AS word FROM {lines}"
    counts = f"SELECT word, count(*) AS n FROM ({words}) GROUP BY word ORDER BY n DESC, word LIMIT 5"
    return [list(row) for row in connection.sql(counts).fetchall()]


def sum_of_ints(connection: Any, size: Size) -> Any:
    trebled = f"SELECT range * 3 AS x FROM range({size.records(10_000_000)})"
    return _one(connection, f"SELECT sum(x) FROM ({trebled}) WHERE x % 2 = 0")


def group_by_key(connection: Any, size: Size) -> Any:
    sums = f"SELECT sum(range) AS s FROM range({size.records(3_000_000)}) GROUP BY range * {MIX} % 50021"
    return _one(connection, f"SELECT sum(s % 1013) FROM ({sums})")


def join(connection: Any, size: Size) -> Any:
    keys = size.records(300_007)
    left = f"SELECT range * {MIX} % {keys} AS key, range AS x FROM range({size.records(1_000_000)})"
    right = f"SELECT range AS key, 'name-' || range AS name FROM range({keys})"
    return _one(connection, f"SELECT sum(x % 5 + length(name)) FROM ({left}) JOIN ({right}) USING (key)")


def skewed_join(connection: Any, size: Size) -> Any:
    keys = size.records(100_003)
    key = f"CASE WHEN range % 5 = 0 THEN range * {MIX} % {keys} ELSE 7 END"
    left = f"SELECT {key} AS key FROM range({size.records(2_000_000)})"
    right = f"SELECT range AS key, range * 3 AS value FROM range({keys})"
    return _one(connection, f"SELECT sum(value & 15) FROM ({left}) JOIN ({right}) USING (key)")


def distinct(connection: Any, size: Size) -> Any:
    return _one(connection, f"SELECT count(DISTINCT range * 48271 % 700001) FROM range({size.records(4_000_000)})")


def many_jobs(connection: Any, size: Size) -> Any:
    return [_one(connection, f"SELECT sum(range * {job}) FROM range(100)") for job in range(100)]
