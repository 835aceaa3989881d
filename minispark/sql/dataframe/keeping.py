"""Results that are kept: cache, persist, checkpoint."""

from __future__ import annotations

from typing import Any, Self

from minispark.sql.dataframe.base import Base


class Keeping(Base):
    """The part of DataFrame that keeps results for later."""

    is_cached: bool = False
    """Whether ``cache`` or ``persist`` was called on it, as PySpark's attribute of this name."""

    def cache(self) -> Self:
        """Keep the rows in memory from the first action on."""
        return self.persist()

    def persist(self, storageLevel: Any = None) -> Self:
        """Keep the rows from the first action on, until ``unpersist``.

        In memory all kept rows of a context take at most half of ``spark.minispark.sql.memory``. The least recently
        used ones make room for others: with ``useDisk`` (the default has it) they go to a file, else they are computed
        again when asked for, as are rows that do not fit at all. Levels of disk alone begin with the file. Nothing
        changes where the rows are kept already.
        """
        from minispark.rdd.storagelevel import StorageLevel

        self.is_cached = True
        self._session._kept.add(self._plan, storageLevel or StorageLevel.MEMORY_AND_DISK_DESER)
        return self

    def unpersist(self, blocking: bool = False) -> Self:
        """Drop what was kept, at once whether ``blocking`` or not."""
        self.is_cached = False
        self._session._kept.remove(self._plan)
        return self

    @property
    def storageLevel(self) -> Any:
        """Where the rows are kept."""
        return self._session._kept.level(self._plan)

    def checkpoint(self, eager: bool = True) -> Self:
        """The same rows without their plan, kept in a file of the checkpoint directory; read anew if not ``eager``.

        Raises CheckpointError without ``sc.setCheckpointDir``.
        """
        return self._over(self._session._kept.checkpoint(self._plan, eager, reliable=True))

    def localCheckpoint(self, eager: bool = True, storageLevel: Any = None) -> Self:
        """The same rows without their plan, kept by the context as ``storageLevel`` says."""
        return self._over(self._session._kept.checkpoint(self._plan, eager, False, storageLevel))
