"""Spark's settings for files that mean the same here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext


@pytest.fixture
def configured() -> Iterator[Callable[..., SparkContext]]:
    """A context with settings of its own."""
    with ExitStack() as stack:

        def start(**settings: str) -> SparkContext:
            conf = SparkConf().setMaster("inline").setAppName("inputs")
            return stack.enter_context(SparkContext(conf=conf.setAll(settings.items())))

        yield start


def test_directories_inside_directories(configured: Callable[..., SparkContext], tmp_path: Path) -> None:
    for name in ("a", "b/c/d", "b/_e/f", "g/h"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n")
    sc = configured(**{"spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive": "true"})
    assert sc.textFile(str(tmp_path)).collect() == ["a", "b/c/d", "g/h"]
    assert sc.wholeTextFiles(str(tmp_path)).count() == 3


def test_partitions_of_binary_files(configured: Callable[..., SparkContext], tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / name).write_bytes(b"12345")
    sc = configured(**{"spark.files.maxPartitionBytes": "10", "spark.files.openCostInBytes": "0"})
    assert sc.binaryFiles(str(tmp_path), 1).keys().glom().map(len).collect() == [2, 2]


def test_writing_into_a_directory_that_exists(configured: Callable[..., SparkContext], tmp_path: Path) -> None:
    sc = configured(**{"spark.hadoop.validateOutputSpecs": "false"})
    (tmp_path / "mine").write_text("kept")
    sc.parallelize(range(4), 4).saveAsTextFile(str(tmp_path))
    with pytest.raises(ZeroDivisionError):
        sc.parallelize([1, 0], 2).map(lambda x: 1 // x).saveAsTextFile(str(tmp_path))
    sc.parallelize([7, 8], 2).saveAsTextFile(str(tmp_path))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["_SUCCESS", "mine", *(f"part-0000{number}" for number in range(4))]
    assert sc.textFile(f"{tmp_path}/part-*").collect() == ["7", "8", "2", "3"]
