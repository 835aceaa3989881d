"""Cached blocks in memory: how many bytes they may take together, and which make room for others.

All workers of a context share one directory whose files are memory, and one ledger in it: a locked file with the bytes
in use. The ledger is only an upper estimate (removing a block does not touch it); when it says that a block does not
fit, the directory itself is asked, and the least recently used blocks of other RDDs are evicted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from minispark.engine.core.errors import LocalDirectoryError
from minispark.engine.core.values import value
from minispark.engine.storage.directories import TEMPORARY_PREFIX, LocalDirectories

LEDGER_NAME = ".cached.lock"
MEMORY_ONLY, MEMORY_OR_DISK, DISK = ".m", ".b", ".k"
"""How the file names of blocks end: in memory and dropped when evicted, in memory and moved to disk then, on disk."""


def cached_name(node_id: int, partition: int) -> str:
    """What the footer of a cached block vouches for, and how its file names begin."""
    return f"c{node_id}-{partition}"


@value
class _Block:
    path: str
    name: str
    size: int
    used_at: int


class MemoryTier:
    """One worker's view of the memory that cached blocks share."""

    def __init__(self, directory: str, disk: LocalDirectories, bytes_max: int) -> None:
        self.directory = directory
        self.disk = disk
        self._bytes_max = bytes_max

    def reserve(self, size: int) -> bool:
        """Take ``size`` bytes if there are as many left by the ledger."""
        with self._ledger() as ledger:
            used = _read(ledger) + size
            if used <= self._bytes_max:
                _write(ledger, used)
            return used <= self._bytes_max

    def make_room(self, node_id: int) -> bool:
        """Make what is in the directory fit by evicting blocks of nodes other than ``node_id``, whose block is being
        written and was flushed. Evicts none if all of them were not enough; then False.

        Blocks of the same node, and those being read, stay.
        """
        with self._ledger() as ledger:
            blocks, used = self._blocks()
            own = f"c{node_id}-"
            victims = sorted((b for b in blocks if not b.name.startswith(own)), key=lambda block: block.used_at)
            wanted = used - self._bytes_max
            if wanted > 0 and sum(block.size for block in victims) >= wanted:
                for block in victims:
                    if wanted > 0 and self._evict(block):
                        wanted -= block.size
                        used -= block.size
            _write(ledger, used)
            return wanted <= 0

    def drop(self, wanted: int) -> None:
        """Remove least recently used blocks that are in memory only, ``wanted`` bytes of them if there are as many:
        their records are computed again where they are needed."""
        blocks = [block for block in self._blocks()[0] if block.name.endswith(MEMORY_ONLY)]
        for block in sorted(blocks, key=lambda block: block.used_at):
            if wanted > 0 and self._evict(block):
                wanted -= block.size

    def give_back(self, size: int) -> None:
        """Return bytes that were taken for a block that is not there after all; negative: it took more."""
        with self._ledger() as ledger:
            _write(ledger, max(0, _read(ledger) - size))

    def _blocks(self) -> tuple[list[_Block], int]:
        """The blocks in memory, and the bytes of these and of those being written."""
        blocks, total = [], 0
        with os.scandir(self.directory) as entries:
            for entry in entries:
                name = entry.name.removeprefix(TEMPORARY_PREFIX)
                if name.startswith("c") and not name.endswith(DISK):
                    with suppress(FileNotFoundError):
                        status = entry.stat(follow_symlinks=False)
                        total += status.st_size
                        if entry.name.endswith((MEMORY_ONLY, MEMORY_OR_DISK)):
                            blocks.append(_Block(entry.path, entry.name, status.st_size, status.st_mtime_ns))
        return blocks, total

    def _evict(self, block: _Block) -> bool:
        """Drop the block, or move it to disk where its level says so; False if it must stay."""
        try:
            fd = os.open(block.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return True
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if block.name.endswith(MEMORY_OR_DISK):
                self._move_to_disk(block)
            os.unlink(block.path)
            return True
        except (OSError, LocalDirectoryError):  # it is being read, or no disk takes it
            return False
        finally:
            os.close(fd)

    def _move_to_disk(self, block: _Block) -> None:
        name = block.name.removesuffix(MEMORY_OR_DISK) + DISK
        tried: list[str] = []
        while True:
            directory = self.disk.pick(name, tried)
            path, temporary = os.path.join(directory, name), os.path.join(directory, TEMPORARY_PREFIX + name)
            try:
                shutil.copyfile(block.path, temporary)
                os.rename(temporary, path)
                return
            except OSError:
                with suppress(OSError):
                    os.unlink(temporary)
                tried.append(directory)

    @contextmanager
    def _ledger(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(os.path.join(self.directory, LEDGER_NAME), flags, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)  # let go when it is closed, or its owner killed
            yield fd
        finally:
            os.close(fd)


def mark_used(path: str) -> None:
    """Make the block the most recently used one. By the monotonic clock: only the order counts."""
    now = time.monotonic_ns()
    with suppress(OSError):
        os.utime(path, ns=(now, now))


def _read(ledger: int) -> int:
    return int.from_bytes(os.pread(ledger, 8, 0), "little")


def _write(ledger: int, used: int) -> None:
    os.pwrite(ledger, used.to_bytes(8, "little"), 0)
