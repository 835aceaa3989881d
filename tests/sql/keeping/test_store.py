"""Stores under a bound: right rows always, never more in memory than allowed, the least recently used first out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark import StorageLevel
from minispark.engine.core.errors import CheckpointError, DiskFullError
from minispark.engine.storage.directories import LocalDirectories
from minispark.sql.keeping import NotKept, Store
from minispark.sql.keeping.intake import FileWriter
from minispark.sql.keeping.memory import KeptMemory

BOUND = 100 * 8
SCHEMA = pa.schema({"x": pa.int64()})
LEVELS = [StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY, StorageLevel.OFF_HEAP]


class World:
    """A memory, a directory, and stores that count how often they are computed."""

    def __init__(self, directory: Path) -> None:
        self.memory = KeptMemory(BOUND)
        self.directory = directory
        self.computed: dict[int, int] = {}
        self.peak = 0

    def store(self, name: int, level: StorageLevel, rows: int, batch: int = 1000, checkpoint: bool = False) -> Store:
        def batches() -> Iterator[Any]:
            for low in range(0, rows, batch):
                self.peak = max(self.peak, self.memory.used)
                yield pa.record_batch([list(range(low, min(low + batch, rows)))], schema=SCHEMA)

        def compute(take: Any) -> None:
            self.computed[name] = self.computed.get(name, 0) + 1
            take(SCHEMA, iter(list(batches())[:1]))  # a run that turned out to need another way of computing
            take(SCHEMA, batches())

        numbers = iter(range(1000))
        place = lambda: (LocalDirectories((str(self.directory),)), f"{name}-{next(numbers)}")  # noqa: E731 (one line)
        return Store(compute, level, self.memory, place, checkpoint)

    def files(self) -> set[str]:
        return {name.split("-")[0] for name in os.listdir(self.directory)}


def read(store: Store) -> list[int]:
    with store.lent():
        return store.table().column(0).to_pylist()


class Model:
    """What a bounded memory does, in a few lines: names in memory by use, names in files."""

    def __init__(self) -> None:
        self.memory: dict[int, int] = {}
        self.files: set[int] = set()
        self.computed: dict[int, int] = {}

    def read(self, name: int, level: StorageLevel, size: int) -> bool:
        """Whether the rows could be kept."""
        if name in self.memory:
            self.memory[name] = self.memory.pop(name)
        elif name not in self.files:
            self.computed[name] = self.computed.get(name, 0) + 1
            memory = level.useMemory or level.useOffHeap
            if memory and size <= BOUND:
                self._evict(size)
                self.memory[name] = size
            elif level.useDisk:
                self.files.add(name)
            else:
                return False
        return True

    def _evict(self, size: int) -> None:
        while sum(self.memory.values()) + size > BOUND:
            oldest = next(iter(self.memory))
            del self.memory[oldest]
            if self.levels[oldest].useDisk:
                self.files.add(oldest)

    levels: dict[int, StorageLevel]


@settings(max_examples=60, deadline=None)
@given(
    stores=st.lists(st.tuples(st.sampled_from(LEVELS), st.integers(1, 130)), min_size=1, max_size=5),
    steps=st.lists(
        st.tuples(st.sampled_from(["read", "read", "read", "free", "damage"]), st.integers(0, 4)), max_size=25
    ),
)
def test_as_a_model_says(
    tmp_path_factory: pytest.TempPathFactory, stores: list[tuple[StorageLevel, int]], steps: list[tuple[str, int]]
) -> None:
    world, model = World(tmp_path_factory.mktemp("kept")), Model()
    kept = [world.store(name, level, rows) for name, (level, rows) in enumerate(stores)]
    model.levels = {name: level for name, (level, _) in enumerate(stores)}
    for what, name in steps:
        name %= len(stores)
        level, rows = stores[name]
        if what == "free":
            kept[name].free()
            kept[name] = world.store(name, level, rows)
            model.memory.pop(name, None)
            model.files.discard(name)
        elif what == "damage" and name in model.files:
            file = next(world.directory.glob(f"{name}-*"))
            os.truncate(file, 10) if rows % 2 else file.unlink()
            model.files.discard(name)  # the next who reads finds out
            assert read(kept[name]) == list(range(rows))
            assert model.read(name, level, rows * 8)
        elif what == "read":
            if model.read(name, level, rows * 8):
                assert read(kept[name]) == list(range(rows))
            else:
                with pytest.raises(NotKept):
                    read(kept[name])
                assert kept[name].hopeless
        assert world.memory.used == sum(model.memory.values()) <= BOUND
        assert [kept.index(store) for store in world.memory.order()] == list(model.memory)
        assert world.files() == {str(name) for name in model.files}
        assert world.computed == model.computed
    world.memory.close()
    assert world.memory.used == 0 and world.files() == set()


def test_rows_beyond_the_bound_go_to_the_file_as_they_come(tmp_path: Path) -> None:
    world = World(tmp_path)
    large = world.store(0, StorageLevel.MEMORY_AND_DISK, 1000, batch=30)
    assert read(large) == list(range(1000)) == read(large)
    assert world.computed == {0: 1} and world.memory.used == 0 and 0 < world.peak <= BOUND


def test_what_is_read_does_not_give_way(tmp_path: Path) -> None:
    world = World(tmp_path)
    first, second = (world.store(name, StorageLevel.MEMORY_ONLY, 60) for name in (0, 1))
    with first.lent():
        with pytest.raises(NotKept):
            read(second)
        first.free()
        assert world.memory.used == 480 and first.table().num_rows == 60
    assert world.memory.used == 0 and not second.hopeless and len(read(second)) == 60
    with ExitStack() as reading:
        reading.enter_context(second.lent())
        assert len(read(world.store(2, StorageLevel.MEMORY_AND_DISK, 60))) == 60
        assert world.files() == {"2"} or world.files() == set()  # gone with its store
    assert world.computed == {0: 1, 1: 2, 2: 1}


def test_a_file_touched_is_sound_and_one_changed_is_not(tmp_path: Path) -> None:
    world = World(tmp_path)
    store, checkpoint = (
        world.store(0, StorageLevel.DISK_ONLY, 5),
        world.store(1, StorageLevel.DISK_ONLY, 5, checkpoint=True),
    )
    assert read(store) == read(checkpoint)
    for name in ("0-1", "1-1"):
        os.utime(tmp_path / name, ns=(1, 1))
    assert read(store) == read(checkpoint) and world.computed == {0: 1, 1: 1}
    for name in ("0-1", "1-1"):
        data = bytearray((tmp_path / name).read_bytes())
        data[data.index(b"\4\0\0\0\0\0\0\0", 200)] ^= 1
        (tmp_path / name).write_bytes(data)
    assert read(store) == [0, 1, 2, 3, 4] and world.computed == {0: 2, 1: 1}
    with pytest.raises(CheckpointError, match="damaged"):
        read(checkpoint)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    old = [
        world.store(0, StorageLevel.MEMORY_AND_DISK, 60),
        world.store(1, StorageLevel.MEMORY_ONLY, 30, checkpoint=True),
    ]
    assert [len(read(store)) for store in old] == [60, 30]

    def full(self: FileWriter, batch: Any) -> None:
        raise DiskFullError("no room")

    monkeypatch.setattr(FileWriter, "write", full)
    with pytest.warns(UserWarning, match="no room"), pytest.raises(NotKept):
        read(world.store(2, StorageLevel.DISK_ONLY, 5))
    with pytest.raises(DiskFullError, match="no room"):
        read(world.store(3, StorageLevel.DISK_ONLY, 5, checkpoint=True))
    with pytest.warns(UserWarning, match="dropped"):
        assert len(read(world.store(4, StorageLevel.MEMORY_ONLY, 70))) == 70
    assert world.files() == set() and len(read(old[1])) == 30 and world.computed[1] == 1
