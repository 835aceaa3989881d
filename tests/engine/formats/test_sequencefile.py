"""Sequence files: what Spark wrote is read, splits part the pairs, damage is an error that names the file."""

from __future__ import annotations

import io
import random

import pytest

from minispark.engine.formats.javaarrays import read_java_array, write_java_array
from minispark.engine.formats.sequencefile import SequenceWriter, read_header, read_pairs
from minispark.engine.formats.varints import read_varint, write_varint
from minispark.engine.formats.writables import WRITABLES, readable, writable_of, write_as

HADOOP = "org.apache.hadoop.io."
CODECS = [None, *(HADOOP + "compress." + name for name in ("GzipCodec", "BZip2Codec", "Lz4Codec", "DefaultCodec"))]
SPARK_MAP = (
    b"SEQ\x06 org.apache.hadoop.io.IntWritable org.apache.hadoop.io.MapWritable\x00\x00\x00\x00\x00\x00v?\r+\xa7\x9cd"
    b"\xa5\xf3\xc2\xc7\x9e\x994\x9c-\x00\x00\x00E\x00\x00\x00\x04\x00\x00\x00\x01\x01\x01\x00#org.apache.hadoop.io."
    b"DoubleWritable\x00\x00\x00\x02\x8c\x01a\x85\x00\x00\x00\x01\x85\x00\x00\x00\x02\x01@\x0c\x00\x00\x00\x00\x00\x00"
)
"""What Spark 4.3 wrote of ``(1, {"a": 1, 2: 3.5})``."""
SPARK_ARRAY = (
    b"\xac\xed\x00\x05ur\x00\x03[[BK\xfd\x19\x15gg\xdb7\x02\x00\x00xp\x00\x00\x00\x01ur\x00\x02[B\xac\xf3\x17\xf8\x06"
    b"\x08T\xe0\x02\x00\x00xp\x00\x00\x00\x16\x80\x05\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01\x8c\x01a\x94e."
)
"""The value that Spark 4.3 wrote of the pickled records 1 and "a"."""

Pairs = list[tuple[bytes, bytes]]


def written(pairs: Pairs, codec: str | None = None) -> bytes:
    file = io.BytesIO()
    writer = SequenceWriter(file, HADOOP + "BytesWritable", HADOOP + "BytesWritable", codec)
    for start in range(0, len(pairs), 70):
        writer.write(pairs[start : start + 70])
    writer.close()
    return file.getvalue()


def read(data: bytes, start: int = 0, end: int | None = None) -> Pairs:
    file = io.BytesIO(data)
    header = read_header(file, "the-file")
    batches = read_pairs(file, header, "the-file", start, len(data) if end is None else end)
    return [pair for batch in batches for pair in batch]


def some_pairs(count: int, size_max: int) -> Pairs:
    chance = random.Random(count)
    return [(number.to_bytes(4), chance.randbytes(chance.randrange(size_max))) for number in range(count)]


def test_what_spark_wrote_is_read() -> None:
    ((key, item),) = read(SPARK_MAP)
    assert readable(HADOOP + "IntWritable").read(key, 0) == (1, 4)
    assert readable(HADOOP + "MapWritable").read(item, 0) == ({"a": 1, 2: 3.5}, len(item))
    assert write_as(HADOOP + "MapWritable", {"a": 1, 2: 3.5}) == item
    assert write_java_array(read_java_array(SPARK_ARRAY)) == SPARK_ARRAY


@pytest.mark.slow
@pytest.mark.parametrize("codec", CODECS)
def test_splits_part_the_pairs(codec: str | None) -> None:
    pairs = some_pairs(1_000, 4_000)
    data = written(pairs, codec)
    assert read(data) == pairs
    chance = random.Random(3)
    for count in (1, 2, 7, 30):
        borders = [0, *sorted(chance.randrange(len(data)) for _ in range(count)), len(data)]
        parts = [read(data, start, end) for start, end in zip(borders, borders[1:], strict=False)]
        assert sum(parts, []) == pairs


def test_a_border_anywhere_around_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minispark.engine.formats.sequencefile.MARK_EVERY_BYTES", 100)
    pairs = some_pairs(30, 30)
    data = written(pairs)
    for border in range(1, len(data) + 1):
        assert read(data, 0, border) + read(data, border, len(data)) == pairs


@pytest.mark.parametrize("codec", CODECS[:2])
def test_no_pairs(codec: str | None) -> None:
    assert read(written([], codec)) == []


@pytest.mark.parametrize("codec", CODECS)
def test_damage_is_an_error_that_names_the_file(codec: str | None) -> None:
    data = written(some_pairs(100, 100), codec)
    for size in range(20, len(data), 131):
        if data[:size] != data:
            with pytest.raises((EOFError, OSError), match="the-file|bytes of a pair"):
                whole = read(data[:size])
                if codec is None and whole == some_pairs(100, 100)[: len(whole)]:
                    raise EOFError("the-file ends between two pairs, which looks whole")
    with pytest.raises(ValueError, match="the-file is not a Hadoop sequence file"):
        read(b"some text")
    with pytest.raises(ValueError, match="version 5"):
        read(b"SEQ\x05")


@pytest.mark.parametrize(
    "item",
    [0, 1, -1, 2**31 - 1, -(2**31), 2**31, -(2**63), 1.5, -0.0, "", "äöü" * 100, True, None, {}, {"a": {1: None}}],
    ids=repr,
)
def test_values_survive_in_value_and_type(item: object) -> None:
    name = writable_of(item)
    back, end = readable(name).read(write_as(name, item) + b"more", 0)
    assert (back, type(back)) == (item, type(item))
    assert end == len(write_as(name, item))


def test_bytes_come_back_as_a_bytearray() -> None:
    name = writable_of(b"ab")
    assert readable(name).read(write_as(name, b"ab"), 0) == (bytearray(b"ab"), 6)


@pytest.mark.parametrize("item", [2**63, [1], (1, 2), {1}, object()], ids=lambda item: type(item).__name__)
def test_what_no_writable_holds_is_a_type_error(item: object) -> None:
    with pytest.raises(TypeError):
        writable_of(item)


@pytest.mark.parametrize(
    ("name", "item"), [("IntWritable", 2**31), ("IntWritable", "a"), ("IntWritable", True), ("Text", 1), ("Text", None)]
)
def test_a_value_of_another_class_is_a_type_error(name: str, item: object) -> None:
    with pytest.raises(TypeError, match=name):
        write_as(HADOOP + name, item)
    assert HADOOP + name in WRITABLES


def test_numbers_of_every_size() -> None:
    numbers = [sign * ((1 << bits) + less) for bits in range(63) for less in (-1, 0, 1) for sign in (1, -1)]
    for number in numbers:
        data = write_varint(number)
        assert read_varint(data, 0) == (number, len(data))
