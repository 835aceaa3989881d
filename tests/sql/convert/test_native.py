"""DuckDB is loaded without the package around it until Arrow is asked for; whatever comes first asks in time."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from minispark.sql import SparkSession
from minispark.sql.convert.native import native

FIRST = {
    "plain": "assert frame.filter('n > 1').collect() == [(2,)]; assert 'duckdb' not in sys.modules",
    "arrow": "assert frame.toArrow().num_rows == 2",
    "batches": "assert list(frame.toLocalIterator()) == [(1,), (2,)]",
    "many": "assert spark.createDataFrame([(n,) for n in range(1000)], 'n int').count() == 1000",
    "function": "assert frame.selectExpr('hash(n) as h').count() == 2; frame.selectExpr('hash(n)').collect()",
    "raising": "assert spark.sql('select try_divide(1, 0), try_add(1, 2)').collect() == [(None, 3)]",
    "window": "assert frame.selectExpr('sum(n + 0.5D) over (order by n) as s').collect() == [(1.5,), (4.0,)]",
    "observed": "assert frame.observe('o', F.count('*')).count() == 2",
    "parquet": "frame.write.parquet(where + '/p'); assert spark.read.parquet(where + '/p').count() == 2",
    "collation": "assert spark.sql(\"select 'a' collate unicode_ci = 'A'\").collect() == [(True,)]",
}
PROGRAM = """
import os, sys, tempfile
from minispark.sql import SparkSession, functions as F
for name, first in {first!r}.items():
    child = os.fork()
    if not child:
        with tempfile.TemporaryDirectory() as where, SparkSession.builder.master("inline").getOrCreate() as spark:
            frame = spark.createDataFrame([(1,), (2,)], "n int")
            try:
                exec(first)
            except BaseException:
                print("first of all:", name, flush=True)
                raise
        os._exit(0)
    os.waitpid(child, 0)
assert "_duckdb" not in sys.modules
"""


def test_whatever_comes_first_finds_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=FIRST)], capture_output=True, text=True, timeout=50
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_database_that_does_not_open_says_why_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []

    def connect(*given: Any, **more: Any) -> Any:
        opened.append(more["config"]["temp_directory"])
        raise OSError("no room")

    with SparkSession.builder.master("inline").getOrCreate() as spark:
        with monkeypatch.context() as patch:
            patch.setattr(native(), "connect", connect)
            for _ in range(2):
                with pytest.raises(OSError, match="no room"):
                    spark.range(2).count()
        assert len(opened) == 2 and len(set(opened)) == 1
        assert spark.range(2).count() == 2
