"""MergeIntoWriter: merging into a table, which tables of files do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from minispark.errors import AnalysisException, UnsupportedOperationException

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame


class MergeIntoWriter:
    """What is done with rows that match or do not (``pyspark.sql.MergeIntoWriter``).

    As with Spark's own tables of files, ``merge()`` raises: their rows cannot be changed one by one.
    """

    def __init__(self, df: DataFrame, table: str, condition: Any) -> None:
        self._df = df
        self._table = table
        self._condition = condition
        self._actions: list[tuple[str, Any, str, Any]] = []
        self._evolves = False

    def whenMatched(self, condition: Any = None) -> WhenMatched:
        """For rows of the table that match a row."""
        return WhenMatched(self, "matched", condition)

    def whenNotMatched(self, condition: Any = None) -> WhenNotMatched:
        """For rows that match none of the table's."""
        return WhenNotMatched(self, "not matched", condition)

    def whenNotMatchedBySource(self, condition: Any = None) -> WhenNotMatchedBySource:
        """For rows of the table that match none."""
        return WhenNotMatchedBySource(self, "not matched by source", condition)

    def withSchemaEvolution(self) -> MergeIntoWriter:
        """Let the table take over new columns."""
        self._evolves = True
        return self

    def merge(self) -> NoReturn:
        """Raises UnsupportedOperationException; AnalysisException for no action, or a table that is missing."""
        from minispark.sql.parsing.tablenames import table_name

        if not self._actions:
            raise AnalysisException(
                "merge() needs at least one of whenMatched, whenNotMatched and whenNotMatchedBySource with an action",
                "NO_MERGE_ACTION_SPECIFIED",
                {},
            )
        self._df.sparkSession._catalog.lookup(table_name(self._table))
        raise UnsupportedOperationException(
            f"{self._table} is a table of files, whose rows cannot be merged; join its rows with the new ones and "
            "write the "
            "result to another table",
            "UNSUPPORTED_FEATURE.TABLE_OPERATION",
            {"tableName": self._table, "operation": "MERGE INTO TABLE"},
        )


class _When:
    def __init__(self, writer: MergeIntoWriter, rows: str, condition: Any) -> None:
        self._writer = writer
        self._rows = rows
        self._condition = condition

    def _do(self, action: str, assignments: Any = None) -> MergeIntoWriter:
        self._writer._actions.append((self._rows, self._condition, action, assignments))
        return self._writer


class WhenMatched(_When):
    """What happens to rows of the table that match."""

    def updateAll(self) -> MergeIntoWriter:
        """Take all columns of the matching row."""
        return self._do("update")

    def update(self, assignments: dict[str, Any]) -> MergeIntoWriter:
        """Set some columns."""
        return self._do("update", assignments)

    def delete(self) -> MergeIntoWriter:
        """Delete them."""
        return self._do("delete")


class WhenNotMatched(_When):
    """What happens to rows that match none of the table's."""

    def insertAll(self) -> MergeIntoWriter:
        """Insert them."""
        return self._do("insert")

    def insert(self, assignments: dict[str, Any]) -> MergeIntoWriter:
        """Insert them with some columns."""
        return self._do("insert", assignments)


class WhenNotMatchedBySource(WhenMatched):
    """What happens to rows of the table that match none."""
