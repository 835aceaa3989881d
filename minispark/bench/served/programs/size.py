"""How much work there is, and where."""

from __future__ import annotations

from dataclasses import dataclass

SLICES = 8
MIX = 2_654_435_761
"""``x * MIX % keys`` looks like chance and is the same on every machine."""


@dataclass(frozen=True, slots=True)
class Size:
    """``text`` is the word count's file, ``folder`` an empty one for an engine's files; ``scale`` multiplies the number
    of records (never of tasks, jobs or partitions)."""

    text: str
    scale: float = 1.0
    folder: str = ""

    def records(self, full: int) -> int:
        return max(int(full * self.scale), 100)
