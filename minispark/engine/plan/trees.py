"""A partition that has far more to combine than the others, combined as a tree: runs of its chunks by several tasks.

Combining is associative, which is all that is used here: what runs come to is combined in the order of the runs. So a
combiner that is a list comes out as the list that one task would have made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from math import ceil, isqrt
from statistics import median

from minispark.engine.core.values import value
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.plan.shares import Share, Slice, cut, skewed, slices_wanted

FAN_IN_MAX = 16
"""What so many tasks have combined is read by one; of more, groups are combined by a further level of tasks first."""

COMBINERS_MIN = 4
"""Two tasks merge two each then, and one what comes of it."""


@value
class Held:
    """Where a reader finds ``partition``, combined in parts: ``tasks`` are the map outputs of ``shuffle_id`` to read,
    which have one reducer."""

    partition: int
    shuffle_id: int
    tasks: Slice


def nowhere_else(key: object) -> int:
    """The reducer of every key of a map output that holds one partition alone."""
    return 0


ONE_REDUCER = Partitioner(1, nowhere_else)
"""A user's partition function is not asked again: it might not answer the same."""


@value
class Parts:
    """The runs of a skewed partition's chunks that are to be combined apart, or why it has none."""

    runs: tuple[Slice, ...]
    why_not: str = ""


def parts_of(
    sizes: Sequence[int], threshold: int, chunks: Callable[[int], list[list[int]]], combiners: Mapping[int, int]
) -> dict[int, Parts]:
    """What becomes of the ``skewed`` partitions.

    ``sizes`` are the bytes that each partition reads, ``chunks`` gives those of its chunks, by map output,
    ``combiners`` how many its hot key has, where there is one; else it is as many as there are map outputs. Who reads a
    run merges as many of them as who reads what the runs have come to, or more: one alone would only be copied.

    >>> found = parts_of([5, 100, 6], 40, lambda partition: [[9, 9], [9, 9], [9, 9], [50]], {})
    >>> [(run.first_map, run.end_map) for run in found[1].runs]
    [(0, 3), (3, 4)]
    """
    middle = median(sizes) if sizes else 0
    found = {}
    for partition in skewed(sizes, threshold):
        pieces = chunks(partition)
        together = combiners.get(partition) or sum(map(any, pieces))
        wanted = min(slices_wanted(sizes[partition], middle, len(sizes), threshold), isqrt(together))
        runs = tuple(cut(pieces, max(wanted, 1)))
        if len(runs) > 1:
            found[partition] = Parts(runs)
        elif together < COMBINERS_MIN:
            found[partition] = Parts((), f"a key has no more than {together} combiners, too few for several tasks")
        else:
            found[partition] = Parts((), "it is one chunk, which cannot be cut")
    return found


def levels_of(parts: Mapping[int, Sequence[Slice]]) -> tuple[list[tuple[Share, ...]], dict[int, tuple[int, Slice]]]:
    """What the tasks of each level read, the first level's of the partitions' own shuffle, those of the others of what
    the level before has written; and by partition the level, and its tasks, that a reader takes it from.

    >>> levels, found = levels_of({2: [Slice(n, 0, n + 1, 0) for n in range(20)], 5: [Slice(0, 0, 1, 0)] * 2})
    >>> [len(shares) for shares in levels], found[2][0], found[5]
    ([22, 2], 1, (0, Slice(first_map=20, first_chunk=0, end_map=22, end_chunk=0)))
    """
    levels: list[tuple[Share, ...]] = []
    found: dict[int, tuple[int, Slice]] = {}
    level = [Share(partition, (run,)) for partition, runs in sorted(parts.items()) for run in runs]
    while level:
        levels.append(tuple(level))
        above = []
        for partition, members in groupby(range(len(level)), lambda task: levels[-1][task].partition):
            tasks = list(members)
            groups = ceil(len(tasks) / FAN_IN_MAX)
            borders = [tasks[0] + group * len(tasks) // groups for group in range(groups + 1)]
            runs = [Slice(first, 0, end, 0) for first, end in pairwise(borders)]
            if groups == 1:
                found[partition] = len(levels) - 1, runs[0]
            else:
                above += [Share(partition, (run,)) for run in runs]
        level = above
    return levels, found
