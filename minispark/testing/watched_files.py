"""The operating system as the storage modules of a worker under chaos see it: what they ask of it, at named points."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from minispark.engine.formats import filesystems
from minispark.engine.kernels import caching, checkpointing
from minispark.engine.storage import appendfile, blockfile, memorytier
from minispark.engine.storage.directories import TEMPORARY_PREFIX

Hit = Callable[[str, str], None]
"""Told the name of the point and the path of the file."""

_KINDS = (
    ("spill-", "spill"),
    ("part-", "checkpoint part"),
    ("s", "map output"),
    ("c", "cached block"),
    ("d", "stored data"),
)


def kind_of(path: str) -> str | None:
    """What a file of ours is, by its name: None for ledgers, keys and what is not ours.

    >>> kind_of("/x/.tmp-s1-0-7"), kind_of("/x/c5-1.m"), kind_of("/x/.key")
    ('map output', 'cached block', None)
    """
    name = os.path.basename(path).removeprefix(TEMPORARY_PREFIX)
    return next((kind for prefix, kind in _KINDS if name.startswith(prefix)), None)


class WatchedOs:
    """``os`` for one module: files of ours pass the points of their kind, everything else passes through. With ``kind``
    only what is moved is watched, as of that kind."""

    def __init__(self, hit: Hit, open_files: dict[int, tuple[str, str]], kind: str | None = None) -> None:
        self._hit = hit
        self._open_files = open_files
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        kind = kind_of(path) if self._kind is None else None
        if kind is None:
            return os.open(path, flags, mode)
        self._hit(f"{kind}.before {'open' if flags & os.O_CREAT else 'reading'}", path)
        fd = os.open(path, flags, mode)
        self._open_files[fd] = (kind, path)
        return fd

    def close(self, fd: int) -> None:
        self._open_files.pop(fd, None)
        os.close(fd)

    def writev(self, fd: int, parts: Sequence[Any]) -> int:
        self._at(fd, "before write")
        return os.writev(fd, parts)

    def pread(self, fd: int, length: int, offset: int) -> bytes:
        self._at(fd, "before read")
        return os.pread(fd, length, offset)

    def rename(self, source: str, target: str) -> None:
        self._moved(os.rename, source, target)

    def link(self, source: str, target: str) -> None:
        self._moved(os.link, source, target)

    def _moved(self, move: Callable[[str, str], None], source: str, target: str) -> None:
        kind = self._kind or kind_of(target)
        if kind is None:
            move(source, target)
            return
        self._hit(f"{kind}.before rename", source)
        move(source, target)
        self._hit(f"{kind}.after rename", target)

    def _at(self, fd: int, when: str) -> None:
        kind, path = self._open_files.get(fd, (None, ""))
        if kind is not None:
            self._hit(f"{kind}.{when}", path if os.path.exists(path) else f"/proc/self/fd/{fd}")


class WatchedPart(io.FileIO):
    """A part file being written."""

    def __init__(self, path: str, hit: Hit) -> None:
        hit("part file.before open", path)
        super().__init__(path, "x")
        self._hit = hit
        self._path = path

    def write(self, data: Any) -> int:
        self._hit("part file.before write", self._path)
        return super().write(data)

    def close(self) -> None:
        if not self.closed:
            try:
                self._hit("part file.before close", self._path)
            finally:
                super().close()


def watch_files(hit: Hit) -> None:
    """From now on, whatever this process's storage modules do with files passes the points."""
    open_files: dict[int, tuple[str, str]] = {}
    for module in (appendfile, blockfile, caching, checkpointing):
        _set(module, "os", WatchedOs(hit, open_files))
    _set(memorytier, "os", WatchedOs(hit, open_files, "evicted block"))

    def opened(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode == "xb":
            return io.BufferedWriter(WatchedPart(path, hit))
        return open(path, mode, *arguments, **options)

    _set(filesystems, "open", opened)


def _set(module: ModuleType, name: str, watched: Any) -> None:
    setattr(module, name, watched)
