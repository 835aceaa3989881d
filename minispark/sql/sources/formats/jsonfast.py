"""Plain JSON lines as Arrow reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.partitions import PartFile
from minispark.sql.types import StructField

if TYPE_CHECKING:
    import pyarrow as pa


def fast_table(file: PartFile, fields: Sequence[StructField], reading: Reading) -> pa.Table | None:
    """None where the file is not plain enough."""
    return None
