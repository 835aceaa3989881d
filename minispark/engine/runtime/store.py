"""The driver's side of the files: what it stores for tasks, and what it removes after them."""

from __future__ import annotations

import glob
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from minispark.engine.core.config import EngineConfig
from minispark.engine.core.errors import (
    BlockError,
    DescriptorsExhaustedError,
    DiskFullError,
    EnvironmentFault,
    LocalDirectoryError,
    UncanonicalError,
)
from minispark.engine.core.outcomes import Outcome, Success
from minispark.engine.core.parts import joined
from minispark.engine.kernels.environment import WorkerSettings, data_name, output_name
from minispark.engine.kernels.reports import report_in
from minispark.engine.plan.nodes import InlineSlices, SourceData, StoredSlices
from minispark.engine.runtime.directories import ContextDirectories
from minispark.engine.runtime.sharing import SharedValue
from minispark.engine.serde.codec import encode_chunks
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories, PreferredDirectories
from minispark.engine.storage.memorytier import DISK, MEMORY_ONLY, MEMORY_OR_DISK, MemoryTier, cached_name
from minispark.engine.storage.quota import Quota

if TYPE_CHECKING:
    from minispark.engine.runtime.entries import Entry
    from minispark.engine.runtime.resume import Resume

INLINE_BYTES_MAX = 256 << 10
"""Parallelized data up to this size travels with the program instead of as a file."""


class Slices:
    """Large data that lie elsewhere, in a form that is not the tasks': ``parts()`` gives each slice's lists of records,
    and gives them again where the file made of them is lost."""

    def __init__(self, parts: Callable[[], Iterable[Iterable[list[Any]]]]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Iterator[tuple[bytes, int]]]:
        for part in self._parts():
            yield ((joined(payload), n) for records in part for payload, n in encode_chunks(records))


Chunks = list[list[tuple[bytes, int]]] | Slices


class Store:
    """Files of one context, under directories of its own that nobody else can read."""

    def __init__(self, config: EngineConfig) -> None:
        self._config = config
        self._directories = ContextDirectories(list(config.local_roots))
        self._memory_directory = self._directories.memory_root()
        places, most = (self._memory_directory, *self._directories.paths), config.local_bytes_max
        self.quota = Quota(places, most) if most else None
        self._ids = itertools.count(1)
        self._copies: dict[int, Chunks] = {}
        self._values: dict[int, SharedValue] = {}
        self.checkpoint_directories: Callable[[], list[str]] = list
        try:
            self.resume = _open_resume(config, self._directories.paths)
        except BaseException:
            self._directories.remove()
            raise

    def worker_settings(self) -> WorkerSettings:
        return WorkerSettings(
            key=self._directories.key,
            directories=tuple(self._directories.paths),
            memory_directory=self._memory_directory,
            memory_bytes=self._config.worker_memory_bytes,
            inline=self._config.master.inline,
            storage_memory_bytes=self._config.storage_memory_bytes,
            lifting=self._config.lifting,
            balanced_bytes_min=self._config.skew_bytes_min if self._config.adapts else None,
            resume=self.resume.place if self.resume is not None else None,
            strict_seed=self._config.strict_seed,
            result_bytes_max=self._config.result_bytes_max,
            local_bytes_max=self._config.local_bytes_max,
        )

    def make_directory(self, name: str) -> str:
        """A fresh directory that goes when the context ends; workers know it under their first directory."""
        path = os.path.join(self._directories.paths[0], name)
        os.mkdir(path, 0o700)
        return path

    def local_directories(self) -> LocalDirectories:
        """Where files that go with the context may lie, with the quota they count against."""
        return LocalDirectories(self._directories.paths, self.quota)

    # --- data for tasks --------------------------------------------------------------------------------------------

    def store_slices(self, slices: Iterable[list[Any]] | Slices) -> SourceData:
        """Each slice encoded now, so that changing the records later changes nothing."""
        if isinstance(slices, Slices):
            return StoredSlices(*self._keep(slices))
        chunks = [[(joined(payload), n) for payload, n in encode_chunks(records)] for records in slices]
        if sum(len(payload) for part in chunks for payload, _ in part) <= INLINE_BYTES_MAX:
            return InlineSlices(tuple(tuple(payload for payload, _ in part) for part in chunks))
        data_id, path = self._keep(chunks)
        return StoredSlices(data_id, path)

    def share(self, value: Any) -> tuple[int, str]:
        """A value as a file of its own; returns its id and path. Later it may be changed, but for what ``SharedValue``
        says of losing the file."""
        data_id = next(self._ids)
        with _for_tasks():
            shared = SharedValue(self._data_directories(), data_name(data_id), self._directories.key, value)
        self._values[data_id] = shared
        return data_id, shared.path

    def shared_value(self, data_id: int) -> Any:
        """A shared value as it was stored. Raises UncanonicalError if its file is not there, or damaged."""
        try:
            return self._values[data_id].read()
        except (KeyError, BlockError):
            raise UncanonicalError("a broadcast", "its stored copy cannot be read") from None

    def payloads(self, data_id: int) -> Iterator[Iterator[bytes]]:
        """The encoded records of stored data, slot by slot. Raises UncanonicalError if it is stored no more."""
        if data_id not in self._copies:
            raise UncanonicalError("stored data", "it has been freed")
        for part in self._copies[data_id]:
            yield (payload for payload, _ in part)

    def unshare(self, data_id: int) -> None:
        """Remove stored data."""
        self._copies.pop(data_id, None)
        self._values.pop(data_id, None)
        self._remove_data(data_id)

    def restore(self, data_id: int) -> None:
        """Write stored data again from the driver's copy. Where no disk takes it, it stays lost: the tasks that miss it
        are given up after a while, and the driver goes on."""
        if data_id in self._values:
            self._values[data_id].restore(lambda: self._remove_data(data_id))
        chunks = self._copies.get(data_id)
        if chunks is not None:
            self._remove_data(data_id)
            with suppress(EnvironmentFault, OSError):
                self._write(data_id, chunks)

    def _remove_data(self, data_id: int) -> None:
        for directory in (self._memory_directory, *self._directories.paths):
            self._remove(os.path.join(directory, data_name(data_id)))

    def _keep(self, chunks: Chunks) -> tuple[int, str]:
        data_id = next(self._ids)
        path = self._write(data_id, chunks)
        self._copies[data_id] = chunks
        return data_id, path

    def _write(self, data_id: int, chunks: Chunks) -> str:
        writer = BlockFileWriter(self._data_directories(), data_name(data_id), self._directories.key)
        try:
            with _for_tasks():
                for slot, part in enumerate(chunks):
                    for payload, records in part:
                        writer.append(slot, payload, records)
                return writer.commit(b"").path
        except BaseException:
            writer.abort()
            raise

    def _data_directories(self) -> LocalDirectories:
        return PreferredDirectories((self._memory_directory, *self._directories.paths), self.quota)

    # --- what tasks wrote ------------------------------------------------------------------------------------------

    def adopt(self, shuffle_id: int, map_id: int, attempt_id: int) -> Outcome | None:
        """The success that a map output in place stands for, if it is whole and ours."""
        name = output_name(shuffle_id, map_id, attempt_id)
        for directory in self._directories.paths:
            try:
                reader = BlockFileReader(os.path.join(directory, name), self._directories.key, name)
                return Success(report_in(reader))
            except (BlockError, DescriptorsExhaustedError):
                continue
        return None

    def output(self, shuffle_id: int, map_id: int, attempt_id: int) -> BlockFileReader:
        """The file of a map output, opened. Raises BlockError, DescriptorsExhaustedError."""
        name = output_name(shuffle_id, map_id, attempt_id)
        paths = [os.path.join(directory, name) for directory in self._directories.paths]
        return BlockFileReader(next(filter(os.path.exists, paths), paths[0]), self._directories.key, name)

    def remove_output(self, shuffle_id: int, map_id: int, attempt_id: int) -> None:
        for directory in self._directories.paths:
            self._remove(os.path.join(directory, output_name(shuffle_id, map_id, attempt_id)))

    def give_back(self, entry: Entry) -> None:
        """An entry of the resume directory is read no more."""
        if self.resume is not None:
            self.resume.give_back(entry)

    def drop_cached(self, wanted: int) -> None:
        """Drop blocks that are kept in memory only, of ``wanted`` bytes."""
        disk = LocalDirectories(self._directories.paths)
        MemoryTier(self._memory_directory, disk, self._config.storage_memory_bytes).drop(wanted)

    def remove_cached(self, node_id: int, partitions: int) -> None:
        if self.resume is not None:
            self.resume.release_blocks(node_id)
        for partition in range(partitions):
            name = cached_name(node_id, partition)
            self._remove(os.path.join(self._memory_directory, name + MEMORY_ONLY))
            self._remove(os.path.join(self._memory_directory, name + MEMORY_OR_DISK))
            for directory in self._directories.paths:
                self._remove(os.path.join(directory, name + DISK))

    def is_cached(self, node_id: int, partition: int) -> bool:
        """Whether there is a block; it may turn out damaged when it is read."""
        name = cached_name(node_id, partition)
        paths = [os.path.join(self._memory_directory, name + end) for end in (MEMORY_ONLY, MEMORY_OR_DISK)]
        paths += [os.path.join(directory, name + DISK) for directory in self._directories.paths]
        return any(map(os.path.exists, paths))

    def sweep_attempt(self, attempt_id: int) -> None:
        """Remove what an attempt had begun to write when its worker died."""
        resumed = [] if self.resume is None else self.resume.folders()
        for directory in {*self._directories.paths, self._memory_directory, *self.checkpoint_directories(), *resumed}:
            for pattern in (f".tmp-*-{attempt_id}", f"c*-*-{attempt_id}", f"part-*-{attempt_id}"):
                for path in glob.glob(os.path.join(glob.escape(directory), pattern)):
                    self._remove(path)

    def close(self) -> None:
        """Remove everything."""
        self._copies.clear()
        self._values.clear()
        self._directories.remove()
        if self.resume is not None:
            self.resume.close()

    @staticmethod
    def _remove(path: str) -> None:
        with suppress(OSError):
            os.unlink(path)


@contextmanager
def _for_tasks() -> Iterator[None]:
    """An error of the disk's says what needed the room."""
    try:
        yield
    except (DiskFullError, LocalDirectoryError) as error:
        raise type(error)(f"data for tasks (parallelized, or a broadcast): {error}") from error


def _open_resume(config: EngineConfig, locals: tuple[str, ...]) -> Resume | None:
    if config.resume_dir is None:
        return None
    from minispark.engine.runtime.resume import Resume  # what it needs takes 50 ms, and few programs want it

    return Resume(config.resume_dir, config.resume_bytes_max, locals)
