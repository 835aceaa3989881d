"""What a query may ask of the files themselves: the column ``_metadata`` (Spark's ``FileFormat.METADATA_NAME``)."""

from __future__ import annotations

import datetime
import os
from typing import Any

from minispark.engine.formats.filesystems import as_uri
from minispark.sql import types as t
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.texts import sql_text

METADATA = "_metadata"


def metadata_type(format_name: str) -> t.StructType:
    """Its fields; Parquet's files know the place of a row too."""
    fields = [
        t.StructField("file_path", t.StringType(), False),
        t.StructField("file_name", t.StringType(), False),
        t.StructField("file_size", t.LongType(), False),
        t.StructField("file_block_start", t.LongType(), False),
        t.StructField("file_block_length", t.LongType(), False),
        t.StructField("file_modification_time", t.TimestampType(), False),
    ]
    if format_name == "parquet":
        fields.append(t.StructField("row_index", t.LongType(), False))
    return t.StructType(fields)


def modified(file: PartFile) -> datetime.datetime:
    """When a file was written last, in UTC, to the millisecond as Hadoop tells it."""
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=file.status.modified_ns // 1_000_000)


def metadata_value(file: PartFile) -> dict[str, Any]:
    """Of a file, but for the place of a row."""
    return {
        "file_path": as_uri(file.path),
        "file_name": os.path.basename(file.path),
        "file_size": file.size,
        "file_block_start": 0,
        "file_block_length": file.size,
        "file_modification_time": modified(file),
    }


def metadata_sql(file: PartFile) -> str:
    """The same as a struct of DuckDB's."""
    parts = []
    for name, item in metadata_value(file).items():
        if isinstance(item, datetime.datetime):
            parts.append(f"{name} := TIMESTAMP {sql_text(item.isoformat(' '))}")
        else:
            parts.append(f"{name} := " + (f"{item}::BIGINT" if isinstance(item, int) else sql_text(item)))
    return f"struct_pack({', '.join(parts)})"
