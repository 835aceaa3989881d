"""Writing CSV as univocity's writer does under Spark's options (``UnivocityGenerator``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.convert.rowsout import physical_values
from minispark.sql.exact.csvlines import joiner, rules_of
from minispark.sql.exact.csvs import field_writer
from minispark.sql.exact.records import Times
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
    join = joiner(rules)
    end = separator_of(options) or "\n"

    def text(table: pa.Table) -> str:
        columns = []
        for column, field, write in zip(table.columns, schema.fields, writers, strict=True):
            values = physical_values(column, field.dataType)
            columns.append(values if write is None else [None if item is None else write(item) for item in values])
        return "".join([join(list(row)) + end for row in zip(*columns, strict=True)])

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
