"""DEFAULT COLLATION of tables and views: what columns and constants have that say none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.parsing import commands as c
from minispark.sql.types import DataType, MapType, StringType
from minispark.sql.types.collationrules import is_collated, types_inside, with_collation


def collated(columns: Sequence[c.ColumnDef], collation: str | None) -> tuple[c.ColumnDef, ...]:
    """The columns of a table with a default collation."""
    if collation is None:
        return tuple(columns)
    return tuple(
        one if one.bytes or one.dtype is None else replace(one, dtype=with_collation(one.dtype, collation))
        for one in columns
    )


def check_collations(session: Any, columns: Sequence[tuple[str, DataType]], special: Sequence[str], what: str) -> None:
    """Raises AnalysisException for collated columns by which a table is parted, and for collated keys of maps.

    ``special`` names the columns by which it is parted, ``what`` says how: partition or bucket.
    """
    if not StringType.in_use:
        return
    names = {name.lower() for name in special}
    for name, dtype in columns:
        if name.lower() in names and is_collated(dtype):
            shown = f'"{dtype.simpleString().upper()}"'
            raise AnalysisException(
                f"`{name}` is of type {shown}, and files are parted by strings without a collation only",
                f"INVALID_{what.upper()}_COLUMN_DATA_TYPE",
                {"type": shown},
            )
        allowed = str(session.conf.get("spark.sql.collation.allowInMapKeys", "false")).lower() == "true"
        if not allowed and any(isinstance(one, MapType) and is_collated(one.keyType) for one in types_inside(dtype)):
            raise AnalysisException(
                f"`{name}` has a map whose keys have a collation; set spark.sql.collation.allowInMapKeys for that",
                "UNSUPPORTED_FEATURE.COLLATIONS_IN_MAP_KEYS",
                {},
            )
