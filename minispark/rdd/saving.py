"""Writing RDDs: part files, complete or absent."""

from __future__ import annotations

import os
import shutil
from typing import Any

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.program import TextSink
from minispark.rdd.core import RDDBase, T_co


class Saving(RDDBase[T_co]):
    """``saveAsTextFile``."""

    def saveAsTextFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write ``str(record)`` of each record as a line: files ``part-00000`` and on, ``_SUCCESS`` last.

        Attempts write aside, in ``_temporary``; the first success of each partition is moved into place when the whole
        job is done, so nothing half-written is left after a failure. Raises FileExistsError, before any work, if
        ``path`` exists.

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "out")
        >>> sc.parallelize(["x", "y"], 2).saveAsTextFile(folder)
        >>> sorted(name for name in os.listdir(folder) if not name.startswith("."))
        ['_SUCCESS', 'part-00000', 'part-00001']
        >>> sorted(sc.textFile(folder).collect())
        ['x', 'y']
        """
        if compressionCodecClass is not None:
            raise NotImplementedError(
                f"compressionCodecClass={compressionCodecClass!r}: compressed text output is not written yet; "
                "leave it out and compress the part files afterwards"
            )
        directory = local_path(path)
        if os.path.lexists(directory):
            raise FileExistsError(f"output directory {directory} already exists; remove it or name another")
        temporary = os.path.join(directory, "_temporary")
        os.makedirs(temporary)
        try:
            written: list[Any] = self.ctx._run(self._node, TextSink(temporary), None, call_site())
            for index, part in enumerate(written):
                os.rename(part, os.path.join(directory, f"part-{index:05d}"))
            shutil.rmtree(temporary)
            with open(os.path.join(directory, "_SUCCESS"), "wb"):
                pass
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise


def local_path(uri: str) -> str:
    """The local path of a path or a ``file:`` URI. Raises ValueError for other file systems."""
    if uri.startswith("file:"):
        rest = uri[len("file:") :]
        return "/" + rest.lstrip("/") if rest.startswith("/") else rest
    scheme, colon, _ = uri.partition("://")
    if colon:
        raise ValueError(f"{uri}: file system {scheme!r} is not supported; use a local path or a file: URI")
    return uri
