"""How large a source is, as far as that is known before anything is read."""

from __future__ import annotations

from collections.abc import Callable

from minispark.engine.plan.nodes import FileGroups, InlineSlices, RangeSlices, SourceData, StoredSlices, TextSplits

NUMBER_BYTES = 8
"""About what a number of a range takes."""

StoredBytes = Callable[[str], int | None]
"""The size of a file, None if it cannot be told."""


def source_bytes(data: SourceData, stored: StoredBytes) -> int | None:
    """Encoded, or in files; None where that is not known.

    >>> source_bytes(RangeSlices((range(10), range(20))), len), source_bytes(InlineSlices(((b"abc", b"d"), ())), len)
    (240, 4)
    """
    if isinstance(data, RangeSlices):
        return NUMBER_BYTES * sum(map(len, data.slices))
    if isinstance(data, InlineSlices):
        return sum(len(chunk) for chunks in data.slices for chunk in chunks)
    if isinstance(data, StoredSlices):
        return stored(data.path)
    if isinstance(data, TextSplits):
        return sum(split.end - split.start for split in data.splits)
    if isinstance(data, FileGroups):
        return sum(split.end - split.start for group in data.groups for split in group)
    return None
