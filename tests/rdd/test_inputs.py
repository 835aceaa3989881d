"""Whole files, records of fixed length, packed text; files that are missing, damaged, hidden, changed or remote."""

from __future__ import annotations

import errno
import gzip
from pathlib import Path

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import InputChangedError

HADOOP = "org.apache.hadoop.io.compress."
CODECS = {
    "GzipCodec": ".gz",
    "BZip2Codec": ".bz2",
    "ZStandardCodec": ".zst",
    "Lz4Codec": ".lz4",
    "SnappyCodec": ".snappy",
    "DefaultCodec": ".deflate",
}


@pytest.fixture
def sizes(tmp_path: Path) -> Path:
    """Files of 5, 0, 10, 3 and 7 bytes, and what is overlooked."""
    folder = tmp_path / "sizes"
    (folder / "directory").mkdir(parents=True)
    (folder / "_hidden").write_bytes(b"x")
    for number, size in enumerate([5, 0, 10, 3, 7]):
        (folder / f"f{number}").write_bytes(b"a" * size)
    return folder


@pytest.mark.parametrize(
    ("wanted", "groups"),
    [
        (None, [[5, 0, 10], [3, 7]]),
        (1, [[5, 0, 10, 3, 7]]),
        (3, [[5, 0, 10], [3, 7]]),
        (4, [[5, 0, 10], [3, 7]]),
        (10, [[5], [0, 10], [3], [7]]),
    ],
)
def test_whole_texts_fill_partitions_in_order(
    sc: SparkContext, sizes: Path, wanted: int | None, groups: list[list[int]]
) -> None:
    rdd = sc.wholeTextFiles(str(sizes), wanted)
    expected = groups if wanted is not None or sc.defaultMinPartitions == 2 else [[5, 0, 10, 3, 7]]
    assert rdd.mapValues(len).values().glom().collect() == expected
    assert rdd.keys().collect() == [f"file:{sizes}/f{number}" for number in range(5)]


def test_whole_files_as_they_are(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\r\n\x00")
    with gzip.open(tmp_path / "b.gz", "wb") as file:
        file.write("ä\r\n".encode())
    assert sc.wholeTextFiles(f"{tmp_path}/b.gz").collect() == [(f"file:{tmp_path}/b.gz", "ä\r\n")]
    (name, data), (_, packed) = sc.binaryFiles(str(tmp_path)).collect()
    assert (name, data) == (f"file:{tmp_path}/a", b"\xff\r\n\x00")
    assert packed == (tmp_path / "b.gz").read_bytes()
    assert sc.wholeTextFiles(f"{tmp_path}/a", use_unicode=False).collect() == [
        (f"file:{tmp_path}/a".encode(), b"\xff\r\n\x00")
    ]
    with pytest.raises(UnicodeDecodeError, match=f"{tmp_path}/a, byte 0"):
        sc.wholeTextFiles(f"{tmp_path}/a").collect()


def test_an_empty_directory_has_no_partitions(sc: SparkContext, tmp_path: Path) -> None:
    for rdd in (
        sc.textFile(str(tmp_path)),
        sc.wholeTextFiles(str(tmp_path)),
        sc.binaryFiles(str(tmp_path)),
        sc.binaryRecords(str(tmp_path), 4),
    ):
        assert rdd.getNumPartitions() == 0
        assert rdd.collect() == []


def test_records_of_fixed_length(sc: SparkContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(250)) * 40
    path = tmp_path / "records"
    path.write_bytes(content)
    monkeypatch.setattr("minispark.engine.formats.filesystems.LocalFiles.block_bytes", 3_333)
    rdd = sc.binaryRecords(str(path), 10)
    assert rdd.getNumPartitions() == 3
    assert rdd.collect() == [content[start : start + 10] for start in range(0, len(content), 10)]
    with pytest.raises(EOFError, match=r"records: the last record has 1 bytes instead of 3.*10000 bytes"):
        sc.binaryRecords(str(path), 3).count()
    for wrong in (0, -1, 2.0, "3", True):
        with pytest.raises((ValueError, TypeError), match="recordLength"):
            sc.binaryRecords(str(path), wrong)


@pytest.mark.slow
@pytest.mark.parametrize("codec", CODECS)
def test_packed_text_is_written_and_read(sc: SparkContext, tmp_path: Path, codec: str) -> None:
    lines = [f"line {number} ä" for number in range(30_000)]
    target = tmp_path / "out"
    sc.parallelize(lines, 2).saveAsTextFile(str(target), HADOOP + codec)
    assert sorted(path.name for path in target.iterdir()) == [
        "_SUCCESS",
        f"part-00000{CODECS[codec]}",
        f"part-00001{CODECS[codec]}",
    ]
    assert (target / f"part-00000{CODECS[codec]}").stat().st_size < 200_000
    rdd = sc.textFile(str(target), 9)
    assert rdd.getNumPartitions() == 2
    assert rdd.collect() == lines


def test_an_unknown_codec_is_refused_before_any_work(sc: SparkContext, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'org.example.Codec' is unknown; valid are .*GzipCodec"):
        sc.parallelize([1], 1).saveAsTextFile(str(tmp_path / "out"), "org.example.Codec")
    assert not (tmp_path / "out").exists()


def test_damaged_gzip_is_an_error_that_names_the_file(sc: SparkContext, tmp_path: Path) -> None:
    whole = gzip.compress(b"line\n" * 1000)
    (tmp_path / "short.gz").write_bytes(whole[:-12])
    (tmp_path / "text.gz").write_bytes(b"plain text")
    with pytest.raises(EOFError, match=r"short.gz is truncated"):
        sc.textFile(str(tmp_path / "short.gz")).count()
    with pytest.raises(OSError, match=r"text.gz is damaged, or is not .gz"):
        sc.textFile(str(tmp_path / "text.gz")).count()


def test_bytes_that_are_not_utf8_far_into_a_large_file(sc: SparkContext, tmp_path: Path) -> None:
    path = tmp_path / "large"
    content = b"good line\n" * 300_000
    path.write_bytes(content + b"b\xffd\n" + content)
    with pytest.raises(UnicodeDecodeError, match=rf"{path}, byte {len(content) + 1}: not UTF-8.*use_unicode=False"):
        sc.textFile(str(path), 1).count()
    assert sc.textFile(str(path), 1, use_unicode=False).filter(lambda line: line == b"b\xffd").count() == 1


def test_what_is_hidden_is_overlooked(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a", "_b", ".c", "sub/d", "sub/_e"):
        (tmp_path / name).write_text(f"{name}\n")
    assert sc.textFile(f"{tmp_path}/*").collect() == ["a", "sub/d"]
    assert sc.textFile(f"{tmp_path}/{{a,sub}}").collect() == ["a", "sub/d"]
    assert sc.textFile(f"{tmp_path}/{{n,{{a,s[u]b}}}}").collect() == ["a", "sub/d"]
    assert sc.textFile(f"{tmp_path}/[^a]*").collect() == ["sub/d"]
    assert sc.textFile(f"{tmp_path}/sub,{tmp_path}/a").collect() == ["sub/d", "a"]
    with pytest.raises(FileNotFoundError, match=r"_b \(files whose names begin with _ or . are not read\)"):
        sc.textFile(f"{tmp_path}/_b").count()
    with pytest.raises(IsADirectoryError, match=f"{tmp_path}/sub"):
        sc.textFile(str(tmp_path)).count()


def test_all_that_is_missing_is_named(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x\n")
    for make in (sc.textFile, sc.wholeTextFiles, sc.binaryFiles):
        rdd = make(f"{tmp_path}/no*,{tmp_path}/there,{tmp_path}/gone")
        with pytest.raises(FileNotFoundError, match=rf"{tmp_path}/no\*, {tmp_path}/gone"):
            rdd.count()
    for wrong in (None, 5, Path("x")):
        with pytest.raises(TypeError, match="textFile needs a path as a str"):
            sc.textFile(wrong)


@pytest.mark.matrix(52)
def test_a_file_that_changed_since_it_was_planned_is_an_error(sc: SparkContext, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("one\n")
    rdds = [sc.textFile(str(path)), sc.wholeTextFiles(str(path)), sc.binaryFiles(str(path))]
    path.write_text("one\ntwo\n")
    for rdd in rdds:
        with pytest.raises(InputChangedError, match="changed while it was being read"):
            rdd.collect()


def test_another_file_system_is_read_and_written_by_its_uri(sc: SparkContext, tmp_path: Path) -> None:
    place = f"local://{tmp_path}"
    lines = [f"line {number}" for number in range(1000)]
    sc.parallelize(lines, 3).saveAsTextFile(f"{place}/out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "_SUCCESS",
        *(f"part-0000{number}" for number in range(3)),
    ]
    assert sc.textFile(f"{place}/out", 7).collect() == lines
    assert sc.textFile(f"{place}/o*/part-*[12]").collect() == lines[333:]
    assert sc.wholeTextFiles(f"{place}/out").keys().first() == f"{place}/out/part-00000"
    with pytest.raises(FileExistsError):
        sc.parallelize([1], 1).saveAsTextFile(f"{place}/out")
    with pytest.raises(ZeroDivisionError):
        sc.parallelize([0], 1).map(lambda x: 1 // x).saveAsTextFile(f"{place}/failed")
    assert not (tmp_path / "failed").exists()
    with pytest.raises(FileNotFoundError, match=f"{place}/gone"):
        sc.textFile(f"{place}/gone").count()


def test_an_error_of_listing_keeps_its_type_and_file(sc: SparkContext, tmp_path: Path) -> None:
    """Each action raises its own, with the file's name."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    rdd = sc.textFile(str(tmp_path))
    for _ in range(2):
        with pytest.raises(OSError, match=f"'{tmp_path}/loop'") as caught:
            rdd.count()
        assert caught.value.errno == errno.ELOOP
