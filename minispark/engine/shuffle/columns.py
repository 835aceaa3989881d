"""Map side for records that are columns of whole numbers: routed, grouped and added up in numpy.

What is written is what the other writers would have written, but for the order of keys: within a block they are sorted.
Loads numpy: import it where columns are about to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from minispark.engine.core.loads import KEY_SHARE_MIN
from minispark.engine.plan.exchanges import Combine, Distinct, Exchange, Group, Plain
from minispark.engine.serde.codec import CHUNK_BYTES_MAX, PLAIN_BYTES_MAX, encode_plain
from minispark.engine.shuffle.meter import FEW
from minispark.engine.shuffle.output import ShuffleOutput

Array = Any
"""A numpy array of int64 or bool."""

CHUNK_ROWS = CHUNK_BYTES_MAX // (2 * PLAIN_BYTES_MAX)


def write_columns(blocks: Iterable[list[Array]], exchange: Exchange, output: ShuffleOutput) -> None:
    """Write the blocks' records to ``output``: for Distinct their only column is the key, else the first of two.

    Keys must be whole numbers of at most ``lifting.expressions.KEY_MAX`` either way, routed by ``portable_hash``.
    Combine must add whole numbers up, and no sum over a block may leave 64 bits.
    """
    write = _WRITERS[type(exchange)]
    for block in blocks:
        write(output, *block)


def _distinct(output: ShuffleOutput, keys: Array) -> None:
    keys = np.sort(keys)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))  # numpy.unique hashes, at ten times the cost
    lengths = np.diff(starts, append=len(keys))
    keys, before = keys[starts], output.file.size
    for slot, rows in _routed(keys, output.partitioner.partitions):
        records = keys[rows]
        for start in range(0, len(records), CHUNK_ROWS):
            part = records[start : start + CHUNK_ROWS].tolist()
            output.put(slot, encode_plain(part), len(part))
    _meter_merged(output, keys, lengths, before)


def _plain(output: ShuffleOutput, keys: Array, values: Array) -> None:
    before = output.file.size
    _put_routed(output, keys, values)
    output.meter.column(keys, output.file.size - before)


def _combine(output: ShuffleOutput, keys: Array, values: Array) -> None:
    order, starts = _grouped(keys)
    merged, sums = keys[order[starts]], np.add.reduceat(values[order], starts)
    before = output.file.size
    _put_routed(output, merged, sums)
    _meter_merged(output, merged, np.diff(starts, append=len(order)), before)


def _group(output: ShuffleOutput, keys: Array, values: Array) -> None:
    order, starts = _grouped(keys)
    lengths = np.diff(starts, append=len(order))
    group_keys = keys[order[starts]]
    if len(group_keys) > 0.6 * len(keys):
        _plain(output, keys, values)
        return
    before = output.file.size
    for slot, groups in _routed(group_keys, output.partitioner.partitions):
        sizes = lengths[groups]
        ends = np.cumsum(sizes)
        firsts = np.repeat(starts[groups] - (ends - sizes), sizes)
        slot_values = values[order[firsts + np.arange(ends[-1])]]
        for part_keys, part_sizes, start, end in _pieces(group_keys[groups], sizes, ends):
            payload = encode_plain(part_keys.tolist(), slot_values[start:end].tolist(), part_sizes.tolist())
            output.put(slot, payload, end - start)
    heavy = np.flatnonzero(lengths > len(keys) * KEY_SHARE_MIN)
    counts = dict(zip(group_keys[heavy].tolist(), lengths[heavy].tolist(), strict=True))
    output.meter.found(counts, len(keys), output.file.size - before)


def _meter_merged(output: ShuffleOutput, keys: Array, lengths: Array, before: int) -> None:
    """What was made of ``lengths`` records under each of the keys has been written."""
    total = int(lengths.sum())
    heavy = np.flatnonzero(lengths > total * KEY_SHARE_MIN)
    output.meter.counted_heavy(dict(zip(keys[heavy].tolist(), lengths[heavy].tolist(), strict=True)), total)
    few = len(keys) <= FEW
    output.meter.found(dict.fromkeys(keys.tolist(), 1) if few else {}, len(keys), output.file.size - before)


def _pieces(keys: Array, sizes: Array, ends: Array) -> Iterator[tuple[Array, Array, int, int]]:
    """Groups cut into chunks of at most CHUNK_ROWS values; the key of a group that is cut comes again."""
    total = int(ends[-1])
    for start in range(0, total, CHUNK_ROWS):
        end = min(start + CHUNK_ROWS, total)
        first, last = np.searchsorted(ends, [start, end - 1], side="right")
        part = sizes[first : last + 1].copy()
        part[-1] -= ends[last] - end
        part[0] -= start - (ends[first] - sizes[first])
        yield keys[first : last + 1], part, start, end


def _put_routed(output: ShuffleOutput, keys: Array, values: Array) -> None:
    for slot, rows in _routed(keys, output.partitioner.partitions):
        _put_pairs(output, slot, keys[rows], values[rows])


def _put_pairs(output: ShuffleOutput, slot: int, keys: Array, values: Array) -> None:
    for start in range(0, len(keys), CHUNK_ROWS):
        part = keys[start : start + CHUNK_ROWS].tolist()
        output.put(slot, encode_plain(part, values[start : start + CHUNK_ROWS].tolist()), len(part))


def _routed(keys: Array, partitions: int) -> Iterator[tuple[int, Array]]:
    """The rows of each reducer that has any, in order."""
    reducers = np.remainder(np.where(keys == -1, -2, keys), np.int64(partitions))
    small = np.uint16 if partitions <= 1 << 16 else np.int64  # numpy sorts short integers by counting
    order = np.argsort(reducers.astype(small), kind="stable")
    bounds = np.flatnonzero(np.diff(reducers[order])) + 1
    for rows in np.split(order, bounds):
        if len(rows):
            yield int(reducers[rows[0]]), rows


def _grouped(keys: Array) -> tuple[Array, Array]:
    """Rows in order of their keys, equal ones as met, and where in that order each key begins.

    Sorting numbers that hold key and row is five times as fast as sorting rows by key; it takes that both fit.
    """
    low, bits = int(keys.min()), len(keys).bit_length()
    if (int(keys.max()) - low).bit_length() + bits < 63:
        both = (keys - low << bits) | np.arange(len(keys))
        both.sort()
        order = both & (1 << bits) - 1
    else:
        order = np.argsort(keys, kind="stable")
    changes = np.flatnonzero(np.diff(keys[order])) + 1
    return order, np.concatenate(([0], changes))


_WRITERS: dict[type, Any] = {Distinct: _distinct, Plain: _plain, Combine: _combine, Group: _group}
