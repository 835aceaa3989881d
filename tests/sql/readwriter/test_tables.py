"""Tables and views: saveAsTable, insertInto, writeTo, temporary views. The answers are those of Spark 4.3."""

import pytest

from minispark.errors import AnalysisException, UnsupportedOperationException
from minispark.sql import functions as F


@pytest.fixture
def tables(spark, tmp_path, monkeypatch):
    """A session with an empty warehouse."""
    session = spark.newSession()
    from minispark.sql.sources.catalog import Catalog

    session._names = Catalog(str(tmp_path / "warehouse"))
    return session


def condition(call, *args, kind=AnalysisException, **more):
    with pytest.raises(kind) as caught:
        call(*args, **more)
    return caught.value.getCondition()


def test_saving_a_table(tables):
    rows = tables.range(3)
    rows.write.saveAsTable("T1")
    assert tables.table("t1").count() == 3
    assert condition(rows.write.saveAsTable, "t1") == "TABLE_OR_VIEW_ALREADY_EXISTS"
    rows.write.mode("ignore").saveAsTable("t1")
    rows.write.mode("append").saveAsTable("t1")
    assert tables.table("t1").count() == 6
    assert condition(rows.write.mode("append").format("csv").saveAsTable, "t1") == "_LEGACY_ERROR_TEMP_1159"
    assert condition(rows.toDF("x").write.mode("append").saveAsTable, "t1") == "_LEGACY_ERROR_TEMP_1162"
    rows.toDF("y").write.mode("overwrite").saveAsTable("t1")
    assert tables.table("t1").columns == ["y"]
    again = tables.table("t1").write.mode("overwrite")
    assert condition(again.saveAsTable, "t1") == "UNSUPPORTED_OVERWRITE.TABLE"
    assert condition(rows.write.saveAsTable, "nodb.t") == "SCHEMA_NOT_FOUND"


def test_inserting(tables):
    rows = tables.range(3)
    rows.write.saveAsTable("t")
    rows.select((F.col("id") + 0.7).alias("other name")).write.insertInto("t")
    assert sorted(row.id for row in tables.table("t").collect()) == [0, 0, 1, 1, 2, 2]
    rows.write.insertInto("t", overwrite=True)
    assert tables.table("t").count() == 3
    two = rows.select("id", F.lit(1).alias("x"))
    assert condition(two.write.insertInto, "t") == "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS"
    text = rows.select(F.lit("x").alias("id"))
    assert condition(text.write.insertInto, "t") == "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST"
    assert condition(rows.write.insertInto, "nope") == "TABLE_OR_VIEW_NOT_FOUND"


def test_partitioned_tables(tables):
    rows = tables.range(3)

    def of(shift, part):
        return rows.select((F.col("id") + shift).alias("a"), F.lit(part).cast("bigint").alias("b"))

    of(0, 1).withColumnRenamed("b", "p").write.partitionBy("p").saveAsTable("t")
    of(10, 2).write.insertInto("t")
    assert sorted(map(tuple, tables.table("t").collect())) == [(0, 1), (1, 1), (2, 1), (10, 2), (11, 2), (12, 2)]
    of(20, 2).write.option("partitionOverwriteMode", "dynamic").insertInto("t", overwrite=True)
    assert sorted(row.a for row in tables.table("t").collect()) == [0, 1, 2, 20, 21, 22]
    of(30, 3).write.insertInto("t", overwrite=True)
    assert sorted(row.a for row in tables.table("t").collect()) == [30, 31, 32]


def test_bucketed_tables(tables):
    tables.range(3).write.bucketBy(2, "id").sortBy("id").saveAsTable("t")
    files = sorted(tables.table("t").inputFiles())
    assert [name.split("_")[-1][:5] for name in files] == ["00000", "00001"]
    assert [sorted(row.id for row in tables.read.parquet(name).collect()) for name in files] == [[2], [0, 1]]
    assert condition(tables.range(1).write.bucketBy(0, "id").saveAsTable, "u") == "INVALID_BUCKET_COUNT"


def test_external_tables_and_options(tables, tmp_path):
    path = str(tmp_path / "ext")
    rows = tables.createDataFrame([(1, "x;y")], "a int, b string")
    rows.write.format("csv").option("sep", ";").option("header", True).option("path", path).saveAsTable("t")
    assert tables.table("t").collect() == rows.collect()
    tables._catalog.drop_table(("t",))
    assert tables.read.csv(path, sep=";", header=True).count() == 1


def test_writing_to(tables):
    rows = tables.range(2)
    rows.writeTo("t").using("json").tableProperty("a", "b").create()
    assert tables.table("t").count() == 2
    assert condition(rows.writeTo("t").append) == "_LEGACY_ERROR_TEMP_1012"
    assert condition(rows.writeTo("t").createOrReplace) == "UNSUPPORTED_FEATURE.TABLE_OPERATION"
    assert condition(rows.writeTo("nope").append) == "TABLE_OR_VIEW_NOT_FOUND"
    merge = rows.mergeInto("t", F.lit(True)).whenMatched().delete()
    assert condition(merge.merge, kind=UnsupportedOperationException) == "UNSUPPORTED_FEATURE.TABLE_OPERATION"


def test_views(tables):
    tables.range(2).createOrReplaceTempView("v")
    tables.range(3).createOrReplaceTempView("v")
    assert tables.table("V").count() == 3
    assert condition(tables.range(1).createTempView, "v") == "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"
    assert condition(tables.range(1).createTempView, "a.b") == "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS"
    assert condition(tables.table, "nope") == "TABLE_OR_VIEW_NOT_FOUND"
    joined = tables.table("v").alias("x").join(tables.table("v").alias("y"), "id")
    assert joined.count() == 3


def test_partitions_that_lie_there_are_the_tables_when_it_is_repaired(tables, tmp_path):
    path = str(tmp_path / "data")
    rows = tables.range(4).select("id", (F.col("id") % 2).alias("p"))
    rows.write.partitionBy("p").parquet(path)
    tables.sql(f"CREATE TABLE t (id BIGINT, p BIGINT) USING parquet PARTITIONED BY (p) LOCATION '{path}'")
    assert tables.table("t").count() == 0 and tables.sql("SHOW PARTITIONS t").count() == 0
    tables.sql("ALTER TABLE t ADD PARTITION (p = 1)")
    assert sorted(map(tuple, tables.table("t").collect())) == [(1, 1), (3, 1)]
    tables.sql("MSCK REPAIR TABLE t")
    assert tables.table("t").count() == 4
