"""Map side of ``distinct``: each record once, unless hardly any is a repetition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.shuffle.mistakes import first_unhashable
from minispark.engine.shuffle.output import ShuffleOutput, batch_records, split_column
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.trial import Trial
from minispark.engine.storage.memory import MemoryManager

NOVEL_SHARE_MAX = 0.5
"""When more of the records than this are new, looking for repetitions here costs more than it saves."""


class DistinctWriter:
    """Keeps the first of equal records, in the order met. Raises TypeError for a record that cannot be hashed."""

    def __init__(self, output: ShuffleOutput, memory: MemoryManager) -> None:
        self._output = output
        self._seen: dict[Any, None] = {}
        self._keys_met = 0
        self._pace = Pace(memory.batch_bytes, batch_records(output.partitioner.partitions))
        self._grant = memory.register("distinct records", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        first = list(islice(iterator, 1))
        self._pace.update(first)
        self._add(first)
        trial = Trial(NOVEL_SHARE_MAX)
        pays: bool | None = None
        while pays is None:
            if not self._collect(iterator, trial.round):
                return
            pays = trial.verdict(self._keys_met + len(self._seen))
        if pays:
            self._collect(iterator, None)
            return
        self._flush()
        self._grant.resize(0)
        while batch := self._pace.take(iterator):
            self._output.meter.records(batch, self._write(batch))

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _collect(self, records: Iterator[Any], limit: int | None) -> bool:
        """Look at ``limit`` records, or all. False if they came to their end."""
        taken = 0
        while limit is None or taken < limit:
            count = self._pace.records if limit is None else min(self._pace.records, limit - taken)
            batch = list(islice(records, count))
            if not batch:
                return False
            self._add(batch)
            taken += len(batch)
            self._pace.update(batch[:: len(batch) // 8 + 1])
            if not self._grant.resize(len(self._seen) * self._pace.size.bytes + self._seen.__sizeof__()):
                self._flush()
                self._grant.resize(0)
        return True

    def _add(self, batch: list[Any]) -> None:
        self._output.meter.before_records(batch)
        try:
            add_new(self._seen, batch)
        except TypeError:
            mistake = first_unhashable(batch)
            if mistake is not None:
                raise mistake from None
            raise

    def _flush(self) -> None:
        keys = list(self._seen)
        self._seen.clear()
        self._keys_met += len(keys)
        step = min(batch_records(self._output.partitioner.partitions), self._pace.records)
        for start in range(0, len(keys), step):
            part = keys[start : start + step]
            self._output.meter.different(part, self._write(part))

    def _write(self, batch: list[Any]) -> int:
        """Returns how many bytes that took."""
        before = self._output.file.size
        try:
            columns = split_column(batch, self._output.partitioner)
        except TypeError:
            mistake = first_unhashable(batch)
            if mistake is not None:
                raise mistake from None
            raise
        for slot, column in columns:
            self._output.put_records(slot, column)
        return self._output.file.size - before

    def _spill(self) -> int:
        self._flush()
        return 0


def add_new(seen: dict[Any, None], records: Iterable[Any]) -> None:
    """Add the records not seen yet, in order, by one look-up each (``dict |=`` would rebuild the table every time)."""
    any(map(seen.setdefault, records))
