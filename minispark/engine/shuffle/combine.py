"""Map side of ``combineByKey``: one combiner a key, unless that hardly reduces the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from minispark.engine.shuffle.combining import make_fold
from minispark.engine.shuffle.mistakes import MISSING, not_a_pair
from minispark.engine.shuffle.output import ShuffleOutput, split_columns
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.sizes import RecordSize

TRIAL_RECORDS = 1 << 16
DISTINCT_SHARE_MAX = 0.8
"""With more keys than this among the first TRIAL_RECORDS records, combining here costs more than it saves."""


class CombineWriter:
    """Folds values into combiners by key; under memory pressure what was folded so far is written, and it starts anew.

    ``create`` None stands for the value itself. Errors as :class:`PlainWriter`.
    """

    def __init__(
        self,
        output: ShuffleOutput,
        memory: MemoryManager,
        create: Callable[[Any], Any] | None,
        merge_value: Callable[[Any, Any], Any],
    ) -> None:
        self._output = output
        self._memory = memory
        self._create = create
        self._fold = make_fold(create, merge_value)
        self._combiners: dict[Any, Any] = {}
        self._pace = Pace(memory.batch_bytes)
        self._entry = RecordSize()
        self._grant = memory.register("combiners", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        self._fold(self._combiners, first_pair(iterator))
        self._fold_records(iterator, TRIAL_RECORDS)
        if len(self._combiners) > TRIAL_RECORDS * DISTINCT_SHARE_MAX:
            self._flush()
            self._grant.resize(0)
            rest = PlainWriter(self._output, self._memory, self._create)
            rest.consume(iterator)
            rest.finish()
        else:
            self._fold_records(iterator, None)

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _fold_records(self, records: Iterator[Any], limit: int | None) -> None:
        taken = 0
        while limit is None or taken < limit:
            count = self._pace.records if limit is None else min(self._pace.records, limit - taken)
            last = self._fold(self._combiners, islice(records, count))
            if last is MISSING:
                return
            taken += count
            self._pace.update([(last, self._combiners.get(last))])
            self._hold()

    def _hold(self) -> None:
        combiners = self._combiners
        sample = islice(combiners.items(), 4), islice(reversed(combiners.items()), 4)
        entry = self._entry.update(chain.from_iterable(sample))
        if not self._grant.resize(len(combiners) * entry + combiners.__sizeof__()):
            self._flush()
            self._grant.resize(0)

    def _flush(self) -> None:
        keys, values = list(self._combiners), list(self._combiners.values())
        self._combiners.clear()  # in place: a fold may be under way, upstream of which memory was asked for
        for slot, slot_keys, slot_values in split_columns(keys, values, self._output.partitioner):
            self._output.put_pairs(slot, slot_keys, slot_values)

    def _spill(self) -> int:
        self._flush()
        return 0


def first_pair(records: Iterator[Any]) -> list[Any]:
    """The first record, or nothing; an error that shows it if it is not a pair, as then most are not."""
    first = list(islice(records, 1))
    error = not_a_pair(first)
    if error is not None:
        raise error
    return first
