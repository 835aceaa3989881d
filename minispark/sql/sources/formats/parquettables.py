"""Parquet files as Arrow tables, for columns whose names DuckDB's reader keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from minispark.sql.convert.native import native, with_arrow
from minispark.sql.convert.physical import arrow_type, duck_type
from minispark.sql.sources.formats.footers import _cursor, unreadable
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.texts import sql_name, sql_text
from minispark.sql.types import StructField

if TYPE_CHECKING:
    import pyarrow as pa


def parquet_tables(file: PartFile, fields: Sequence[StructField], skip_corrupt: bool) -> Iterator[pa.Table]:
    """The columns of a file, null where it lacks one."""
    import pyarrow as pa

    with_arrow()
    cursor = _cursor()
    cursor.execute("SET timezone = 'UTC'")
    schema = pa.schema([pa.field(field.name, arrow_type(field.dataType)) for field in fields])
    try:
        relation = f"read_parquet({sql_text(file.path)}, hive_partitioning = false, filename = '_minispark_file')"
        known = {row[0].lower() for row in cursor.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
        items = ", ".join(
            f"CAST({sql_name(f.name) if f.name.lower() in known else 'NULL'} AS {duck_type(f.dataType)}) AS c{place}"
            for place, f in enumerate(fields)
        )
        found = cursor.execute(f"SELECT {items or '1 AS c'} FROM {relation}").to_arrow_table()
    except native().Error as error:
        if skip_corrupt:
            return
        raise unreadable(file.path, str(error)) from None
    if not fields:
        yield found
        return
    yield pa.Table.from_arrays([found.column(at).cast(kind) for at, kind in enumerate(schema.types)], schema=schema)
