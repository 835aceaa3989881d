"""Which task computes what of a stage: a partition, a share of one that has far more to read than the others, or
several that have little.

A share of a join's partition reads a slice of one side's chunks and all of the other side's: together the shares pair
each record of the one with each of the other, once. Slices are runs of chunks, counted through the map outputs, so they
stay what they are when an output has to be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import ceil
from statistics import median

from minispark.engine.core.values import value

SKEW_FACTOR = 5
"""So many times the median makes a partition skewed (Spark's ``skewedPartitionFactor``)."""
SLICES_MAX = 256

MERGED_BYTES = 1 << 20
"""Partitions share a task as long as they read no more together: it takes some ten milliseconds then."""
TASKS_A_SLOT = 8
"""So many tasks for each worker are left at least, so that none waits long for another: what a user's function takes
for a record is not known."""


@value
class Slice:
    """The chunks of a reducer from number ``first_chunk`` of the map output ``first_map`` up to, and without,
    ``end_chunk`` of ``end_map``; chunks are numbered anew in every map output."""

    first_map: int
    first_chunk: int
    end_map: int
    end_chunk: int

    def touches(self, map_id: int) -> bool:
        """Whether chunks of this map output may be in here."""
        return self.first_map <= map_id <= self.end_map - (self.end_chunk == 0)

    def within(self, map_id: int, chunks: range) -> range:
        """Of the reducer's chunks in one map output, those in here.

        >>> cut = Slice(1, 2, 3, 1)
        >>> [cut.within(map_id, range(10, 14)) for map_id in range(5)]
        [range(10, 10), range(12, 14), range(10, 14), range(10, 11), range(10, 10)]
        """
        if not self.touches(map_id):
            return chunks[:0]
        return chunks[
            self.first_chunk if map_id == self.first_map else None : self.end_chunk if map_id == self.end_map else None
        ]


@value
class Share:
    """What one task computes: all of ``partition`` and of ``more`` after it, or what a slice of each side comes to."""

    partition: int
    slices: tuple[Slice | None, ...] = ()
    more: int = 0

    @property
    def partitions(self) -> range:
        return range(self.partition, self.partition + self.more + 1)


def skewed(totals: Sequence[int], threshold: int) -> list[int]:
    """The partitions that read more than ``threshold`` bytes, and more than ``SKEW_FACTOR`` times the median.

    >>> skewed([5, 100, 6], 10), skewed([5, 100, 6], 200)
    ([1], [])
    """
    least = max(threshold, SKEW_FACTOR * median(totals)) if totals else threshold
    return [partition for partition, total in enumerate(totals) if total > least]


ChunkSizes = Callable[[int, int], list[list[int]]]
"""Bytes of the chunks that a side (by place) has for a partition: for each map output, one after another."""


def shares_of(
    sides: tuple[Sequence[int], ...], sliced: tuple[int, ...], threshold: int, chunks: ChunkSizes
) -> list[Share]:
    """The shares of all partitions of a join. ``sides`` are the bytes that each partition reads of each side,
    ``sliced`` the sides that may be sliced. ``skewed`` partitions are divided.

    >>> whole = [[30], [30], [40]]  # one chunk in each of three map outputs
    >>> shares = shares_of(([5, 100, 6], [1, 1, 1]), (0,), 10, lambda side, partition: whole)
    >>> [(share.partition, len(share.slices)) for share in shares]
    [(0, 0), (1, 2), (1, 2), (1, 2), (2, 0)]
    """
    totals = [sum(sizes) for sizes in zip(*sides, strict=True)]
    middle = median(totals) if totals else 0
    divided = set(skewed(totals, threshold))
    shares = []
    for partition, total in enumerate(totals):
        if partition not in divided:
            shares.append(Share(partition))
            continue
        slices: list[Sequence[Slice | None]] = [(None,)] * len(sides)
        for side in sliced:
            size = sides[side][partition]
            if size > max(threshold, SKEW_FACTOR * median(sides[side])) or size * 2 > total:
                slices[side] = cut(chunks(side, partition), slices_wanted(size, middle, len(totals), threshold))
        together = [Share(partition, chosen) for chosen in product(*slices)]
        shares += together if len(together) > 1 else [Share(partition)]
    return shares


def together(shares: Sequence[Share], totals: Sequence[int], slots: int) -> list[Share]:
    """The same with neighbours that read little in one task. ``totals`` are the bytes that each partition reads.

    >>> tiny = [Share(partition) for partition in range(100)]
    >>> [(share.partition, share.more) for share in together(tiny, [10] * 100, 1)][:3]
    [(0, 11), (12, 11), (24, 11)]
    >>> large = [MERGED_BYTES if partition == 1 else 10 for partition in range(100)]
    >>> [(share.partition, share.more) for share in together(tiny, large, 1)][:3]
    [(0, 0), (1, 0), (2, 11)]
    """
    most = len(totals) // (TASKS_A_SLOT * slots)
    found: list[Share] = []
    size = 0
    for share in shares:
        size += totals[share.partition]
        last = found[-1] if found else share
        if found and not (share.slices or last.slices) and last.more + 1 < most and size <= MERGED_BYTES:
            found[-1] = Share(last.partition, (), last.more + 1)
        else:
            found.append(share)
            size = totals[share.partition]
    return found


def slices_wanted(size: int, middle: float, partitions: int, threshold: int) -> int:
    """So many that none has more than ``threshold`` bytes, or more than twice the median (``middle``) where as many as
    there are partitions do for that.

    >>> slices_wanted(1000, 50, 8, 400), slices_wanted(1000, 50, 20, 400), slices_wanted(1000, 50, 8, 90)
    (8, 10, 12)
    """
    return min(max(ceil(size / threshold), min(partitions, ceil(size / max(2 * middle, 1)))), SLICES_MAX)


def cut(chunks: list[list[int]], parts: int) -> list[Slice]:
    """Runs of chunks of about the same size, ``parts`` of them or as many as there are chunks for.

    >>> [(part.first_map, part.first_chunk) for part in cut([[10, 10], [30, 10]], 3)]
    [(0, 0), (1, 0), (1, 1)]
    """
    total = sum(map(sum, chunks))
    places = [(0, 0)]
    taken = before = 0
    for map_id, sizes in enumerate(chunks):
        for chunk, size in enumerate(sizes):
            middle = before + size / 2  # a chunk goes where most of it belongs
            if before > taken and middle >= len(places) * total / parts:
                places.append((map_id, chunk))
                taken = before
            before += size
    places.append((len(chunks), 0))
    return [Slice(*first, *end) for first, end in zip(places, places[1:], strict=False)]
