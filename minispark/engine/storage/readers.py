"""A bounded set of open block files, and what is known of some more, so that many small blocks are read fast."""

from __future__ import annotations

from minispark.engine.core.errors import DescriptorsExhaustedError
from minispark.engine.storage.blockfile import TAIL_BYTES, BlockFileReader

OPEN_FILES_MAX = 256
TAILS_BYTES_MAX = 4 << 20
"""As long as the ends held of open files come to no more, so much is read of another one at once:"""
LONG_TAIL_BYTES = 32 << 10
RESTING_BYTES_MAX = 32 << 20


class ReaderCache:
    """Open readers by path, the least recently used closed first. Not for use by several threads.

    Up to ``resting_bytes_max`` those that were closed are kept with what they had verified of their files' indexes: the
    next reducer wants chunks that are listed close to the last one's, and opening the file is all it then takes. A
    reader handed out is good until the next ``get``: that may close it. Names with a slash are those of files in the
    resume directory, which has a key of its own.
    """

    __slots__ = ("_key", "_max", "_open", "_resting", "_resting_bytes", "_resting_bytes_max", "_resume_key", "_tails")

    def __init__(
        self,
        key: bytes,
        open_files_max: int = OPEN_FILES_MAX,
        resume_key: bytes = b"",
        resting_bytes_max: int = RESTING_BYTES_MAX,
    ) -> None:
        self._key = key
        self._resume_key = resume_key
        self._max = open_files_max
        self._open: dict[str, BlockFileReader] = {}
        self._resting: dict[str, BlockFileReader] = {}
        self._resting_bytes = 0
        self._resting_bytes_max = resting_bytes_max
        self._tails = 0

    def get(self, path: str, name: str) -> BlockFileReader:
        """The reader of the file ``name`` at ``path``. Raises BlockError."""
        reader = self._open.pop(path, None)
        if reader is None:
            while len(self._open) >= self._max:
                self._rest_oldest()
            try:
                reader = self._opened(path, name)
            except DescriptorsExhaustedError:
                if not self._open:
                    raise
                self._max = max(1, len(self._open) // 2)
                while len(self._open) >= self._max:
                    self._rest_oldest()
                reader = self._opened(path, name)
        self._open[path] = reader
        return reader

    def close(self) -> None:
        """Close every reader: deleted files give back their space. The cache stays usable."""
        while self._open:
            self._open.pop(next(iter(self._open))).close()
        self._resting.clear()
        self._resting_bytes = self._tails = 0

    def _opened(self, path: str, name: str) -> BlockFileReader:
        reader = self._resting.pop(path, None)
        if reader is None:
            tail_bytes = LONG_TAIL_BYTES if self._tails + LONG_TAIL_BYTES <= TAILS_BYTES_MAX else TAIL_BYTES
            reader = BlockFileReader(path, self._resume_key if "/" in name else self._key, name, tail_bytes)
            self._tails += reader.tail_bytes
            return reader
        self._resting_bytes -= reader.resting_bytes
        reader.reopen()
        return reader

    def _rest_oldest(self) -> None:
        path = next(iter(self._open))
        reader = self._open.pop(path)
        self._tails -= reader.tail_bytes
        reader.rest()
        self._resting[path] = reader
        self._resting_bytes += reader.resting_bytes
        while self._resting_bytes > self._resting_bytes_max:
            self._resting_bytes -= self._resting.pop(next(iter(self._resting))).resting_bytes
