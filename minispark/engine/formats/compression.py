"""Compressed files as Hadoop names them: the codec of a file follows from its name's ending."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

from minispark.engine.core.values import value
from minispark.engine.formats.hadoop_blocks import HadoopBlockWriter, read_hadoop_blocks

READ_BYTES = 1 << 20
_LZ4_FRAME = b"\x04\x22\x4d\x18"


class Writer(Protocol):
    """What is written to is the file below; ``close`` writes what is left, and leaves the file below open."""

    def write(self, data: bytes, /) -> Any: ...

    def close(self) -> Any: ...


@value
class Codec:
    """``suffix`` of file names; ``class_name`` of Hadoop's class, None where Hadoop has none (it is read only)."""

    suffix: str
    class_name: str | None
    reader: Callable[[BinaryIO], Iterator[bytes]]
    writer: Callable[[BinaryIO], Writer] | None = None


def codec_of(path: str) -> Codec | None:
    """The codec of a file, by its name; such a file is one split."""
    for suffix, codec in _BY_SUFFIX.items():
        if path.endswith(suffix):
            return codec
    return None


def codec_named(class_name: str) -> Codec:
    """The codec of one of Hadoop's classes. Raises ValueError, which lists them all."""
    codec = _BY_CLASS.get(class_name)
    if codec is None:
        raise ValueError(f"compression codec {class_name!r} is unknown; valid are {', '.join(_BY_CLASS)}")
    return codec


def packing(class_name: str | None, file: BinaryIO) -> Writer | None:
    """A writer that packs with one of Hadoop's codecs, None for None. Raises ValueError for an unknown one."""
    codec = codec_named(class_name) if class_name is not None else None
    return codec.writer(file) if codec is not None and codec.writer is not None else None


def unpacked(codec: Codec, file: BinaryIO, path: str) -> Iterator[bytes]:
    """The content in pieces. Raises EOFError for a file that ends too early and gzip.BadGzipFile (an OSError) for one
    that is damaged or is not what its name says; both name the file."""
    try:
        yield from codec.reader(file)
    except EOFError as error:
        raise EOFError(f"{path} is truncated: {error}; write it again") from None
    except (OSError, zlib.error, lzma.LZMAError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        if "runcated" in str(error):
            raise EOFError(f"{path} is truncated: {error}; write it again") from None
        raise gzip.BadGzipFile(
            f"{path} is damaged, or is not {codec.suffix} as its name says: {error}; write it again or rename it"
        ) from None


# --- reading ------------------------------------------------------------------------------------------------------


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while data := file.read(READ_BYTES):
            yield data


def _read_gzip(file: BinaryIO) -> Iterator[bytes]:
    return _pieces(gzip.GzipFile(fileobj=file))


def _read_bzip2(file: BinaryIO) -> Iterator[bytes]:
    return _pieces(bz2.BZ2File(file))


def _read_xz(file: BinaryIO) -> Iterator[bytes]:
    return _pieces(lzma.LZMAFile(file))


def _read_deflate(file: BinaryIO) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    while data := file.read(READ_BYTES):
        while data:
            yield unpacker.decompress(data, READ_BYTES)
            data = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise EOFError("the stream has no end")


def _read_zstandard(file: BinaryIO) -> Iterator[bytes]:
    import pyarrow  # only where a file needs it

    arrow: Any = pyarrow
    return _pieces(arrow.input_stream(file, compression="zstd"))


def _read_lz4(file: BinaryIO) -> Iterator[bytes]:
    """Frames as the tool ``lz4`` writes them, or Hadoop's own blocks."""
    start = file.read(4)
    file.seek(0)
    if start != _LZ4_FRAME:
        return read_hadoop_blocks(file, "lz4_raw")
    import pyarrow

    arrow: Any = pyarrow
    return _pieces(arrow.input_stream(file, compression="lz4"))


def _read_snappy(file: BinaryIO) -> Iterator[bytes]:
    return read_hadoop_blocks(file, "snappy")


# --- writing ------------------------------------------------------------------------------------------------------


class _Packer:
    """A compressor object of the standard library as a writer."""

    def __init__(self, file: BinaryIO, packer: Any) -> None:
        self._file = file
        self._packer = packer

    def write(self, data: bytes, /) -> None:
        self._file.write(self._packer.compress(data))

    def close(self) -> None:
        self._file.write(self._packer.flush())


def _write_gzip(file: BinaryIO) -> Writer:
    return gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0)


def _write_bzip2(file: BinaryIO) -> Writer:
    return _Packer(file, bz2.BZ2Compressor())


def _write_deflate(file: BinaryIO) -> Writer:
    return _Packer(file, zlib.compressobj())


class _Unclosed:
    """A file whose ``close`` is left to its owner."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write
        self.flush = file.flush

    def close(self) -> None:
        """The owner does."""


def _write_zstandard(file: BinaryIO) -> Writer:
    import pyarrow

    arrow: Any = pyarrow
    stream: Writer = arrow.CompressedOutputStream(arrow.PythonFile(_Unclosed(file), "w"), "zstd")
    return stream


def _write_lz4(file: BinaryIO) -> Writer:
    return HadoopBlockWriter(file, "lz4_raw")


def _write_snappy(file: BinaryIO) -> Writer:
    return HadoopBlockWriter(file, "snappy")


_HADOOP = "org.apache.hadoop.io.compress."
_BY_SUFFIX = {
    codec.suffix: codec
    for codec in (
        Codec(".gz", _HADOOP + "GzipCodec", _read_gzip, _write_gzip),
        Codec(".bz2", _HADOOP + "BZip2Codec", _read_bzip2, _write_bzip2),
        Codec(".zst", _HADOOP + "ZStandardCodec", _read_zstandard, _write_zstandard),
        Codec(".lz4", _HADOOP + "Lz4Codec", _read_lz4, _write_lz4),
        Codec(".snappy", _HADOOP + "SnappyCodec", _read_snappy, _write_snappy),
        Codec(".deflate", _HADOOP + "DefaultCodec", _read_deflate, _write_deflate),
        Codec(".xz", None, _read_xz),
    )
}
_BY_CLASS = {codec.class_name: codec for codec in _BY_SUFFIX.values() if codec.class_name is not None}
_BY_CLASS[_HADOOP + "DeflateCodec"] = _BY_SUFFIX[".deflate"]
