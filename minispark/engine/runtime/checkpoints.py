"""Checkpoints of one context: which are wanted, how they are completed after a job, and the files beside the parts."""

from __future__ import annotations

import marshal
import os
import pickle
import shutil
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress

from minispark.engine.core.errors import BlockError, CheckpointError
from minispark.engine.kernels.checkpointing import (
    KEY_NAME,
    checkpoint_key,
    open_part,
    part_identity,
    part_name,
    records_in,
)
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import BoundsDep, CheckpointParts, LocalBlocks, Node, ShuffleDep, SourceData
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.serde.closures import dumps
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.keyfile import KEY_BYTES

MANIFEST = "_manifest"


class Checkpoint:
    """One RDD's checkpoint, wanted or ``done``. ``directory`` is None for a local one. ``cut`` is told what the RDD is
    read from when it is done."""

    def __init__(self, node: Node, directory: str | None, cut: Callable[[SourceData], None]) -> None:
        self.node = weakref.ref(node)
        self.node_id = node.id
        self.partitions = node.partitions
        self.directory = directory
        self.cut = cut
        self.done = False


class Checkpoints:
    """Marks nodes, finds the marked ones that a job has touched, and completes them."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._wanted: dict[int, Checkpoint] = {}

    def directories(self) -> list[str]:
        """Where parts are being written."""
        return list(self._kept.checkpoints.values())

    def want(self, checkpoint: Checkpoint) -> None:
        """Write the parts from the next job on that computes them."""
        if checkpoint.directory is not None:
            _make_directory(checkpoint.directory)
            self._kept.begin_checkpoint(checkpoint.node_id, checkpoint.directory)
        self._wanted[checkpoint.node_id] = checkpoint
        node = checkpoint.node()
        if node is not None:
            weakref.finalize(node, self.forget, checkpoint.node_id).atexit = False

    def forget(self, node_id: int) -> None:
        """Give up an unfinished checkpoint, and let a finished one's cut go with its node."""
        self._kept.uncut(node_id)
        checkpoint = self._wanted.pop(node_id, None)
        if checkpoint is not None and checkpoint.directory is not None:
            self._kept.end_checkpoint(node_id)
            shutil.rmtree(checkpoint.directory, ignore_errors=True)

    def forget_all(self) -> None:
        for node_id in list(self._wanted):
            self.forget(node_id)

    def touched(self, node: Node) -> list[Checkpoint]:
        """The wanted checkpoints in the lineage of ``node``, ancestors first."""
        if not self._wanted:
            return []
        found = {member.id for member in lineage(node, self._kept)}
        return [checkpoint for number, checkpoint in sorted(self._wanted.items()) if number in found]

    def missing(self, checkpoint: Checkpoint, cached: Callable[[int, int], bool]) -> list[int]:
        """Partitions without a whole part; damaged ones are removed."""
        if checkpoint.directory is None:
            return [p for p in range(checkpoint.partitions) if not cached(checkpoint.node_id, p)]
        counts = _counts(checkpoint.directory, checkpoint.partitions)
        return [partition for partition, count in enumerate(counts) if count is None]

    def finish(self, checkpoint: Checkpoint) -> None:
        """All parts are there: vouch for them, and cut the lineage."""
        node = checkpoint.node()
        if node is None or checkpoint.done:
            return
        data: SourceData = LocalBlocks(node.id)
        if checkpoint.directory is not None:
            counts = _counts(checkpoint.directory, checkpoint.partitions)
            if None in counts:
                path = os.path.join(checkpoint.directory, part_name(counts.index(None)))
                raise CheckpointError(f"{path} was lost or damaged while the checkpoint was being completed")
            records = tuple(count or 0 for count in counts)
            _write_manifest(checkpoint.directory, records, node.partitioner)
            data = CheckpointParts(checkpoint.directory, records)
        checkpoint.done = True
        self._wanted.pop(node.id, None)
        self._kept.end_checkpoint(node.id)
        self._kept.cut_at(node.id, data)
        checkpoint.cut(data)


def read_manifest(directory: str) -> tuple[CheckpointParts, Partitioner | None]:
    """What a complete checkpoint holds. Raises CheckpointError if it is none, or not this user's."""
    try:
        path = os.path.join(directory, MANIFEST)
        reader = BlockFileReader(path, checkpoint_key(directory), part_identity(directory, MANIFEST))
    except BlockError as error:
        raise CheckpointError(f"{directory} is no complete checkpoint: {error}") from None
    records, partitioner = marshal.loads(reader.report)
    return CheckpointParts(directory, records), pickle.loads(partitioner)


def _write_manifest(directory: str, records: tuple[int, ...], partitioner: Partitioner | None) -> None:
    name = f"{MANIFEST}-{os.getpid()}"
    key, identity = checkpoint_key(directory), part_identity(directory, MANIFEST)
    writer = BlockFileWriter(LocalDirectories((directory,)), name, key, identity=identity)
    report = marshal.dumps((records, dumps(partitioner, "the partitioner of a checkpoint")), 2)
    os.rename(writer.commit(report).path, os.path.join(directory, MANIFEST))


def _counts(directory: str, partitions: int) -> list[int | None]:
    """The records of each part; None where there is none or its footer is damaged, which is removed."""
    key = checkpoint_key(directory)
    counts: list[int | None] = []
    for partition in range(partitions):
        try:
            reader = open_part(directory, partition, key)
            counts.append(records_in(reader))
            reader.close()
        except BlockError:
            with suppress(OSError):
                os.unlink(os.path.join(directory, part_name(partition)))
            counts.append(None)
    return counts


def _make_directory(directory: str) -> None:
    os.makedirs(directory, 0o700, exist_ok=True)
    with suppress(FileExistsError):
        path = os.path.join(os.path.dirname(directory), KEY_NAME)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "wb") as file:
            file.write(os.urandom(KEY_BYTES))


def lineage(node: Node, kept: Kept) -> Iterator[Node]:
    """The node and all it is computed from, through shuffles too, each once."""
    seen, stack = {node.id}, [node]
    while stack:
        member = stack.pop()
        yield member
        above = [*kept.parents(member)]
        for dep in kept.shuffles(member):
            shuffle: ShuffleDep = dep.sorted if isinstance(dep, BoundsDep) else dep
            above.append(shuffle.parent)
        for parent in above:
            if parent.id not in seen:
                seen.add(parent.id)
                stack.append(parent)
