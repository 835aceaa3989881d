"""Where a context's checkpoints go."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.nodes import SourceNode
from minispark.engine.runtime.checkpoints import read_manifest
from minispark.rdd.rdd import RDD
from minispark.rdd.saving import local_path

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext


class CheckpointDirectory:
    """The part of ``SparkContext`` that knows the directory of checkpoints."""

    _checkpoint_directory: str | None = None
    """This context's own sub-directory, as a plain path."""

    def setCheckpointDir(self, dirName: str) -> None:
        """Keep checkpoints under ``dirName``, in a fresh directory of this context's own that outlives it.

        Raises TypeError for what is not a path, ValueError for a remote one, OSError if it cannot be made.

        >>> import tempfile
        >>> sc.setCheckpointDir(tempfile.mkdtemp())
        >>> sc.getCheckpointDir().startswith("file:/")
        True
        """
        if not isinstance(dirName, str):
            raise TypeError(f"setCheckpointDir needs a path (a str), not {dirName!r:.200}")
        path = os.path.join(os.path.abspath(local_path(dirName)), os.urandom(16).hex())
        os.makedirs(path)
        self._checkpoint_directory = path

    def getCheckpointDir(self) -> str | None:
        """The context's own directory for checkpoints as a ``file:`` URL; None before ``setCheckpointDir``."""
        return None if self._checkpoint_directory is None else f"file:{self._checkpoint_directory}"

    def _checkpointFile(self, name: str, input_deserializer: Any = None) -> RDD[Any]:
        """The RDD of a checkpoint that a context of this user's has completed, given what ``getCheckpointFile``
        returned. Raises CheckpointError if it is none. Files say what they hold: a deserializer is not needed."""
        context = cast("SparkContext", self)
        context._check_running()
        if input_deserializer is not None:
            raise NotImplementedError("_checkpointFile(input_deserializer=...) is not supported; leave it out")
        data, partitioner = read_manifest(os.path.abspath(local_path(name)))
        source = SourceNode(context._next_id(), len(data.records), call_site(), data, partitioner)
        return RDD(context, source)
