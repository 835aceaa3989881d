"""A file written once from front to back, which moves to another directory when its own fails."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from minispark.engine.core.errors import BlockError, DescriptorsExhaustedError, DiskFullError, LocalDirectoryError
from minispark.engine.core.parts import Buffer, Parts, Payload
from minispark.engine.storage.directories import BROKEN_ERRORS, FULL_ERRORS, TEMPORARY_PREFIX, LocalDirectories

if TYPE_CHECKING:
    from minispark.engine.storage.quota import Quota

BUFFER_BYTES = 1 << 20
_PARTS_MAX = 512
_COPY_BYTES = 1 << 20
_JOINED_MAX = 1 << 16
"""Small parts are joined: the kernel takes many pieces slower than one."""

Data = Payload


class AppendFile:
    """Buffered appends under a temporary name until ``publish``; with ``anonymous`` under no name at all.

    ENOSPC moves what was written to the next directory; an I/O error or a read-only file system also leaves the
    directory out for good. Raises DiskFullError when no directory has room, LocalDirectoryError when none works,
    DiskQuotaError when the directories' quota is used up; with ``modest`` nothing else is dropped for the file before.
    Nothing is opened before the first flush.
    """

    __slots__ = (
        "_anonymous",
        "_counted",
        "_directories",
        "_directory",
        "_fd",
        "_flushed",
        "_modest",
        "_name",
        "_pending",
        "_pending_bytes",
        "_tried",
    )

    def __init__(self, directories: LocalDirectories, name: str, anonymous: bool = False, modest: bool = False) -> None:
        self._directories = directories
        self._name = name
        self._anonymous = anonymous
        self._modest = modest
        self._counted = 0
        self._directory = ""
        self._tried: dict[str, OSError] = {}
        self._fd = -1
        self._pending: list[Buffer] = []
        self._pending_bytes = 0
        self._flushed = 0

    @property
    def size(self) -> int:
        """Bytes appended so far."""
        return self._flushed + self._pending_bytes

    def append(self, data: Data) -> None:
        """Add bytes. They must not change afterwards, but those in pieces may: they are somebody's arrays, and written
        at once."""
        if isinstance(data, Parts):
            self._pending += data.pieces
        else:
            self._pending.append(data)
        self._pending_bytes += len(data)
        if self._pending_bytes >= BUFFER_BYTES or isinstance(data, Parts):
            self.flush()

    def flush(self) -> None:
        """Hand everything appended to the operating system."""
        if self._directories.quota is not None and self.size > self._counted:
            self._count(self._directories.quota)
        while True:
            try:
                if self._fd < 0:
                    self._open()
                write_all(self._fd, self._pending)
                break
            except OSError as error:
                self._move(error)
        self._flushed += self._pending_bytes
        self._pending = []
        self._pending_bytes = 0

    def relocate(self) -> None:
        """Leave the directory to others and go on in the next one, with what was appended so far."""
        self.flush()
        self._move(OSError(errno.ENOSPC, "left to others"))

    def read(self, offset: int, length: int) -> bytes:
        """Bytes appended before; fewer if the file has lost its end. Raises BlockError if the disk cannot read them."""
        if offset + length > self._flushed:
            self.flush()
        try:
            return read_at(self._fd, offset, length)
        except OSError as error:
            raise BlockError(f"{self._name} cannot be read back: {error.strerror}") from error

    def publish(self) -> str:
        """Flush, give the file its name by one rename, close it. Returns its path."""
        while True:
            self.flush()
            path = os.path.join(self._directory, self._name)
            try:
                os.rename(self._temporary_path(), path)
                break
            except OSError as error:
                self._move(error)
        self._close()
        if self._counted and self._directories.quota is not None:
            counted, self._counted = self._counted, 0
            self._directories.quota.settle(counted, published=True)
        return path

    def discard(self) -> None:
        """Close and remove the file. May be repeated; without effect once published."""
        if self._fd >= 0:
            self._close()
            self._unlink()
        self._pending = []
        if self._counted and self._directories.quota is not None:
            counted, self._counted = self._counted, 0
            self._directories.quota.settle(counted, published=False)

    def _count(self, quota: Quota) -> None:
        """Against the quota, before it is written."""
        try:
            quota.take(self.size - self._counted, self._name, self._modest)
        except BaseException:
            self.discard()
            raise
        self._counted = self.size

    def _temporary_path(self) -> str:
        return os.path.join(self._directory, TEMPORARY_PREFIX + self._name)

    def _open(self) -> None:
        self._directory = self._directories.pick(self._name, self._tried)
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        self._fd = os.open(self._temporary_path(), flags, 0o600)
        if self._anonymous and os.name == "posix":  # elsewhere an open file keeps its name until it is closed
            self._unlink()

    def _move(self, error: OSError) -> None:
        """After ``error``: continue in another directory with what was flushed, or give up."""
        old, old_directory = self._fd, self._directory
        if isinstance(error, LocalDirectoryError) or error.errno not in FULL_ERRORS | BROKEN_ERRORS:
            self.discard()
            raise descriptors_exhausted(error) or error
        if error.errno in BROKEN_ERRORS:
            self._directories.exclude(old_directory, error.strerror or str(error))
        self._tried[old_directory] = error
        old_path = self._temporary_path()
        try:
            self._reopen(old)
        finally:
            if old >= 0:
                os.close(old)
                _remove(old_path)

    def _reopen(self, old: int) -> None:
        while True:
            self._fd = -1
            try:
                self._open()
                _copy(old, self._fd, self._flushed)
                return
            except LocalDirectoryError as none_left:
                raise self._give_up() from none_left
            except OSError as error:
                if self._fd >= 0:
                    self.discard()
                if error.errno not in FULL_ERRORS | BROKEN_ERRORS:
                    raise
                self._tried[self._directory] = error

    def _give_up(self) -> DiskFullError | LocalDirectoryError:
        size = self.size
        self._pending = []
        reasons = "; ".join(f"{path}: {error.strerror or error}" for path, error in self._tried.items())
        full = any(error.errno in FULL_ERRORS for error in self._tried.values())
        message = f"cannot write {self._name}, {size} bytes so far ({reasons}); "
        if full:
            return DiskFullError(message + "free some space, or name more directories in SPARK_LOCAL_DIRS")
        return LocalDirectoryError(message + "name usable directories in SPARK_LOCAL_DIRS or spark.local.dir")

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        os.close(fd)

    def _unlink(self) -> None:
        _remove(self._temporary_path())

    def __del__(self) -> None:
        if getattr(self, "_fd", -1) >= 0:
            self.discard()


def write_all(fd: int, parts: list[Buffer]) -> None:
    """Write every part, in order. Raises OSError; then any number of bytes may have been written."""
    for start in range(0, len(parts), _PARTS_MAX):
        group = parts[start : start + _PARTS_MAX]
        size = sum(map(len, group))
        if size <= _JOINED_MAX:
            group = [b"".join(group)]
        written = os.writev(fd, group) if hasattr(os, "writev") else 0
        if written == size:
            continue
        for part in group:  # one call writes at most 2 GB
            rest = memoryview(part)[written:]
            written = max(0, written - len(part))
            while rest:
                rest = rest[os.write(fd, rest) :]


def read_at(fd: int, offset: int, length: int) -> bytes:
    """``length`` bytes from ``offset``, or as many as there are."""
    data = os.pread(fd, length, offset)
    if len(data) == length or not data:
        return data
    parts = [data]  # one read returns at most 2 GB
    got = len(data)
    while got < length and (data := os.pread(fd, length - got, offset + got)):
        parts.append(data)
        got += len(data)
    return b"".join(parts)


def descriptors_exhausted(error: OSError) -> DescriptorsExhaustedError | None:
    """The typed error for running out of file descriptors; None for any other error."""
    if error.errno not in (errno.EMFILE, errno.ENFILE):
        return None
    return DescriptorsExhaustedError(f"no further file can be opened ({error.strerror}); raise the limit: ulimit -n")


def _copy(source: int, target: int, length: int) -> None:
    offset = 0
    while offset < length:
        data = read_at(source, offset, min(_COPY_BYTES, length - offset))
        if not data:
            raise BlockError(f"{length - offset} bytes written before cannot be read back")
        write_all(target, [data])
        offset += len(data)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:  # it is temporary: what cannot be removed now is swept later
        pass
