"""The driver's copies of broadcast values: what is written again where a file of theirs is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from minispark.engine.core.errors import BlockError, EnvironmentFault
from minispark.engine.storage.appendfile import AppendFile
from minispark.engine.storage.blockfile import BlockFileReader, BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.valuefile import CHANGED, read_value, write_value

KEPT_BYTES_MAX = 1 << 20


class SharedValue:
    """One value and its file. The driver's copy is the file's bytes if they are few, else the value itself.

    The latter may be changed by the user meanwhile. What is written again is therefore compared with what was written
    first; if it differs, the file only says so, and whoever reads it raises BroadcastChangedError.
    """

    def __init__(self, directories: LocalDirectories, name: str, key: bytes, value: Any) -> None:
        self._directories = directories
        self._name = name
        self._key = key
        writer = write_value(self._writer, value)
        self._digest = writer.content_digest()
        summary = writer.commit(b"")
        self.path = summary.path
        self._value = value
        self._content = b""
        if summary.bytes <= KEPT_BYTES_MAX:
            with open(summary.path, "rb") as file:
                self._content = file.read()
            self._value = None

    def read(self) -> Any:
        """The value as it was stored. Raises BlockError."""
        return read_value(BlockFileReader(self.path, self._key, self._name))

    def restore(self, remove: Callable[[], None]) -> None:
        """Write the file again after ``remove`` has taken away what is left of it. Where no disk takes it, it stays
        lost."""
        with suppress(EnvironmentFault, OSError, BlockError):
            if self._content:
                file = AppendFile(self._directories, self._name)
                file.append(self._content)
                remove()
                self.path = file.publish()
                return
            writer = self._written_again()
            remove()
            self.path = writer.commit(b"" if writer.content_digest() == self._digest else CHANGED).path

    def _written_again(self) -> BlockFileWriter:
        try:
            return write_value(self._writer, self._value)
        except (EnvironmentFault, OSError):
            raise
        except Exception:  # it could be pickled once: it is not what it was
            return self._writer()

    def _writer(self) -> BlockFileWriter:
        return BlockFileWriter(self._directories, self._name, self._key)
