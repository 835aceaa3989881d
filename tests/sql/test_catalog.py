"""``spark.catalog``: what it lists, makes, drops and keeps."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from minispark import SparkConf, SparkContext
from minispark.errors import AnalysisException, PySparkTypeError
from minispark.sql.catalog import Column, Database, Table
from minispark.sql.session import SparkSession


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    place = tmp_path_factory.mktemp("warehouse")
    conf = SparkConf().setMaster("inline").setAppName("catalog").set("spark.sql.warehouse.dir", str(place))
    with SparkContext(conf=conf) as sc:
        yield SparkSession(sc)


def test_databases(spark: SparkSession) -> None:
    catalog = spark.catalog
    assert (catalog.currentCatalog(), catalog.currentDatabase()) == ("spark_catalog", "default")
    catalog.createDatabase("db1", properties={"comment": "mine", "k": "v"})
    assert [one.name for one in catalog.listDatabases("d*")] == ["db1", "default"]
    found = catalog.getDatabase("spark_catalog.db1")
    assert isinstance(found, Database) and found.description == "mine" and found.locationUri.endswith("/db1.db")
    catalog.setCurrentDatabase("db1")
    assert catalog.currentDatabase() == "db1"
    catalog.setCurrentDatabase("default")
    catalog.dropDatabase("db1")
    assert not catalog.databaseExists("db1")
    with pytest.raises(AnalysisException) as raised:
        catalog.getDatabase("db1")
    assert raised.value.getCondition() == "SCHEMA_NOT_FOUND"


def test_tables_and_views(spark: SparkSession) -> None:
    catalog = spark.catalog
    spark.sql("CREATE TABLE t1 (id BIGINT COMMENT 'key', p INT) USING parquet PARTITIONED BY (p)")
    spark.range(2).createOrReplaceTempView("v1")
    assert catalog.listTables() == [
        Table("t1", "spark_catalog", ["default"], None, "MANAGED", False),
        Table("v1", None, [], None, "TEMPORARY", True),
    ]
    assert [one.name for one in catalog.listViews(pattern="v*")] == ["v1"]
    assert catalog.getTable("default.t1").database == "default"
    assert catalog.listColumns("t1") == [
        Column("id", "key", "bigint", True, False, False, False),
        Column("p", None, "int", True, True, False, False),
    ]
    spark.sql("INSERT INTO t1 PARTITION (p = 1) SELECT 5")
    assert [one.partition for one in catalog.listPartitions("t1")] == ["p=1"]
    assert catalog.tableExists("v1") and catalog.dropTempView("v1") and not catalog.dropTempView("v1")
    catalog.dropTable("t1")
    assert not catalog.tableExists("t1")
    with pytest.warns(FutureWarning), pytest.raises(AnalysisException):
        catalog.listColumns("t1", "default")


def test_tables_are_made(spark: SparkSession, tmp_path: pathlib.Path) -> None:
    made = spark.catalog.createTable("t2", str(tmp_path / "files"), "parquet", spark.range(1).schema, "words")
    assert made.columns == ["id"]
    found = spark.catalog.getTable("t2")
    assert (found.tableType, found.description) == ("EXTERNAL", "words")
    spark.sql("DROP TABLE t2")
    with pytest.raises(PySparkTypeError):
        spark.catalog.createTable("t2", schema="id int")


def test_what_is_kept_is_renewed_by_writes(spark: SparkSession) -> None:
    catalog = spark.catalog
    spark.sql("CREATE TABLE t3 (a INT) USING parquet")
    spark.sql("INSERT INTO t3 VALUES (1)")
    catalog.cacheTable("t3")
    assert catalog.isCached("spark_catalog.default.t3") and spark.table("t3").count() == 1
    spark.sql("INSERT INTO t3 VALUES (2)")
    assert spark.table("t3").count() == 2 and catalog.isCached("t3")
    catalog.uncacheTable("t3")
    assert not catalog.isCached("t3")
    catalog.cacheTable("t3")
    catalog.clearCache()
    assert not catalog.isCached("t3")
    spark.sql("DROP TABLE t3")
    with pytest.raises(AnalysisException):
        catalog.cacheTable("t3")


def test_functions(spark: SparkSession) -> None:
    catalog = spark.catalog
    assert catalog.functionExists("upper") and not catalog.functionExists("default.upper_of")
    spark.sql("CREATE FUNCTION plus_one(x INT) RETURNS INT RETURN x + 1")
    found = catalog.getFunction("default.plus_one")
    assert (found.name, found.catalog, found.namespace) == ("plus_one", "spark_catalog", ["default"])
    assert "plus_one" in [one.name for one in catalog.listFunctions(pattern="plus*")]
    spark.sql("DROP FUNCTION plus_one")
    with pytest.raises(AnalysisException):
        catalog.getFunction("plus_one")
