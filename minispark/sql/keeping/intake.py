"""Taking a query's rows in, batch by batch: to memory as long as they fit, from there on to a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.engine.storage.directories import LocalDirectories
from minispark.sql.keeping.files import FileWriter, KeptFile
from minispark.sql.keeping.memory import Holder, KeptMemory

Place = Callable[[], tuple[LocalDirectories, str]]
"""Where a file may lie, and its name."""


class TooMuch(Exception):
    """Rows that may be in memory only do not fit; ``ever`` if not even alone."""

    def __init__(self, ever: bool) -> None:
        super().__init__("the rows do not fit what may be kept in memory, and are computed again each time")
        self.ever = ever


class Intake:
    """The rows of one run. ``in_memory`` and ``on_disk`` say where they may be.

    Raises TooMuch, and what writing a file raises.
    """

    def __init__(
        self, memory: KeptMemory, holder: Holder, schema: Any, in_memory: bool, on_disk: bool, place: Place
    ) -> None:
        self._memory = memory
        self._holder = holder
        self._schema = schema
        self._on_disk = on_disk
        self._place = place
        self._batches: list[Any] = []
        self._writer: FileWriter | None = None
        if not in_memory:
            self._to_file()

    def add(self, batch: Any) -> None:
        """Take a batch in."""
        if self._writer is None:
            if self._memory.take(self._holder, batch.nbytes):
                self._batches.append(batch)
                return
            if not self._on_disk:
                raise TooMuch(self._memory.bytes_of(self._holder) + batch.nbytes > self._memory.bytes_max)
            self._to_file()
        assert self._writer is not None
        self._writer.write(batch)

    def finish(self) -> tuple[Any, KeptFile | None]:
        """The rows as a pyarrow.Table, and the file that they lie in, if they do."""
        import pyarrow as pa

        if self._writer is None:
            return pa.Table.from_batches(self._batches, self._schema), None
        file = self._writer.finish()
        return file.table(), file

    def discard(self) -> None:
        """Give back what was taken; nothing after ``finish``."""
        self._batches.clear()
        self._memory.give_back(self._holder)
        if self._writer is not None:
            self._writer.discard()

    def _to_file(self) -> None:
        directories, name = self._place()
        self._writer = FileWriter(directories, name, self._schema)
        for batch in self._batches:
            self._writer.write(batch)
        self._batches.clear()
        self._memory.give_back(self._holder)


def written(table: Any, place: Place) -> KeptFile:
    """A table's rows in a file."""
    directories, name = place()
    writer = FileWriter(directories, name, table.schema)
    try:
        for batch in table.to_batches():
            writer.write(batch)
        return writer.finish()
    except BaseException:
        writer.discard()
        raise
