"""Where RDDs come from: parallelize, range and textFile. (Layouts are in tests/conformance.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks
from minispark.testing.rules import split_lines


def test_parallelized_records_are_a_copy(sc: SparkContext) -> None:
    records = [[1], [2], [3]]
    rdd = sc.parallelize(records, 2)
    records[0].append("changed")
    records.clear()
    assert rdd.collect() == [[1], [2], [3]]


def test_a_task_that_changes_its_input_changes_no_later_answer(sc: SparkContext) -> None:
    def spoil(record: list[int]) -> list[int]:
        record.append(0)
        return record

    rdd = sc.parallelize([[1], [2]], 2)
    assert rdd.map(spoil).collect() == [[1, 0], [2, 0]]
    assert rdd.map(spoil).collect() == [[1, 0], [2, 0]]
    assert rdd.collect() == [[1], [2]]


def test_a_range_is_never_made_in_the_driver(sc: SparkContext) -> None:
    assert sc.range(10**15, numSlices=4).take(3) == [0, 1, 2]
    assert sc.range(0, 10**15, 10**14, 3).collect() == list(range(0, 10**15, 10**14))


@pytest.mark.parametrize("slices", [0, -1, 1.5, "2"])
def test_a_number_of_slices_must_be_positive(sc: SparkContext, slices: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        sc.parallelize([1, 2], slices)


def test_what_cannot_be_iterated_cannot_be_parallelized(sc: SparkContext) -> None:
    with pytest.raises(TypeError):
        sc.parallelize(5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"one line without an end",
        b"a\nbb\n\nccc\n",
        b"a\r\nbb\r\n\r\nccc",
        b"a\rbb\r\rccc\r",
        b"a\n\rb\r\r\n\nc\r\n",
        "ä\n€uro\n😀\n".encode(),
        b"x" * 100 + b"\n" + b"y\n" * 30,
        b"\n" * 20,
    ],
    ids=repr,
)
def test_every_line_is_in_one_split_whatever_their_number(sc: SparkContext, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "input.txt"
    path.write_bytes(content)
    for splits in [*range(1, 9), max(len(content), 1), len(content) + 5]:
        assert sc.textFile(str(path), splits).glom().collect() == split_lines(content, splits), f"{splits} splits"


def test_a_line_longer_than_many_read_buffers(sc: SparkContext, tmp_path: Path) -> None:
    lines = ["a" * 3_000_000, "b", "c" * 1_500_000]
    path = tmp_path / "long.txt"
    path.write_text("\n".join(lines) + "\n")
    for splits in (1, 2, 5):
        assert sc.textFile(str(path), splits).collect() == lines


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gz", "bz2"])
def test_compressed_files_are_read_whole(sc: SparkContext, tmp_path: Path, kind: str) -> None:
    import bz2
    import gzip

    lines = [f"line {i} ä" for i in range(200_000)]
    compress = {"gz": gzip.compress, "bz2": bz2.compress}[kind]
    content = "\r\n".join(lines).encode()
    path = tmp_path / f"text.{kind}"
    path.write_bytes(compress(content[:1_000_000]) + compress(content[1_000_000:]))
    rdd = sc.textFile(str(path), 7)
    assert rdd.getNumPartitions() == 1
    assert rdd.collect() == lines
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(EOFError):
        sc.textFile(str(path)).count()


def test_files_of_a_directory_come_in_order_of_their_names(sc: SparkContext, tmp_path: Path) -> None:
    names = ["10", "2", "b", "a", "1", ".hidden", "_hidden"]
    for name in names:
        (tmp_path / name).write_text(name + "\n")
    assert sc.textFile(str(tmp_path), 1).collect() == ["1", "10", "2", "a", "b"]


def test_a_path_that_does_not_exist_is_an_error_that_names_it(sc: SparkContext, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="missing-file") as caught:
        sc.textFile(str(tmp_path / "missing-file.txt")).collect()
    assert isinstance(caught.value, OSError)


def test_a_glob_that_matches_nothing_is_an_error_that_names_it(sc: SparkContext, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such"):
        sc.textFile(str(tmp_path / "no-such-*.txt")).count()


def test_another_file_system_is_refused_by_name(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="nope"):
        sc.textFile("nope://host/path").count()


def test_take_reads_no_more_splits_than_it_needs(sc: SparkContext, tmp_path: Path, marks: Marks) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{i}\n" for i in range(1000)))

    def note(records: object) -> object:
        marks.leave("read")
        return records

    assert sc.textFile(str(path), 50).mapPartitions(note).take(2) == ["0", "1"]
    assert len(marks) == 1
