"""What DataFrames keep has a bound, and goes with the context."""

from __future__ import annotations

import os

from minispark import SparkConf, StorageLevel
from minispark.rdd.context import SparkContext
from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql.keeping.memory import memory_of
from minispark.sql.running import engine_of


def test_what_is_kept_has_a_bound() -> None:
    """2 m of rows may be in memory here, and each of these has 2.4 m."""
    conf = SparkConf().setMaster("local[1]").setAppName("bound").set("spark.minispark.sql.memory", "60m")
    with SparkContext(conf=conf) as sc:
        spark = SparkSession(sc)
        memory, engine = memory_of(sc), engine_of(sc)
        memory.bytes_max = 2 << 20
        (directory,) = sc._session.local_directories().paths
        made = sc.accumulator(0)

        def counted(number: int) -> int:
            made.add(1)
            return number

        def kept() -> list[str]:
            return [name for name in os.listdir(directory) if name.startswith("kept")]

        df = spark.range(100_000).selectExpr("id", "id AS a", "id AS b")
        df.persist(StorageLevel.MEMORY_ONLY)
        assert df.count() == 100_000 and memory.used == 0 and kept() == []
        df.unpersist()
        df.cache()
        assert df.agg(F.sum("b")).collect() == [(4_999_950_000,)] and memory.used == 0 and len(kept()) == 1
        small = spark.range(10_000).select(F.udf(counted, "bigint")("id").alias("n")).persist(StorageLevel.MEMORY_ONLY)
        assert [small.count(), small.count()] == [10_000, 10_000] and made.value == 10_000 and memory.used == 81_250
        small.count()
        assert engine._memory == (60 << 20) - 81_250
        os.unlink(os.path.join(directory, kept()[0]))
        assert df.join(small, df.id == small.n).count() == 10_000 and made.value == 10_000 and len(kept()) == 1
        small.createOrReplaceTempView("small")
        largest = spark.sql("SELECT * FROM range(10000) WHERE id = (SELECT max(n) FROM small)")
        assert largest.count() == 1 and made.value == 10_000
        local = spark.range(7).localCheckpoint()
        assert local.count() == 7
        del local
        spark.stop()
        assert memory.used == 0 and not os.path.exists(directory)
