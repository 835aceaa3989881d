from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minispark.engine.core.errors import BlockError, DescriptorsExhaustedError, DiskFullError, LocalDirectoryError
from minispark.engine.core.parts import Parts
from minispark.engine.storage import appendfile
from minispark.engine.storage.blockfile import META_SLOT, BlockFileReader, BlockFileWriter, Summary
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.readers import ReaderCache
from minispark.engine.storage.spillfile import SpillFile


def write(directories: LocalDirectories, key: bytes, name: str = "f", report: bytes = b"report") -> Summary:
    writer = BlockFileWriter(directories, name, key)
    for slot, payload in [(3, b"three"), (0, b"zero"), (3, b"more"), (META_SLOT, b"meta"), (1, b"")]:
        writer.append(slot, payload, len(payload))
    return writer.commit(report, 5)


def read_all(reader: BlockFileReader) -> tuple[bytes, list[tuple[int, int, bytes]]]:
    chunks = [(slot, chunk) for slot in reader.slots for chunk in reader.chunks(slot)]
    return reader.report, [(slot, reader.records(chunk), reader.read(chunk)) for slot, chunk in chunks]


def flip(path: str, position: int) -> None:
    """One bit, in place."""
    with open(path, "r+b") as file:
        file.seek(position)
        (before,) = file.read(1)
        file.seek(position)
        file.write(bytes([before ^ 1 << position % 8]))


def files(directories: LocalDirectories) -> list[str]:
    return sorted(name for path in directories.paths for name in os.listdir(path))


def test_chunks_are_read_by_slot_in_order_of_appending(directories: LocalDirectories, key: bytes) -> None:
    summary = write(directories, key)
    reader = BlockFileReader(summary.path, key, "f")
    assert reader.report == b"report"
    assert reader.slots == [0, 1, 3, META_SLOT]
    assert [[reader.read(i) for i in reader.chunks(slot)] for slot in (0, 1, 2, 3, META_SLOT)] == [
        [b"zero"],
        [b""],
        [],
        [b"three", b"more"],
        [b"meta"],
    ]
    assert [reader.records(i) for i in reader.chunks(3)] == [5, 4]
    assert summary.slot_bytes.tolist() == summary.slot_records.tolist() == [4, 0, 0, 9, 0]
    assert summary.bytes == os.path.getsize(summary.path)


def test_a_file_appears_only_when_committed(directories: LocalDirectories, key: bytes) -> None:
    writer = BlockFileWriter(directories, "f", key)
    writer.append(0, b"x" * (2 << 20), 1)
    assert files(directories) == [".tmp-f"]
    writer.abort()
    assert files(directories) == []
    writer.abort()
    write(directories, key)
    assert files(directories) == ["f"]


def test_an_empty_file(directories: LocalDirectories, key: bytes) -> None:
    summary = BlockFileWriter(directories, "f", key).commit(b"", 2)
    reader = BlockFileReader(summary.path, key, "f")
    assert (reader.slots, list(reader.chunks(0)), reader.report) == ([], [], b"")


def test_a_footer_larger_than_the_first_read(directories: LocalDirectories, key: bytes) -> None:
    writer = BlockFileWriter(directories, "f", key)
    for slot in range(2000):
        writer.append(slot, b"%d" % slot, 1)
    summary = writer.commit(b"r" * 50_000, 2000)
    reader = BlockFileReader(summary.path, key, "f")
    assert reader.report == b"r" * 50_000
    assert all(reader.read(reader.chunks(slot)[0]) == b"%d" % slot for slot in range(2000))


def test_every_single_bit_is_vouched_for(directories: LocalDirectories, key: bytes) -> None:
    summary = write(directories, key)
    for position in range(summary.bytes):
        flip(summary.path, position)
        with pytest.raises(BlockError):
            read_all(BlockFileReader(summary.path, key, "f"))
        flip(summary.path, position)
    read_all(BlockFileReader(summary.path, key, "f"))


def test_every_truncation_is_noticed(directories: LocalDirectories, key: bytes) -> None:
    summary = write(directories, key)
    whole = Path(summary.path).read_bytes()
    for length in reversed(range(len(whole))):
        os.truncate(summary.path, length)
        with pytest.raises(BlockError, match="truncated|corrupt"):
            BlockFileReader(summary.path, key, "f")
    Path(summary.path).write_bytes(whole)
    reader = BlockFileReader(summary.path, key, "f", tail_bytes=64)
    os.truncate(summary.path, 6)
    with pytest.raises(BlockError, match="truncated"):
        reader.read(reader.chunks(3)[1])


@pytest.mark.matrix(59)
def test_a_file_cannot_stand_in_for_another(directories: LocalDirectories, key: bytes) -> None:
    summary = write(directories, key)
    with pytest.raises(BlockError, match="did not write the file as g"):
        BlockFileReader(summary.path, key, "g")
    with pytest.raises(BlockError, match="corrupt"):
        BlockFileReader(summary.path, bytes(32), "f")
    os.unlink(summary.path)
    with pytest.raises(BlockError, match="is missing"):
        BlockFileReader(summary.path, key, "f")


def test_the_content_digest_tells_content_not_name_or_order_of_slots(directories: LocalDirectories, key: bytes) -> None:
    def digest(*chunks: tuple[int, bytes]) -> bytes:
        writer = BlockFileWriter(directories, os.urandom(8).hex(), key)
        for slot, payload in chunks:
            writer.append(slot, payload, 1)
        found = writer.content_digest()
        writer.abort()
        return found

    assert digest((0, b"a"), (1, b"b")) == digest((1, b"b"), (0, b"a"))
    different = {digest((0, b"a"), (1, b"b")), digest((0, b"b"), (1, b"a")), digest((0, b"a"), (0, b"b")), digest()}
    assert len(different) == 4


Fault = Callable[[int, list[Any]], None]


def failing_in(directory: str, code: int, after: int = 0) -> Fault:
    """A ``write_all`` that fails for files in ``directory`` once ``after`` bytes were written there."""
    real = appendfile.write_all

    def faulty(fd: int, parts: list[Any]) -> None:
        path = os.readlink(f"/proc/self/fd/{fd}")
        if os.path.dirname(path) == directory:
            room = after - os.fstat(fd).st_size
            if sum(map(len, parts)) > room:
                os.write(fd, b"".join(parts)[: max(room, 0)])
                raise OSError(code, os.strerror(code))
        real(fd, parts)

    return faulty


@pytest.mark.parametrize("after", [0, 5, 1_500_000, 3_000_000])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_failing_directory_is_left_with_what_was_written(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch, code: int, after: int
) -> None:
    monkeypatch.setattr(appendfile, "write_all", failing_in(directories.paths[0], code, after))
    writer = BlockFileWriter(directories, "f", key)
    payloads = [bytes([i]) * 700_000 for i in range(6)]
    for slot, payload in enumerate(payloads):
        writer.append(slot, payload, 1)
    summary = writer.commit(b"report", 6)
    assert os.path.dirname(summary.path) == directories.paths[1]
    reader = BlockFileReader(summary.path, key, "f")
    assert [reader.read(i) for i in range(6)] == payloads
    assert files(directories) == ["f"]
    assert list(directories.excluded) == ([] if code == errno.ENOSPC else [directories.paths[0]])


def test_no_room_anywhere(directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int, parts: list[Any]) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(appendfile, "write_all", full)
    with pytest.raises(DiskFullError, match=r"cannot write f, \d+ bytes so far .*No space left"):
        write(directories, key)
    assert files(directories) == []


def test_no_directory_works(directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(fd: int, parts: list[Any]) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(appendfile, "write_all", broken)
    with pytest.raises(LocalDirectoryError):
        write(directories, key)
    assert files(directories) == []
    monkeypatch.undo()
    with pytest.raises(LocalDirectoryError, match="Input/output error"):
        write(directories, key, "g")


def test_a_directory_that_vanished_is_passed_over(directories: LocalDirectories, key: bytes) -> None:
    os.rmdir(directories.paths[0])
    assert os.path.dirname(write(directories, key).path) == directories.paths[1]


def test_the_cache_bounds_open_files(directories: LocalDirectories, key: bytes, mark_descriptors: Any) -> None:
    paths = {name: write(directories, key, name).path for name in "abcdefgh"}
    cache = ReaderCache(key, open_files_max=3)
    opened = mark_descriptors()
    for name in "abcdabca":
        reader = cache.get(paths[name], name)
        assert reader.read(reader.chunks(0)[0]) == b"zero"
        assert 0 < len(opened()) <= 3
    kept = cache.get(paths["a"], "a")
    assert cache.get(paths["a"], "a") is kept
    cache.close()
    assert opened() == []


def preads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the length of whatever is read from a file."""
    lengths: list[int] = []
    real = os.pread

    def counted(fd: int, length: int, offset: int) -> bytes:
        lengths.append(length)
        return real(fd, length, offset)

    monkeypatch.setattr(os, "pread", counted)
    return lengths


def test_a_file_that_had_to_be_closed_is_not_verified_again(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {name: write(directories, key, name).path for name in "abcdefgh"}
    cache = ReaderCache(key, open_files_max=3)
    for name in "abcdefgh":
        cache.get(paths[name], name).chunks(0)
    lengths = preads(monkeypatch)
    for name in "abcdefgh":
        reader = cache.get(paths[name], name)
        assert reader.read(reader.chunks(0)[0]) == b"zero"
    assert lengths == [4] * 8, "the chunks alone"
    cache.close()
    assert cache.get(paths["a"], "a").report == b"report"
    assert len(lengths) == 9, "after it was closed nothing is known"


def test_what_is_known_of_closed_files_is_bounded(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {name: write(directories, key, name).path for name in "abcdefgh"}
    room = 4 * BlockFileReader(paths["a"], key, "a").resting_bytes
    cache = ReaderCache(key, open_files_max=1, resting_bytes_max=room)
    for name in "abcdefgh":
        cache.get(paths[name], name).chunks(0)
    lengths = preads(monkeypatch)
    for name in "gfe":
        cache.get(paths[name], name).chunks(0)
    assert lengths == []
    for name in "abc":
        cache.get(paths[name], name).chunks(0)
    assert len(lengths) == 3


@pytest.mark.matrix(8, 9, 10)
def test_a_file_that_was_closed_may_be_damaged_before_it_is_opened_again(
    directories: LocalDirectories, key: bytes
) -> None:
    paths = {name: write(directories, key, name).path for name in "abcd"}
    cache = ReaderCache(key, open_files_max=1)
    for name in "abcd":
        cache.get(paths[name], name).chunks(0)
    os.unlink(paths["a"])
    with pytest.raises(BlockError, match="is missing"):
        cache.get(paths["a"], "a")
    os.truncate(paths["b"], 6)
    reader = cache.get(paths["b"], "b")
    with pytest.raises(BlockError, match="truncated"):
        reader.read(reader.chunks(0)[0])
    flip(paths["c"], 6)
    reader = cache.get(paths["c"], "c")
    with pytest.raises(BlockError, match="the checksum of chunk 0 differs"):
        reader.read(reader.chunks(0)[0])


def test_the_cache_closes_files_when_descriptors_run_out(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {name: write(directories, key, name).path for name in "abcdefgh"}
    cache = ReaderCache(key)
    for name in "abcdef":
        cache.get(paths[name], name)
    real, left = os.open, len(os.listdir("/proc/self/fd")) - 1

    def limited(*args: Any, **kwargs: Any) -> int:
        if len(os.listdir("/proc/self/fd")) - 1 >= left:
            raise OSError(errno.EMFILE, "Too many open files")
        return real(*args, **kwargs)

    monkeypatch.setattr(os, "open", limited)
    reader = cache.get(paths["g"], "g")
    assert reader.read(reader.chunks(0)[0]) == b"zero"
    cache.close()
    left = 0
    with pytest.raises(DescriptorsExhaustedError, match="ulimit"):
        cache.get(paths["h"], "h")


def test_spilled_chunks_come_back_and_leave_nothing(
    directories: LocalDirectories, key: bytes, mark_descriptors: Any
) -> None:
    opened = mark_descriptors()
    spill = SpillFile(directories, key)
    payloads = [os.urandom(400_000) for _ in range(8)]
    for index, payload in enumerate(payloads):
        spill.append(index % 2, payload, 10)
    assert files(directories) == []
    assert spill.slots == [0, 1]
    assert (spill.chunks(0), spill.records(0), spill.length(0)) == (4, 40, 1_600_000)
    assert [spill.read(1, i) for i in range(4)] == payloads[1::2]
    spill.append(7, b"late", 1)
    assert spill.read(7, 0) == b"late"
    assert len(opened()) == 1
    spill.close()
    spill.close()
    assert opened() == []


def test_a_dropped_spill_gives_its_space_back(directories: LocalDirectories, key: bytes, mark_descriptors: Any) -> None:
    opened = mark_descriptors()
    spill = SpillFile(directories, key)
    spill.append(0, b"x" * (2 << 20), 1)
    assert len(opened()) == 1
    del spill
    assert opened() == []


def test_damaged_spilled_data_is_noticed(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    spill = SpillFile(directories, key)
    spill.append(0, b"x" * 1000, 1)
    monkeypatch.setattr(appendfile, "read_at", lambda fd, offset, length: b"x" * (length - 1) + b"y")
    with pytest.raises(BlockError, match="cannot be read back"):
        spill.read(0, 0)


def test_pieces_are_written_before_their_owner_can_change_them(directories: LocalDirectories, key: bytes) -> None:
    writer, array = BlockFileWriter(directories, "f", key), bytearray(b"array")
    writer.append(0, Parts((b"head-", memoryview(array))), 1)
    array[:] = b"other"
    reader = BlockFileReader(writer.commit(b"").path, key, "f")
    assert reader.read(0) == b"head-array"


def test_a_write_that_takes_part_of_what_it_is_given_goes_on_without_a_copy(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some(fd: int, parts: list[Any]) -> int:
        return os.write(fd, b"".join(parts)[:7])

    monkeypatch.setattr(appendfile.os, "writev", some)
    writer = BlockFileWriter(directories, "f", key)
    for payload in (Parts((b"abcde", b"", b"fghij", b"k")), b"lmnop"):
        writer.append(0, payload, 1)
    reader = BlockFileReader(writer.commit(b"").path, key, "f")
    assert [reader.read(chunk) for chunk in reader.chunks(0)] == [b"abcdefghijk", b"lmnop"]
