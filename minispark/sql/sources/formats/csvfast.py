"""Plain CSV files as DuckDB reads them."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.partitions import PartFile
from minispark.sql.types import StructField


def fast_sql(files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
    """None where the files are not plain enough."""
    return None
