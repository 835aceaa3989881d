"""Partitions at places of their own: what is read from them, what is written there, and what ends them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext
from minispark.errors import AnalysisException
from minispark.sql.session import SparkSession


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    home = tmp_path_factory.mktemp("places")
    conf = SparkConf().setMaster("inline").setAppName("places").set("spark.sql.warehouse.dir", str(home))
    with SparkContext(conf=conf) as sc:
        yield SparkSession(sc)


def _rows(spark: SparkSession, table: str = "t") -> list[tuple[int, int, str]]:
    return [tuple(row) for row in spark.sql(f"SELECT * FROM {table} ORDER BY v").collect()]


def _names(spark: SparkSession, table: str = "t") -> str:
    return " ".join(row[0] for row in spark.sql(f"SHOW PARTITIONS {table}").collect())


def _files(place: Path) -> int:
    return len([name for name in os.listdir(place) if name.endswith(".parquet")]) if place.is_dir() else -1


def test_a_partition_lies_elsewhere(spark: SparkSession, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    spark.sql("CREATE TABLE t (v int, p int, q string) USING parquet PARTITIONED BY (p, q)")
    spark.sql("INSERT INTO t VALUES (1, 1, 'a'), (2, 1, 'b')")
    spark.sql(f"ALTER TABLE t ADD PARTITION (p = 2, q = 'x') LOCATION '{one}'")
    assert _names(spark) == "p=1/q=a p=1/q=b p=2/q=x"
    spark.sql("INSERT INTO t PARTITION (p = 2, q = 'x') VALUES (10)")
    spark.sql("INSERT INTO t VALUES (11, 2, 'x'), (12, 3, 'y')")
    assert _rows(spark) == [(1, 1, "a"), (2, 1, "b"), (10, 2, "x"), (11, 2, "x"), (12, 3, "y")]
    assert _files(one) == 2 and spark.table("t").where("p = 2").count() == 2
    spark.sql("INSERT OVERWRITE t PARTITION (p = 2, q = 'x') VALUES (20)")
    assert _files(one) == 1 and _rows(spark)[-1] == (20, 2, "x")
    spark.sql("INSERT OVERWRITE t PARTITION (p = 3, q = 'y') SELECT 1 WHERE false")
    assert _names(spark) == "p=1/q=a p=1/q=b p=2/q=x" and len(_rows(spark)) == 3
    spark.sql("INSERT INTO t VALUES (12, 3, 'y')")
    spark.sql("INSERT OVERWRITE t PARTITION (p = 2, q) VALUES (21, 'x'), (22, 'z')")
    assert _rows(spark) == [(1, 1, "a"), (2, 1, "b"), (12, 3, "y"), (21, 2, "x"), (22, 2, "z")]
    with pytest.raises(AnalysisException, match="PARTITIONS_ALREADY_EXIST"):
        spark.sql(f"ALTER TABLE t ADD PARTITION (p = 2, q = 'x') LOCATION '{two}'")
    told = [tuple(row)[:2] for row in spark.sql("DESCRIBE EXTENDED t PARTITION (p = 2, q = 'x')").collect()]
    assert ("Location", f"file:{one}") in told

    spark.sql(f"ALTER TABLE t PARTITION (p = 1, q = 'a') SET LOCATION '{two}'")
    assert (1, 1, "a") not in _rows(spark)
    spark.sql("INSERT INTO t PARTITION (p = 1, q = 'a') VALUES (60)")
    spark.sql("ALTER TABLE t PARTITION (p = 1, q = 'a') RENAME TO PARTITION (p = 1, q = 'c')")
    assert _names(spark) == "p=1/q=b p=1/q=c p=2/q=x p=2/q=z p=3/q=y" and (60, 1, "c") in _rows(spark)
    spark.sql("MSCK REPAIR TABLE t")  # the directory that the place of its own had hidden
    assert _names(spark).startswith("p=1/q=a p=1/q=b") and (1, 1, "a") in _rows(spark)
    spark.sql("ALTER TABLE t DROP PARTITION (p = 2, q = 'x')")
    assert not one.exists() and "q=x" not in _names(spark)

    spark.sql(f"ALTER TABLE t ADD PARTITION (p = 5, q = 'd') LOCATION '{two}'")
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    spark.sql("INSERT OVERWRITE t VALUES (51, 5, 'd')")
    spark.conf.unset("spark.sql.sources.partitionOverwriteMode")
    assert _files(two) == 1 and len(_rows(spark)) == 6
    spark.sql("TRUNCATE TABLE t PARTITION (p = 5)")
    assert _files(two) == 0 and len(_rows(spark)) == 5
    spark.sql("INSERT OVERWRITE t VALUES (99, 9, 'i')")
    assert _names(spark) == "p=9/q=i" and _rows(spark) == [(99, 9, "i")]


def test_external_tables_keep_files_that_lie_elsewhere(spark: SparkSession, tmp_path: Path) -> None:
    place = tmp_path / "one"
    spark.sql(f"CREATE TABLE e (v int, p int) USING csv PARTITIONED BY (p) LOCATION '{tmp_path / 'e'}'")
    spark.sql(f"ALTER TABLE e ADD PARTITION (p = 1) LOCATION '{place}'")
    spark.sql("INSERT INTO e PARTITION (p = 1) VALUES (1)")
    assert _rows(spark, "e") == [(1, 1)]
    spark.sql("ALTER TABLE e DROP PARTITION (p = 1)")
    assert _rows(spark, "e") == [] and place.is_dir()
    spark.sql("CREATE TABLE plain (a int) USING parquet")
    for text in (f"ADD PARTITION (a = 1) LOCATION '{place}'", f"PARTITION (a = 1) SET LOCATION '{place}'"):
        with pytest.raises(AnalysisException) as raised:
            spark.sql(f"ALTER TABLE plain {text}")
        assert raised.value.getCondition() == "_LEGACY_ERROR_TEMP_1251"
