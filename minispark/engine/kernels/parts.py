"""Part files: a partition's records in a file of the attempt's own, in the form that the sink names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.formats.compression import packing
from minispark.engine.formats.filesystems import filesystem_of
from minispark.engine.formats.javaarrays import write_java_array
from minispark.engine.formats.javatext import as_java_text
from minispark.engine.formats.sequencefile import SequenceWriter
from minispark.engine.formats.writables import write_as
from minispark.engine.kernels.outputfile import OutputFile
from minispark.engine.plan.program import FileSink
from minispark.engine.serde.pickling import dumps
from minispark.engine.shuffle.pace import Pace

RECORDS_AT_ONCE = 8192
BYTES_AT_ONCE = 4 << 20
PICKLES_AT_ONCE = 10
ADAPTED_BYTES = 64 << 10


def write_part(sink: FileSink, path: str, records: Iterator[Any]) -> int:
    """Write all records to a new file; returns how many. Nothing is left of it if that fails.

    Raises DiskFullError or OutputError for what the file system does, and what ``records`` raises as it is.
    """
    files = filesystem_of(path)
    file = OutputFile(files, path)
    try:
        written = _FORMS[sink.form](sink, file, records)
        file.close()
    except BaseException:
        file.give_up()
        raise
    return written


def _text(sink: FileSink, file: Any, records: Iterator[Any]) -> int:
    return _lines(sink, file, records, _line)


def _lines(sink: FileSink, file: Any, records: Iterator[Any], line: Callable[[Any], bytes]) -> int:
    packer = packing(sink.codec, file)
    writer = file if packer is None else packer
    written = 0
    for batch in _batches(records):
        writer.write(b"".join(map(line, batch)))
        written += len(batch)
    if packer is not None:
        packer.close()
    return written


def _batches(records: Iterable[Any]) -> Iterator[list[Any]]:
    records, pace = iter(records), Pace(BYTES_AT_ONCE, RECORDS_AT_ONCE)
    while batch := pace.take(records):
        yield batch


def _line(record: Any) -> bytes:
    """A record as PySpark writes it: bytes as they are, everything else as ``str``."""
    if isinstance(record, bytes):
        return record + b"\n"
    return str(record).encode("utf-8") + b"\n"


def _tabbed(sink: FileSink, file: Any, records: Iterator[Any]) -> int:
    return _lines(sink, file, records, _tabbed_line)


def _tabbed_line(record: Any) -> bytes:
    """A pair as Hadoop's TextOutputFormat writes it: None and its tab are left out."""
    key, item = pair_of(record)
    shown = [as_java_text(side) for side in (key, item) if side is not None]
    return "\t".join(shown).encode("utf-8") + b"\n" if shown else b""


def _sequence(sink: FileSink, file: Any, records: Iterator[Any]) -> int:
    key_class, value_class = sink.classes
    writer = SequenceWriter(file, key_class, value_class, sink.codec)
    written = 0
    for batch in _batches(records):
        pairs = []
        for record in batch:
            key, item = pair_of(record)
            pairs.append((write_as(key_class, key), write_as(value_class, item)))
        writer.write(pairs)
        written += len(batch)
    writer.close()
    return written


def pair_of(record: Any) -> tuple[Any, Any]:
    """Raises TypeError for a record that is no pair, showing it."""
    if isinstance(record, (tuple, list)) and len(record) == 2:
        return record[0], record[1]
    raise TypeError(f"a record that is not a pair (key, value) cannot be written here: {record!r:.200}")


def _pickles(sink: FileSink, file: Any, records: Iterator[Any]) -> int:
    """Lists of records, pickled, ten lists to a value: what PySpark writes."""
    writer = SequenceWriter(file, _NULL, _BYTES)
    written = 0
    pickled: list[bytes] = []
    for batch in _pickled_batches(records, sink.batch):
        pickled.append(dumps(batch)[0])
        written += len(batch)
        if len(pickled) == PICKLES_AT_ONCE:
            writer.write([(b"", write_as(_BYTES, write_java_array(pickled)))])
            pickled = []
    if pickled:
        writer.write([(b"", write_as(_BYTES, write_java_array(pickled)))])
    return written


def _pickled_batches(records: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """``size`` records each: all for -1, as many as come to about 64 KB for 0."""
    if size == -1:
        yield list(records)
        return
    adaptive, size = size == 0, size or 1
    while batch := list(islice(records, size)):
        yield batch
        if adaptive:
            bytes_now = len(dumps(batch)[0])
            if bytes_now < ADAPTED_BYTES:
                size *= 2
            elif bytes_now > ADAPTED_BYTES * 10 and size > 1:
                size //= 2


_NULL = "org.apache.hadoop.io.NullWritable"
_BYTES = "org.apache.hadoop.io.BytesWritable"

_FORMS: dict[str, Callable[[FileSink, Any, Iterator[Any]], int]] = {
    "text": _text,
    "tabbed": _tabbed,
    "sequence": _sequence,
    "pickles": _pickles,
}
