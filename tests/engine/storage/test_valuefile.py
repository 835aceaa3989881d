"""One value in a file: exact, verified before it is used, its large buffers mapped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from minispark.engine.core.errors import BlockError, BroadcastChangedError, ResultNotSerializableError
from minispark.engine.serde import codec
from minispark.engine.storage import valuefile
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.valuefile import CHANGED, read_value, value_payload, write_value

LARGE = np.arange(300_000)


class Local:
    def __init__(self, array: Any) -> None:
        self.array = array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Local) and alike(self.array, other.array)


def alike(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and bool((left == right).all())
    if isinstance(left, (list, tuple)):
        return type(left) is type(right) and len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(alike(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


VALUES = {
    "plain": {"a": [1, 2.5, None], 2: "b"},
    "an array": LARGE,
    "a dict of arrays": {name: LARGE * n for n, name in enumerate("abc")},
    "arrays of all sizes": [np.arange(n) for n in (0, 1, 8_191, 8_192, 8_193, 100_000)],
    "bytes": os.urandom(3_000_000),
    "a bytearray": bytearray(os.urandom(3_000_000)),
    "a long text": "x\u00e9" * 2_000_000,
    "many objects": [Local(n) for n in range(40_000)],
    "a table": pa.table({"a": range(100_000), "b": ["x"] * 100_000}),
    "with a function": (LARGE, len),
    "many small texts": {str(n): str(n) for n in range(100_000)},
    "fortran": np.asfortranarray(LARGE.reshape(3, -1)),
    "one array twice": [LARGE, LARGE],
    "more than a stretch": np.arange(5_000_000),
}


@pytest.fixture
def keep(directories: LocalDirectories, key: bytes) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        return write_value(lambda: BlockFileWriter(directories, "d1", key), value).commit(b"").path

    return write


@pytest.mark.slow
@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_exact(keep: Callable[[Any], str], key: bytes, name: str) -> None:
    value = VALUES[name]
    path = keep(value)
    found = read_value(BlockFileReader(path, key, "d1"))
    assert alike(value, found)
    assert alike(value, codec.decode(value_payload(BlockFileReader(path, key, "d1")))[0])
    assert os.listdir(os.path.dirname(path)) == ["d1"]


def test_large_buffers_are_the_files_memory_and_small_ones_are_not(keep: Callable[[Any], str], key: bytes) -> None:
    one, other = (read_value(BlockFileReader(keep([LARGE, LARGE[:100]]), key, "d1")) for _ in range(2))
    assert not one[0].flags.writeable
    assert one[0].ctypes.data % 64 == 0
    one[1][0] = 7
    assert other[1][0] == 0
    with pytest.raises(ValueError, match="read-only"):
        one[0][0] = 7


def test_what_was_read_outlives_the_reader_and_the_file(keep: Callable[[Any], str], key: bytes) -> None:
    path = keep(LARGE)
    reader = BlockFileReader(path, key, "d1")
    found = read_value(reader)
    reader.close()
    os.unlink(path)
    assert found.sum() == LARGE.sum()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain", "a dict of arrays", "bytes", "many objects"])
def test_every_flipped_bit_is_found_before_anything_is_used(keep: Callable[[Any], str], key: bytes, name: str) -> None:
    path = keep(VALUES[name])
    content = Path(path).read_bytes()
    for place in range(0, len(content), len(content) // 23):
        Path(path).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            found = read_value(BlockFileReader(path, key, "d1"))
        except BlockError:
            continue
        assert alike(VALUES[name], found)  # it was padding that nobody reads
    with pytest.raises(BlockError):
        read_value(BlockFileReader(path, bytes(32), "d1"))


def test_where_a_file_cannot_be_mapped_it_is_read(
    keep: Callable[[Any], str], key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(reader: BlockFileReader) -> Any:
        raise OSError(24, "too many open files")

    path = keep(VALUES["more than a stretch"])
    monkeypatch.setattr(BlockFileReader, "mapped", refuse)
    found = read_value(BlockFileReader(path, key, "d1"))
    assert alike(VALUES["more than a stretch"], found)
    assert not found.flags.writeable


def test_classes_of_the_main_module_travel_by_value(
    keep: Callable[[Any], str], key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Local, "__module__", "__main__")
    path = keep([LARGE, [Local(n) for n in range(50_000)], Local(LARGE)])
    monkeypatch.setattr(sys.modules["__main__"], "Local", None, raising=False)
    assert len(read_value(BlockFileReader(path, key, "d1"))[1]) == 50_000


def test_what_cannot_be_pickled_is_named_and_leaves_nothing(directories: LocalDirectories, key: bytes) -> None:
    with pytest.raises(ResultNotSerializableError, match="record\\[1\\]\\['deep'\\] -> .*generator"):
        write_value(lambda: BlockFileWriter(directories, "d1", key), [LARGE, {"deep": (n for n in ())}])
    assert [os.listdir(path) for path in directories.paths] == [[] for _ in directories.paths]


def test_a_file_that_stands_for_a_changed_value_is_a_typed_error(directories: LocalDirectories, key: bytes) -> None:
    path = BlockFileWriter(directories, "d1", key).commit(CHANGED).path
    with pytest.raises(BroadcastChangedError, match="broadcast it again"):
        read_value(BlockFileReader(path, key, "d1"))


def test_writing_holds_no_second_copy(
    directories: LocalDirectories, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest piece that is made of a value of 8 MB is a stretch of it, not a copy."""
    made = []
    monkeypatch.setattr(valuefile, "_append_stretches", spy := _Spy(valuefile._append_stretches))
    value = {"text": bytes(8_000_000), "array": np.arange(1_000_000)}
    write_value(lambda: BlockFileWriter(directories, "d1", key), value).abort()
    made = [np.frombuffer(data, dtype=np.uint8) for data in spy.seen]
    assert np.shares_memory(made[0], np.frombuffer(value["text"], dtype=np.uint8))
    assert np.shares_memory(made[1], value["array"])


class _Spy:
    def __init__(self, function: Callable[..., None]) -> None:
        self.function = function
        self.seen: list[memoryview] = []

    def __call__(self, writer: BlockFileWriter, slot: int, data: memoryview) -> None:
        self.seen.append(data)
        self.function(writer, slot, data)
