"""Writing files with df.write and reading them back with spark.read."""

import datetime
import os
from decimal import Decimal

import pytest

from minispark.errors import AnalysisException, IllegalArgumentException, PySparkTypeError, PySparkValueError
from minispark.sql import functions as F

SCHEMA = """
    i int, l bigint, s string, d double, f float, b boolean, dec decimal(10, 2), day date, ts timestamp, bin binary,
    xs array<int>, m map<string, int>, st struct<x: int, y: string>
"""
ROWS = [
    (1, 1 << 40, "é\n\"x\"", 1.5, 2.5, True, Decimal("1.50"), datetime.date(2020, 1, 1),
     datetime.datetime(2020, 1, 1, 10, 0, 0, 5000), b"\x00A", [1, None], {"k": 1}, (1, "y")),
    (None,) * 13,
]  # fmt: skip


@pytest.fixture
def df(spark):
    return spark.createDataFrame(ROWS, SCHEMA)


def names(path):
    return sorted(name for name in os.listdir(path) if not name.startswith("."))


def condition(call, *args, kind=AnalysisException, **more):
    with pytest.raises(kind) as caught:
        call(*args, **more)
    return caught.value.getCondition()


@pytest.mark.parametrize("form", ["parquet", "orc", "json", "arrow"])
def test_all_types_come_back(spark, df, tmp_path, form):
    path = str(tmp_path / form)
    df.write.format(form).save(path)
    assert spark.read.format(form).schema(df.schema).load(path).collect() == df.collect()
    found = spark.read.format(form).load(path)
    if form in ("parquet", "arrow"):
        assert found.schema == df.schema


def test_names_of_files_are_sparks(df, tmp_path):
    path = str(tmp_path / "out")
    df.write.parquet(path)
    part, mark = names(path)[1], names(path)[0]
    assert mark == "_SUCCESS" and part.startswith("part-00000-") and part.endswith("-c000.snappy.parquet")
    df.select("i").write.csv(path, mode="overwrite", compression="gzip")
    assert names(path)[1].endswith("-c000.csv.gz")
    df.select("i").write.partitionBy("i").mode("overwrite").format("json").option("x", 1)
    df.select("i", "s").write.partitionBy("i").json(path, mode="overwrite")
    assert names(path) == ["_SUCCESS", "i=1", "i=__HIVE_DEFAULT_PARTITION__"]
    assert names(path + "/i=1")[0].endswith(".c000.json")


def test_save_modes(spark, tmp_path):
    path = str(tmp_path / "out")
    two, three = spark.range(2), spark.range(3)
    two.write.parquet(path)
    assert condition(two.write.parquet, path) == "PATH_ALREADY_EXISTS"
    two.write.mode("ignore").parquet(path)
    three.write.mode("append").parquet(path)
    assert spark.read.parquet(path).count() == 5
    three.write.mode("overwrite").parquet(path)
    assert spark.read.parquet(path).count() == 3
    assert condition(two.write.mode, "nope") == "INVALID_SAVE_MODE"


def test_what_fails_leaves_what_there_was(spark, tmp_path):
    path = str(tmp_path / "out")
    spark.range(2).write.parquet(path)
    broken = spark.range(5).select((F.lit(1) / (F.col("id") - 3)).alias("x"))
    for mode in ("append", "overwrite"):
        with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
            broken.write.mode(mode).parquet(path)
    assert spark.read.parquet(path).count() == 2
    assert os.listdir(tmp_path) == ["out"]


def test_what_is_read_cannot_be_replaced(spark, tmp_path):
    path = str(tmp_path / "out")
    spark.range(2).write.parquet(path)
    read = spark.read.parquet(path)
    assert condition(read.write.mode("overwrite").parquet, path) == "UNSUPPORTED_OVERWRITE.PATH"
    assert read.count() == 2


def test_partitions(spark, tmp_path):
    path = str(tmp_path / "out")
    df = spark.createDataFrame([(1, "a/b", 1), (2, "c", 2), (3, None, 2)], "x int, p string, q int")
    df.write.partitionBy("p", "q").parquet(path)
    found = spark.read.parquet(path)
    assert found.columns == ["x", "p", "q"] and sorted(found.collect(), key=lambda row: row.x) == df.collect()
    assert found.where("q = 2").select("x").count() == 2
    assert spark.read.parquet(path + "/p=c").columns == ["x", "q"]
    spark.createDataFrame([(9, "c", 2)], "x int, p string, q int").write.option(
        "partitionOverwriteMode", "dynamic"
    ).partitionBy("p", "q").mode("overwrite").parquet(path)
    assert sorted(row.x for row in spark.read.parquet(path).collect()) == [1, 3, 9]


def test_many_files(spark, tmp_path):
    path = str(tmp_path / "out")
    spark.range(10).repartition(3).write.json(path)
    assert len(names(path)) == 4
    spark.range(10).write.option("maxRecordsPerFile", 4).mode("overwrite").json(path)
    assert [name[-8:-5] for name in names(path)[1:]] == ["000", "001", "002"]
    assert spark.read.json(path).count() == 10


def test_merging_schemas_and_missing_columns(spark, tmp_path):
    path = str(tmp_path / "out")
    spark.createDataFrame([(1, "x")], "a int, b string").write.parquet(path + "/k=1")
    spark.createDataFrame([(2.5, 2)], "c double, a int").write.parquet(path + "/k=2")
    merged = spark.read.option("mergeSchema", True).parquet(path)
    assert merged.schema.simpleString() == "struct<a:int,b:string,c:double,k:int>"
    assert sorted(map(tuple, merged.collect()), key=str) == [(1, "x", None, 1), (2, None, 2.5, 2)]
    wrong = spark.read.schema("a bigint, b int").parquet(path)
    with pytest.raises(Exception, match="PARQUET_COLUMN_DATA_TYPE_MISMATCH"):
        wrong.collect()


def test_a_parquet_file_that_another_takes_the_place_of(spark, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    def write(**columns):
        pq.write_table(pa.table(columns), tmp_path / "new.parquet")
        os.replace(tmp_path / "new.parquet", tmp_path / "one.parquet")

    write(a=pa.array([1, 2], pa.uint8()), b=["x", "y"])
    first = spark.read.parquet(str(tmp_path / "one.parquet"))
    assert first.dtypes == [("a", "smallint"), ("b", "string")]
    assert first.filter("a = 2").collect() == [(2, "y")]
    write(b=["longer", "text"], c=[1.5, 2.5])
    assert first.collect() == [(None, "longer"), (None, "text")]
    assert spark.read.parquet(str(tmp_path / "one.parquet")).collect() == [("longer", 1.5), ("text", 2.5)]


def test_metadata_of_files(spark, tmp_path):
    path = str(tmp_path / "out")
    spark.range(2).write.parquet(path)
    found = spark.read.parquet(path)
    row = found.select("id", "_metadata.file_name", "_metadata.row_index", F.input_file_name().alias("f")).tail(1)[0]
    assert row.file_name == names(path)[1] and row.row_index == 1 and row.f == found.inputFiles()[0]
    assert "_metadata" not in found.where("_metadata.file_size > 0").columns


def test_texts_and_binary_files(spark, tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    (path / "a.txt").write_text("one\r\ntwo\n\n")
    (path / "_hidden").write_text("no")
    read = spark.read
    assert [row.value for row in read.text(str(path)).collect()] == ["one", "two", ""]
    assert [row.value for row in read.text(str(path), wholetext=True).collect()] == ["one\r\ntwo\n\n"]
    row = spark.read.format("binaryFile").load(str(path)).head()
    assert (row.path, row.length, row.content) == (f"file:{path}/a.txt", 10, b"one\r\ntwo\n\n")


def test_records_out_of_texts(spark):
    texts = spark.createDataFrame([('{"a": 1}',), ('{"b": "x"}',)], "value string")
    assert [tuple(row) for row in spark.read.json(texts).collect()] == [(1, None), (None, "x")]
    rdd = spark.sparkContext.parallelize(["a,b", "1,2"])
    assert spark.read.csv(rdd, header=True, inferSchema=True).schema.simpleString() == "struct<a:int,b:int>"
    xml = spark.createDataFrame([("<p><n>Al</n></p>",)], "value string")
    assert spark.read.xml(xml, rowTag="p").collect() == [("Al",)]
    assert condition(spark.read.json, 3, kind=PySparkTypeError) == "NOT_EXPECTED_TYPE"


PLAIN = """a,b,c,d,e,f,g
1,"x, y",1.5,2020-01-01,2020-01-01 10:00:00,1.005,true
,,,,,,
-7,é,-2,2020-02-30,2020-01-01T23:59:59.123,123456789.55,FALSE
99999999999,"",NaN,x,2020-01-01,-0.125,yes
007,12 Main St,1e3,0999-12-31,,5,T1x
"""


@pytest.mark.parametrize("tail", ["", "+3,n,.5,2020-1-1,2020,1e2,t\n", "1,2,3,4,5,6,7,8\n", 'x,"a""b",1,,,,\n'])
@pytest.mark.parametrize("schema", [None, "a int, b string, c double, d date, e timestamp, f decimal(6, 2), g boolean"])
def test_plain_csv_is_read_alike_fast_and_exactly(spark, tmp_path, monkeypatch, schema, tail):
    from minispark.sql.sources.formats import csvfast

    (tmp_path / "x.csv").write_text(PLAIN + tail)
    found = []
    for least in (0, 1 << 40):
        monkeypatch.setattr(csvfast, "BYTES_MIN", least)
        reader = spark.read.options(header=True, inferSchema=schema is None)
        df = (reader if schema is None else reader.schema(schema)).csv(str(tmp_path))
        found.append((df.schema, repr(df.collect()), df.count(), repr(df.select("d").collect())))
    assert found[0] == found[1]


OBJECTS = """{"b":1,"a":null,"s":"x","st":{"z":1,"A":"q"},"l":[1,2]}
{"b":2.5,"t":"2020-01-01","l":[],"bo":true,"st":null}
{"a":7,"s":"\u00e9","st":{"z":null}}
"""


@pytest.mark.parametrize("tail", ["", "bad\n", '{"a":1,"a":2}\n', '{"a":"x"}\n', '{"a":1} {"a":2}\n', '{"b":\n1}\n'])
@pytest.mark.parametrize("schema", [None, "a int, b double, s string, st struct<z:bigint,A:string>", "t date, a int"])
def test_plain_json_is_read_alike_fast_and_exactly(spark, tmp_path, monkeypatch, schema, tail):
    from minispark.sql.sources.formats import jsonfast

    (tmp_path / "x.json").write_text(OBJECTS + tail)
    found = []
    for least in (0, 1 << 40):
        monkeypatch.setattr(jsonfast, "BYTES_MIN", least)
        try:
            df = (spark.read if schema is None else spark.read.schema(schema)).json(str(tmp_path))
            found.append((df.schema, repr(df.collect()), df.count()))
        except AnalysisException as error:
            found.append(error.getCondition())
    assert found[0] == found[1]


# What Spark 4.3 wrote of these values.
CSV = {
    (): 'a,1\na,2\n"a,b",3\n"a\\"b",4\n,5\n"",6\na\\b,7\n"#c",8\n',
    (("header", "true"), ("nullValue", "N")): 's,i\na,1\na,2\n"a,b",3\n"a\\"b",4\nN,5\n"",6\na\\b,7\n"#c",8\n',
    (("quoteAll", "true"), ("escape", '"')):
        '"a","1"\n"a","2"\n"a,b","3"\n"a""b","4"\n"","5"\n"","6"\n"a\\b","7"\n"#c","8"\n',
    (("sep", ";"), ("ignoreLeadingWhiteSpace", "false"), ("emptyValue", "E")):
        'a;1\n a;2\na,b;3\n"a\\"b";4\n;5\nE;6\na\\b;7\n"#c";8\n',
}  # fmt: skip


@pytest.mark.parametrize("options", CSV)
def test_csv_is_written_as_spark_writes_it(spark, tmp_path, options):
    values = ["a", " a", "a,b", 'a"b', None, "", "a\\b", "#c"]
    df = spark.createDataFrame([(text, place + 1) for place, text in enumerate(values)], "s string, i int")
    df.write.options(**dict(options)).csv(str(tmp_path / "out"))
    part = tmp_path / "out" / names(tmp_path / "out")[1]
    assert part.read_text() == CSV[options]


def test_what_cannot_be_written(spark, tmp_path):
    path = str(tmp_path / "out")
    one = spark.range(1)
    nested = one.select(F.struct("id").alias("a"))
    assert condition(nested.write.csv, path) == "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"
    assert condition(one.write.text, path) == "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"
    assert condition(one.select("id", F.col("id").alias("ID")).write.json, path) == "COLUMN_ALREADY_EXISTS"
    assert condition(one.write.partitionBy("id").json, path) == "ALL_PARTITION_COLUMNS_NOT_ALLOWED"
    assert condition(one.write.partitionBy("x").json, path) == "_LEGACY_ERROR_TEMP_1155"
    assert condition(one.write.bucketBy(2, "id").json, path) == "_LEGACY_ERROR_TEMP_1312"
    assert condition(one.write.sortBy("id").json, path) == "SORT_BY_WITHOUT_BUCKETING"
    assert condition(one.select().write.json, path) == "EMPTY_SCHEMA_NOT_SUPPORTED_FOR_DATASOURCE"
    assert condition(one.write.save, kind=IllegalArgumentException) == "_LEGACY_ERROR_TEMP_2047"
    codec = one.write.option("compression", "nope")
    assert condition(codec.parquet, path, kind=IllegalArgumentException).startswith("CODEC_NOT_AVAILABLE")
    assert condition(one.write.bucketBy, "2", "id", kind=PySparkTypeError) == "NOT_EXPECTED_TYPE"
    assert condition(one.write.bucketBy, 2, ["id"], "x", kind=PySparkValueError) == "CANNOT_SET_TOGETHER"
    assert not os.path.exists(path)


def test_what_cannot_be_read(spark, tmp_path):
    assert condition(spark.read.parquet, str(tmp_path / "nope")) == "PATH_NOT_FOUND"
    assert condition(spark.read.csv, str(tmp_path)) == "UNABLE_TO_INFER_SCHEMA"
    with pytest.raises(Exception, match="DATA_SOURCE_NOT_FOUND"):
        spark.read.format("nope").load(str(tmp_path))
    with pytest.raises(NotImplementedError, match="driver"):
        spark.read.jdbc("jdbc:x", "t")
    (tmp_path / "x.parquet").write_text("hello")
    with pytest.raises(Exception, match="CANNOT_READ_FILE_FOOTER"):
        spark.read.parquet(str(tmp_path))
    assert condition(spark.read.schema, 3, kind=PySparkTypeError) == "NOT_EXPECTED_TYPE"


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_files_that_are_gone_or_damaged(spark, tmp_path, form):
    path = str(tmp_path / "out")
    spark.range(4).repartition(2).write.format(form).save(path)
    files = [tmp_path / "out" / name for name in names(path)[1:]]
    df = spark.read.format(form).schema("id bigint").load(path)
    lenient = spark.read.format(form).schema("id bigint").option("ignoreMissingFiles", True).load(path)
    files[0].unlink()
    assert lenient.count() == 2
    with pytest.raises(Exception, match="FILE_NOT_EXIST"):
        df.collect()
    if form == "parquet":
        files[1].write_bytes(b"PAR1 no more")
        with pytest.raises(Exception, match="NO_HINT"):
            spark.read.schema("id bigint").parquet(path).collect()
        assert spark.read.schema("id bigint").option("ignoreCorruptFiles", True).parquet(path).collect() == []


def test_files_of_other_file_systems(spark, tmp_path):
    path = f"local://{tmp_path}/out"
    spark.range(3).write.csv(path)
    spark.range(4).write.mode("overwrite").csv(path)
    spark.range(1).write.mode("append").csv(path)
    assert spark.read.schema("id bigint").csv(path).count() == 5
    assert spark.read.text(f"file://{tmp_path}/out").count() == 5
