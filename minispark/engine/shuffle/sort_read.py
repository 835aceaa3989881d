"""Reduce side of a sort: bounds from all samples, then each reducer's range out of every run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, pairwise, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from minispark.engine.serde.codec import decode, decode_columns
from minispark.engine.shuffle.ranges import Range
from minispark.engine.shuffle.reading import MapOutput, ReadCount, reading
from minispark.engine.shuffle.runs import Row, RowSorter
from minispark.engine.shuffle.sort import SortKey
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.blockfile import META_SLOT, BlockFileReader
from minispark.engine.storage.readers import ReaderCache

Sample = tuple[Any, float, float]
"""A sort key, and how many records and bytes it stands for."""

RECORDS, BYTES = 1, 2
"""What ranges are to have alike: their place in a sample."""


def read_samples(outputs: Iterable[MapOutput], cache: ReaderCache) -> list[Sample]:
    """All samples, in order of their keys. Raises MapOutputLost, TypeError if keys of different runs cannot be
    compared."""
    samples: list[Sample] = []
    for output in outputs:
        with reading(output):
            reader = cache.get(output.path, output.name)
            for run, chunk in enumerate(reader.chunks(META_SLOT)[1::2]):
                count, keys = decode(reader.read(chunk))
                samples += zip(keys, repeat(count / len(keys)), _sizes(reader, run, count, len(keys)))
    samples.sort(key=itemgetter(0))
    return samples


def _sizes(reader: BlockFileReader, run: int, count: int, wanted: int) -> Iterator[float]:
    """The bytes that each of a run's evenly spaced samples stands for, by the chunk it is from."""
    chunks = reader.chunks(run)
    records = [reader.records(chunk) for chunk in chunks]
    sizes = [count / wanted * reader.length(chunk) / held for chunk, held in zip(chunks, records, strict=True)]
    ends = list(accumulate(records))
    return (sizes[bisect_right(ends, (2 * place + 1) * count // (2 * wanted))] for place in range(wanted))


def find_bounds(outputs: Iterable[MapOutput], partitions: int, cache: ReaderCache) -> list[Any]:
    """``bounds_of`` the samples in all map outputs. Raises what reading them does."""
    return bounds_of(read_samples(outputs, cache), partitions)


def bounds_of(samples: list[Sample], partitions: int, alike: int = RECORDS) -> list[Any]:
    """``partitions - 1`` sort keys, ascending: partition ``i`` takes the keys up to and including bound ``i``.

    As PySpark's ``sortByKey`` chooses them where it looks at all keys (at most 20 records a partition). None if there
    are no records.
    """
    if not samples:
        return []
    if alike == RECORDS and all(sample[RECORDS] == 1.0 for sample in samples):
        return [samples[len(samples) * (i + 1) // partitions][0] for i in range(partitions - 1)]
    ends = list(accumulate(sample[alike] for sample in samples))
    places = (bisect_right(ends, ends[-1] * (i + 1) / partitions) for i in range(partitions - 1))
    return [samples[min(place, len(samples) - 1)][0] for place in places]


def range_sizes(samples: list[Sample], bounds: list[Any], partitions: int, what: int = RECORDS) -> list[int]:
    """About how many records, or bytes, each range gets, the one of the smallest keys first.

    >>> samples = [("a", 1.0, 50.0), ("b", 3.0, 20.0), ("c", 2.0, 10.0)]
    >>> range_sizes(samples, ["b"], 3), range_sizes(samples, ["b"], 3, BYTES)
    ([4, 2, 0], [70, 10, 0])
    """
    ends = list(accumulate((sample[what] for sample in samples), initial=0.0))
    places = accumulate((bisect_right(samples, bound, key=itemgetter(0)) for bound in bounds), max)  # NaN has no place
    marks = [0.0, *(ends[place] for place in places), ends[-1]]
    found = [round(end) - round(start) for start, end in pairwise(marks)]
    return found + [0] * (partitions - len(found))


class SortOrder(NamedTuple):
    """How a sort was asked for: ``sort_key`` of the record's key (None: the key itself), upwards or downwards."""

    sort_key: SortKey
    ascending: bool
    partitions: int


def merge_sorted(
    outputs: Iterable[MapOutput],
    bounds: list[Any],
    partition: int,
    order: SortOrder,
    cache: ReaderCache,
    workspace: Workspace,
    count: ReadCount | None = None,
) -> Iterator[Any]:
    """The ``(key, value)`` pairs of a partition in order; equal keys in map order, then as met.

    Reads when the first record is asked for. Raises MapOutputLost, TypeError if two keys cannot be compared.
    """
    number = partition if order.ascending else order.partitions - 1 - partition
    share = Range(bounds, number, order.ascending)
    rows = chain.from_iterable(_sorted(outputs, share, order, cache, workspace, count or ReadCount()))
    return rows if order.sort_key is None else map(itemgetter(1, 2), rows)


def _sorted(
    outputs: Iterable[MapOutput],
    share: Range,
    order: SortOrder,
    cache: ReaderCache,
    workspace: Workspace,
    count: ReadCount,
) -> Iterator[Iterator[Row]]:
    """One iterator of all rows; a generator, so that nothing is read before the first is asked for."""
    if share.empty:
        return
    sorter = RowSorter(order.ascending, workspace)
    for output in outputs:
        with reading(output):
            for rows in _pieces(cache.get(output.path, output.name), share, order.sort_key, count):
                sorter.add(rows)
    yield sorter.rows()


def count_sorted(
    outputs: Iterable[MapOutput], bounds: list[Any], partition: int, order: SortOrder, cache: ReaderCache
) -> int:
    """How many pairs ``merge_sorted`` would give: chunks wholly in the range are counted by their index."""
    number = partition if order.ascending else order.partitions - 1 - partition
    share = Range(bounds, number, order.ascending)
    total = 0
    for output in () if share.empty else outputs:
        with reading(output):
            reader = cache.get(output.path, output.name)
            for run, (ordered, firsts) in enumerate(_indexes(reader)):
                first_chunk = reader.chunks(run).start
                for chunk in share.chunks(firsts) if ordered else range(len(firsts)):
                    if ordered and share.covers(firsts, chunk):
                        total += reader.records(first_chunk + chunk)
                    else:
                        keys, _ = decode_columns(reader.read(first_chunk + chunk))
                        sort_keys = keys if order.sort_key is None else list(map(order.sort_key, keys))
                        if ordered:
                            total += len(sort_keys[share.cut(sort_keys)])
                        else:
                            total += sum(map(share.holds, sort_keys))
    return total


def _indexes(reader: BlockFileReader) -> list[Any]:
    """``(whether totally ordered, first sort key of each chunk)`` of every run."""
    indexes = reader.memo
    if indexes is None:
        indexes = reader.memo = [decode(reader.read(chunk)) for chunk in reader.chunks(META_SLOT)[::2]]
    assert isinstance(indexes, list)
    return indexes


def _pieces(reader: BlockFileReader, share: Range, sort_key: SortKey, count: ReadCount) -> Iterator[list[Row]]:
    """The rows of the range in each chunk that has any: ``(key, value)``, or ``(sort key, key, value)``."""
    for run, (ordered, firsts) in enumerate(_indexes(reader)):
        first_chunk = reader.chunks(run).start
        for chunk in share.chunks(firsts) if ordered else range(len(firsts)):
            data = reader.read(first_chunk + chunk)
            count.bytes += len(data)
            keys, values = decode_columns(data)
            sort_keys = keys if sort_key is None else list(map(sort_key, keys))
            columns = [keys, values] if sort_key is None else [sort_keys, keys, values]
            if not ordered:
                rows = [row for row in zip(*columns, strict=True) if share.holds(row[0])]
            elif share.covers(firsts, chunk):
                rows = list(zip(*columns, strict=True))
            else:
                cut = share.cut(sort_keys)
                rows = list(zip(*(column[cut] for column in columns), strict=True))
            if rows:
                count.records += len(rows)
                yield rows
