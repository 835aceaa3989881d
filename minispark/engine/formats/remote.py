"""File systems other than the local one, through pyarrow and, if it is installed, fsspec."""

from __future__ import annotations

import fnmatch
import glob
import importlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, BinaryIO, cast

from pyarrow import ArrowException, fs

from minispark.engine.formats.protocol import FileStatus

_ALSO_KNOWN_AS = {"s3a": "s3", "s3n": "s3"}
"""Hadoop's names for what pyarrow knows by another."""


class RemoteFiles:
    """A pyarrow file system, seen through URIs. ``to_path`` and ``to_uri`` turn one into the other."""

    block_bytes = 128 << 20

    def __init__(self, files: Any, to_path: Callable[[str], str], to_uri: Callable[[str], str]) -> None:
        self._files = files
        self._to_path = to_path
        self._to_uri = to_uri

    def glob(self, pattern: str) -> list[FileStatus]:
        path = self._to_path(pattern)
        if not glob.has_magic(path):
            return [found for found in [self._status(path)] if found is not None]
        first, *rest = path.split("/")
        paths = [first]
        for part in rest:
            if glob.has_magic(part):
                names = [info for parent in paths for info in self._infos(parent)]
                paths = [info.path for info in names if fnmatch.fnmatchcase(info.base_name, part)]
            else:
                paths = [f"{parent}/{part}" for parent in paths]
        return [found for each in sorted(paths) if (found := self._status(each)) is not None]

    def list_directory(self, path: str) -> list[FileStatus]:
        return sorted((self._of(info) for info in self._infos(self._to_path(path))), key=lambda found: found.path)

    def status(self, path: str) -> FileStatus:
        found = self._status(self._to_path(path))
        if found is None:
            raise FileNotFoundError(f"{path} does not exist")
        return found

    def exists(self, path: str) -> bool:
        return self._status(self._to_path(path)) is not None

    def open_read(self, path: str) -> BinaryIO:
        return cast("BinaryIO", self._files.open_input_file(self._to_path(path)))

    def open_new(self, path: str) -> BinaryIO:
        return cast("BinaryIO", self._files.open_output_stream(self._to_path(path)))

    def make_directory(self, path: str) -> None:
        self._files.create_dir(self._to_path(path), recursive=True)

    def move(self, source: str, target: str) -> None:
        self._files.move(self._to_path(source), self._to_path(target))

    def remove(self, path: str) -> None:
        try:
            self._files.delete_file(self._to_path(path))
        except (OSError, ArrowException):
            pass

    def remove_tree(self, path: str) -> None:
        try:
            self._files.delete_dir(self._to_path(path))
        except (OSError, ArrowException):  # it may never have been made: object stores have no empty directories
            pass

    def _infos(self, path: str) -> list[Any]:
        return list(self._files.get_file_info(fs.FileSelector(path or "/", allow_not_found=True)))

    def _status(self, path: str) -> FileStatus | None:
        info = self._files.get_file_info([path])[0]
        return None if info.type == fs.FileType.NotFound else self._of(info)

    def _of(self, info: Any) -> FileStatus:
        modified = -1 if info.mtime_ns is None else info.mtime_ns
        return FileStatus(self._to_uri(info.path), info.size or 0, modified, info.type == fs.FileType.Directory)


def remote_files(uri: str) -> RemoteFiles:
    """The file system of a URI. Raises ValueError for a scheme that nobody knows."""
    scheme, _, rest = uri.partition("://")
    _, asked, options = rest.partition("?") if re.search(r"\?\w+=", rest) else (rest, "", "")
    return _open(scheme, rest.partition("/")[0].partition("?")[0], asked + options)


@lru_cache(maxsize=32)
def _open(scheme: str, authority: str, options: str) -> RemoteFiles:
    root = f"{scheme}://{authority}"
    try:
        known = root.replace(scheme, _ALSO_KNOWN_AS.get(scheme, scheme), 1)
        files, start = fs.FileSystem.from_uri(known + ("" if authority else "/") + options)
    except (ValueError, ArrowException) as error:
        return _open_fsspec(scheme, root, error)
    except OSError as error:
        reason = str(error).partition("\n")[0]
        raise OSError(f"{root}: file system {scheme!r} cannot be opened: {reason}") from None
    start = start.rstrip("/")

    def to_path(uri: str) -> str:
        return start + uri[len(root) :].removesuffix(options).rstrip("/")

    def to_uri(path: str) -> str:
        return root + path[len(start) :] + options

    return RemoteFiles(files, to_path, to_uri)


def _open_fsspec(scheme: str, root: str, unknown: Exception) -> RemoteFiles:
    try:
        fsspec = importlib.import_module("fsspec")
    except ImportError:
        raise ValueError(
            f"{root}: file system {scheme!r} is none that pyarrow knows ({unknown}); install fsspec with the package "
            "for it, or use a local path or a URI of file, s3, gs, hdfs or abfs"
        ) from None
    try:
        files = fsspec.core.url_to_fs(root)[0]
    except (ValueError, ImportError) as error:
        raise ValueError(f"{root}: neither pyarrow nor fsspec can open file system {scheme!r}: {error}") from None

    def to_path(uri: str) -> str:
        return str(files._strip_protocol(uri))

    def to_uri(path: str) -> str:
        return f"{scheme}://{path}"

    arrow: Any = fs
    return RemoteFiles(arrow.PyFileSystem(arrow.FSSpecHandler(files)), to_path, to_uri)
