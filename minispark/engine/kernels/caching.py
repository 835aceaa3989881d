"""Where a persisted RDD's blocks go, by its storage level, and where they are looked for."""

from __future__ import annotations

import os
from contextlib import suppress

from minispark.engine.core.errors import DiskFullError, LocalDirectoryError
from minispark.engine.core.parts import Payload
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import Environment
from minispark.engine.plan.kept import Tiers
from minispark.engine.storage.blockfile import BlockFileWriter
from minispark.engine.storage.directories import PreferredDirectories
from minispark.engine.storage.memorytier import DISK, MEMORY_ONLY, MEMORY_OR_DISK, cached_name, mark_used


class CachedPlace:
    """The block of one partition of a cached node. What cannot be kept is computed again another time, no error."""

    def __init__(self, node_id: int, partition: int, tiers: Tiers, environment: Environment) -> None:
        self.node_id = node_id
        self.partition = partition
        self.name = cached_name(node_id, partition)
        self.key = environment.settings.key
        self._tiers = tiers
        self._tier = environment.tier
        self._in_memory = tiers.memory
        self._reserved = 0

    def paths(self) -> list[str]:
        """Where the block may be, in the order to look: on its way to disk it is in both places for a moment."""
        paths = [self._memory_path()] if self._tiers.memory else []
        if self._tiers.disk:
            paths += [os.path.join(directory, self.name + DISK) for directory in self._tier.disk.paths]
        return paths

    def open(self, attempt_id: int) -> BlockFileWriter | None:
        tier = self._tier
        directories = [tier.directory] if self._tiers.memory else []
        if self._tiers.disk:
            first = [tier.disk.pick(self.name)]
            directories += first + [path for path in tier.disk.paths if path not in first]
        unique = f"{self.name}-{attempt_id}"
        places = PreferredDirectories(directories, tier.disk.quota)
        return BlockFileWriter(places, unique, self.key, identity=self.name, modest=True)

    def append(self, writer: BlockFileWriter, payload: Payload, records: int) -> bool:
        """Write a chunk. False if the block cannot be kept."""
        try:
            writer.append(0, payload, records)
            return self._grown(writer)
        except (DiskFullError, LocalDirectoryError):
            return False

    def _grown(self, writer: BlockFileWriter) -> bool:
        if not self._in_memory:
            return True
        writer.flush()  # before it is counted: another worker that looks for room counts what is in the files
        more = writer.size - self._reserved
        if not self._tier.reserve(more) and not self._tier.make_room(self.node_id):
            if not self._tiers.disk:
                return False
            writer.relocate()
            self._leave_memory()
            return True
        self._reserved += more
        return True

    def _leave_memory(self) -> None:
        self._in_memory = False
        if self._reserved:
            self._tier.give_back(self._reserved)
            self._reserved = 0

    def keep(self, writer: BlockFileWriter, report: bytes, task: TaskState) -> None:
        """The block is complete: put it where it is looked for."""
        try:
            summary = writer.commit(report)
        except (DiskFullError, LocalDirectoryError):
            self.give_up(writer)
            return
        if os.path.dirname(summary.path) == self._tier.directory and self._in_memory:
            path = self._memory_path()
            self._tier.give_back(self._reserved - summary.bytes)
            self._reserved = summary.bytes
            mark_used(summary.path)
        else:
            self._leave_memory()
            path = os.path.join(os.path.dirname(summary.path), self.name + DISK)
        try:
            os.rename(summary.path, path)
        except OSError:  # it is there under a name that nobody looks for
            with suppress(OSError):
                os.unlink(summary.path)
            self._leave_memory()
            return
        task.cached.append((self.node_id, self.partition, summary.bytes))

    def give_up(self, writer: BlockFileWriter) -> None:
        writer.abort()
        self._leave_memory()

    def used(self, path: str) -> None:
        """Records are read from the block."""
        mark_used(path)

    def _memory_path(self) -> str:
        return os.path.join(self._tier.directory, self.name + (MEMORY_OR_DISK if self._tiers.disk else MEMORY_ONLY))
