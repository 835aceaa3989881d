"""Local copies of files of other file systems: DuckDB and Arrow read local files only, whatever holds them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading

from minispark.engine.core.values import replace
from minispark.engine.formats.filesystems import filesystem_of
from minispark.sql.sources.partitions import PartFile

_PIECE = 8 << 20
_lock = threading.Lock()
_copies: dict[tuple[str, int, int], str] = {}
_folder: list[str] = []


def local_path(file: PartFile) -> PartFile:
    """The file as a local one: itself, or a copy, kept until the process ends or the file changes."""
    if "://" not in file.path:
        return file
    key = (file.path, file.size, file.status.modified_ns)
    with _lock:
        if key not in _copies:
            _copies[key] = _copied(file)
        return PartFile(replace(file.status, path=_copies[key]), file.values)


def _copied(file: PartFile) -> str:
    if not _folder:
        _folder.append(tempfile.mkdtemp(prefix="minispark-files-"))
        atexit.register(shutil.rmtree, _folder[0], ignore_errors=True)
    target = os.path.join(_folder[0], f"{len(_copies)}-{os.path.basename(file.path)}")
    with filesystem_of(file.path).open_read(file.path) as source, open(target, "wb") as copy:
        while data := source.read(_PIECE):
            copy.write(data)
    return target
