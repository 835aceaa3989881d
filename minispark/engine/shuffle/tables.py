"""What a reducer merges chunks into, and how it is written out in sub-partitions when memory runs short.

A table is emptied in place: memory may be asked for upstream of a loop that is filling it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Protocol

from minispark.engine.core.errors import InternalError
from minispark.engine.serde.codec import (
    careful_step,
    decode,
    decode_pairs,
    encode_chunks,
    encode_pair_chunks,
    may_hold_nan,
)
from minispark.engine.shuffle.combining import Fold
from minispark.engine.shuffle.emission import Columns
from minispark.engine.shuffle.nan import unify_nan, unify_pairs
from minispark.engine.shuffle.scatter import scattered
from minispark.engine.storage.sizes import RecordSize
from minispark.engine.storage.spillfile import SpillFile


class Table(Protocol):
    """``sides`` inputs merged by key. Slots of a spill are numbered ``sub-partition * sides + side``."""

    sides: int

    def absorb(self, side: int, data: bytes) -> None:
        """Merge one chunk."""
        ...

    def absorb_pairs(self, side: int, pairs: list[Any]) -> None:
        """Merge ``(key, value)`` records that were not shuffled."""
        ...

    def held_bytes(self) -> float:
        """An estimate of the memory it holds."""
        ...

    def take(self) -> Columns:
        """Its records as columns; the table is empty afterwards."""
        ...

    def scatter(self, file: SpillFile, level: int, chunk_bytes: int) -> None:
        """Write everything by sub-partition; the table is empty afterwards."""
        ...

    def join_hot(self, columns: Columns, file: SpillFile) -> None:
        """Complete the records of keys that were first scattered with others and later by themselves, in place."""
        ...

    def take_hot(self, file: SpillFile) -> Iterator[tuple[Any, ...]]:
        """Records of keys that were only scattered by themselves."""
        ...

    def fresh(self) -> Table:
        """An empty table of the same kind."""
        ...


class CombineTable:
    """One combiner a key; records are ``(key, combiner)``. ``fold`` takes combiners, ``fold_values`` values."""

    sides = 1

    def __init__(self, fold: Fold, fold_values: Fold | None = None) -> None:
        self._fold = fold
        self._fold_values = fold_values or fold
        self._combiners: dict[Any, Any] = {}
        self._entry = RecordSize()

    def absorb(self, side: int, data: bytes) -> None:
        keys, values, _ = decode_pairs(data)
        if may_hold_nan(data):
            keys = unify_nan(keys)
        self._fold(self._combiners, zip(keys, values, strict=True))

    def absorb_pairs(self, side: int, pairs: list[Any]) -> None:
        self._fold_values(self._combiners, unify_pairs(pairs))

    def held_bytes(self) -> float:
        combiners = self._combiners
        sample = [*islice(combiners.items(), 4), *islice(reversed(combiners.items()), 4)]
        return len(combiners) * self._entry.update(sample) + combiners.__sizeof__()

    def take(self) -> Columns:
        keys, values = list(self._combiners), list(self._combiners.values())
        self._combiners.clear()
        return keys, values

    def scatter(self, file: SpillFile, level: int, chunk_bytes: int) -> None:
        keys, values = self.take()
        step = careful_step(self._entry.bytes, chunk_bytes)
        for slot, positions in enumerate(scattered(keys, level)):
            slot_keys, slot_values = [keys[i] for i in positions], [values[i] for i in positions]
            for data, records in encode_pair_chunks(slot_keys, slot_values, chunk_bytes, step):
                file.append(slot, data, records)

    def join_hot(self, columns: Columns, file: SpillFile) -> None:
        pass  # no key is scattered by itself

    def take_hot(self, file: SpillFile) -> Iterator[tuple[Any, ...]]:
        return iter(())

    def fresh(self) -> CombineTable:
        return CombineTable(self._fold)


class DistinctTable:
    """Records are keys, each kept once: of equal ones the first. Their order is the set's, which is the same whenever
    the same chunks come in the same order, as all workers have one hash seed."""

    sides = 1

    def __init__(self) -> None:
        self._seen: set[Any] = set()
        self._size = RecordSize()

    def absorb(self, side: int, data: bytes) -> None:
        records = decode(data)
        if may_hold_nan(data):
            records = unify_nan(records)
        self._seen.update(records)
        self._size.update(records[-8:])

    def absorb_pairs(self, side: int, pairs: list[Any]) -> None:
        raise InternalError("distinct records are never merged without a shuffle")

    def held_bytes(self) -> float:
        return len(self._seen) * self._size.bytes + self._seen.__sizeof__()

    def take(self) -> Columns:
        records = list(self._seen)
        self._seen.clear()
        return (records,)

    def scatter(self, file: SpillFile, level: int, chunk_bytes: int) -> None:
        (records,) = self.take()
        step = careful_step(self._size.bytes, chunk_bytes)
        for slot, positions in enumerate(scattered(records, level)):
            for data, count in encode_chunks([records[i] for i in positions], chunk_bytes, step):
                file.append(slot, data, count)

    def join_hot(self, columns: Columns, file: SpillFile) -> None:
        pass  # no key is scattered by itself

    def take_hot(self, file: SpillFile) -> Iterator[tuple[Any, ...]]:
        return iter(())

    def fresh(self) -> DistinctTable:
        return DistinctTable()
