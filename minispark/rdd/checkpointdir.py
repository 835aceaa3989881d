"""Where a context's checkpoints go."""

from __future__ import annotations

import os

from minispark.rdd.saving import local_path


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
