"""Map side of ``combineByKey``: one combiner a key, unless that hardly reduces the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, compress, count, filterfalse, islice, repeat
from typing import Any

from minispark.engine.shuffle.combining import count_keys, make_fold
from minispark.engine.shuffle.mistakes import MISSING, not_a_pair
from minispark.engine.shuffle.output import ShuffleOutput, batch_records
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.trial import Trial
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.sizes import RecordSize

LOOKS = (
    (1 << 10, 1, 1 << 10),
    (1 << 13, 4, 1 << 10),
    (1 << 15, 16, 1 << 12),
    (1 << 17, 64, 1 << 12),
    (float("inf"), 128, 1 << 13),
)
"""Until so many records have been folded, one of so many is noted, the first ones of each so many."""
FOLDED_COUNTED = 1 << 15
KEYS_AT_ONCE = 1 << 12
"""Keys counted in one call: few enough to stay in the processor's cache."""
NOVEL_SHARE_MAX = 0.6
"""When more of the records than this bring a new key, combining here costs more than it saves."""


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
        self._keys_met = 0
        self._folded = 0
        self._factor = 1
        self._counting = False
        self._grant = memory.register("combiners", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        first = first_pair(iterator)
        self._pace.update(first)
        self._fold(self._combiners, first)
        self._output.meter.before_pairs(first, 1)
        if not self._combine(iterator, self._fold_records):
            PlainWriter(self._output, self._memory, self._create).consume(iterator)

    def consume_counted(self, keys: Iterable[Any], number: int) -> None:
        """As ``consume`` of a pair ``(key, number)`` for each key, where combining is addition."""
        self._factor = number
        self._counting = True
        iterator = iter(keys)
        first = list(islice(iterator, 1))
        self._pace.update(first)
        count_keys(self._combiners, first)
        if not self._combine(iterator, self._count_keys):
            PlainWriter(self._output, self._memory, self._create).consume(zip(iterator, repeat(number), strict=False))

    def consume_counts(self, batches: Iterable[tuple[list[Any], list[int]]], number: int) -> None:
        """As ``consume_counted``, of different keys with how often each occurs, a batch at a time."""
        self._factor = number
        self._counting = True
        combiners = self._combiners
        held = combiners.get
        for keys, counts in batches:
            if len(keys) > NOVEL_SHARE_MAX * sum(counts):
                self._put(keys, counts)
            elif not combiners:
                combiners.update(zip(keys, counts, strict=True))
            else:
                for key, count in zip(keys, counts, strict=True):
                    combiners[key] = held(key, 0) + count
            self._hold()

    def _combine(self, records: Iterator[Any], take: Callable[[Iterator[Any], int | None], bool]) -> bool:
        """Combine to the end. False if it does not pay: what was taken is out, the rest is still in ``records``."""
        trial = Trial(NOVEL_SHARE_MAX)
        pays: bool | None = None
        while pays is None:
            if not take(records, trial.round):
                return True
            pays = trial.verdict(self._keys_met + len(self._combiners))
        if pays:
            take(records, None)
            return True
        self._flush()
        self._grant.resize(0)
        return False

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        self._flush()
        self._grant.release()
        return self._output.digest()

    def _fold_records(self, records: Iterator[Any], limit: int | None) -> bool:
        """Fold ``limit`` records, or all. False if they came to their end."""
        taken = 0
        while limit is None or taken < limit:
            count = self._pace.records if limit is None else min(self._pace.records, limit - taken)
            last = self._fold_some(records, count)
            if last is MISSING:
                return False
            taken += count
            self._pace.update([(last, self._combiners.get(last))])
            self._hold()
        return True

    def _fold_some(self, records: Iterator[Any], limit: int) -> Any:
        """Fold ``limit`` records, or all that are left, and note some of them. Returns the last key, or MISSING."""
        last, taken = MISSING, 0
        while taken < limit:
            stride, window = next((stride, window) for until, stride, window in LOOKS if self._folded < until)
            step = min(window, limit - taken)
            looks = -(-step // stride)
            noted: list[Any] = []
            noting = filterfalse(noted.append, islice(records, looks))  # append gives None: nothing is left out
            key = self._fold(self._combiners, noting)
            if key is MISSING:
                break
            last, rest = key, 0
            if len(noted) == looks < step:
                key, rest = self._fold_counted(records, step - looks)
                last = last if key is MISSING else key
            scale = max(1, round((len(noted) + rest) / len(noted)))
            self._output.meter.before_pairs(noted, scale, at_once=limit < LOOKS[0][0])
            self._folded += len(noted) + rest
            taken += step
        return last

    def _fold_counted(self, records: Iterator[Any], limit: int) -> tuple[Any, int]:
        """As ``_fold_some``, noting nothing. Returns the last key, or MISSING, and how many records there were: after
        FOLDED_COUNTED of them ``limit`` is taken for it."""
        part = islice(records, limit)
        if self._folded >= FOLDED_COUNTED:
            return self._fold(self._combiners, part), limit
        numbers = count(1)  # all true: compress leaves nothing out, and takes a number for each record
        key = self._fold(self._combiners, compress(part, numbers))
        return key, next(numbers) - 1

    def _count_keys(self, keys: Iterator[Any], limit: int | None) -> bool:
        """As ``_fold_records``, for keys that each count as one pair."""
        counts, pace = self._combiners, self._pace
        taken = unseen = 0
        while limit is None or taken < limit:
            count = min(KEYS_AT_ONCE, pace.records)
            batch = list(islice(keys, count if limit is None else min(count, limit - taken)))
            if not batch:
                return False
            count_keys(counts, batch)
            taken += len(batch)
            unseen += len(batch)
            if unseen >= pace.records:
                unseen = 0
                pace.update([(batch[-1], 1)])
                self._hold()
        return True

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
        self._keys_met += len(keys)
        self._put(keys, values)

    def _put(self, keys: list[Any], values: list[Any]) -> None:
        if self._counting:
            self._output.meter.counted(keys, values)
        if self._factor != 1:
            values = [count * self._factor for count in values]
        fitting = int(self._memory.batch_bytes / max(self._entry.bytes, 1.0))
        step = max(1, min(batch_records(self._output.partitioner.partitions), fitting))
        for start in range(0, len(keys), step):
            self._output.put_merged_pairs(keys[start : start + step], values[start : start + step])

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
