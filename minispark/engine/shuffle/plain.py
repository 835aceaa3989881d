"""Pairs to their reducers as they come: ``partitionBy``, and what map-side combining gives up on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minispark.engine.shuffle.mistakes import first_unhashable, keys_of
from minispark.engine.shuffle.output import ShuffleOutput, batch_records
from minispark.engine.shuffle.pace import Pace
from minispark.engine.storage.memory import MemoryManager


class PlainWriter:
    """Writes ``(key, value)`` pairs to their reducers, a batch at a time. ``create``, if given, is applied to values.

    A record may be anything that unpacks into two; readers get a tuple. Raises TypeError for one that does not, or
    whose key cannot be hashed, UnstableKeyError for a key that hashes by its address.
    """

    def __init__(
        self, output: ShuffleOutput, memory: MemoryManager, create: Callable[[Any], Any] | None = None
    ) -> None:
        self._output = output
        self._create = create
        self._pace = Pace(memory.batch_bytes, batch_records(output.partitioner.partitions))

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        while batch := self._pace.take(iterator):
            self._write(batch)

    def finish(self) -> bytes | None:
        """Everything is written; the file is the caller's to commit. Returns the content's digest."""
        return self._output.digest()

    def _write(self, batch: list[Any]) -> None:
        keys = keys_of(batch)
        values = [value for _, value in batch]
        if self._create is not None:
            values = list(map(self._create, values))
        batch.clear()
        try:
            self._output.put_routed_pairs(keys, values)
        except TypeError:
            mistake = first_unhashable(keys)
            if mistake is not None:
                raise mistake from None
            raise
