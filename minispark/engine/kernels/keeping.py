"""Partitions that are kept while they are computed: cached blocks and checkpoint parts.

A block is there if its file is. It is written while its records are first computed and passed on, and renamed into
place when the last one was; reading it verifies each chunk, and a block that turns out lost or corrupt is dropped and
computed again, going on after the records already handed over.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, Protocol

from minispark.engine.core.errors import BlockError
from minispark.engine.core.parts import Payload
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.reports import pickle_updates
from minispark.engine.serde.closures import loads
from minispark.engine.serde.codec import decode, encode_chunks
from minispark.engine.shuffle.pace import Pace
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter

BATCH_RECORDS = 4096
Batches = Iterable[Iterable[Any]]


class Place(Protocol):
    """Where the partition of a node is kept. ``append`` is False where the block does not fit and is given up."""

    node_id: int
    partition: int
    name: str
    key: bytes

    def paths(self) -> list[str]: ...
    def open(self, attempt_id: int) -> BlockFileWriter | None: ...
    def append(self, writer: BlockFileWriter, payload: Payload, records: int) -> bool: ...
    def keep(self, writer: BlockFileWriter, report: bytes, task: TaskState) -> None: ...
    def give_up(self, writer: BlockFileWriter) -> None: ...
    def used(self, path: str) -> None: ...


class Unfinished(Protocol):
    """What a task has begun for a whole partition. ``complete`` goes on to its end when the task's own records are
    done, ``close`` gives up what is not complete, ``writes`` tells whether it will leave what has this name."""

    def complete(self) -> None: ...
    def close(self) -> None: ...
    def writes(self, name: str) -> bool: ...


class Keeping:
    """One partition being read, or computed and written.

    The block's footer has what else came of computing it: reports of quarantines, and accumulator updates of this and
    of kept nodes below. Whoever reads the block tells of them again, since the attempt that computed it may have
    failed later; each counts once, whoever tells.
    """

    def __init__(self, place: Place, batches: Batches, task: TaskState) -> None:
        self._place = place
        self._batches = batches
        self._task = task
        self._writing = False
        self._restored: list[tuple[int, int]] = []
        self._records = self._read_or_compute()

    def records(self) -> Iterator[list[Any]]:
        """Batches of the partition's records."""
        return self._records

    def complete(self) -> None:
        """Compute and write what nobody asked for: a block of a partition is whole or absent."""
        while self._writing:
            next(self._records, None)

    def close(self) -> None:
        """Give up what is not complete."""
        self._records.close()

    def writes(self, name: str) -> bool:
        return self._writing and self._place.name == name

    def _read_or_compute(self) -> Generator[list[Any], None, None]:
        given = 0
        for path in self._place.paths():
            if os.path.exists(path):
                try:
                    for records in _beyond(given, self._stored(path)):
                        yield records
                        given += len(records)
                    return
                except BlockError:
                    self._forget_restored()
                    with suppress(OSError):
                        os.unlink(path)
        yield from _beyond(given, self._computed())

    def _stored(self, path: str) -> Iterator[list[Any]]:
        reader = BlockFileReader(path, self._place.key, self._place.name)
        reader.hold()
        self._place.used(path)
        if reader.report:
            quarantined, updates = marshal.loads(reader.report)
            self._task.quarantined += quarantined
            for *identity, pickled in updates:
                self._restore((identity[0], identity[1]), pickled)
        for chunk in reader.chunks(0):
            records = decode(reader.read(chunk))
            self._task.counters.records_read += len(records)
            yield records
        reader.close()

    def _restore(self, identity: tuple[int, int], pickled: bytes) -> None:
        """Take over updates, unless this attempt has computed them itself."""
        task = self._task
        if identity not in task.updates:
            task.updates[identity] = loads(pickled)
            task.complete.add(identity)
            self._restored.append(identity)

    def _forget_restored(self) -> None:
        """Computing the block will make them again."""
        for identity in self._restored:
            self._task.complete.discard(identity)
            del self._task.updates[identity]
        self._restored.clear()

    def _report(self, quarantined: list[tuple[Any, ...]]) -> bytes:
        task = self._task
        updates = [(*identity, pickle_updates(task.updates[identity])) for identity in sorted(task.complete)]
        return marshal.dumps((quarantined, updates), 2) if quarantined or updates else b""

    def _computed(self) -> Iterator[list[Any]]:
        place, task = self._place, self._task
        own = (2 * place.node_id, place.partition)  # whose updates those are that are made meanwhile
        iterator = chain.from_iterable(self._batches)
        begun = any(other.writes(place.name) for other in task.keeping)
        writer = None if begun else place.open(task.attempt_id)  # read twice at a time, as in rdd.zip(rdd): kept once
        self._writing = writer is not None
        task.keeping.append(self)
        owner = task.owner
        quarantined: list[tuple[Any, ...]] = []
        pace = Pace(task.environment.memory.batch_bytes, BATCH_RECORDS)
        try:
            while True:
                owner, task.owner = task.owner, own
                told = len(task.quarantined)
                records = pace.take(iterator)
                task.owner = owner
                quarantined += task.quarantined[told:]
                if not records:
                    break
                if writer is not None:
                    for payload, count in encode_chunks(records):
                        if not place.append(writer, payload, count):
                            place.give_up(writer)
                            writer, self._writing = None, False
                            break
                yield records
            if own in task.updates:
                task.complete.add(own)
            if writer is not None:
                place.keep(writer, self._report(quarantined), task)
                writer = None
        finally:
            task.owner = owner
            self._writing = False
            if writer is not None:
                place.give_up(writer)


def _beyond(given: int, batches: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """The records after the first ``given``."""
    for records in batches:
        if given >= len(records):
            given -= len(records)
        else:
            yield records[given:] if given else records
            given = 0
