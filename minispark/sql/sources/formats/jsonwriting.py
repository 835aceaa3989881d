"""Writing JSON, an object a line (Spark's ``JacksonGenerator``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.sql.convert.farcolumns import items
from minispark.sql.convert.jsoncolumns import json_texts
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.jsonwriting import ignores_nulls, json_writer
from minispark.sql.exact.records import time_policy
from minispark.sql.sources.formats.textwriting import LineWriting, line_writing
from minispark.sql.sources.options import Options
from minispark.sql.sources.textfiles import separator_of
from minispark.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings


def json_writing(schema: StructType, options: Options, settings: Settings) -> LineWriting:
    """Raises IllegalArgumentException for options that cannot be."""
    lowered = {name.lower(): text for name, text in options} | time_policy(settings)
    ignored = ignores_nulls(settings)
    write = json_writer(schema, lowered, settings.zone, ignored)
    columnwise = json_texts(schema, lowered, settings.zone, ignored)
    names = physical_names(schema)
    end = separator_of(options) or "\n"

    def text(table: pa.Table) -> str:
        if columnwise is not None and table.num_columns:
            import pyarrow as pa

            parts = [pa.StructArray.from_arrays(batch.columns, list(names)) for batch in table.to_batches()]
            return "".join([line + end for part in parts for line in columnwise(part).to_pylist()])
        columns = [items(column) for column in table.columns]
        return "".join([write(dict(zip(names, row, strict=True))) + end for row in zip(*columns, strict=True)])

    return line_writing("json", text, options)
