"""Where files are: local paths, and whatever file system the URI's scheme names.

A local file is named by its path throughout, any other by its URI. Remote file systems are those that pyarrow knows
(``s3``, ``gs``, ``hdfs``, ``abfs`` ...), else those of fsspec, if that is installed.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import stat
from collections.abc import Iterator
from typing import BinaryIO

from minispark.engine.formats.protocol import FileStatus, FileSystem


class LocalFiles:
    """The machine's own files."""

    block_bytes = 32 << 20
    """As Hadoop has it for local files, whatever ``dfs.blocksize`` says: partition counts are those of local Spark."""

    def glob(self, pattern: str) -> list[FileStatus]:
        literal = not glob.has_magic(pattern) or os.path.exists(pattern)
        found = [pattern] if literal else sorted(glob.glob(pattern, include_hidden=True))
        return [self.status(os.path.abspath(path)) for path in found if os.path.exists(path)]

    def list_directory(self, path: str) -> list[FileStatus]:
        return [self.status(os.path.join(path, name)) for name in sorted(os.listdir(path))]

    def status(self, path: str) -> FileStatus:
        found = os.stat(path)
        return FileStatus(path, found.st_size, found.st_mtime_ns, stat.S_ISDIR(found.st_mode))

    def exists(self, path: str) -> bool:
        return os.path.lexists(path)

    def open_read(self, path: str) -> BinaryIO:
        return open(path, "rb", buffering=0)

    def open_new(self, path: str) -> BinaryIO:
        return open(path, "xb")

    def make_directory(self, path: str) -> None:
        os.makedirs(path)

    def move(self, source: str, target: str) -> None:
        os.rename(source, target)

    def remove(self, path: str) -> None:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass

    def remove_tree(self, path: str) -> None:
        """Out of the way first: a task that still runs opens no file in it any more."""
        aside = f"{path}.{os.urandom(8).hex()}"
        try:
            os.rename(path, aside)
        except OSError:
            aside = path
        shutil.rmtree(aside, ignore_errors=True)


LOCAL = LocalFiles()
_ONE_SLASH = re.compile(r"^([A-Za-z][\w+.-]+):/(?!/)")


def filesystem_of(path: str) -> FileSystem:
    """Raises ValueError, naming the scheme, for a file system that neither pyarrow nor fsspec knows."""
    if "://" not in path:
        return LOCAL
    from minispark.engine.formats.remote import remote_files  # few programs read other file systems, and all would pay

    return remote_files(path)


def normal_path(uri: str) -> str:
    """The path of a local file for a path or a ``file:`` URI; any other URI as it is.

    >>> normal_path("file:///data/x"), normal_path("file:/data/x"), normal_path("s3://bucket/x"), normal_path("hdfs:/x")
    ('/data/x', '/data/x', 's3://bucket/x', 'hdfs:///x')
    """
    if uri.startswith("file:"):
        rest = uri[len("file:") :]
        return "/" + rest.lstrip("/") if rest.startswith("/") else rest
    return _ONE_SLASH.sub(r"\1:///", uri)


def as_uri(path: str) -> str:
    """How Hadoop writes a file's name.

    >>> as_uri("/data/x"), as_uri("s3://bucket/x")
    ('file:/data/x', 's3://bucket/x')
    """
    return path if "://" in path else "file:" + path


def is_hidden(path: str) -> bool:
    """Whether Hadoop overlooks a file, by its name."""
    return os.path.basename(path.rstrip("/")).startswith(("_", "."))


def alternatives(pattern: str) -> Iterator[str]:
    """The patterns that one with ``{a,b}`` stands for.

    >>> list(alternatives("x/{a,b{1,2}}")), list(alternatives("x/{a,b")), list(alternatives("{a,b}{c,d}"))
    (['x/a', 'x/b1', 'x/b2'], ['x/{a,b'], ['ac', 'ad', 'bc', 'bd'])
    """
    start = pattern.find("{")
    depth, choices, begin = 0, [], start + 1
    for at in range(max(start, 0), len(pattern)):
        char = pattern[at]
        depth += (char == "{") - (char == "}")
        if (char == "," and depth == 1) or (char == "}" and depth == 0 and start >= 0):
            choices.append(pattern[begin:at])
            begin = at + 1
        if char == "}" and depth == 0 and start >= 0:
            for choice in choices:
                yield from alternatives(pattern[:start] + choice + pattern[at + 1 :])
            return
    yield pattern
