"""Files of lines being written: packed as asked, each table of rows given to a function that makes its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.engine.formats.compression import packing
from minispark.sql.sources.codecs import checked_codec
from minispark.sql.sources.options import Options
from minispark.sql.sources.textfiles import encoding_of, separator_of

if TYPE_CHECKING:
    import pyarrow as pa

_HADOOP = "org.apache.hadoop.io.compress."
_CODECS = {
    "none": ("", ""),
    "uncompressed": ("", ""),
    "bzip2": (".bz2", f"{_HADOOP}BZip2Codec"),
    "deflate": (".deflate", f"{_HADOOP}DeflateCodec"),
    "gzip": (".gz", f"{_HADOOP}GzipCodec"),
    "lz4": (".lz4", f"{_HADOOP}Lz4Codec"),
    "snappy": (".snappy", f"{_HADOOP}SnappyCodec"),
}

_JAVA = {"utf-16": "utf-16-be", "utf-32": "utf-32-be"}
"""How Java writes encodings whose order of bytes is open; of the two, UTF-16 has a mark in front."""


@value(eq=False)
class LineWriting:
    """``text`` gives the text of a table's rows; ``head`` and ``tail`` begin and end each file (that has rows)."""

    text: Callable[[pa.Table], str]
    codec: str
    suffix: str
    encoding: str = "utf-8"
    head: str = ""
    tail: str = ""
    around_rows: bool = False

    def open(self, path: str) -> _File:
        return _File(self, path)


def line_writing(
    extension: str,
    text: Callable[[pa.Table], str],
    options: Options,
    head: str = "",
    tail: str = "",
    around_rows: bool = False,
) -> LineWriting:
    """Raises IllegalArgumentException (CODEC_NOT_AVAILABLE...) for a compression that is not there."""
    suffix, codec = checked_codec(options.get("compression", "codec") or "none", _CODECS)
    return LineWriting(text, codec, f".{extension}{suffix}", encoding_of(options), head, tail, around_rows)


class _File:
    def __init__(self, writing: LineWriting, path: str) -> None:
        self._writing = writing
        self._file = open(path, "xb")
        self._packer: Any = packing(writing.codec or None, self._file)
        self._encoding = _JAVA.get(writing.encoding, writing.encoding)
        self._begun = not writing.around_rows
        self._put(("\ufeff" if writing.encoding == "utf-16" else "") + (writing.head if self._begun else ""))

    def _put(self, text: str) -> None:
        if text:
            (self._packer or self._file).write(text.encode(self._encoding, "replace"))

    def write(self, table: pa.Table) -> None:
        """Append physical rows."""
        if not self._begun and table.num_rows:
            self._begun = True
            self._put(self._writing.head)
        self._put(self._writing.text(table))

    def close(self) -> None:
        if self._begun:
            self._put(self._writing.tail)
        if self._packer is not None:
            self._packer.close()
        self._file.close()


def text_writing(options: Options) -> LineWriting:
    """Text: the single column, each value and the end of a line."""
    end = separator_of(options) or "\n"

    def text(table: pa.Table) -> str:
        items = table.column(0).to_pylist()
        return "".join([f"{item}{end}" if item is not None else end for item in items])

    return line_writing("txt", text, options)
