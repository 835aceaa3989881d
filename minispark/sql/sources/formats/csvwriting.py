"""Writing CSV as univocity's writer does under Spark's options (``UnivocityGenerator``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.exact.csvlines import joiner, rules_of
from minispark.sql.exact.csvs import field_writer
from minispark.sql.exact.records import Times
from minispark.sql.sources.formats.csvreading import check_line_end
from minispark.sql.sources.formats.textwriting import LineWriting, line_writing
from minispark.sql.sources.options import Options
from minispark.sql.sources.textfiles import separator_of
from minispark.sql.types import BinaryType, DataType, IntegralType, StringType, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

Write = Callable[[Any], str]


def csv_writing(schema: StructType, options: Options, settings: Settings) -> LineWriting:
    """Raises IllegalArgumentException for options that cannot be."""
    lowered = {name.lower(): text for name, text in options}
    rules = rules_of(lowered, True)
    times = Times(lowered, settings.zone)
    zone = options.text("timeZone", settings.zone)
    writers = [_writer(field.dataType, times, zone, rules.null) for field in schema.fields]
    end = separator_of(options) or "\n"
    check_line_end(end)
    join = joiner(rules, end)

    def text(table: pa.Table) -> str:
        columns = []
        for column, write in zip(table.columns, writers, strict=True):
            values = column.to_pylist()
            columns.append(values if write is None else [None if item is None else write(item) for item in values])
        lines = [join(list(row)) for row in zip(*columns, strict=True)]
        return "".join([line + end for line in lines if line])  # univocity leaves empty lines out

    head = join(list(schema.names)) + end if options.flag("header") else ""
    return line_writing(_extension(options), text, options, head)


def _extension(options: Options) -> str:
    return options.text("extension", "csv")


def _writer(dtype: DataType, times: Times, zone: str, null: str) -> Write | None:
    """What makes a field's text of a value; None for texts, which are as they are."""
    if isinstance(dtype, StringType):
        return None
    if isinstance(dtype, IntegralType):
        return str
    if isinstance(dtype, BinaryType):
        return lambda item: "[" + " ".join(f"{byte:02X}" for byte in item) + "]"
    return field_writer(dtype, times, zone, null)
