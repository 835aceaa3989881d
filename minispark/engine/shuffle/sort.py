"""Map side of a sort. The bounds between reducers are found only after all map tasks ran, so records are not routed:
a map output holds sorted runs, each with the first key of every chunk and sample keys, and reducers read the chunks
that can hold their range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import chain
from operator import ne
from typing import Any

from minispark.engine.serde.codec import (
    careful_step,
    encode,
    encode_columns,
    encode_ranges,
    is_canonical,
    may_hold_nan,
)
from minispark.engine.shuffle.mistakes import not_a_pair
from minispark.engine.shuffle.ordering import number_order
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.pace import Pace
from minispark.engine.storage.blockfile import META_SLOT
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.sizes import RecordSize

SAMPLES_A_PARTITION = 20
"""PySpark's: with at most this many records a partition it sorts all keys to find its bounds."""

KEY_LENGTH_MAX = 4096
"""Of a key in an index or a sample. Longer ones are cut: all of them together must fit in the memory of one task."""

_SAMPLES_MIN, _SAMPLES_MAX = 256, 1024
_CHUNK_BYTES_MIN = 4096
_CHUNKS_A_PARTITION = 4

SortKey = Callable[[Any], Any] | None


class SortWriter:
    """Writes ``(key, value)`` pairs in runs sorted by ``sort_key(key)`` (None: the key itself), equal keys in the order
    met. Run ``r`` is slot ``r``; its index and samples are chunks ``2 r`` and ``2 r + 1`` of META_SLOT.

    Raises TypeError for a record that is no pair, and whatever comparing two keys raises.
    """

    def __init__(self, output: ShuffleOutput, memory: MemoryManager, sort_key: SortKey, ascending: bool) -> None:
        self._output = output
        self._partitions = output.partitioner.partitions
        self._memory = memory
        self._sort_key = sort_key
        self._ascending = ascending
        self._records: list[Any] = []
        self._sort_keys: list[Any] = []
        self._key_size = RecordSize()
        self._runs = 0
        self._pace = Pace(memory.batch_bytes)
        self._grant = memory.register("records being sorted", self._spill)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        while batch := self._pace.take(iterator):
            try:
                for _, _ in batch:
                    pass
            except (TypeError, ValueError):
                mistake = not_a_pair(batch)
                if mistake is not None:
                    raise mistake from None
                raise
            self._records += batch
            if self._sort_key is not None:
                sort_keys = [self._sort_key(key) for key, _ in batch]
                self._key_size.update(sort_keys[:: len(sort_keys) // 4 + 1])
                self._sort_keys += sort_keys
            if not self._grant.resize(len(self._records) * (self._pace.size.bytes + self._key_size.bytes + 24)):
                self._write_run()
                self._grant.resize(0)

    def finish(self) -> bytes | None:
        """Write what is held; the file is the caller's to commit. Returns the content's digest."""
        if self._records:
            self._write_run()
        self._grant.release()
        return self._output.digest()

    def _write_run(self) -> None:
        keys = [key for key, _ in self._records]
        values = [value for _, value in self._records]
        self._records.clear()  # the pairs themselves are not needed any more: room for their order
        keys, values, sort_keys = self._sort(keys, values)
        firsts: list[Any] = []
        plain = self._sort_key is None
        chunk_bytes = self._chunk_bytes(keys, values)
        step = careful_step(self._pace.size.bytes, chunk_bytes)
        encode_range = lambda a, b: encode_columns(keys[a:b], values[a:b])  # noqa: E731 (as in codec.py)
        before = self._output.file.size
        for payload, start, end in encode_ranges(len(keys), encode_range, chunk_bytes, step):
            self._output.put(self._runs, payload, end - start)
            firsts.append(shortened(sort_keys[start], "\0"))
            plain = plain and is_canonical(payload) and not may_hold_nan(payload)
        self._output.meter.run(sort_keys, keys, values, self._output.file.size - before)
        ordered = plain or is_totally_ordered(sort_keys)
        self._output.put(META_SLOT, encode([ordered, firsts]), 0)
        self._output.put(META_SLOT, encode([len(keys), _samples(sort_keys, self._partitions)]), 0)
        self._runs += 1

    def _sort(self, keys: list[Any], values: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """The columns in order, and the sort keys."""
        unsorted = keys
        if self._sort_key is not None:
            unsorted, self._sort_keys = self._sort_keys, []
        found = number_order(unsorted, self._ascending)
        if found is not None:
            order, sort_keys = found
        else:
            order = sorted(range(len(keys)), key=unsorted.__getitem__, reverse=not self._ascending)
            sort_keys = list(map(unsorted.__getitem__, order))
        if self._sort_key is None:
            return sort_keys, list(map(values.__getitem__, order)), sort_keys
        return list(map(keys.__getitem__, order)), list(map(values.__getitem__, order)), sort_keys

    def _chunk_bytes(self, keys: list[Any], values: list[Any]) -> int:
        """Several chunks a reducer, so that little is read in vain at the ends of its range."""
        if careful_step(self._pace.size.bytes, self._memory.chunk_bytes) is not None:
            return self._memory.chunk_bytes
        step = len(keys) // 64 + 1
        size = len(encode_columns(keys[::step], values[::step])) * step
        return max(_CHUNK_BYTES_MIN, min(size // (self._partitions * _CHUNKS_A_PARTITION), self._memory.chunk_bytes))

    def _spill(self) -> int:
        if self._records:
            self._write_run()
        return 0


def _samples(keys: list[Any], partitions: int) -> list[Any]:
    """Evenly spaced keys of a run; all of them if all runs together may have too few to sample."""
    wanted = max(_SAMPLES_MIN, min(SAMPLES_A_PARTITION * partitions, _SAMPLES_MAX))
    if len(keys) <= max(wanted, SAMPLES_A_PARTITION * partitions):
        return list(map(shortened, keys))
    return [shortened(keys[(2 * i + 1) * len(keys) // (2 * wanted)]) for i in range(wanted)]


def shortened(key: Any, mark: str = "") -> Any:
    """What stands for a long text or bytes among samples, from which bounds are made, and, with the ``mark`` of the
    smallest character behind it, in the index of a run: it lies on the same side of every bound as the key itself."""
    if type(key) is str and len(key) > KEY_LENGTH_MAX:
        return key[:KEY_LENGTH_MAX] + mark
    if type(key) is bytes and len(key) > KEY_LENGTH_MAX:
        return key[:KEY_LENGTH_MAX] + mark.encode()
    return key


def is_totally_ordered(keys: list[Any], depth: int = 0) -> bool:
    """Whether comparing the keys is sure to order them: no NaN, no sets, no types that we do not know."""
    kinds = set(map(type, keys))
    if float in kinds and any(map(ne, keys, keys)):
        return False
    nested = [key for key in keys if isinstance(key, (tuple, list))] if kinds & {tuple, list} else []
    if nested and (depth > 8 or not is_totally_ordered(list(chain.from_iterable(nested)), depth + 1)):
        return False
    return kinds <= _ORDERED


_ORDERED = {int, float, bool, str, bytes, type(None), tuple, list, date, datetime, time, timedelta}
