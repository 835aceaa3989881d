"""Writing RDDs: part files, complete or absent."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from minispark.engine.formats.compression import codec_named
from minispark.engine.formats.filesystems import filesystem_of, normal_path
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.program import FileSink
from minispark.rdd.core import RDDBase, T_co

VALIDATE_KEY = "spark.hadoop.validateOutputSpecs"


class Saving(RDDBase[T_co]):
    """Files of records.

    Every method writes a directory of part files, on any file system that pyarrow or fsspec knows by its URI. Attempts
    write aside, in ``_temporary``; the first success of each partition is moved into place when the whole job is done,
    and ``_SUCCESS`` comes last, so nothing half-written is left after a failure. A directory that exists is refused
    with FileExistsError, before any work, unless ``spark.hadoop.validateOutputSpecs`` is set to false: then part files
    are put into it, in the place of those of the same name.
    """

    def saveAsTextFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write ``str(record)`` of each record as a line (bytes as they are): files ``part-00000`` and on.

        ``compressionCodecClass`` is the full name of one of Hadoop's codecs (``org.apache.hadoop.io.compress.`` with
        GzipCodec, BZip2Codec, ZStandardCodec, Lz4Codec, SnappyCodec or DefaultCodec), any other a ValueError.

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "out")
        >>> sc.parallelize(["x", "y"], 2).saveAsTextFile(folder)
        >>> sorted(name for name in os.listdir(folder) if not name.startswith("."))
        ['_SUCCESS', 'part-00000', 'part-00001']
        >>> sorted(sc.textFile(folder).collect())
        ['x', 'y']
        """
        suffix = codec_named(compressionCodecClass).suffix if compressionCodecClass is not None else ""
        self._save(path, lambda folder: FileSink(folder, "text", compressionCodecClass), suffix)

    def _save(self, path: str, sink: Callable[[str], FileSink], suffix: str = "", prefix: str = "part-") -> None:
        """Write all partitions to ``_temporary`` and move them into place."""
        if not isinstance(path, str):
            raise TypeError(f"{call_site().operation} needs a path as a str, not {path!r:.200}")
        directory = normal_path(path)
        if "://" not in directory:
            directory = os.path.abspath(directory)
        files = filesystem_of(directory)
        temporary = f"{directory}/_temporary"
        existed = files.exists(directory)
        if existed and self.ctx._conf.get(VALIDATE_KEY, "true").lower() == "false":
            temporary += f"-{os.urandom(8).hex()}"
        elif existed:
            raise FileExistsError(f"output directory {directory} already exists; remove it or name another")
        described = sink(temporary)  # may look at the first record
        files.make_directory(temporary)
        try:
            written: list[Any] = self.ctx._run(self._node, described, None, call_site())
            for index, part in enumerate(written):
                files.move(part, f"{directory}/{prefix}{index:05d}{suffix}")
            files.remove_tree(temporary)
            files.remove(f"{directory}/_SUCCESS")
            files.open_new(f"{directory}/_SUCCESS").close()
        except BaseException:
            files.remove_tree(temporary if existed else directory)
            raise


def local_path(uri: str) -> str:
    """The local path of a path or a ``file:`` URI. Raises ValueError for other file systems."""
    path = normal_path(uri)
    scheme, colon, _ = path.partition("://")
    if colon:
        raise ValueError(f"{uri}: file system {scheme!r} is not supported here; use a local path or a file: URI")
    return path
