"""Which files paths stand for: globs, directories, hidden files, filters by name and time.

Spark's ``InMemoryFileIndex`` is the model.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator

from minispark.engine.core.values import value
from minispark.engine.formats.filesystems import LOCAL, alternatives, as_uri, filesystem_of, normal_path
from minispark.engine.formats.protocol import FileStatus
from minispark.errors import AnalysisException, IllegalArgumentException
from minispark.sql.sources.options import Options


@value
class Listing:
    """``roots``: what the paths matched, directories or files. ``files``: all data files below, by path."""

    roots: tuple[FileStatus, ...]
    files: tuple[FileStatus, ...]


def list_files(paths: Iterable[str], options: Options, check: bool = True) -> Listing:
    """The data files of some paths. Raises AnalysisException (PATH_NOT_FOUND) for a path that matches nothing, unless
    told not to.

    Files and directories whose names begin with ``_`` or ``.`` are overlooked below a root (``_a=1`` is a partition),
    and files being copied. Options: pathGlobFilter, modifiedBefore, modifiedAfter, recursiveFileLookup.
    """
    roots: list[FileStatus] = []
    for path in paths:
        found = _matched(path)
        if not found and check:
            raise AnalysisException(
                f"path does not exist: {as_uri(os.path.abspath(path) if '://' not in path else path)}; "
                "check its spelling, or write the files first",
                "PATH_NOT_FOUND",
                {"path": as_uri(normal_path(path))},
            )
        roots += found
    keep = _chooser(options)
    files = [file for root in roots for file in _below(root) if keep(file)]
    files.sort(key=lambda file: file.path)
    return Listing(tuple(roots), tuple(files))


def overlooked(name: str) -> bool:
    """Whether Spark takes a name below a root for no data.

    >>> [overlooked(name) for name in ("_SUCCESS", ".part.crc", "_a=1", "x._COPYING_", "part-0")]
    [True, True, False, True, False]
    """
    if name.startswith(("_metadata", "_common_metadata")):
        return True  # footers of other files: no rows in them
    return (name.startswith("_") and "=" not in name) or name.startswith(".") or name.endswith("._COPYING_")


def _matched(path: str) -> list[FileStatus]:
    plain = normal_path(path)
    files = filesystem_of(plain)
    if files is LOCAL:
        plain = os.path.abspath(os.path.expanduser(plain) if plain.startswith("~") else plain)
        if os.path.exists(plain):
            return [files.status(plain)]
    if not glob.has_magic(plain) and "{" not in plain:
        return [files.status(plain)] if files.exists(plain) else []
    found = {}
    for each in alternatives(plain):
        for status in files.glob(each):
            if not overlooked(os.path.basename(status.path.rstrip("/"))):
                found[status.path] = status
    return [found[name] for name in sorted(found)]


def _below(root: FileStatus) -> Iterator[FileStatus]:
    if not root.is_directory:
        yield root
        return
    files = filesystem_of(root.path)
    waiting = [root.path]
    while waiting:
        for status in files.list_directory(waiting.pop()):
            if overlooked(os.path.basename(status.path.rstrip("/"))):
                continue
            if status.is_directory:
                waiting.append(status.path)
            else:
                yield status


def _chooser(options: Options) -> Callable[[FileStatus], bool]:
    pattern = options.get("pathGlobFilter")
    patterns = None if pattern is None else [re.compile(fnmatch.translate(one)) for one in alternatives(pattern)]
    before = _moment(options, "modifiedBefore")
    after = _moment(options, "modifiedAfter")

    def keep(file: FileStatus) -> bool:
        if patterns is not None and not any(one.match(os.path.basename(file.path)) for one in patterns):
            return False
        millis = file.modified_ns // 1_000_000
        return (before is None or millis < before) and (after is None or millis > after)

    return keep


def _moment(options: Options, name: str) -> int | None:
    """Milliseconds since the epoch of a local time ``2020-06-01T13:00:00`` in the option's or the session's zone."""
    text = options.get(name)
    if text is None:
        return None
    from datetime import UTC, datetime

    from minispark.sql.convert.localzone import zone_of

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise IllegalArgumentException(f"option {name} is a time like 2020-06-01T13:00:00, not {text!r}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of(options.text("timeZone", "UTC")) or UTC)
    return int(moment.timestamp() * 1000)
