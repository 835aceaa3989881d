"""Keeping an RDD's records between jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.engine.core.errors import Py4JJavaError
from minispark.engine.plan.kept import Tiers
from minispark.rdd.core import RDDBase, T_co
from minispark.rdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD


class Persistence(RDDBase[T_co]):
    """``persist``, ``cache`` and ``unpersist``."""

    _level: StorageLevel = StorageLevel.NONE
    _persistent: bool = False

    @property
    def is_cached(self) -> bool:
        """Whether ``persist`` or ``cache`` was called and ``unpersist`` was not."""
        return self._persistent

    def cache(self) -> RDD[T_co]:
        """``persist`` at ``StorageLevel.MEMORY_ONLY``.

        >>> rdd = sc.parallelize(range(4)).map(lambda x: x * x).cache()
        >>> rdd.sum(), rdd.count(), rdd.is_cached
        (14, 4, True)
        """
        return self.persist(StorageLevel.MEMORY_ONLY)

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_ONLY) -> RDD[T_co]:
        """Keep the records when they are computed the first time, encoded, in blocks that no worker owns.

        A partition that a job begins to read is kept as a whole. Blocks in memory are limited by
        ``spark.minispark.storage.memory``; see :class:`StorageLevel` for what happens beyond. Raises TypeError where
        ``storageLevel`` is none, Py4JJavaError where the RDD has another level already.

        >>> from minispark import StorageLevel
        >>> rdd = sc.range(5).persist(StorageLevel.MEMORY_AND_DISK)
        >>> print(rdd.getStorageLevel())
        Disk Memory Serialized 1x Replicated
        >>> rdd.unpersist().persist(StorageLevel.DISK_ONLY).sum()
        10
        """
        if not isinstance(storageLevel, StorageLevel):
            raise TypeError(f"storageLevel must be of type pyspark.StorageLevel, not {storageLevel!r:.200}")
        if self._level not in (StorageLevel.NONE, storageLevel):
            raise Py4JJavaError(
                f"Cannot change storage level of an RDD after it was already assigned a level: {self!r} has "
                f"{self._level!r}, and {storageLevel!r} was asked for; unpersist it first"
            )
        self.ctx._check_running()
        self._persistent = True
        self._level = storageLevel
        if storageLevel.useMemory or storageLevel.useDisk:
            self.ctx._session.blocks.persist(self._node, Tiers(storageLevel.useMemory, storageLevel.useDisk))
        return self._self()

    def unpersist(self, blocking: bool = False) -> RDD[T_co]:
        """Free the kept records. They are gone when this returns, ``blocking`` or not.

        >>> sc.parallelize([1]).cache().unpersist().is_cached
        False
        """
        self._persistent = False
        self._level = StorageLevel.NONE
        self.ctx._session.blocks.unpersist(self._node.id, self._node.partitions)
        return self._self()

    def getStorageLevel(self) -> StorageLevel:
        """The level given to ``persist``, or ``StorageLevel.NONE``.

        >>> print(sc.parallelize([1, 2]).getStorageLevel())
        Serialized 1x Replicated
        """
        return self._level
