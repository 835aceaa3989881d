"""The local directories that blocks are spread over, and which of them may still be used."""

from __future__ import annotations

import errno
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from minispark.engine.core.errors import LocalDirectoryError

if TYPE_CHECKING:
    from minispark.engine.storage.quota import Quota

TEMPORARY_PREFIX = ".tmp-"
"""How the names of files begin that are being written."""

FULL_ERRORS = frozenset((errno.ENOSPC, errno.EDQUOT))
BROKEN_ERRORS = frozenset((errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ENXIO))


class LocalDirectories:
    """Existing directories of ours. A full one is passed over for the file at hand, a broken one for good. What is
    written to them counts against the ``quota``, if there is one."""

    def __init__(self, paths: Sequence[str], quota: Quota | None = None) -> None:
        self.paths = tuple(paths)
        self.quota = quota
        self.excluded: dict[str, str] = {}

    def pick(self, name: str, tried: Collection[str] = ()) -> str:
        """A directory for the file ``name``, none of ``tried``. Raises LocalDirectoryError if none remains."""
        usable = [path for path in self.paths if path not in self.excluded and path not in tried]
        if not usable:
            reasons = "; ".join(f"{path}: {why}" for path, why in self.excluded.items())
            raise LocalDirectoryError(
                f"no local directory is left for {name} ({reasons or 'all were tried'}); "
                "name usable ones in SPARK_LOCAL_DIRS or spark.local.dir"
            )
        return usable[crc32(name.encode()) % len(usable)]

    def exclude(self, path: str, why: str) -> None:
        """Never pick this directory again."""
        self.excluded[path] = why


class PreferredDirectories(LocalDirectories):
    """The first usable directory takes every file, the others what it has no room for."""

    def pick(self, name: str, tried: Collection[str] = ()) -> str:
        for path in self.paths:
            if path not in self.excluded and path not in tried:
                return path
        return super().pick(name, tried)
