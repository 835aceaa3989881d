"""``spark.tvf``: functions that give tables, called with Columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.sql.analysis.scope import OuterNeeded
from minispark.sql.column import Column, unexpected

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.session import SparkSession

__all__ = ["TableValuedFunction"]


class TableValuedFunction:
    """The functions that SQL calls in FROM (``pyspark.sql.tvf.TableValuedFunction``).

    >>> from minispark.sql import SparkSession
    >>> from minispark.sql.functions import lit
    >>> SparkSession.builder.getOrCreate().tvf.explode(lit([1, 2])).collect()
    [Row(col=1), Row(col=2)]
    """

    def __init__(self, sparkSession: SparkSession) -> None:
        self._sparkSession = sparkSession

    def range(self, start: int, end: int | None = None, step: int = 1, numPartitions: int | None = None) -> DataFrame:
        """As ``SparkSession.range``."""
        return self._sparkSession.range(start, end, step, numPartitions)

    def explode(self, collection: Column) -> DataFrame:
        """A row for each element of an array (``col``) or entry of a map (``key``, ``value``)."""
        return self._table("explode", collection)

    def explode_outer(self, collection: Column) -> DataFrame:
        """As ``explode``, but a row of nulls where there would be none."""
        return self._table("explode_outer", collection)

    def inline(self, input: Column) -> DataFrame:
        """A row for each struct of an array, its fields as columns."""
        return self._table("inline", input)

    def inline_outer(self, input: Column) -> DataFrame:
        """As ``inline``, but a row of nulls where there would be none."""
        return self._table("inline_outer", input)

    def json_tuple(self, input: Column, *fields: Column) -> DataFrame:
        """A row of the fields of an object in JSON. Raises PySparkValueError for no field."""
        from minispark.errors import PySparkValueError

        if not fields:
            raise PySparkValueError("json_tuple needs at least one field", "CANNOT_BE_EMPTY", {"item": "field"})
        return self._table("json_tuple", input, *fields)

    def posexplode(self, collection: Column) -> DataFrame:
        """As ``explode``, with each element's place, from 0, as ``pos``."""
        return self._table("posexplode", collection)

    def posexplode_outer(self, collection: Column) -> DataFrame:
        """As ``posexplode``, but a row of nulls where there would be none."""
        return self._table("posexplode_outer", collection)

    def stack(self, n: Column, *fields: Column) -> DataFrame:
        """The values in ``n`` rows."""
        return self._table("stack", n, *fields)

    def collations(self) -> DataFrame:
        """The collations there are."""
        return self._table("collations")

    def sql_keywords(self) -> DataFrame:
        """The words that SQL uses, and whether they are reserved."""
        return self._table("sql_keywords")

    def variant_explode(self, input: Column) -> DataFrame:
        """A row for each element of an array, or field of an object, in a variant: ``pos``, ``key``, ``value``."""
        return self._table("variant_explode", input)

    def variant_explode_outer(self, input: Column) -> DataFrame:
        """As ``variant_explode``, but a row of nulls where there would be none."""
        return self._table("variant_explode_outer", input)

    def python_worker_logs(self) -> DataFrame:
        """What Python functions logged."""
        return self._table("python_worker_logs")

    def _table(self, name: str, *args: Column) -> DataFrame:
        from minispark.sql.commands.statements import planner_of
        from minispark.sql.dataframe.later import Later
        from minispark.sql.parsing.syntax import TableFunction

        for arg in args:
            if not isinstance(arg, Column):
                raise unexpected("col", "Column", arg)
        session = self._sparkSession
        called = TableFunction(name, tuple(arg._expression for arg in args))
        try:
            return session._frame(planner_of(session).plan(called))
        except OuterNeeded as needed:

            def made(scope: Any) -> DataFrame:
                return session._frame(planner_of(session).plan(called, scope))

            return Later(made, needed.error)  # type: ignore[return-value]  # stands for a DataFrame
