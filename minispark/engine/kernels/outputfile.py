"""A part file whose file system's failures are told apart from those of the user's functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from minispark.engine.core.errors import DiskFullError, OutputError
from minispark.engine.formats.protocol import FileSystem
from minispark.engine.storage.appendfile import descriptors_exhausted
from minispark.engine.storage.directories import FULL_ERRORS


class OutputFile:
    """A new file that is written from front to back. What its disk does is an EnvironmentFault, so it is tried again.

    Raises DiskFullError, DescriptorsExhaustedError or OutputError, each naming the file.
    """

    def __init__(self, files: FileSystem, path: str) -> None:
        self._files = files
        self._path = path
        self._size = 0
        with self._telling():
            self._file: Any = files.open_new(path)

    def write(self, data: Any) -> int:
        with self._telling():
            self._file.write(data)
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        with self._telling():
            self._file.flush()

    def close(self) -> None:
        with self._telling():
            self._file.close()

    def give_up(self) -> None:
        """Close and remove it, whatever state it is in."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._files.remove(self._path)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            message = f"cannot write {self._path}, {self._size} bytes so far: {why}"
            if error.errno in FULL_ERRORS:
                raise DiskFullError(f"{message}; free some space, or write elsewhere") from error
            raise descriptors_exhausted(error) or OutputError(message) from error
