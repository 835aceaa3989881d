"""Task reports as bytes, for the footer of a committed output."""

from __future__ import annotations

import marshal
from typing import Any

from minispark.engine.core.outcomes import TaskReport
from minispark.engine.core.values import field_names, replace
from minispark.engine.storage.blockfile import BlockFileReader


def pack_report(report: TaskReport) -> bytes:
    """
    >>> unpack_report(pack_report(TaskReport(records_read=3, accumulators=((1, 0, b"x"),))))
    TaskReport(records_read=3, records_written=0, shuffle_bytes_read=0, shuffle_bytes_written=0, spill_bytes=0, \
peak_memory_bytes=0, seconds=0.0, digest=None, accumulators=((1, 0, b'x'),), cached=(), quarantined=(), reducers=0, \
reducer_records=b'', reducer_bytes=b'', heavy=(), records_met=0, by_bytes=False)
    """
    return marshal.dumps(tuple(getattr(report, name) for name in field_names(report)), 2)


def unpack_report(data: bytes) -> TaskReport:
    """The inverse of ``pack_report``; the bytes must be authenticated."""
    return TaskReport(*marshal.loads(data))


def report_in(reader: BlockFileReader) -> TaskReport:
    """The report in a map output, with the sizes that the file's index has. Raises BlockError."""
    report = unpack_report(reader.report)
    if not report.reducers:
        return report
    records, lengths = reader.sizes(report.reducers)
    return replace(report, reducer_records=records.tobytes(), reducer_bytes=lengths.tobytes())


def pickle_updates(values: dict[int, Any]) -> bytes:
    """Accumulator updates for the driver; cloudpickle for values of classes that live in the user's script."""
    from minispark.engine.serde.closures import dumps  # brings cloudpickle

    return dumps(values, "accumulator updates")
