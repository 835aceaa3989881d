"""The index of a block file in pages: found whatever lies where, and never trusted unverified."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark.engine.core.errors import BlockError
from minispark.engine.storage import appendfile
from minispark.engine.storage.blockfile import META_SLOT, BlockFileReader, BlockFileWriter, slot_bit
from minispark.engine.storage.blockindex import PAGE_ROWS
from minispark.engine.storage.directories import LocalDirectories

KEY = bytes(range(32))


def write(directories: LocalDirectories, runs: list[tuple[int, int]], report: bytes = b"report") -> str:
    """A file with so many chunks of each slot, in the order given; returns its path."""
    writer = BlockFileWriter(directories, "f", KEY)
    for slot, chunks in runs:
        for number in range(chunks):
            writer.append(slot, b"%d/%d" % (slot, number), number)
    return writer.commit(report, 1).path


def flip(path: str, position: int) -> None:
    """One bit, in place."""
    with open(path, "r+b") as file:
        file.seek(position)
        (before,) = file.read(1)
        file.seek(position)
        file.write(bytes([before ^ 1 << position % 8]))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 80) | st.just(META_SLOT), st.sampled_from([1, 1, 1, 2, PAGE_ROWS - 1, 150])),
        max_size=70,
        unique_by=lambda run: run[0],
    )
)
def test_each_slot_is_found(tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[int, int]]) -> None:
    path = write(LocalDirectories((str(tmp_path_factory.mktemp("files")),)), runs)
    reader = BlockFileReader(path, KEY, "f")
    expected = {slot: [b"%d/%d" % (slot, number) for number in range(chunks)] for slot, chunks in runs}
    assert reader.slots == sorted(expected)
    for slot in (*range(-1, 82), META_SLOT - 1, META_SLOT):
        chunks = reader.chunks(slot)
        assert [reader.read(chunk) for chunk in chunks] == expected.get(slot, [])
        assert [reader.records(chunk) for chunk in chunks] == list(range(len(chunks)))
        assert [reader.length(chunk) for chunk in chunks] == list(map(len, expected.get(slot, [])))
    mask = 0
    for slot in expected.keys() - {META_SLOT}:
        mask |= slot_bit(slot)
    assert reader.mask == mask


@pytest.mark.matrix(10, 11)
def test_every_byte_of_an_index_in_pages_is_vouched_for(directories: LocalDirectories) -> None:
    """Whatever is flipped, a slot gives what was written or an error before anything could be decoded."""
    writer = BlockFileWriter(directories, "f", KEY)
    written = {0: b"first", PAGE_ROWS - 1: b"last of its page", PAGE_ROWS: b"in the next"}
    for slot in range(PAGE_ROWS + 1):
        writer.append(slot, written.get(slot, b""), 1)
    path = writer.commit(b"report", 1).path
    for position in range(os.path.getsize(path)):
        flip(path, position)
        found: dict[int, bytes] = {}
        report = b""
        with suppress(BlockError):
            reader = BlockFileReader(path, KEY, "f")
            for slot in written:
                with suppress(BlockError):
                    (chunk,) = reader.chunks(slot)
                    found[slot] = reader.read(chunk)
            report = reader.report
        assert found.items() <= written.items()
        assert found != written or report == b"", position
        flip(path, position)


def test_a_page_cannot_stand_in_for_another(directories: LocalDirectories) -> None:
    path = write(directories, [(slot, 1) for slot in range(3 * PAGE_ROWS)], b"")
    whole = bytearray(Path(path).read_bytes())
    page = PAGE_ROWS * 40
    start = whole.index(b"".join(slot.to_bytes(4, "little") for slot in range(PAGE_ROWS)))
    whole[start : start + page], whole[start + page : start + 2 * page] = (
        whole[start + page : start + 2 * page],
        whole[start : start + page],
    )
    Path(path).write_bytes(whole)
    reader = BlockFileReader(path, KEY, "f")
    other = 2 * PAGE_ROWS + 1
    assert reader.read(reader.chunks(other)[0]) == b"%d/0" % other
    for slot in (0, PAGE_ROWS):
        with pytest.raises(BlockError, match="the checksum of page . differs"):
            reader.chunks(slot)


def test_what_a_slot_costs_does_not_grow_with_the_file(
    directories: LocalDirectories, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(directories, [(slot, 1) for slot in range(5_000)], b"r" * 100_000)
    read: list[int] = []
    real = os.pread

    def counted(fd: int, length: int, offset: int) -> bytes:
        data = real(fd, length, offset)
        read.append(len(data))
        return data

    monkeypatch.setattr(appendfile.os, "pread", counted)
    reader = BlockFileReader(path, KEY, "f")
    assert reader.read(reader.chunks(2_500)[0]) == b"2500/0"
    assert len(read) <= 3
    assert sum(read) < 9_000


def test_the_report_is_read_when_it_is_asked_for(directories: LocalDirectories) -> None:
    path = write(directories, [(0, 1)])
    whole = bytearray(Path(path).read_bytes())
    whole[whole.index(b"report")] ^= 1
    Path(path).write_bytes(whole)
    reader = BlockFileReader(path, KEY, "f")
    assert reader.read(0) == b"0/0"
    with pytest.raises(BlockError, match="the report's checksum differs"):
        _ = reader.report
