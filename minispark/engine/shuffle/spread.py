"""Records dealt out to the reducers in turn, as Spark's ``coalesce(n, shuffle=True)`` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.pace import Pace
from minispark.engine.storage.memory import MemoryManager

AT_ONCE = 10
"""PySpark hands records to the shuffle in batches of ten, which stay together."""
_MASK = 0xFFFFFFFF


class SpreadWriter:
    """Ten records to one reducer, the next ten to the next. The map task's number decides where it begins, so that
    many small partitions do not all fill the first reducer."""

    def __init__(self, output: ShuffleOutput, memory: MemoryManager, map_id: int) -> None:
        self._output = output
        self._count = output.partitioner.partitions
        self._first = (first_reducer(map_id, self._count) + 1) % self._count
        self._round = AT_ONCE * self._count
        self._pace = Pace(memory.batch_bytes)

    @property
    def records_written(self) -> int:
        return self._output.records

    def consume(self, records: Iterable[Any]) -> None:
        """Take in records to the end."""
        iterator = iter(records)
        first, count, room = self._first, self._count, AT_ONCE
        while batch := self._take(iterator):
            if room < AT_ONCE:  # what the reducer under way still takes
                self._output.put_records(first, batch[:room])
                batch, room = batch[room:], room - len(batch)
                if room > 0:
                    continue
                first, room = (first + 1) % count, AT_ONCE
            for offset in range(0, min(len(batch), self._round), AT_ONCE):
                part = batch[offset : offset + AT_ONCE]
                for start in range(offset + self._round, len(batch), self._round):
                    part += batch[start : start + AT_ONCE]
                self._output.put_records((first + offset // AT_ONCE) % count, part)
            first = (first + len(batch) // AT_ONCE) % count
            room -= len(batch) % AT_ONCE

    def _take(self, records: Iterator[Any]) -> list[Any]:
        """The next batch: of whole tens, unless ten are too many to be held together."""
        batch = self._pace.take(records)
        if len(batch) >= AT_ONCE:
            batch += islice(records, -len(batch) % AT_ONCE)
        return batch

    def finish(self) -> bytes | None:
        """Everything is written; the file is the caller's to commit. Returns the content's digest."""
        return self._output.digest()


def first_reducer(map_id: int, count: int) -> int:
    """The reducer before the one a map task begins with: the first ``nextInt(count)`` of Spark's ``XORShiftRandom``.

    >>> [first_reducer(map_id, 7) for map_id in range(4)]
    [2, 5, 1, 6]
    """
    data = map_id.to_bytes(8, "big")
    low = _murmur3(data, 0x3C074A61)
    state = _murmur3(data, low) << 32 | low
    while True:
        state ^= state << 21 & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 35
        state ^= state << 4 & 0xFFFFFFFFFFFFFFFF
        bits = state & 0x7FFFFFFF
        if count & (count - 1) == 0:
            return count * bits >> 31
        if bits - bits % count + count - 1 < 1 << 31:  # the last, incomplete run of remainders is not used
            return bits % count


def _murmur3(data: bytes, seed: int) -> int:
    """MurmurHash3 (x86, 32 bits) of whole words; Austin Appleby, in the public domain."""
    mixed = seed
    for start in range(0, len(data), 4):
        word = int.from_bytes(data[start : start + 4], "little") * 0xCC9E2D51 & _MASK
        mixed ^= _rotated(word, 15) * 0x1B873593 & _MASK
        mixed = _rotated(mixed, 13) * 5 + 0xE6546B64 & _MASK
    mixed ^= len(data)
    mixed = (mixed ^ mixed >> 16) * 0x85EBCA6B & _MASK
    mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 & _MASK
    return mixed ^ mixed >> 16


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & _MASK
