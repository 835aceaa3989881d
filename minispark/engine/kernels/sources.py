"""Where a stage's records come from when it reads no shuffle: ranges, parallelized data, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minispark.engine.kernels.checkpointing import lost_block, read_part
from minispark.engine.kernels.current import Counters
from minispark.engine.kernels.deadletters import Letters
from minispark.engine.kernels.environment import Environment
from minispark.engine.kernels.files import read_files
from minispark.engine.kernels.text import read_lines
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.nodes import (
    CheckpointParts,
    FileGroups,
    InlineSlices,
    LocalBlocks,
    RangeSlices,
    SourceData,
    StoredSlices,
    TextSplits,
    UnusableInput,
)
from minispark.engine.serde.codec import decode

Batches = Iterable[Iterable[Any]]


def read_source(data: SourceData, partition: int, environment: Environment, counters: Counters) -> Batches:
    """Batches of one partition; records are counted as they are handed over."""
    return _READERS[type(data)](data, partition, environment, counters)


def _range(data: RangeSlices, partition: int, environment: Environment, counters: Counters) -> Batches:
    numbers = data.slices[partition]
    counters.records_read += len(numbers)
    return (numbers,)


def _inline(data: InlineSlices, partition: int, environment: Environment, counters: Counters) -> Batches:
    return _counted(map(decode, data.slices[partition]), counters)


def _stored(data: StoredSlices, partition: int, environment: Environment, counters: Counters) -> Batches:
    return _counted(map(decode, environment.stored_chunks(data.data_id, data.path, partition)), counters)


def _text(data: TextSplits, partition: int, environment: Environment, counters: Counters) -> Batches:
    return _counted(read_lines(data.splits[partition], data.use_unicode), counters)


def read_good_lines(data: TextSplits, site: CallSite, partition: int, letters: Letters, counters: Counters) -> Batches:
    """As ``read_source`` of a text file, but a line that is not UTF-8 becomes a dead letter."""

    def reject(line: bytes, position: int, error: UnicodeDecodeError) -> None:
        letters.add(site, line, position, error)

    return _counted(read_lines(data.splits[partition], data.use_unicode, reject), counters)


def _files(data: FileGroups, partition: int, environment: Environment, counters: Counters) -> Batches:
    return _counted(read_files(data.groups[partition], data.form, data.option), counters)


def _unusable(data: UnusableInput, partition: int, environment: Environment, counters: Counters) -> Batches:
    parts: Any = data.error.__reduce__()  # a fresh one each time, with the file's name
    raise parts[0](*parts[1])


def _checkpoint(data: CheckpointParts, partition: int, environment: Environment, counters: Counters) -> Batches:
    return read_part(data, partition, counters)


def _local(data: LocalBlocks, partition: int, environment: Environment, counters: Counters) -> Batches:
    return lost_block(data, partition)


def _counted(batches: Iterable[list[Any]], counters: Counters) -> Iterator[list[Any]]:
    for batch in batches:
        counters.records_read += len(batch)
        yield batch


_READERS: dict[type, Callable[[Any, int, Environment, Counters], Batches]] = {
    RangeSlices: _range,
    InlineSlices: _inline,
    StoredSlices: _stored,
    TextSplits: _text,
    FileGroups: _files,
    UnusableInput: _unusable,
    CheckpointParts: _checkpoint,
    LocalBlocks: _local,
}
