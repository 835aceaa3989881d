"""A reducer's chunks, in map order."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from minispark.engine.core.errors import BlockError, MapOutputLost
from minispark.engine.plan.shares import Slice
from minispark.engine.storage.readers import ReaderCache


class MapOutput(NamedTuple):
    """Where the output of one map task is: its block file is called ``name`` and lies at ``path``."""

    shuffle_id: int
    map_id: int
    attempt_id: int
    path: str
    name: str


class ReadCount:
    """What a reducer has read so far."""

    __slots__ = ("bytes", "records")

    def __init__(self) -> None:
        self.bytes = 0
        self.records = 0


@contextmanager
def reading(output: MapOutput) -> Iterator[None]:
    """What goes wrong with the file of ``output`` in here is MapOutputLost."""
    try:
        yield
    except BlockError as error:
        raise _lost(output, error) from error


def _lost(output: MapOutput, error: BlockError) -> MapOutputLost:
    return MapOutputLost(output.shuffle_id, output.map_id, output.attempt_id, str(error))


def read_chunks(
    outputs: Iterable[MapOutput],
    slot: int,
    cache: ReaderCache,
    count: ReadCount | None = None,
    masks: array[int] | None = None,
    part: Slice | None = None,
) -> Iterator[bytes]:
    """The verified payloads of a slot, from one map output after another; ``masks`` learn what these hold. Of a
    ``part`` only the chunks within.

    Raises MapOutputLost.
    """
    count = count or ReadCount()
    for output in outputs:
        try:  # not ``reading``: a small block takes 10 us in all
            reader = cache.get(output.path, output.name)
            if masks is not None:
                masks[output.map_id] = reader.mask
            chunks = reader.chunks(slot)
            if part is not None:
                chunks = part.within(output.map_id, chunks)
            for chunk in chunks:
                if chunk != chunks.start:
                    reader = cache.get(output.path, output.name)  # who took the last may have made the cache close it
                records, data = reader.counted(chunk)
                count.bytes += len(data)
                count.records += records
                yield data
        except BlockError as error:
            raise _lost(output, error) from error
