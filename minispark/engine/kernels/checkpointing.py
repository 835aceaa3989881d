"""Checkpoint parts: one authenticated block file a partition, in a directory that outlives the context."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from minispark.engine.core.errors import BlockError, CheckpointError, LocalDirectoryError
from minispark.engine.core.parts import Payload
from minispark.engine.kernels.current import Counters, TaskState
from minispark.engine.plan.nodes import CheckpointParts, LocalBlocks
from minispark.engine.serde.codec import decode
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.keyfile import read_key

KEY_NAME = ".key"


def part_name(partition: int) -> str:
    return f"part-{partition:05d}"


def part_identity(directory: str, name: str) -> str:
    """What the footer of a file in a checkpoint's directory vouches for."""
    return f"{os.path.basename(directory)}/{name}"


def checkpoint_key(directory: str) -> bytes:
    """The key of the checkpoints next to ``directory``. Raises CheckpointError if others may read or have made it."""
    path = os.path.join(os.path.dirname(directory), KEY_NAME)
    try:
        key = read_key(path)
    except OSError as error:
        raise CheckpointError(f"the key of checkpoint {directory} cannot be read: {path}: {error.strerror}") from None
    if key is None:
        raise CheckpointError(f"{path} is not this user's own key file of mode 0600: checkpoint {directory} is refused")
    return key


def open_part(directory: str, partition: int, key: bytes) -> BlockFileReader:
    """A part, its footer verified. Raises BlockError."""
    name = part_name(partition)
    return BlockFileReader(os.path.join(directory, name), key, part_identity(directory, name))


def records_in(reader: BlockFileReader) -> int:
    return sum(reader.records(chunk) for chunk in reader.chunks(0))


class CheckpointPlace:
    """One part while its checkpoint is being written. What cannot be written is an error."""

    def __init__(self, node_id: int, partition: int, directory: str) -> None:
        self.node_id = node_id
        self.partition = partition
        self.name = part_identity(directory, part_name(partition))
        self.key = checkpoint_key(directory)
        self._directory = directory
        self._path = os.path.join(directory, part_name(partition))

    def paths(self) -> list[str]:
        return [self._path]

    def open(self, attempt_id: int) -> BlockFileWriter | None:
        unique = f"{part_name(self.partition)}-{attempt_id}"
        return BlockFileWriter(LocalDirectories((self._directory,)), unique, self.key, identity=self.name)

    def append(self, writer: BlockFileWriter, payload: Payload, records: int) -> bool:
        writer.append(0, payload, records)
        return True

    def keep(self, writer: BlockFileWriter, report: bytes, task: TaskState) -> None:
        """The first complete part stays."""
        path = writer.commit(report).path
        try:
            os.link(path, self._path)
        except FileExistsError:
            pass
        except OSError as error:
            raise LocalDirectoryError(f"cannot write {self._path}: {error.strerror}") from error
        finally:
            with suppress(OSError):
                os.unlink(path)

    def give_up(self, writer: BlockFileWriter) -> None:
        writer.abort()

    def used(self, path: str) -> None:
        pass


def read_part(data: CheckpointParts, partition: int, counters: Counters) -> Iterator[list[Any]]:
    """A part's records. Raises CheckpointError naming the part if it is lost, corrupt or another one."""
    path = os.path.join(data.directory, part_name(partition))
    try:
        reader = open_part(data.directory, partition, checkpoint_key(data.directory))
        if records_in(reader) != data.records[partition]:
            raise BlockError(f"{path} has {records_in(reader)} records, {data.records[partition]} were written")
        for chunk in reader.chunks(0):
            records = decode(reader.read(chunk))
            counters.records_read += len(records)
            yield records
        reader.close()
    except BlockError as error:
        raise CheckpointError(
            f"part {partition} of the checkpoint in {data.directory} cannot be read ({error}); its RDD has no lineage "
            "any more to compute it from: restore the file, or compute the RDD again"
        ) from None


def lost_block(data: LocalBlocks, partition: int) -> Iterator[list[Any]]:
    """Nothing stands behind a local checkpoint's blocks: raises CheckpointError when it is asked for records."""
    raise CheckpointError(
        f"Checkpoint block rdd_{data.node_id}_{partition} not found! The RDD was checkpointed locally, so that it has "
        "no lineage any more, and its block was unpersisted, lost or damaged; rdd.checkpoint() keeps records in files "
        "of their own"
    )
    yield
