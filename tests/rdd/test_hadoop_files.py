"""Sequence files, pickle files and Hadoop's formats for text, as an RDD's user sees them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks

IO = "org.apache.hadoop.io."
OLD = "org.apache.hadoop.mapred."
NEW_INPUT = "org.apache.hadoop.mapreduce.lib.input."
NEW_OUTPUT = "org.apache.hadoop.mapreduce.lib.output."


@dataclass
class Point:
    x: int


RECORDS: list[Any] = [None, 1, "a", (1, [2.5]), {"k": b"v"}, Point(3), [], [[]]]


@pytest.mark.parametrize("batch", [1, 3, 10, 0, -1])
def test_any_record_survives_a_pickle_file(sc: SparkContext, tmp_path: Path, batch: int) -> None:
    sc.parallelize(RECORDS * 20, 3).saveAsPickleFile(str(tmp_path / "out"), batch)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "_SUCCESS",
        *(f"part-0000{i}" for i in range(3)),
    ]
    rdd = sc.pickleFile(str(tmp_path / "out"))
    assert rdd.getNumPartitions() == 3
    assert rdd.collect() == RECORDS * 20


def test_pickle_files_are_split_like_spark_splits_them(sc: SparkContext, tmp_path: Path) -> None:
    sc.parallelize([bytes(500)] * 2000, 1).saveAsPickleFile(str(tmp_path / "out"))
    splits = [sc.pickleFile(str(tmp_path / "out"), wanted).glom().map(len).collect() for wanted in (1, 4)]
    assert [len(counts) for counts in splits] == [1, 4]
    assert [sum(counts) for counts in splits] == [2000, 2000]


def test_a_file_that_is_no_pickle_file_is_an_error_that_names_it(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("some text\n")
    sc.parallelize([(1, 2), (3, 4)], 1).saveAsSequenceFile(str(tmp_path / "pairs"))
    sc.parallelize([(1, b"no pickle")], 1).saveAsSequenceFile(str(tmp_path / "bytes"))
    for name in ("text", "pairs", "bytes"):
        with pytest.raises(ValueError, match=f"{name}.* is not a"):
            sc.pickleFile(str(tmp_path / name)).collect()
    whole = tmp_path / "cut"
    sc.parallelize(range(100), 1).saveAsPickleFile(str(whole))
    part = whole / "part-00000"
    for size in (30, 300):
        part.write_bytes(part.read_bytes()[:-size])
        with pytest.raises(EOFError, match="part-00000 is truncated"):
            sc.pickleFile(str(whole)).collect()
    with pytest.raises(ValueError, match="batchSize"):
        sc.parallelize([1]).saveAsPickleFile(str(tmp_path / "out"), -2)
    with pytest.raises(TypeError, match="batchSize"):
        sc.parallelize([1]).saveAsPickleFile(str(tmp_path / "out"), "2")


@pytest.mark.slow
@pytest.mark.parametrize("codec", [None, "GzipCodec", "SnappyCodec"])
def test_pairs_survive_a_sequence_file(sc: SparkContext, tmp_path: Path, codec: str | None) -> None:
    pairs = [(f"key {number}", {"n": number, "half": number / 2}) for number in range(5000)]
    name = None if codec is None else IO + "compress." + codec
    sc.parallelize(pairs, 2).saveAsSequenceFile(str(tmp_path / "out"), name)
    assert (tmp_path / "out/part-00001").exists()
    assert sc.sequenceFile(str(tmp_path / "out"), minSplits=6).collect() == pairs
    assert sc.sequenceFile(str(tmp_path / "out"), IO + "Text", IO + "MapWritable").count() == 5000


def test_what_is_no_pair_or_of_another_class_is_shown(sc: SparkContext, tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(TypeError, match=r"not a pair .*: 7"):
        sc.parallelize([7], 1).saveAsSequenceFile(str(target))
    with pytest.raises(TypeError, match=r"not a pair .*: 'abc'"):
        sc.parallelize([(1, 2), "abc"], 1).saveAsSequenceFile(str(target))
    with pytest.raises(TypeError, match="'b' is a str: a .*IntWritable holds int"):
        sc.parallelize([(1, 2), (2, "b")], 1).saveAsSequenceFile(str(target))
    with pytest.raises(TypeError, match="saveAsPickleFile"):
        sc.parallelize([(1, [2])], 1).saveAsSequenceFile(str(target))
    with pytest.raises(ValueError, match="empty"):
        sc.parallelize([], 1).saveAsSequenceFile(str(target))
    assert not target.exists()
    for call in (sc.sequenceFile, sc.pickleFile):
        with pytest.raises(FileNotFoundError, match="out"):
            call(str(target)).count()


def test_an_existing_target_is_refused_before_the_first_record(sc: SparkContext, tmp_path: Path, marks: Marks) -> None:
    rdd = sc.parallelize([1], 1).map(lambda x: (marks.leave(x), x))
    with pytest.raises(FileExistsError):
        rdd.saveAsSequenceFile(str(tmp_path))
    assert marks.read() == []


def test_text_by_hadoop_classes(sc: SparkContext, tmp_path: Path) -> None:
    pairs = [(1, "a"), (None, "b"), (2.5, None), (None, None), (True, b"\x01\xff"), (10.0**9, {"k": None})]
    target = tmp_path / "old"
    sc.parallelize(pairs, 1).saveAsHadoopFile(str(target), OLD + "TextOutputFormat")
    assert (target / "part-00000").read_text() == "1\ta\nb\n2.5\ntrue\t01 ff\n1.0E9\t{k=(null)}\n"
    loaded = sc.hadoopFile(str(target), OLD + "TextInputFormat", IO + "LongWritable", IO + "Text")
    assert loaded.take(3) == [(0, "1\ta"), (4, "b"), (6, "2.5")]
    codec = {"mapreduce.output.fileoutputformat.compress": "true"}
    new = tmp_path / "new"
    sc.parallelize(pairs[:2], 1).saveAsNewAPIHadoopFile(str(new), NEW_OUTPUT + "TextOutputFormat", conf=codec)
    assert (new / "part-r-00000.deflate").exists()
    form = NEW_INPUT + "KeyValueTextInputFormat"
    assert sc.newAPIHadoopFile(str(new), form, IO + "Text", IO + "Text").collect() == [("1", "a"), ("b", "")]


def test_offsets_are_those_of_the_file_whatever_the_split(sc: SparkContext, tmp_path: Path) -> None:
    content = b"a\tb\nab\r\n\ncd\te\tf\n\xc3\xa4\nlast"
    path = tmp_path / "lines"
    path.write_bytes(content)
    expected = [(0, "a\tb"), (4, "ab"), (8, ""), (9, "cd\te\tf"), (16, "ä"), (19, "last")]
    loaded = sc.hadoopFile(str(path), OLD + "TextInputFormat", IO + "LongWritable", IO + "Text")
    assert loaded.collect() == expected
    for wanted in range(1, len(content)):
        assert _offsets(sc, str(path), wanted) == expected


def _offsets(sc: SparkContext, path: str, wanted: int) -> list[Any]:
    return sc._pairs(path, "offsets", wanted, (None, None)).collect()


def test_datasets_take_all_from_their_configuration(sc: SparkContext, tmp_path: Path) -> None:
    pairs = [(2**40, "a"), (2, "b")]
    for package, save, load in (
        (OLD, "saveAsHadoopDataset", sc.hadoopRDD),
        (NEW_OUTPUT, "saveAsNewAPIHadoopDataset", sc.newAPIHadoopRDD),
    ):
        target = str(tmp_path / save)
        conf = {
            "mapreduce.job.outputformat.class": package + "SequenceFileOutputFormat",
            "mapreduce.job.output.key.class": IO + "LongWritable",
            "mapreduce.output.fileoutputformat.outputdir": target,
        }
        getattr(sc.parallelize(pairs, 1), save)(conf)
        form = (OLD if package == OLD else NEW_INPUT) + "SequenceFileInputFormat"
        inputs = {"mapreduce.input.fileinputformat.inputdir": target}
        assert load(form, IO + "LongWritable", IO + "Text", conf=inputs).collect() == pairs


def test_what_needs_java_is_refused_with_an_alternative(sc: SparkContext, tmp_path: Path) -> None:
    rdd = sc.parallelize([(1, 2)], 1)
    target = str(tmp_path / "out")
    for call in (
        lambda: rdd.saveAsHadoopFile(target, "org.example.Format"),
        lambda: rdd.saveAsHadoopFile(target, NEW_OUTPUT + "TextOutputFormat"),
        lambda: rdd.saveAsHadoopFile(target, OLD + "TextOutputFormat", conf={"some.key": "1"}),
        lambda: rdd.saveAsNewAPIHadoopFile(target, NEW_OUTPUT + "TextOutputFormat", valueConverter="org.example.C"),
        lambda: sc.hadoopFile(target, "org.example.Format", IO + "Text", IO + "Text"),
        lambda: sc.sequenceFile(target, keyConverter="org.example.C"),
    ):
        with pytest.raises(NotImplementedError, match=r"valid are|leave it out"):
            call()
    with pytest.raises(ValueError, match="outputformat.class"):
        rdd.saveAsNewAPIHadoopDataset({})
    with pytest.raises(ValueError, match="org.example.Thing"):
        sc.sequenceFile(target, "org.example.Thing")
    with pytest.raises(TypeError, match="conf must be a dict"):
        rdd.saveAsHadoopDataset("conf")
    assert list(tmp_path.iterdir()) == []
