"""saveAsTextFile: complete or absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_part_file_for_each_partition_and_a_sign_of_success(sc: SparkContext, tmp_path: Path) -> None:
    target = tmp_path / "out"
    sc.parallelize(["a", "b", "c"], 2).saveAsTextFile(str(target))
    assert names(target) == ["_SUCCESS", "part-00000", "part-00001"]
    assert (target / "part-00000").read_bytes() == b"a\n"
    assert (target / "part-00001").read_bytes() == b"b\nc\n"
    assert (target / "_SUCCESS").read_bytes() == b""


def test_every_record_is_written_as_its_str(sc: SparkContext, tmp_path: Path) -> None:
    records = [None, 1, -0.0, "ä", ("a", None), [1], {"k": 1}, "", True, b"bytes"]
    sc.parallelize(records, 1).saveAsTextFile(str(tmp_path / "out"))
    expected = [record.decode() if isinstance(record, bytes) else str(record) for record in records]
    assert (tmp_path / "out/part-00000").read_text(encoding="utf-8").split("\n") == [*expected, ""]


def test_an_existing_target_is_refused_before_any_work(sc: SparkContext, tmp_path: Path, marks: Marks) -> None:
    rdd = sc.parallelize([1], 1).map(lambda x: marks.leave(x))
    for make in (Path.mkdir, Path.touch):
        target = tmp_path / make.__name__
        make(target)
        with pytest.raises(FileExistsError, match=make.__name__):
            rdd.saveAsTextFile(str(target))
        assert target.exists()
    assert marks.read() == []


def test_nothing_is_left_of_a_save_that_fails(sc: SparkContext, tmp_path: Path) -> None:
    target = tmp_path / "deep/er/out"

    def fail(x: int) -> Any:
        return 1 // (x - 7)

    with pytest.raises(ZeroDivisionError):
        sc.parallelize(range(10), 4).map(fail).saveAsTextFile(str(target))
    assert not target.exists()
    sc.parallelize(range(2), 2).saveAsTextFile(str(target))
    assert names(target) == ["_SUCCESS", "part-00000", "part-00001"]


def test_a_record_whose_str_raises_fails_the_save(sc: SparkContext, tmp_path: Path) -> None:
    class Silent:
        def __str__(self) -> str:
            raise ArithmeticError("no text")

    with pytest.raises(ArithmeticError, match="no text"):
        sc.parallelize([1], 1).map(lambda x: Silent()).saveAsTextFile(str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_target_that_cannot_be_made_is_an_os_error_that_names_it(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file/out"):
        sc.parallelize([1], 1).saveAsTextFile(str(tmp_path / "file/out"))


def test_what_was_saved_is_read_back(sc: SparkContext, tmp_path: Path) -> None:
    lines = [f"line {i} ä€" for i in range(5_000)]
    sc.parallelize(lines, 5).saveAsTextFile(str(tmp_path / "out"))
    for splits in (1, 2, 9):
        assert sc.textFile(str(tmp_path / "out"), splits).collect() == lines


def test_saving_the_result_of_a_shuffle(sc: SparkContext, tmp_path: Path) -> None:
    rdd = sc.parallelize(range(10), 3).map(lambda x: (x % 2, x)).reduceByKey(max, 2)
    rdd.saveAsTextFile(str(tmp_path / "out"))
    assert (tmp_path / "out/part-00000").read_text() == "(0, 8)\n"
    assert (tmp_path / "out/part-00001").read_text() == "(1, 9)\n"


def test_more_than_ten_parts_are_named_in_order(sc: SparkContext, tmp_path: Path) -> None:
    sc.parallelize(range(12), 12).saveAsTextFile(str(tmp_path / "out"))
    parts = sorted((tmp_path / "out").glob("part-*"))
    assert [int(part.read_text()) for part in parts] == list(range(12))


def test_other_file_systems_are_refused_by_name(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="nope"):
        sc.parallelize([1], 1).saveAsTextFile("nope://bucket/out")
