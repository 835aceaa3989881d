"""What reading inputs and committing outputs need of a file system."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from minispark.engine.core.values import value


@value
class FileStatus:
    """``path`` as :mod:`.filesystems` names files; size in bytes; time -1 where a file system does not tell it."""

    path: str
    size: int
    modified_ns: int
    is_directory: bool = False


class FileSystem(Protocol):
    """Paths are as :mod:`.filesystems` names files; errors are OSErrors."""

    block_bytes: int
    """A split of a file is at most this large."""

    def glob(self, pattern: str) -> list[FileStatus]:
        """What a pattern matches, or the path itself if it exists, sorted by path."""
        ...

    def list_directory(self, path: str) -> list[FileStatus]:
        """What is in a directory, sorted by path."""
        ...

    def status(self, path: str) -> FileStatus:
        """Raises FileNotFoundError."""
        ...

    def exists(self, path: str) -> bool: ...

    def open_read(self, path: str) -> BinaryIO:
        """An unbuffered reader that can seek."""
        ...

    def open_new(self, path: str) -> BinaryIO:
        """A writer of a file of its own."""
        ...

    def make_directory(self, path: str) -> None: ...

    def move(self, source: str, target: str) -> None: ...

    def remove(self, path: str) -> None:
        """Remove a file; nothing happens if there is none."""
        ...

    def remove_tree(self, path: str) -> None:
        """Remove a directory with all that is in it; nothing happens if there is none."""
        ...
