"""Map side of ``groupByKey`` and of each side of a join: values by key, where keys repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.shuffle.combine import first_pair
from minispark.engine.shuffle.combining import Groups, collect
from minispark.engine.shuffle.mistakes import MISSING
from minispark.engine.shuffle.output import ShuffleOutput, batch_records, split_columns
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.trial import Trial
from minispark.engine.storage.memory import MemoryManager

HELD_BYTES_MAX = 64 << 20
NOVEL_SHARE_MAX = 0.6
"""When more of the records than this bring a new key, they are written as pairs: half the work on this side."""


class GroupWriter:
    """Collects the values of each key; a key is then routed and encoded once. Errors as :class:`PlainWriter`."""

    def __init__(self, output: ShuffleOutput, memory: MemoryManager) -> None:
        self._output = output
        self._memory = memory
        self._groups: Groups = defaultdict(list)
        self._values = 0
        self._keys_met = 0
        self._pace = Pace(memory.batch_bytes)
        self._grant = memory.register("groups to be shuffled", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        self._values += len(first := first_pair(iterator))
        self._pace.update(first)
        collect(self._groups, first)
        trial = Trial(NOVEL_SHARE_MAX)
        pays: bool | None = None
        while pays is None:
            if not self._collect_records(iterator, trial.round):
                return
            pays = trial.verdict(self._keys_met + len(self._groups))
        if pays:
            self._collect_records(iterator, None)
        else:
            self._flush()
            self._grant.resize(0)
            PlainWriter(self._output, self._memory).consume(iterator)

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _collect_records(self, records: Iterator[Any], limit: int | None) -> bool:
        """Collect ``limit`` records, or all. False if they came to their end."""
        taken = 0
        while limit is None or taken < limit:
            count = self._pace.records if limit is None else min(self._pace.records, limit - taken)
            last = collect(self._groups, islice(records, count))
            if last is MISSING:
                return False
            taken += count
            self._values += count
            self._pace.update([(last, value) for value in self._groups.get(last, ())[-1:]])
            held = self._values * (self._pace.size.bytes - 48) + len(self._groups) * 200
            if not self._grant.resize(held) or held > HELD_BYTES_MAX:
                self._flush()
                self._grant.resize(0)
        return True

    def _flush(self) -> None:
        keys, values = list(self._groups), list(self._groups.values())
        self._groups.clear()  # in place: see CombineWriter
        self._keys_met += len(keys)
        self._values = 0
        before = self._output.file.size
        step = batch_records(self._output.partitioner.partitions)
        for start in range(0, len(keys), step):
            parts = split_columns(keys[start : start + step], values[start : start + step], self._output.partitioner)
            for slot, slot_keys, slot_groups in parts:
                self._output.put_groups(slot, slot_keys, slot_groups)
        self._output.meter.groups(keys, values, self._output.file.size - before)

    def _spill(self) -> int:
        self._flush()
        return 0
