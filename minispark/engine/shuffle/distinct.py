"""Map side of ``distinct``: each record once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from minispark.engine.shuffle.mistakes import first_unhashable
from minispark.engine.shuffle.output import ShuffleOutput, split_column
from minispark.engine.shuffle.pace import Pace
from minispark.engine.storage.memory import MemoryManager


class DistinctWriter:
    """Keeps the first of equal records, in the order met. Raises TypeError for a record that cannot be hashed."""

    def __init__(self, output: ShuffleOutput, memory: MemoryManager) -> None:
        self._output = output
        self._seen: dict[Any, None] = {}
        self._pace = Pace(memory.batch_bytes)
        self._grant = memory.register("distinct records", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        while batch := list(islice(iterator, self._pace.records)):
            try:
                self._seen |= dict.fromkeys(batch)
            except TypeError as error:
                raise first_unhashable(batch) or error from None
            self._pace.update(batch[:: len(batch) // 8 + 1])
            if not self._grant.resize(len(self._seen) * self._pace.size.bytes + self._seen.__sizeof__()):
                self._flush()
                self._grant.resize(0)

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _flush(self) -> None:
        keys = list(self._seen)
        self._seen = {}
        for slot, column in split_column(keys, self._output.partitioner):
            self._output.put_records(slot, column)

    def _spill(self) -> int:
        self._flush()
        return 0
