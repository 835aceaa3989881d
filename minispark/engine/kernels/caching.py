"""Cached partitions: encoded blocks in files that no worker owns.

A block is there if its file is. It is written while its records are first computed and passed on, and renamed into
place when the last one was; reading it verifies each chunk, and a block that turns out lost or corrupt is dropped and
computed again, going on after the records already handed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Any

from minispark.engine.core.errors import BlockError
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import Environment, cached_name
from minispark.engine.serde.codec import decode, encode_chunks
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter

BATCH_RECORDS = 4096


def cached_batches(
    node_id: int, partition: int, batches: Iterable[Iterable[Any]], environment: Environment, task: TaskState
) -> Iterator[list[Any]]:
    """The records of a cached node's partition: from its block, else computed, and kept on the way."""
    name = cached_name(node_id, partition)
    path = os.path.join(environment.settings.memory_directory, name)
    given = 0
    if os.path.exists(path):
        try:
            reader = BlockFileReader(path, environment.settings.key, name)
            for chunk in reader.chunks(0):
                records = decode(reader.read(chunk))
                task.counters.records_read += len(records)
                yield records
                given += len(records)
            return
        except BlockError:
            with suppress(OSError):
                os.unlink(path)
    for records in _computed(node_id, partition, name, batches, environment, task):
        if given >= len(records):
            given -= len(records)
        else:
            yield records[given:]
            given = 0


def _computed(
    node_id: int, partition: int, name: str, batches: Iterable[Iterable[Any]], environment: Environment, task: TaskState
) -> Iterator[list[Any]]:
    owner, own = task.owner, (2 * node_id, partition)
    iterator = chain.from_iterable(batches)
    unique = f"{name}-{task.attempt_id}"
    writer = BlockFileWriter(environment.memory_directories, unique, environment.settings.key, identity=name)
    try:
        while True:
            task.owner = own  # updates made while these records are computed belong to the cached node
            records = list(islice(iterator, BATCH_RECORDS))
            task.owner = owner
            if not records:
                break
            for payload, count in encode_chunks(records):
                writer.append(0, payload, count)
            yield records
        summary = writer.commit(b"")
        os.rename(summary.path, os.path.join(environment.settings.memory_directory, name))
        task.cached.append((node_id, partition, summary.bytes))
    except BaseException:
        task.owner = owner
        writer.abort()
        raise
