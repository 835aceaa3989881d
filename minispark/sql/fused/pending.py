"""Pending: a query that runs when its result is taken, in one of the ways that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.sql.convert.native import with_arrow

if TYPE_CHECKING:
    import duckdb


class Pending:
    """SQL on a connection. One of the methods is called, once.

    Rows as Python values come through DuckDB's cursor. Arrow comes of a relation: as a table without a second copy of
    the rows, and as a reader while the query runs, so that what was read need not be held by anybody.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        self._connection = connection
        self._sql = sql

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return self._connection.execute(self._sql).fetchall()

    def fetchmany(self, rows: int) -> list[tuple[Any, ...]]:
        """The first rows."""
        return self._connection.execute(self._sql).fetchmany(rows)

    def to_arrow_table(self) -> Any:
        """A pyarrow.Table."""
        with_arrow()
        return self._connection.sql(self._sql).to_arrow_table()

    def to_arrow_reader(self, rows: int) -> Any:
        """A pyarrow.RecordBatchReader of batches of so many rows."""
        with_arrow()
        return self._connection.sql(self._sql).to_arrow_reader(rows)
