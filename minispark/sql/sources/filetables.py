"""Files read without DuckDB, into Arrow tables, with partition values and what is asked of the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import Py4JJavaError
from minispark.sql.convert.physical import arrow_type
from minispark.sql.sources.lenience import damaged, told
from minispark.sql.sources.metadata import METADATA, metadata_value
from minispark.sql.sources.partitions import PartFile
from minispark.sql.types import StringType, StructField

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.sources.files import FileSource

_ROWS_MAX = 1 << 16


def reader_of(
    source: FileSource, columns: Sequence[str], files: Sequence[PartFile], fields: Sequence[StructField]
) -> pa.Table:
    """A table of the rows. It is whole, so that a query may read it twice, and errors arise before the query runs."""
    import pyarrow as pa

    found = list(tables_of(source, columns, files, fields))
    if not columns:
        rows = sum(table.num_rows for table in found)
        return pa.table({"_": pa.nulls(rows)}).select([])
    return pa.concat_tables(found) if found else arrow_schema_of(source, columns).empty_table()


def tables_of(
    source: FileSource, columns: Sequence[str], files: Sequence[PartFile], fields: Sequence[StructField]
) -> Iterator[pa.Table]:
    """The rows, file by file."""
    import pyarrow as pa

    schema = arrow_schema_of(source, columns)
    places = {field.name: place for place, field in enumerate(source.partitions)}
    names = [field.name for field in fields]
    skips = told(source.reading, "ignoreCorruptFiles")
    for file in files:
        for table in _read(source, file, fields, skips):
            arrays: list[Any] = []
            for column in schema:
                if column.name in places:
                    item = file.values[places[column.name]]
                elif column.name == METADATA:
                    item = metadata_value(file)
                elif column.name in names:
                    arrays.append(table.column(names.index(column.name)))
                    continue
                else:
                    item = file.path if "://" in file.path else "file://" + file.path
                arrays.append(pa.repeat(pa.scalar(item, column.type), table.num_rows))
            yield pa.Table.from_arrays(arrays, schema=schema) if arrays else table.select([])


def _read(source: FileSource, file: PartFile, fields: Sequence[StructField], skips: bool) -> Iterator[pa.Table]:
    try:
        yield from source.format.tables(file, fields, source.reading)
    except Py4JJavaError as error:
        if not skips or not damaged(error) or "badRecord" in (error.getMessageParameters() or {}):
            raise


def arrow_schema_of(source: FileSource, columns: Sequence[str]) -> pa.Schema:
    """The Arrow schema of some columns of a source, in physical types."""
    import pyarrow as pa

    known = {**{field.name: field for field in source.schema.fields}, **source.hidden}
    kinds = [known[name].dataType if name in known else StringType() for name in columns]
    return pa.schema([pa.field(name, arrow_type(kind)) for name, kind in zip(columns, kinds, strict=True)])
