"""Partitions of a table that lie outside of its directory, each at a place of its own (``ADD PARTITION ... LOCATION``).

The table's entry knows their places by the names that their directories would have: ``day=1/hour=2``. A directory of
such a name below the table's own is none of its partitions as long as the place counts.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from minispark.engine.core.values import replace
from minispark.engine.formats.filesystems import normal_path
from minispark.sql.sources.catalog import Table
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.listing import list_files
from minispark.sql.sources.load import by_size
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.partitionvalues import partition_value
from minispark.sql.types import StructField, StructType

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings
    from minispark.sql.sources.files import FileSource
    from minispark.sql.sources.writing.commit import Output


def local_place(location: str) -> str:
    """The path of a location on this machine."""
    path = normal_path(location)
    return path if "://" in path else os.path.abspath(path)


def with_places(source: FileSource, table: Table, options: Options, settings: Settings) -> FileSource:
    """The files of a table's own directory and those of its partitions elsewhere."""
    columns = tuple(StructField(name, table.schema[name].dataType, True) for name in table.partitions)
    hidden = tuple(f"{table.location.rstrip('/')}/{name}/" for name, _ in table.elsewhere)
    files = [file for file in source.files if not file.path.startswith(hidden)]
    for name, place in table.elsewhere:
        raws = [part.partition("=")[2] for part in name.split("/")]
        values = tuple(
            partition_value(raw, column.dataType, column.name, settings.zone)
            for raw, column in zip(raws, columns, strict=True)
        )
        listing = list_files([place], options, check=False)
        files += [PartFile(file, values) for file in listing.files if os.path.dirname(file.path) == place]
    names = {name.lower() for name in table.partitions}
    data = [field for field in table.schema.fields if field.name.lower() not in names]
    return replace(
        source,
        files=by_size(files),
        partitions=columns,
        reading=Reading(StructType(data), options, settings, True),
        schema=StructType([*data, *columns]),
    )


def moving(
    table: Table, commit: Callable[[Output], None], cleared: Callable[[str], bool] | None = None
) -> Callable[[Output], None]:
    """``commit``, with the files of partitions elsewhere moved to their places; those that are ``cleared`` are emptied
    before."""

    def moved(output: Output) -> None:
        if not table.elsewhere:
            commit(output)
            return
        kept = tempfile.mkdtemp(prefix="._elsewhere-", dir=os.path.dirname(output.folder))
        try:
            taken: list[tuple[str, str]] = []
            for number, (name, place) in enumerate(table.elsewhere):
                written = os.path.join(output.folder, name)
                if os.path.isdir(written):
                    os.rename(written, os.path.join(kept, str(number)))
                    taken.append((os.path.join(kept, str(number)), place))
            commit(output)
            for name, place in table.elsewhere:
                if cleared is not None and cleared(name):
                    shutil.rmtree(place, ignore_errors=True)
            for folder, place in taken:
                os.makedirs(place, exist_ok=True)
                for file in sorted(os.listdir(folder)):
                    shutil.move(os.path.join(folder, file), os.path.join(place, file))
        finally:
            shutil.rmtree(kept, ignore_errors=True)

    return moved


def kept_places(table: Table, written: Collection[str]) -> Sequence[tuple[str, str]]:
    """The places that remain where all of a table was replaced: those that rows went to."""
    return tuple((name, place) for name, place in table.elsewhere if name in written)
