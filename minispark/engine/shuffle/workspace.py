"""What a merge may use up: memory by grants, and disk for what does not fit."""

from __future__ import annotations

from minispark.engine.core.values import value
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.spillfile import SpillSpace


@value
class Workspace:
    """A task's memory manager and spill space."""

    memory: MemoryManager
    spills: SpillSpace
