"""Map side of ``groupByKey`` and of each side of a join: values by key, where keys repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.shuffle.combine import first_pair
from minispark.engine.shuffle.combining import Groups, collect
from minispark.engine.shuffle.mistakes import MISSING
from minispark.engine.shuffle.output import ShuffleOutput, split_columns
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.plain import HELD_BYTES_MAX, PlainWriter
from minispark.engine.storage.memory import MemoryManager

TRIAL_RECORDS = 1 << 16
DISTINCT_SHARE_MAX = 0.8
"""With more keys than this among the first TRIAL_RECORDS records, pairs are written as they are."""


class GroupWriter:
    """Collects the values of each key; a key is then routed and encoded once. Errors as :class:`PlainWriter`."""

    def __init__(self, output: ShuffleOutput, memory: MemoryManager) -> None:
        self._output = output
        self._memory = memory
        self._groups: Groups = defaultdict(list)
        self._values = 0
        self._pace = Pace(memory.batch_bytes)
        self._grant = memory.register("groups to be shuffled", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        self._values += len(first := first_pair(iterator))
        collect(self._groups, first)
        self._collect_records(iterator, TRIAL_RECORDS)
        if len(self._groups) > TRIAL_RECORDS * DISTINCT_SHARE_MAX:
            self._flush()
            self._grant.resize(0)
            rest = PlainWriter(self._output, self._memory)
            rest.consume(iterator)
            rest.finish()
        else:
            self._collect_records(iterator, None)

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _collect_records(self, records: Iterator[Any], limit: int | None) -> None:
        taken = 0
        while limit is None or taken < limit:
            count = self._pace.records if limit is None else min(self._pace.records, limit - taken)
            last = collect(self._groups, islice(records, count))
            if last is MISSING:
                return
            taken += count
            self._values += count
            self._pace.update([(last, value) for value in self._groups.get(last, ())[-1:]])
            held = self._values * (self._pace.size.bytes - 48) + len(self._groups) * 200
            if not self._grant.resize(held) or held > HELD_BYTES_MAX:
                self._flush()
                self._grant.resize(0)

    def _flush(self) -> None:
        keys, values = list(self._groups), list(self._groups.values())
        self._groups.clear()  # in place: see CombineWriter
        self._values = 0
        for slot, slot_keys, slot_groups in split_columns(keys, values, self._output.partitioner):
            self._output.put_groups(slot, slot_keys, slot_groups)

    def _spill(self) -> int:
        self._flush()
        return 0
