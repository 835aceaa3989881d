"""Where a persisted RDD's blocks may be: in memory, on disk, or both."""

from __future__ import annotations

from typing import ClassVar

from minispark.engine.core.values import value


@value
class StorageLevel:
    """Flags of ``persist`` (``pyspark.StorageLevel``).

    Blocks are encoded snapshots that no worker owns, whatever the level. With ``useMemory`` they stay in memory, up to
    ``spark.minispark.storage.memory``; the least recently used ones make room for others: they move to disk with
    ``useDisk``, else they are computed again when asked for. ``useOffHeap`` is the same memory. ``replication`` is
    recorded and shown; one machine has one copy, and what is lost is computed again.

    >>> print(StorageLevel.MEMORY_AND_DISK)
    Disk Memory Serialized 1x Replicated
    >>> StorageLevel.DISK_ONLY_2, StorageLevel.DISK_ONLY == StorageLevel(True, False, False, False)
    (StorageLevel(True, False, False, False, 2), True)
    """

    useDisk: bool
    useMemory: bool
    useOffHeap: bool
    deserialized: bool
    replication: int = 1

    NONE: ClassVar[StorageLevel]
    DISK_ONLY: ClassVar[StorageLevel]
    DISK_ONLY_2: ClassVar[StorageLevel]
    DISK_ONLY_3: ClassVar[StorageLevel]
    MEMORY_ONLY: ClassVar[StorageLevel]
    MEMORY_ONLY_2: ClassVar[StorageLevel]
    MEMORY_AND_DISK: ClassVar[StorageLevel]
    MEMORY_AND_DISK_2: ClassVar[StorageLevel]
    OFF_HEAP: ClassVar[StorageLevel]
    MEMORY_AND_DISK_DESER: ClassVar[StorageLevel]

    def __repr__(self) -> str:
        flags = (self.useDisk, self.useMemory, self.useOffHeap, self.deserialized, self.replication)
        return f"StorageLevel({', '.join(map(str, flags))})"

    def __str__(self) -> str:
        places = ((self.useDisk, "Disk"), (self.useMemory, "Memory"), (self.useOffHeap, "OffHeap"))
        words = [name for used, name in places if used]
        words.append("Deserialized" if self.deserialized else "Serialized")
        return " ".join([*words, f"{self.replication}x Replicated"])


StorageLevel.NONE = StorageLevel(False, False, False, False)
StorageLevel.DISK_ONLY = StorageLevel(True, False, False, False)
StorageLevel.DISK_ONLY_2 = StorageLevel(True, False, False, False, 2)
StorageLevel.DISK_ONLY_3 = StorageLevel(True, False, False, False, 3)
StorageLevel.MEMORY_ONLY = StorageLevel(False, True, False, False)
StorageLevel.MEMORY_ONLY_2 = StorageLevel(False, True, False, False, 2)
StorageLevel.MEMORY_AND_DISK = StorageLevel(True, True, False, False)
StorageLevel.MEMORY_AND_DISK_2 = StorageLevel(True, True, False, False, 2)
StorageLevel.OFF_HEAP = StorageLevel(True, True, True, False)
StorageLevel.MEMORY_AND_DISK_DESER = StorageLevel(True, True, False, True)
