"""Results of queries as physical tables, batch by batch."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from minispark.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 1 << 17


def batches(cursor: Any, schema: StructType) -> Iterator[pa.Table]:
    """The rows of a DuckDB cursor in the physical types of a schema."""
    import pyarrow as pa

    from minispark.sql.convert.physical import arrow_schema

    wanted = arrow_schema(schema)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a copy that DuckDB makes
        reader = cursor.to_arrow_reader(_BATCH_ROWS)
    for batch in reader:
        table = pa.Table.from_batches([batch])
        arrays = [
            column if column.type == field.type else column.cast(field.type)
            for column, field in zip(table.columns, wanted, strict=True)
        ]
        yield pa.Table.from_arrays(arrays, schema=wanted)
