from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from minispark.engine.core.errors import BlockError, MapOutputLost
from minispark.engine.serde.codec import decode
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.reading import ReadCount, read_chunks
from minispark.engine.shuffle.sort import SortWriter
from minispark.engine.shuffle.sort_read import SortOrder, count_sorted, find_bounds, merge_sorted
from minispark.engine.storage.readers import ReaderCache

KEY = b"k" * 32


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)


DAMAGES = {
    "is missing": os.unlink,
    "truncated": lambda path: os.truncate(path, os.path.getsize(path) - 3),
    "checksum": flip_a_bit,
}


def test_chunks_come_in_map_order_and_are_counted(harness: Any) -> None:
    outputs = harness.write([[(0, (p, i)) for i in range(100)] for p in range(4)], PlainWriter, 1)
    count = ReadCount()
    chunks = list(read_chunks(outputs, 0, ReaderCache(KEY, 1), count))
    assert [v for data in chunks for _, v in decode(data)] == [(p, i) for p in range(4) for i in range(100)]
    assert (count.records, count.bytes) == (400, sum(map(len, chunks)))


@pytest.mark.parametrize("why", DAMAGES)
def test_the_map_output_that_is_lost_is_named(harness: Any, why: str) -> None:
    outputs = harness.write([[(0, i)] * 10 for i in range(4)], PlainWriter, 1)
    DAMAGES[why](Path(outputs[2].path))
    chunks = read_chunks(outputs, 0, ReaderCache(KEY))
    assert next(chunks) and next(chunks)
    with pytest.raises(MapOutputLost, match=why) as caught:
        next(chunks)
    lost = caught.value
    assert (lost.shuffle_id, lost.map_id, lost.attempt_id) == (outputs[2].shuffle_id, 2, 7)
    assert isinstance(lost, BlockError)


@pytest.mark.parametrize("why", DAMAGES)
def test_a_sort_names_it_too(harness: Any, why: str) -> None:
    outputs = harness.write([[(i, i) for i in range(500)]] * 3, lambda o, m: SortWriter(o, m, None, True), 2)
    bounds = find_bounds(outputs, 2, ReaderCache(KEY))
    DAMAGES[why](Path(outputs[1].path))
    order = SortOrder(None, True, 2)
    with pytest.raises(MapOutputLost, match=why):
        list(merge_sorted(outputs, bounds, 0, order, ReaderCache(KEY), harness.workspace()))
    if why != "checksum":  # counting reads only chunks at the ends of the range, finding bounds only samples
        with pytest.raises(MapOutputLost, match=why):
            count_sorted(outputs, bounds, 0, order, ReaderCache(KEY))
        with pytest.raises(MapOutputLost, match=why):
            find_bounds(outputs, 2, ReaderCache(KEY))


def test_a_reader_may_take_other_files_in_between(harness: Any) -> None:
    """The cache may have to close the file that chunks are being read from."""
    outputs = harness.write([[(0, i) for i in range(60_000)]] * 3, PlainWriter, 1)
    cache = ReaderCache(KEY, 1)
    streams = [read_chunks([output], 0, cache) for output in outputs]
    counts = [0, 0, 0]
    for group in zip(*streams, strict=True):
        for index, data in enumerate(group):
            counts[index] += len(decode(data))
    assert counts == [60_000] * 3
