"""Writing XML: an element a row, in one root element a file (Spark's ``StaxXmlGenerator``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.errors import UnsupportedOperationException
from minispark.sql.convert.farcolumns import items
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.records import time_policy
from minispark.sql.exact.xmlwriting import _checked_name, _Writer
from minispark.sql.sources.formats.textwriting import LineWriting, line_writing
from minispark.sql.sources.options import Options
from minispark.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

_DECLARATION = 'version="1.0" encoding="UTF-8" standalone="yes"'


def xml_writing(schema: StructType, tag: str, options: Options, settings: Settings) -> LineWriting:
    """A file without rows is empty. Raises SparkRuntimeException for names that elements cannot have."""
    lowered = {name.lower(): text for name, text in options} | time_policy(settings)
    if not options.flag("validateName", True):
        raise UnsupportedOperationException(
            "validateName=false is not there: what is written is always XML; rename the columns",
            "UNSUPPORTED_FEATURE.OPTION",
        )
    _checked_name(tag)
    part = _Writer(lowered, settings.zone).part(schema)
    names = physical_names(schema)
    declaration = options.text("declaration", _DECLARATION)
    root = options.text("rootTag", "ROWS")
    head = (f"<?xml {declaration}?>\n" if declaration else "") + f"<{root}>"

    def text(table: pa.Table) -> str:
        columns = [items(column) for column in table.columns]
        rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        return "".join([part(tag, row, 1) for row in rows])

    return line_writing("xml", text, options, head, f"\n</{root.split()[0]}>", around_rows=True)
