"""Pairs to their reducers as they come: ``partitionBy``, and what map-side combining gives up on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from minispark.engine.shuffle.mistakes import first_unhashable, not_a_pair
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.pace import Pace
from minispark.engine.storage.memory import Grant, MemoryManager

HELD_BYTES_MAX = 64 << 20
"""Records kept before they are written even if memory is plenty: more makes chunks no better and caches worse."""


class PlainWriter:
    """Collects ``(key, value)`` pairs by reducer. ``create`` is applied to each value on the way, if given.

    A record may be anything that unpacks into two; readers get a tuple. Raises TypeError for one that does not, or
    whose key cannot be hashed, UnstableKeyError for a key that hashes by its address.
    """

    def __init__(
        self, output: ShuffleOutput, memory: MemoryManager, create: Callable[[Any], Any] | None = None
    ) -> None:
        self._output = output
        self._memory = memory
        self._create = create
        self._buckets: list[list[Any]] = [[] for _ in range(output.partitioner.partitions)]
        self._count = 0
        self._pace = Pace(memory.batch_bytes)
        self._grant: Grant = memory.register("pairs to be shuffled", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        records = iter(records)
        while batch := list(islice(records, self._pace.records)):
            self._distribute(batch)
            self._pace.update(batch[:: len(batch) // 8 + 1])
            held = self._count * (self._pace.size.bytes + 16)
            if not self._grant.resize(held) or held > HELD_BYTES_MAX:
                self._flush()
                self._grant.resize(0)

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _distribute(self, batch: list[Any]) -> None:
        try:
            keys = [key for key, _ in batch]
        except (TypeError, ValueError) as error:
            raise not_a_pair(batch) or error from None
        try:
            indices = self._output.partitioner.split(keys)
        except TypeError as error:
            raise first_unhashable(keys) or error from None
        if self._create is not None:
            create = self._create
            batch = [(key, create(value)) for key, value in batch]
        buckets = self._buckets
        for record, index in zip(batch, indices, strict=True):
            buckets[index].append(record)
        self._count += len(batch)

    def _flush(self) -> None:
        for slot, bucket in enumerate(self._buckets):
            if bucket:
                self._buckets[slot] = []
                self._output.put_pairs(slot, [key for key, _ in bucket], [value for _, value in bucket])
        self._count = 0

    def _spill(self) -> int:
        self._flush()
        return 0
