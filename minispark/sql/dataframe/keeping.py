"""Results that are kept: cache, persist, checkpoint, views."""

from __future__ import annotations

from typing import Any, Self

from minispark.sql.dataframe.base import Base


class Keeping(Base):
    """The part of DataFrame that keeps results for later."""

    def cache(self) -> Self:
        """Keep the rows in memory from the first action on."""
        return self.persist()

    def persist(self, storageLevel: Any = None) -> Self:
        """Keep the rows from the first action on, until ``unpersist``."""
        from minispark.rdd.storagelevel import StorageLevel

        self._session._kept.add(self._plan, storageLevel or StorageLevel.MEMORY_AND_DISK_DESER)
        return self

    def unpersist(self, blocking: bool = False) -> Self:
        """Drop what was kept."""
        self._session._kept.remove(self._plan)
        return self

    @property
    def storageLevel(self) -> Any:
        """Where the rows are kept."""
        return self._session._kept.level(self._plan)

    @property
    def is_cached(self) -> bool:
        """Whether the rows are to be kept."""
        level = self._session._kept.level(self._plan)
        return bool(level.useMemory or level.useDisk)

    def checkpoint(self, eager: bool = True) -> Self:
        """The same rows without their plan, kept in files of the checkpoint directory."""
        return self._over(self._session._kept.checkpoint(self._plan, eager, reliable=True))

    def localCheckpoint(self, eager: bool = True, storageLevel: Any = None) -> Self:
        """The same rows without their plan, kept by the context."""
        return self._over(self._session._kept.checkpoint(self._plan, eager, reliable=False))
