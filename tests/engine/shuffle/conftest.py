from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.reading import MapOutput, read_chunks
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.readers import ReaderCache
from minispark.engine.storage.spillfile import SpillSpace

KEY = b"k" * 32
PLENTY = 1 << 30

MakeWriter = Callable[[ShuffleOutput, MemoryManager], Any]
Merge = Callable[[Iterator[bytes], Workspace], Iterable[Any]]


class Harness:
    """Runs the two sides of a shuffle in this process. ``spilled`` counts the reduce side's spilled bytes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directories = LocalDirectories([str(directory)])
        self.spilled = 0
        self.written = 0
        self.digests: list[bytes | None] = []
        self._ids = itertools.count()

    def memory(self, limit: int = PLENTY) -> MemoryManager:
        """A manager that goes by estimates alone, so that tests are deterministic."""
        return MemoryManager(limit, measure=lambda: 0)

    def workspace(self, limit: int = PLENTY) -> Workspace:
        return Workspace(self.memory(limit), SpillSpace(self.directories, KEY))

    def write(
        self, parts: Iterable[Iterable[Any]], make: MakeWriter, partitions: int = 3, limit: int = PLENTY
    ) -> list[MapOutput]:
        shuffle_id = next(self._ids)
        self.written = 0
        self.digests = []
        outputs = []
        for map_id, part in enumerate(parts):
            memory = self.memory(limit)
            name = f"s{shuffle_id}-{map_id}"
            file = BlockFileWriter(self.directories, name, KEY)
            writer = make(ShuffleOutput(file, Partitioner(partitions), memory.chunk_bytes), memory)
            writer.consume(part)
            self.digests.append(writer.finish())
            self.written += writer.records_written
            assert memory.held_bytes == 0
            outputs.append(MapOutput(shuffle_id, map_id, 7, file.commit(b"", partitions).path, name))
        return outputs

    def read(self, outputs: list[MapOutput], merge: Merge, partitions: int = 3, limit: int = PLENTY) -> list[list[Any]]:
        self.spilled = 0
        results = []
        cache = ReaderCache(KEY, 2)
        for slot in range(partitions):
            workspace = self.workspace(limit)
            results.append(list(merge(read_chunks(outputs, slot, cache), workspace)))
            self.spilled += workspace.spills.bytes
            assert workspace.memory.held_bytes == 0
        cache.close()
        return results

    def run(
        self, parts: Iterable[Iterable[Any]], make: MakeWriter, merge: Merge, limit: int = PLENTY, partitions: int = 3
    ) -> list[Any]:
        """All records of all reducers, after checking that each is where its key belongs is left to the caller."""
        outputs = self.write(parts, make, partitions, limit)
        return [record for result in self.read(outputs, merge, partitions, limit) for record in result]

    def reader(self, output: MapOutput) -> BlockFileReader:
        return BlockFileReader(output.path, KEY, output.name)


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(tmp_path)


@pytest.fixture(scope="module")
def shared_harness(tmp_path_factory: pytest.TempPathFactory) -> Harness:
    """For property tests, which run many examples in one directory."""
    return Harness(tmp_path_factory.mktemp("shuffle"))
