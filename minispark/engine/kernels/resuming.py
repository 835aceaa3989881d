"""Blocks of persisted nodes in the resume directory: a second copy, behind the cache, that a later context finds."""

from __future__ import annotations

import os
from contextlib import suppress

from minispark.engine.core.errors import DiskFullError, LocalDirectoryError
from minispark.engine.core.parts import Payload
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import ResumePlace, resumed_file
from minispark.engine.storage.blockfile import BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories


def block_name(partition: int) -> str:
    return f"block{partition}"


class ResumedBlock:
    """One partition of a persisted node, in its ``entry``. What cannot be written is left out, no error."""

    def __init__(self, node_id: int, partition: int, entry: str, place: ResumePlace) -> None:
        self.node_id = node_id
        self.partition = partition
        self.name = f"{entry}/{block_name(partition)}"
        self.key = place.key
        self._place = place
        self._folder = os.path.join(place.directory, entry)

    def paths(self) -> list[str]:
        return [os.path.join(self._folder, block_name(self.partition))]

    def open(self, attempt_id: int) -> BlockFileWriter | None:
        unique = resumed_file(self._place, self.partition, attempt_id)
        return BlockFileWriter(LocalDirectories((self._folder,)), unique, self.key, identity=self.name)

    def append(self, writer: BlockFileWriter, payload: Payload, records: int) -> bool:
        try:
            writer.append(0, payload, records)
        except (DiskFullError, LocalDirectoryError):
            return False
        return True

    def keep(self, writer: BlockFileWriter, report: bytes, task: TaskState) -> None:
        """The block is complete: give it its name."""
        try:
            path = writer.commit(report).path
        except (DiskFullError, LocalDirectoryError):
            writer.abort()
            return
        try:
            os.rename(path, self.paths()[0])
        except OSError:
            with suppress(OSError):
                os.unlink(path)

    def give_up(self, writer: BlockFileWriter) -> None:
        writer.abort()

    def used(self, path: str) -> None:
        pass
