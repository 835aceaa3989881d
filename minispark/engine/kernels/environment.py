"""What tasks share within one worker: settings, memory, open files, and where map outputs and stored data are."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from minispark.engine.core.errors import BlockError, SourceDataLost
from minispark.engine.core.strict import shuffled
from minispark.engine.core.values import value
from minispark.engine.kernels.current import Counters
from minispark.engine.plan.shares import Slice
from minispark.engine.shuffle.masks import holding, unknown_masks
from minispark.engine.shuffle.reading import MapOutput, read_chunks
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories, PreferredDirectories
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.memorytier import MemoryTier
from minispark.engine.storage.quota import Quota
from minispark.engine.storage.readers import RESTING_BYTES_MAX, ReaderCache
from minispark.engine.storage.spillfile import SpillSpace
from minispark.engine.storage.valuefile import read_value, value_payload


@value
class ResumePlace:
    """Where map outputs lie that a later context may adopt: in a directory a shuffle, authenticated by a ``key`` that
    outlives this context. ``start`` tells this context's files from those of earlier ones."""

    directory: str
    key: bytes
    start: str


@value
class WorkerSettings:
    """``key`` authenticates files; ``directories`` are this context's own; ``memory_directory`` holds data for tasks
    and cached blocks, ``storage_memory_bytes`` of the latter at most. ``lifting``: whether simple functions may run in
    columns. ``balanced_bytes_min``: a range of a sort with more than five times the median, and more than this, is made
    smaller; None for never. A result above ``result_bytes_max`` is not sent, and all the context's files take
    ``local_bytes_max`` at most; 0 is no limit."""

    key: bytes
    directories: tuple[str, ...]
    memory_directory: str
    memory_bytes: int
    inline: bool
    storage_memory_bytes: int
    lifting: bool = True
    balanced_bytes_min: int | None = None
    resume: ResumePlace | None = None
    strict_seed: int | None = None
    result_bytes_max: int = 0
    local_bytes_max: int = 0


def resumed_file(place: ResumePlace, map_id: int, attempt_id: int) -> str:
    """The file name of a map output in its entry of the resume directory."""
    return f"{map_id}-{place.start}-{attempt_id}"


def output_name(shuffle_id: int, map_id: int, attempt_id: int) -> str:
    """The file name of a map output."""
    return f"s{shuffle_id}-{map_id}-{attempt_id}"


def data_name(data_id: int) -> str:
    """The file name of parallelized or broadcast data."""
    return f"d{data_id}"


class Environment:
    """One per worker."""

    def __init__(self, settings: WorkerSettings) -> None:
        self.settings = settings
        self.memory = MemoryManager(settings.memory_bytes)
        resume = settings.resume
        self.readers = ReaderCache(
            settings.key,
            resume_key=resume.key if resume is not None else b"",
            resting_bytes_max=min(RESTING_BYTES_MAX, settings.memory_bytes // 16),
        )
        places = (settings.memory_directory, *settings.directories)
        quota = Quota(places, settings.local_bytes_max) if settings.local_bytes_max else None
        self.directories = LocalDirectories(settings.directories, quota)
        self.begin_task()
        self.tier = MemoryTier(settings.memory_directory, self.directories, settings.storage_memory_bytes)
        if quota is not None:
            quota.reclaim = (self.tier.drop,)
        self.shared: dict[int, Any] = {}
        self._outputs: dict[int, array[int]] = {}
        self._masks: dict[int, array[int]] = {}
        self._entries: dict[int, tuple[str, dict[int, str]]] = {}

    def set_outputs(
        self, shuffle_id: int, packed: bytes | None, entry: str = "", adopted: dict[int, str] | None = None
    ) -> None:
        """The attempts whose outputs stand for the map tasks of a shuffle; None: it is gone. With an ``entry`` they lie
        in the resume directory; ``adopted`` are the files of those that an earlier context wrote, by map task."""
        self._entries.pop(shuffle_id, None)
        if packed is None:
            self._outputs.pop(shuffle_id, None)
            self._masks.pop(shuffle_id, None)
            return
        if entry:
            self._entries[shuffle_id] = entry, adopted or {}
        attempts = array("q")
        attempts.frombytes(packed)
        self._outputs[shuffle_id] = attempts
        self._masks[shuffle_id] = unknown_masks(len(attempts))

    def outputs(self, shuffle_id: int) -> array[int]:
        return self._outputs[shuffle_id]

    def map_outputs(self, shuffle_id: int, slot: int | None = None, part: Slice | None = None) -> Iterator[MapOutput]:
        """Where a shuffle's map outputs are, in map order; under a strict context in an order of its seed's. With a
        ``slot``, without those that are known to have nothing for it."""
        masks, seed = self._masks[shuffle_id], self.settings.strict_seed
        order = range(len(masks)) if seed is None else shuffled(len(masks), seed, "arrival", shuffle_id)
        wanted: Iterable[int] = order if slot is None else holding(slot, masks, order)
        if part is not None:
            wanted = filter(part.touches, wanted)
        if shuffle_id in self._entries:
            return self._resumed_outputs(shuffle_id, wanted, *self._entries[shuffle_id])
        return self._own_outputs(shuffle_id, wanted)

    def _own_outputs(self, shuffle_id: int, map_ids: Iterable[int]) -> Iterator[MapOutput]:
        attempts = self._outputs[shuffle_id]
        directories = self.settings.directories
        only = os.path.join(directories[0], "") if len(directories) == 1 else None
        for map_id in map_ids:
            attempt_id = attempts[map_id]
            name = output_name(shuffle_id, map_id, attempt_id)
            path = self.locate(name) if only is None else only + name  # a path is joined for every small block
            yield MapOutput._make((shuffle_id, map_id, attempt_id, path, name))

    def _resumed_outputs(
        self, shuffle_id: int, map_ids: Iterable[int], entry: str, adopted: dict[int, str]
    ) -> Iterator[MapOutput]:
        place, attempts = self.settings.resume, self._outputs[shuffle_id]
        assert place is not None
        folder = os.path.join(place.directory, entry)
        for map_id in map_ids:
            file = adopted.get(map_id) or resumed_file(place, map_id, attempts[map_id])
            path = os.path.join(folder, file)
            if not os.path.exists(path):
                path = self.locate(file)
            yield MapOutput(shuffle_id, map_id, attempts[map_id], path, f"{entry}/{file}")

    def open_output(self, shuffle_id: int, map_id: int, attempt_id: int, entry: str) -> BlockFileWriter:
        """A new map output: in the resume directory if it has an ``entry`` there and there is room."""
        place = self.settings.resume
        if not entry or place is None:
            return BlockFileWriter(self.directories, output_name(shuffle_id, map_id, attempt_id), self.settings.key)
        file = resumed_file(place, map_id, attempt_id)
        directories = PreferredDirectories((os.path.join(place.directory, entry), *self.settings.directories))
        return BlockFileWriter(directories, file, place.key, identity=f"{entry}/{file}")

    def read_chunks(self, shuffle_id: int, slot: int, counters: Counters, part: Slice | None = None) -> Iterator[bytes]:
        """The verified payloads of a reducer, or a part of them, in map order. Raises MapOutputLost."""
        outputs, masks = self.map_outputs(shuffle_id, slot, part), self._masks[shuffle_id]
        return read_chunks(outputs, slot, self.readers, counters.shuffle, masks, part)

    def locate(self, name: str) -> str:
        """The path of a file that may be in any of the local directories."""
        directories = self.settings.directories
        if len(directories) > 1:
            for directory in directories:
                path = os.path.join(directory, name)
                if os.path.exists(path):
                    return path
        return os.path.join(directories[0], name)

    def stored_chunks(self, data_id: int, path: str, slot: int) -> Iterator[bytes]:
        """The payloads of one slot of stored data. Raises SourceDataLost where it cannot be read."""
        name = data_name(data_id)
        try:
            reader = self._stored_file(name, path)
            for chunk in reader.chunks(slot):
                yield reader.read(chunk)
        except BlockError as error:
            raise SourceDataLost(data_id, str(error)) from None

    def stored_value(self, data_id: int, path: str) -> Any:
        """The broadcast value stored under this id, its large buffers mapped. Raises SourceDataLost where it cannot be
        read, and what unpickling it raises."""
        name = data_name(data_id)
        try:
            return read_value(self._stored_file(name, path))
        except BlockError as error:
            raise SourceDataLost(data_id, str(error)) from None

    def stored_payload(self, data_id: int, path: str) -> bytes:
        """That value's payload. Raises BlockError."""
        return value_payload(self._stored_file(data_name(data_id), path))

    def _stored_file(self, name: str, path: str) -> BlockFileReader:
        return BlockFileReader(path if os.path.exists(path) else self.locate(name), self.settings.key, name)

    def begin_task(self) -> None:
        """A spill space of the task's own."""
        self.workspace = Workspace(self.memory, SpillSpace(self.directories, self.settings.key))

    def end_task(self) -> None:
        """Give back what the task held."""
        self.memory.end_task()
