"""Every codec: what it writes it reads, and what is damaged is an error that names the file."""

from __future__ import annotations

import gzip
import io
import lzma
import random
from pathlib import Path

import pyarrow
import pytest

from minispark.engine.formats import hadoop_blocks
from minispark.engine.formats.compression import Codec, codec_named, codec_of, packing, unpacked

HADOOP = "org.apache.hadoop.io.compress."
NAMES = ["GzipCodec", "BZip2Codec", "ZStandardCodec", "Lz4Codec", "SnappyCodec", "DefaultCodec"]
RANDOM = random.Random(7)
CONTENTS = [b"", b"a", b"line\n" * 200_000, RANDOM.randbytes(700_000)]


def packed(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    writer = packing(HADOOP + name, file)
    assert writer is not None
    for start in range(0, len(content), 99_999):
        writer.write(content[start : start + 99_999])
    writer.close()
    return file.getvalue()


def read(codec: Codec, data: bytes, path: str = "the-file") -> bytes:
    return b"".join(unpacked(codec, io.BytesIO(data), path))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_what_is_packed_is_unpacked(name: str, content: bytes) -> None:
    assert read(codec_named(HADOOP + name), packed(name, content)) == content


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_an_error_that_names_it(name: str) -> None:
    data = packed(name, CONTENTS[3])
    for size in (len(data) - 3, len(data) // 2):
        with pytest.raises((EOFError, OSError), match="the-file"):
            read(codec_named(HADOOP + name), data[:size])


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_not_what_its_name_says_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises((EOFError, OSError), match="the-file"):
        read(codec_named(HADOOP + name), b"this is plain text, not packed at all\n" * 10)


def test_a_flipped_bit_in_gzip_is_an_error() -> None:
    data = bytearray(packed("GzipCodec", CONTENTS[3]))
    data[len(data) // 2] ^= 1
    with pytest.raises(OSError, match="the-file is damaged"):
        read(codec_named(HADOOP + "GzipCodec"), bytes(data))


def test_errors_of_the_disk_stay_what_they_are() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output") as caught:
        list(unpacked(codec_named(HADOOP + "GzipCodec"), Failing(), "the-file"))
    assert caught.value.errno == 5


def test_an_unknown_codec_is_an_error_that_lists_the_valid_ones() -> None:
    with pytest.raises(ValueError, match=r"Nope.*GzipCodec.*Lz4Codec"):
        codec_named("Nope")


def test_files_of_other_tools_are_read() -> None:
    content = CONTENTS[2]
    frames = pyarrow.Codec("lz4").compress(content, asbytes=True)
    zstd = pyarrow.Codec("zstd").compress(content, asbytes=True)
    for name, data in (
        ("a.lz4", frames),
        ("a.zst", zstd + zstd),
        ("a.xz", lzma.compress(content)),
        ("a.gz", gzip.compress(content) + gzip.compress(content)),
    ):
        codec = codec_of(name)
        assert codec is not None
        assert read(codec, data) in (content, content + content)


def test_blocks_of_several_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hadoop writes them where more is written at once than its buffer holds."""
    content = CONTENTS[2] + CONTENTS[3]
    for algorithm in ("lz4_raw", "snappy"):
        codec = pyarrow.Codec(algorithm)
        data = len(content).to_bytes(4)
        for start in range(0, len(content), 250_000):
            chunk = codec.compress(content[start : start + 250_000], asbytes=True)
            data += len(chunk).to_bytes(4) + chunk
        assert b"".join(hadoop_blocks.read_hadoop_blocks(io.BytesIO(data), algorithm)) == content


def test_plain_files_have_no_codec(tmp_path: Path) -> None:
    assert codec_of("a.txt") is None
    assert codec_of("gz") is None
