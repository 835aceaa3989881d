"""Footers of Parquet files, read by DuckDB and remembered while a file stays as it is."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import value
from minispark.errors import Py4JJavaError
from minispark.sql.convert.native import native
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.texts import sql_text

SPARK_KEY = b"org.apache.spark.sql.parquet.row.metadata"
_KNOWN_MAX = 20_000
_lock = threading.Lock()
_known: dict[tuple[str, int, int], Footer] = {}
_connection: list[Any] = []

Element = dict[str, Any]


@value(eq=False)
class Footer:
    """``elements`` are the rows of DuckDB's ``parquet_schema``, the root first; ``spark``: what Spark noted."""

    elements: tuple[Element, ...]
    spark: str | None


def footers(files: Sequence[PartFile], skip_corrupt: bool = False) -> list[Footer | None]:
    """Those of files, in order; None for one that cannot be read, if ``skip_corrupt``.

    Raises Py4JJavaError (FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER), as PySpark does, for what is no Parquet file.
    """
    keys = [(file.path, file.size, file.status.modified_ns) for file in files]
    missing = [key[0] for key in keys if key not in _known]
    if missing:
        found = _read(missing, skip_corrupt)
        with _lock:
            if len(_known) > _KNOWN_MAX:
                _known.clear()
            _known.update((key, found[key[0]]) for key in keys if key[0] in found)
    return [_known.get(key) for key in keys]


def unchanged(file: PartFile) -> bool:
    """Whether a file is what it was when its folder was listed."""
    try:
        now = os.stat(file.path)
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (file.size, file.status.modified_ns)


def _read(paths: Sequence[str], skip_corrupt: bool) -> dict[str, Footer]:
    try:
        return _read_all(paths)
    except native().Error as error:
        if len(paths) > 1:
            found: dict[str, Footer] = {}
            for path in paths:
                found.update(_read([path], skip_corrupt))
            return found
        if skip_corrupt:
            return {}
        raise unreadable(paths[0], str(error)) from None


def unreadable(path: str, reason: str) -> Py4JJavaError:
    """What is raised for a file that is no Parquet file."""
    return Py4JJavaError(
        f"{path} cannot be read as Parquet: {reason.splitlines()[0]}; read it as the format that it is, remove it, or "
        "set "
        "spark.sql.files.ignoreCorruptFiles",
        "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER",
        {"path": path},
    )


def _read_all(paths: Sequence[str]) -> dict[str, Footer]:
    cursor = _cursor()
    listed = "[" + ", ".join(map(sql_text, paths)) + "]"
    cursor.execute(f"SELECT * FROM parquet_schema({listed})")
    names = [column[0] for column in cursor.description]
    elements: dict[str, list[Element]] = {path: [] for path in paths}
    for row in cursor.fetchall():
        elements[row[0]].append(dict(zip(names, row, strict=True)))
    cursor.execute(f"SELECT file_name, value FROM parquet_kv_metadata({listed}) WHERE key = ?::BLOB", [SPARK_KEY])
    noted = {path: bytes(text).decode() for path, text in cursor.fetchall()}
    return {path: Footer(tuple(elements[path]), noted.get(path)) for path in paths}


def _cursor() -> Any:
    with _lock:
        if not _connection:
            _connection.append(native().connect(config={"threads": "2"}))
        return _connection[0].cursor()
