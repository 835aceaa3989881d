"""Partition counts that nobody asked for, as a strict context chooses them."""

from __future__ import annotations

from itertools import count

from minispark.engine.core.strict import drawn


class StrictCounts:
    """By the seed: one default for all of ``parallelize`` and one for ``textFile``, as programs may rely on both being
    the same everywhere; for each shuffle another number."""

    def __init__(self, seed: int, workers: int) -> None:
        self._seed = seed
        self._shuffles = count()
        self.parallelism = 1 + drawn(seed, "parallelism") % (2 * workers + 2)
        self.partitions_min = 1 + drawn(seed, "partitions of files") % 4

    def reducers(self, partitions: int) -> int:
        """For the next shuffle, where there would be ``partitions``."""
        if partitions == 0:
            return 0
        return 1 + drawn(self._seed, "reducers", next(self._shuffles)) % (2 * partitions + 1)
