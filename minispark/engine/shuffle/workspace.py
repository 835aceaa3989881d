"""What a merge may use up: memory by grants, and disk for what does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.spillfile import SpillSpace


@dataclass(frozen=True, slots=True)
class Workspace:
    """A task's memory manager and spill space."""

    memory: MemoryManager
    spills: SpillSpace
