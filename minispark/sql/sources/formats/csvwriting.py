"""Writing CSV, a line a row, of columns of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.sql.convert.csvcolumns import CsvColumn
from minispark.sql.exact.csvlines import joiner, rules_of
from minispark.sql.exact.records import time_policy
from minispark.sql.sources.formats.csvreading import check_line_end
from minispark.sql.sources.formats.textwriting import LineWriting, line_writing
from minispark.sql.sources.options import Options
from minispark.sql.sources.textfiles import separator_of
from minispark.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings


def csv_writing(schema: StructType, options: Options, settings: Settings) -> LineWriting:
    """Raises IllegalArgumentException for options that cannot be."""
    lowered = {name.lower(): text for name, text in options} | time_policy(settings)
    rules = rules_of(lowered, True)
    end = separator_of(options) or "\n"
    check_line_end(end)
    join = joiner(rules, end)
    columns = [CsvColumn(field.dataType, rules, lowered, settings.zone, end) for field in schema.fields]
    head = join(list(schema.names)) + end if options.flag("header") else ""

    def text(table: pa.Table) -> str:
        import pyarrow.compute as pc

        if not table.num_rows:
            return ""
        texts = [
            column.texts(data, place == 0)
            for place, (column, data) in enumerate(zip(columns, table.columns, strict=True))
        ]
        joined: Any = pc.binary_join_element_wise(*texts, rules.separator)
        return "".join([line + end for line in joined.to_pylist() if line])  # univocity leaves empty lines out

    return line_writing(options.text("extension", "csv"), text, options, head)
