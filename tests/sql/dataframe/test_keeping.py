"""cache, persist and checkpoint: rows are computed once, in memory or in files, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import Accumulator, StorageLevel
from minispark.engine.core.errors import CheckpointError
from minispark.rdd.context import SparkContext
from minispark.sql import DataFrame, SparkSession
from minispark.sql import functions as F


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[1]", "keeping") as sc:
        yield SparkSession(sc)


@pytest.fixture
def counted(spark: SparkSession) -> tuple[DataFrame, Accumulator[int]]:
    """Five rows, and how many were computed so far."""
    made = spark.sparkContext.accumulator(0)

    def one_more(number: int) -> int:
        made.add(1)
        return number + 1

    return spark.range(5).withColumn("r", F.udf(one_more, "bigint")("id")), made


@pytest.mark.parametrize("level", [None, StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY])
def test_rows_are_computed_once(counted: tuple[DataFrame, Accumulator[int]], level: StorageLevel | None) -> None:
    df, made = counted
    assert not df.is_cached and df.storageLevel == StorageLevel.NONE
    kept = df.cache() if level is None else df.persist(level)
    assert kept is df and df.is_cached and df.storageLevel == (level or StorageLevel.MEMORY_AND_DISK_DESER)
    assert made.value == 0
    first = df.collect()
    assert df.collect() == first and made.value == 5
    assert [row.q for row in df.select((F.col("r") * 2).alias("q")).collect()] == [2, 4, 6, 8, 10]
    assert df.persist(StorageLevel.DISK_ONLY_2).storageLevel != StorageLevel.DISK_ONLY_2 and made.value == 5
    df.unpersist()
    assert not df.is_cached and df.storageLevel == StorageLevel.NONE
    assert df.collect() == first and made.value == 10


def test_a_leaf_is_kept(spark: SparkSession) -> None:
    df = spark.range(3).cache()
    assert df.count() == 3 and df.filter("id > 1").count() == 1
    df.unpersist(blocking=True)


def test_checkpoints(spark: SparkSession, counted: tuple[DataFrame, Accumulator[int]], tmp_path: Path) -> None:
    df, made = counted
    with pytest.raises(CheckpointError, match="setCheckpointDir"):
        df.checkpoint()
    spark.sparkContext.setCheckpointDir(str(tmp_path))
    whole = df.checkpoint()
    assert made.value == 5 and whole.collect() == whole.collect() and whole.schema == df.schema and made.value == 5
    (directory,) = tmp_path.iterdir()
    assert [path.suffix for path in directory.iterdir()] == [".arrow"]
    later = df.localCheckpoint(False, StorageLevel.DISK_ONLY)
    assert made.value == 5 and later.collect() == later.collect() == whole.collect() and made.value == 10
