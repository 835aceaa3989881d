"""A bounded set of open block files, so that reading many small blocks opens each file once."""

from __future__ import annotations

from minispark.engine.core.errors import DescriptorsExhaustedError
from minispark.engine.storage.blockfile import BlockFileReader

OPEN_FILES_MAX = 256


class ReaderCache:
    """Open readers by path, the least recently used closed first. Not for use by several threads.

    A reader handed out is good until the next ``get``: that may close it. Names with a slash are those of files in the
    resume directory, which has a key of its own.
    """

    __slots__ = ("_key", "_max", "_readers", "_resume_key")

    def __init__(self, key: bytes, open_files_max: int = OPEN_FILES_MAX, resume_key: bytes = b"") -> None:
        self._key = key
        self._resume_key = resume_key
        self._max = open_files_max
        self._readers: dict[str, BlockFileReader] = {}

    def get(self, path: str, name: str) -> BlockFileReader:
        """The reader of the file ``name`` at ``path``. Raises BlockError."""
        reader = self._readers.pop(path, None)
        if reader is None:
            key = self._resume_key if "/" in name else self._key
            while len(self._readers) >= self._max:
                self._close_oldest()
            try:
                reader = BlockFileReader(path, key, name)
            except DescriptorsExhaustedError:
                if not self._readers:
                    raise
                self._max = max(1, len(self._readers) // 2)
                while len(self._readers) >= self._max:
                    self._close_oldest()
                reader = BlockFileReader(path, key, name)
        self._readers[path] = reader
        return reader

    def close(self) -> None:
        """Close every reader: deleted files give back their space. The cache stays usable."""
        while self._readers:
            self._close_oldest()

    def _close_oldest(self) -> None:
        self._readers.pop(next(iter(self._readers))).close()
