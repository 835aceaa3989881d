"""Listing of files and discovery of partitions."""

import datetime
import os
from decimal import Decimal

import pytest

from minispark.errors import AnalysisException, SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.sources.listing import list_files
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import discover
from minispark.sql.sources.partitionvalues import inferred_type, partition_value


@pytest.fixture
def files(tmp_path):
    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        return str(tmp_path)

    return make


def found(root, given=None, **options):
    wanted = Options.of({name: str(text) for name, text in options.items()})
    paths = root if isinstance(root, list) else [root]
    parts = discover(list_files(paths, wanted), wanted, given)
    return {f.name: f.dataType.simpleString() for f in parts.columns}, [
        (
            os.path.relpath(f.path, os.path.commonpath(paths))
            if not isinstance(root, list)
            else os.path.basename(f.path),
            f.values,
        )
        for f in parts.files
    ]


# What Spark 4.3 made of a directory of this name.
SPARK = {
    "1": ("int", 1),
    "01": ("int", 1),
    "+5": ("int", 5),
    "2020-01-01": ("date", datetime.date(2020, 1, 1)),
    "2020-01-01 10%3A00%3A00": ("timestamp", datetime.datetime(2020, 1, 1, 10)),
    "2020-01-01 00%3A00%3A00.5": ("timestamp", datetime.datetime(2020, 1, 1, 0, 0, 0, 500000)),
    "abc": ("string", "abc"),
    "1.5": ("double", 1.5),
    "1.5d": ("double", 1.5),
    "Infinity": ("double", float("inf")),
    "12345678901": ("bigint", 12345678901),
    "1e3": ("decimal(4,0)", Decimal(1000)),
    "123456789012345678901234567890": ("decimal(30,0)", Decimal("123456789012345678901234567890")),
    "0x1": ("string", "0x1"),
    "1_0": ("string", "1_0"),
    "true": ("string", "true"),
    "__HIVE_DEFAULT_PARTITION__": ("void", None),
    "a%2Fb%3Dc%3Ad%25e%22f": ("string", 'a/b=c:d%e"f'),
    "é%0A": ("string", "é\n"),
}


@pytest.mark.parametrize("raw", SPARK)
def test_types_and_values_of_names(raw):
    dtype = inferred_type(raw)
    assert (dtype.simpleString(), partition_value(raw, dtype, "p", "UTC")) == SPARK[raw]


def test_local_times_of_names_are_held_in_utc():
    moment = partition_value("2020-07-01 10%3A00%3A00", t.TimestampType(), "p", "Europe/Berlin")
    assert moment == datetime.datetime(2020, 7, 1, 8)


def test_partitions_of_two_levels(files):
    root = files("a=1/b=x/f", "a=2/b=y/f", "a=2/b=y/_hidden", "_SUCCESS", ".x.crc", "a=2/b=y/.f.crc")
    assert found(root) == ({"a": "int", "b": "string"}, [("a=1/b=x/f", (1, "x")), ("a=2/b=y/f", (2, "y"))])


def test_types_widen(files):
    root = files("a=1/f", "a=1.5/f", "a=__HIVE_DEFAULT_PARTITION__/f")
    assert found(root) == (
        {"a": "double"},
        [("a=1.5/f", (1.5,)), ("a=1/f", (1.0,)), ("a=__HIVE_DEFAULT_PARTITION__/f", (None,))],
    )
    assert found(files("a=x/f"))[0] == {"a": "string"}


@pytest.mark.parametrize("raw", ["2024-02", "2024-2-3", "02024-01-01", "2024-02-03T00", "2024-02-30", "2024-02-03 "])
def test_only_a_whole_plain_date_suggests_one(files, raw):
    assert found(files("a=2024-02-29/f"))[0] == {"a": "date"}
    assert inferred_type(raw) == t.StringType()


def test_the_users_types_count(files):
    given = t.StructType([t.StructField("A", t.StringType())])
    assert found(files("a=01/f"), given) == ({"A": "string"}, [("a=01/f", ("01",))])
    given = t.StructType([t.StructField("a", t.IntegerType())])
    with pytest.raises(SparkRuntimeException):
        found(files("a=x/f"), given)


def test_base_path(files):
    root = files("a=1/f", "a=2/g")
    assert found([root + "/a=1"]) == ({}, [("f", ())])
    assert found([root + "/a=1"], basePath=root) == ({"a": "int"}, [("f", (1,))])
    assert found([root + "/a=1/f"], basePath=root) == ({"a": "int"}, [("f", (1,))])
    assert found([root + "/a=*"]) == ({}, [("f", ()), ("g", ())])


def test_directories_without_partitions(files):
    root = files("f", "sub/deep/g", "h.txt")
    assert [name for name, _ in found(root)[1]] == ["f", "h.txt"]
    assert [name for name, _ in found(root, recursiveFileLookup="true")[1]] == ["f", "h.txt", "sub/deep/g"]
    assert [name for name, _ in found(root, pathGlobFilter="*.{txt,csv}")[1]] == ["h.txt"]


def test_times(files):
    root = files("old", "new")
    os.utime(root + "/old", (0, 0))
    assert [name for name, _ in found(root, modifiedBefore="2000-01-01T00:00:00")[1]] == ["old"]
    assert [name for name, _ in found(root, modifiedAfter="2000-01-01T00:00:00")[1]] == ["new"]


def test_conflicts(files):
    root = files("x/a=1/f", "x/b=1/f", "y/a=1/f", "y/sub/f")
    for name, condition in (("x", "CONFLICTING_PARTITION_COLUMN_NAMES"), ("y", "CONFLICTING_DIRECTORY_STRUCTURES")):
        with pytest.raises(SparkRuntimeException) as caught:
            found(f"{root}/{name}")
        assert caught.value.getCondition() == condition


def test_missing_paths(tmp_path):
    for path in (str(tmp_path / "nope"), str(tmp_path / "*.nope"), f"file:{tmp_path}/nope"):
        with pytest.raises(AnalysisException) as caught:
            list_files([path], Options())
        assert caught.value.getCondition() == "PATH_NOT_FOUND"
