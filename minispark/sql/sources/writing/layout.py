"""Which file a row goes to: by partition values, bucket, and how many rows a file may have."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.sql.sources.formats.format import Writing
from minispark.sql.sources.hive import directory_name
from minispark.sql.sources.partitionvalues import partition_text
from minispark.sql.sources.writing.commit import Output
from minispark.sql.types import StructField

if TYPE_CHECKING:
    import pyarrow as pa

_OPEN_MAX = 100
"""So many files are open at once; a partition that was closed goes on in another file."""

_ROWS_MAX = 1 << 20
"""Rows of several small batches are written together: a row group or less."""


@value(eq=False)
class Layout:
    """``partitions`` are the columns that become directories, by place; ``bucket`` is the place of a column of bucket
    numbers.

    ``columns`` are the places of what is written. ``rows_max`` is maxRecordsPerFile, 0 for no limit. ``parts``: rows go
    to so many files in turn.
    """

    columns: tuple[int, ...]
    partitions: tuple[tuple[int, StructField], ...]
    bucket: int | None
    rows_max: int
    parts: int
    zone: str


class Files:
    """The files of one job being written: ``add`` rows, then ``close``."""

    def __init__(self, output: Output, writing: Writing, layout: Layout, empty: pa.Table) -> None:
        self._output = output
        self._writing = writing
        self._layout = layout
        self._empty = empty.select(list(layout.columns))
        self._job = str(uuid.uuid4())
        self._open: OrderedDict[Any, _Part] = OrderedDict()
        self._counts: dict[Any, int] = {}
        self.folders: dict[str, tuple[str | None, ...]] = {}
        """Directories of partitions that have rows, with the texts of their values."""
        self.rows = 0

    def add(self, table: pa.Table) -> None:
        """Write rows."""
        self.rows += table.num_rows
        for key, rows in self._parted(table):
            self._part(key).add(rows.select(list(self._layout.columns)))

    def close(self) -> None:
        """Finish all files; without any row, one empty file tells the columns."""
        layout = self._layout
        if not self._counts and not layout.partitions and layout.bucket is None:
            self._part((0, "", None)).add(self._empty)
        for part in self._open.values():
            part.close()
        self._open.clear()

    def abandon(self) -> None:
        """Close files as they are."""
        for part in self._open.values():
            part.abandon()
        self._open.clear()

    def _parted(self, table: pa.Table) -> Iterable[tuple[Any, pa.Table]]:
        layout = self._layout
        if not layout.partitions and layout.bucket is None:
            if layout.parts == 1:
                yield (0, "", None), table
                return
            size = -(-table.num_rows // layout.parts)
            for at in range(layout.parts):
                piece = table.slice(at * size, size)
                if piece.num_rows:
                    yield (at, "", None), piece
            return
        places = [place for place, _ in layout.partitions]
        if layout.bucket is not None:
            places.append(layout.bucket)
        for values, rows in grouped(table, places):
            bucket = values[-1] if layout.bucket is not None else None
            yield (0, self._folder(values), bucket), rows

    def _folder(self, values: Sequence[Any]) -> str:
        names, texts = [], []
        for (_, field), item in zip(self._layout.partitions, values, strict=False):
            text = partition_text(item, field.dataType, self._layout.zone)
            texts.append(text)
            names.append(directory_name(field.name, text))
        folder = "/".join(names)
        if folder:
            self.folders.setdefault(folder, tuple(texts))
        return folder

    def _part(self, key: Any) -> _Part:
        part = self._open.get(key)
        if part is None:
            if len(self._open) >= _OPEN_MAX:
                self._open.popitem(last=False)[1].close()
            part = self._open[key] = _Part(self, key)
        else:
            self._open.move_to_end(key)
        return part

    def new_path(self, key: Any) -> str:
        """The next file of a part."""
        number, folder, bucket = key
        count = self._counts.get(key, 0)
        self._counts[key] = count + 1
        mark = "" if bucket is None else f"_{bucket:05d}"
        dot = "." if self._layout.partitions or bucket is not None else "-"
        name = f"part-{number:05d}-{self._job}{mark}{dot}c{count:03d}{self._writing.suffix}"
        return self._output.path(*([folder] if folder else []), name)

    def open_file(self, key: Any) -> Any:
        """A writer of the next file of a part."""
        return self._writing.open(self.new_path(key))

    @property
    def rows_max(self) -> int:
        return self._layout.rows_max


class _Part:
    """The rows of one part, gathered to pieces worth writing."""

    def __init__(self, files: Files, key: Any) -> None:
        self._files = files
        self._key = key
        self._file: Any = None
        self._written = 0
        self._waiting: list[pa.Table] = []
        self._count = 0

    def add(self, table: pa.Table) -> None:
        limit = self._files.rows_max
        while limit and self._written + self._count + table.num_rows > limit:
            room = limit - self._written - self._count
            self._gather(table.slice(0, room))
            self._finish()
            table = table.slice(room)
        self._gather(table)

    def _gather(self, table: pa.Table) -> None:
        if table.num_rows == 0 and self._file is not None:
            return
        self._waiting.append(table)
        self._count += table.num_rows
        if self._count >= _ROWS_MAX:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._file is None:
            self._file = self._files.open_file(self._key)
        if self._waiting:
            self._file.write(pa.concat_tables(self._waiting))
        self._written += self._count
        self._waiting, self._count = [], 0

    def _finish(self) -> None:
        if self._waiting or self._file is not None:
            self._flush()
            self._file.close()
        self._file, self._written = None, 0

    def close(self) -> None:
        self._finish()

    def abandon(self) -> None:
        if self._file is not None:
            try:
                self._file.close()
            except Exception:
                pass


def grouped(table: pa.Table, places: Sequence[int]) -> Iterable[tuple[tuple[Any, ...], pa.Table]]:
    """The rows of each combination of values of some columns, in the order of the rows."""
    import numpy as np
    import pyarrow as pa

    codes = np.zeros(table.num_rows, dtype=np.int64)
    for place in places:
        column = table.column(place).combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        encoded = column.dictionary_encode(null_encoding="encode")
        codes = codes * (len(encoded.dictionary) + 1) + encoded.indices.to_numpy(zero_copy_only=False)
        _, codes = np.unique(codes, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    if not len(order):
        return
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        taken: Any = pa.array(order[start:end])
        rows = table.take(taken)
        yield tuple(rows.column(place)[0].as_py() for place in places), rows
