"""How many records a loop takes before it looks at memory again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minispark.engine.storage.sizes import RecordSize

FIRST = 64
RECORDS_MAX = 1 << 16


class Pace:
    """Batches bounded in bytes by what records were seen to weigh, growing from a cautious first one."""

    __slots__ = ("_bytes_max", "_records_max", "records", "size")

    def __init__(self, bytes_max: int, records_max: int = RECORDS_MAX) -> None:
        self._bytes_max = bytes_max
        self._records_max = records_max
        self.size = RecordSize()
        self.records = FIRST

    def update(self, sample: Iterable[Any]) -> None:
        """Look at some records of the batch just taken in."""
        fitting = int(self._bytes_max / max(self.size.update(sample), 16.0))
        self.records = max(1, min(fitting, self.records * 16, self._records_max))
