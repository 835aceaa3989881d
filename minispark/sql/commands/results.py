"""Results of commands as DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.sql.types import StructType
from minispark.sql.types.ddl import parse_fields

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame


def frame(session: Any, schema: str | StructType, rows: Sequence[tuple[Any, ...]]) -> DataFrame:
    """A DataFrame of rows of plain values; ``schema`` may be DDL."""
    from minispark.sql.convert.rowsin import table_of_rows

    kind = parse_fields(schema) if isinstance(schema, str) else schema
    given = list(rows)
    made: DataFrame = session._local(lambda: table_of_rows(given, kind), kind, rows=len(given))
    return made


def nothing(session: Any) -> DataFrame:
    """No rows and no columns."""
    return frame(session, StructType([]), [])
