"""Keeping an RDD's records between jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.rdd.core import RDDBase, T_co

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD


class Persistence(RDDBase[T_co]):
    """``cache`` and ``unpersist``."""

    @property
    def is_cached(self) -> bool:
        """Whether ``cache`` was called and ``unpersist`` was not."""
        return self.ctx._session.is_persisted(self._node.id)

    def cache(self) -> RDD[T_co]:
        """Keep the records when they are computed the first time, encoded, in blocks that no worker owns.

        >>> rdd = sc.parallelize(range(4)).map(lambda x: x * x).cache()
        >>> rdd.sum(), rdd.count(), rdd.is_cached
        (14, 4, True)
        """
        self.ctx._session.persist(self._node)
        return self._self()

    def unpersist(self, blocking: bool = False) -> RDD[T_co]:
        """Free the kept records at once.

        >>> sc.parallelize([1]).cache().unpersist().is_cached
        False
        """
        self.ctx._session.unpersist(self._node.id)
        return self._self()
