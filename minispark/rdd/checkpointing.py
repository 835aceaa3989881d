"""Cutting an RDD's lineage: its records are kept, and what they were computed from is forgotten."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable

from minispark.engine.core.errors import CheckpointError
from minispark.engine.plan.kept import Tiers
from minispark.engine.plan.nodes import SourceData, SourceNode
from minispark.engine.runtime.checkpoints import Checkpoint
from minispark.rdd.core import RDDBase, T_co
from minispark.rdd.storagelevel import StorageLevel


class Checkpointing(RDDBase[T_co]):
    """``checkpoint`` and ``localCheckpoint``."""

    _level: StorageLevel
    _persistent: bool
    _checkpoint: Checkpoint | None = None
    is_checkpointed: bool = False
    """Whether ``checkpoint`` was called, as PySpark's attribute of this name."""

    def checkpoint(self) -> None:
        """Have the next job on this RDD, or on one made of it, save the records under the checkpoint directory.

        The parts are written while that job computes them; what it did not need is computed after it. Then the RDD is
        read from the files, which outlive the context, and its lineage is forgotten. Raises CheckpointError if
        ``SparkContext.setCheckpointDir`` was not called; a part that is lost or damaged later is a CheckpointError that
        names it.

        >>> import tempfile
        >>> sc.setCheckpointDir(tempfile.mkdtemp())
        >>> rdd = sc.range(5)
        >>> rdd.checkpoint()
        >>> rdd.count(), rdd.isCheckpointed(), rdd.getCheckpointFile() is None
        (5, True, False)
        """
        self.ctx._check_running()
        root = self.ctx._checkpoint_directory
        if root is None:
            raise CheckpointError(
                "Checkpoint directory has not been set in the SparkContext; call sc.setCheckpointDir(path) first"
            )
        self.is_checkpointed = True
        if self._checkpoint is None:
            self._want(os.path.join(root, f"rdd-{self._node.id}"))

    def localCheckpoint(self) -> None:
        """As ``checkpoint``, but the records are kept as a persisted RDD's are, with a level that uses disk.

        Faster, and gone with the context; after ``unpersist`` the RDD cannot be computed any more.

        >>> rdd = sc.range(5)
        >>> rdd.localCheckpoint()
        >>> rdd.isLocallyCheckpointed(), rdd.sum(), rdd.isCheckpointed(), rdd.sum()
        (True, 10, True, 10)
        """
        self.ctx._check_running()
        if self._checkpoint is not None:
            if self._checkpoint.done or self._checkpoint.directory is None:
                return
            self.ctx._session.checkpoints.forget(self._node.id)
        level = self.getStorageLevel()  # type: ignore[attr-defined]  # of the family next to this one
        self._level = StorageLevel(True, True, level.useOffHeap, level.deserialized, level.replication)
        self._persistent = True
        self.ctx._session.blocks.keep_on_disk_too(self._node, Tiers(True, True))
        self._want(None)

    def isCheckpointed(self) -> bool:
        """Whether a checkpoint, of either kind, was completed."""
        return self._checkpoint is not None and self._checkpoint.done

    def isLocallyCheckpointed(self) -> bool:
        """Whether ``localCheckpoint`` was called."""
        return self._checkpoint is not None and self._checkpoint.directory is None

    def getCheckpointFile(self) -> str | None:
        """The directory of a completed checkpoint, as a ``file:`` URL; None otherwise, and for a local checkpoint."""
        checkpoint = self._checkpoint
        if checkpoint is None or not checkpoint.done or checkpoint.directory is None:
            return None
        return f"file:{checkpoint.directory}"

    def cleanShuffleDependencies(self, blocking: bool = False) -> None:
        """Remove the files of the shuffles that this RDD is computed from, up to persisted ancestors.

        A job that needs them computes them again. They are gone before the next job begins, ``blocking`` or not.

        >>> rdd = sc.parallelize([(1, 2), (1, 3)]).reduceByKey(lambda a, b: a + b)
        >>> rdd.collect()
        [(1, 5)]
        >>> rdd.cleanShuffleDependencies()
        >>> rdd.collect()
        [(1, 5)]
        """
        self.ctx._check_running()
        self.ctx._session.clean_shuffles(self._node)

    def _want(self, directory: str | None) -> None:
        self._checkpoint = Checkpoint(self._node, directory, _cutter(weakref.ref(self)))
        self.ctx._session.checkpoints.want(self._checkpoint)


def _cutter(reference: weakref.ref[Checkpointing[T_co]]) -> Callable[[SourceData], None]:
    """Gives the RDD, if somebody still holds it, a node without lineage: what is made of it later has none either."""

    def cut(data: SourceData) -> None:
        rdd = reference()
        if rdd is not None:
            old = rdd._node
            rdd._node = SourceNode(old.id, old.partitions, old.site, data, old.partitioner)
            rdd.ctx._session.blocks.hold(rdd._node)

    return cut
