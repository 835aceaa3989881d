"""Part files: a partition's records in a file of the attempt's own, in the form that the sink names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.formats.compression import packing
from minispark.engine.formats.filesystems import filesystem_of
from minispark.engine.plan.program import FileSink

RECORDS_AT_ONCE = 8192


def write_part(sink: FileSink, path: str, records: Iterator[Any]) -> int:
    """Write all records to a new file; returns how many. Nothing is left of it if that fails."""
    files = filesystem_of(path)
    file = files.open_new(path)
    try:
        with file:
            written = _FORMS[sink.form](sink, file, records)
    except BaseException:
        files.remove(path)
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
    records = iter(records)
    while batch := list(islice(records, RECORDS_AT_ONCE)):
        yield batch


def _line(record: Any) -> bytes:
    """A record as PySpark writes it: bytes as they are, everything else as ``str``."""
    if isinstance(record, bytes):
        return record + b"\n"
    return str(record).encode("utf-8") + b"\n"


_FORMS: dict[str, Callable[[FileSink, Any, Iterator[Any]], int]] = {
    "text": _text,
}
