"""Rows in a file: written once, batch by batch, then mapped, so that pages come and go as they are read."""

from __future__ import annotations

import os
from typing import Any, cast
from zlib import crc32

from minispark.engine.core.values import value
from minispark.engine.storage.appendfile import AppendFile
from minispark.engine.storage.directories import LocalDirectories


@value
class KeptFile:
    """A file as it was when it was whole: ``stamp`` is its size, time and number, ``checksum`` that of its content."""

    path: str
    stamp: tuple[int, int, int]
    checksum: int

    def table(self) -> Any:
        """The rows as a pyarrow.Table over the mapped file."""
        import pyarrow as pa

        with pa.memory_map(self.path) as source:
            return pa.ipc.open_file(source).read_all()

    def sound(self) -> bool:
        """Whether it still is what was written. Its content is looked at only where its stamp has changed."""
        try:
            if _stamp(self.path) == self.stamp:
                return True
            return os.stat(self.path).st_size == self.stamp[0] and _checksum(self.path) == self.checksum
        except OSError:
            return False

    def remove(self) -> None:
        """Remove it; nothing where it is gone."""
        try:
            os.unlink(self.path)
        except OSError:  # its directory goes with the context
            pass


class FileWriter:
    """Writes one such file. Raises DiskFullError, LocalDirectoryError, DiskQuotaError; then nothing is left of it."""

    def __init__(self, directories: LocalDirectories, name: str, schema: Any) -> None:
        import pyarrow as pa

        self._file = AppendFile(directories, name)
        self._sink = _Sink(self._file)
        self._writer = pa.ipc.new_file(pa.PythonFile(cast("Any", self._sink), mode="w"), schema)

    def write(self, batch: Any) -> None:
        """Add a batch of rows."""
        self._writer.write_batch(batch)

    def finish(self) -> KeptFile:
        """Give the file its name."""
        self._writer.close()
        path = self._file.publish()
        return KeptFile(path, _stamp(path), self._sink.checksum)

    def discard(self) -> None:
        """Remove what was written; nothing after ``finish``."""
        self._file.discard()


class _Sink:
    """What Arrow writes to: the checksum is taken on the way."""

    closed = False

    def __init__(self, file: AppendFile) -> None:
        self._file = file
        self.checksum = 0

    def write(self, data: bytes) -> int:
        self.checksum = crc32(data, self.checksum)
        self._file.append(data)
        return len(data)

    def tell(self) -> int:
        return self._file.size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def _stamp(path: str) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ino


def _checksum(path: str) -> int:
    checksum = 0
    with open(path, "rb") as file:
        while data := file.read(1 << 20):
            checksum = crc32(data, checksum)
    return checksum
