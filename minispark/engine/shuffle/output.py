"""The map output being written: encodes columns into chunks of their reducer, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minispark.engine.core.parts import Payload
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.serde.codec import (
    CHUNK_BYTES_MAX,
    PairEncoder,
    encode_chunks,
    encode_group_chunks,
    is_canonical,
)
from minispark.engine.shuffle.meter import KeyMeter
from minispark.engine.storage.blockfile import BlockFileWriter


class ShuffleOutput:
    """Chunks by reducer, appended to one block file. ``records`` counts what was written; ``meter`` is to be told of it
    by who knows the keys."""

    __slots__ = ("_canonical", "_chunk_bytes", "file", "meter", "partitioner", "records")

    def __init__(
        self,
        file: BlockFileWriter,
        partitioner: Partitioner,
        chunk_bytes: int = CHUNK_BYTES_MAX,
        meter: KeyMeter | None = None,
    ) -> None:
        self._chunk_bytes = chunk_bytes
        self.file = file
        self.partitioner = partitioner
        self.records = 0
        self.meter = meter if meter is not None else KeyMeter()
        self._canonical = True

    def put_routed_pairs(self, keys: list[Any], values: list[Any]) -> None:
        """Route, write and measure pairs given as two columns. Raises what routing a key raises."""
        before = self.file.size
        self._put_pairs(keys, values)
        self.meter.pairs(keys, values, self.file.size - before)

    def put_merged_pairs(self, keys: list[Any], values: list[Any]) -> None:
        """As ``put_routed_pairs``, where all records of a key were made one."""
        before = self.file.size
        self._put_pairs(keys, values)
        self.meter.merged(keys, values, self.file.size - before)

    def _put_pairs(self, keys: list[Any], values: list[Any]) -> None:
        encoder = PairEncoder(keys, values)
        for slot, slot_keys, slot_values in split_columns(keys, values, self.partitioner):
            self._append(slot, encoder.chunks(slot_keys, slot_values, self._chunk_bytes))

    def put_groups(self, slot: int, keys: list[Any], groups: list[list[Any]]) -> None:
        self._append(slot, encode_group_chunks(keys, groups, self._chunk_bytes))

    def put_records(self, slot: int, records: list[Any]) -> None:
        self._append(slot, encode_chunks(records, self._chunk_bytes))

    def put(self, slot: int, payload: Payload, records: int) -> None:
        """A chunk encoded already."""
        self.file.append(slot, payload, records)
        self.records += records
        self._canonical = self._canonical and is_canonical(payload)

    def digest(self) -> bytes | None:
        """A checksum of the content that equal records in equal order reproduce; None where bytes may differ."""
        return self.file.content_digest() if self._canonical else None

    def _append(self, slot: int, chunks: Iterator[tuple[Payload, int]]) -> None:
        for payload, records in chunks:
            self.put(slot, payload, records)


def split_columns(
    keys: list[Any], values: list[Any], partitioner: Partitioner
) -> list[tuple[int, list[Any], list[Any]]]:
    """The two columns cut up by reducer; reducers without records are left out. Raises what routing a key raises."""
    count = partitioner.partitions
    indices = partitioner.split(keys)
    if count == 1:
        return [(0, keys, values)] if keys else []
    key_columns: list[list[Any]] = [[] for _ in range(count)]
    value_columns: list[list[Any]] = [[] for _ in range(count)]
    for key, value, index in zip(keys, values, indices, strict=True):
        key_columns[index].append(key)
        value_columns[index].append(value)
    return [(i, key_columns[i], value_columns[i]) for i in range(count) if key_columns[i]]


BATCH_RECORDS = 1 << 14
REDUCER_RECORDS = 512
"""A batch has at least this many records for each reducer, so that chunks do not become tiny."""


def batch_records(partitions: int) -> int:
    """How many records are best routed and encoded at a time: so many as stay in the processor's cache.

    With half a million at a time each of the passes over them waits for memory, and the whole takes twice as long.
    """
    return max(BATCH_RECORDS, REDUCER_RECORDS * partitions)


def split_column(keys: list[Any], partitioner: Partitioner) -> list[tuple[int, list[Any]]]:
    """As ``split_columns``, for keys alone."""
    count = partitioner.partitions
    indices = partitioner.split(keys)
    columns: list[list[Any]] = [[] for _ in range(count)]
    for key, index in zip(keys, indices, strict=True):
        columns[index].append(key)
    return [(index, column) for index, column in enumerate(columns) if column]
