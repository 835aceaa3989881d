"""How many records a loop takes before it looks at memory again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.storage.sizes import RecordSize

FIRST = 64
RECORDS_MAX = 1 << 16


class Pace:
    """Batches bounded in bytes by what records were seen to weigh, growing from a cautious first one."""

    __slots__ = ("_begun", "_bytes_max", "_records_max", "records", "size")

    def __init__(self, bytes_max: int, records_max: int = RECORDS_MAX) -> None:
        self._bytes_max = bytes_max
        self._records_max = records_max
        self._begun = False
        self.size = RecordSize()
        self.records = FIRST

    def take(self, records: Iterator[Any]) -> list[Any]:
        """The next batch, empty at the end. The first record is looked at before others are taken, as even a few may be
        too large to be held together."""
        batch: list[Any] = []
        if not self._begun:
            self._begun = True
            batch = list(islice(records, 1))
            self.records = min(FIRST, self._fitting(batch))
        batch += islice(records, self.records - len(batch))
        self.update(batch[:: len(batch) // 8 + 1])
        return batch

    def update(self, sample: Iterable[Any]) -> None:
        """Look at some records of the batch just taken in."""
        self.records = min(self._fitting(sample), self.records * 16)

    def _fitting(self, sample: Iterable[Any]) -> int:
        fitting = int(self._bytes_max / max(self.size.update(sample), 16.0))
        return max(1, min(fitting, self._records_max))
