"""Columns into rows and rows into columns; DataFrames side by side."""

from __future__ import annotations

from typing import Any, Self

from minispark.sql.analysis import relations
from minispark.sql.analysis.reshaping import unpivoted
from minispark.sql.analysis.zipping import zipped
from minispark.sql.dataframe.base import Base, expression_of
from minispark.sql.plan.expressions import Alias, Apply, Expression


class Reshaping(Base):
    """The part of DataFrame that turns columns and rows around."""

    def unpivot(self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str) -> Self:
        """A row for each of the value columns: the ids, the column's name and its value; the reverse of a pivot.

        Without ``values`` they are all columns but the ids. Raises AnalysisException where there is none, and for types
        that have nothing in common.
        """
        if ids is None:
            raise AssertionError("ids must not be None")
        names = (variableColumnName, valueColumnName)
        chosen = None if values is None else _listed(values)
        return self._over(unpivoted(self._analyzer, self._plan, _listed(ids), chosen, names))

    melt = unpivot

    def transpose(self, indexColumn: Any = None) -> Self:
        """A row for each column, a column for each row, named by the values of the index column (the first one).

        Runs at once. Raises AnalysisException for an index that is no plain value, and for types that have nothing in
        common.
        """
        from minispark.sql.dataframe.transposing import transposed

        index = self._plan.output[0] if indexColumn is None else expression_of(indexColumn)
        return self._over(transposed(self._session, self._analyzer, self._plan, index))

    def zip(self, other: Any) -> Self:
        """The columns of both side by side, which must be made of the same rows by choosing and computing columns only.

        Raises AnalysisException where they are not.
        """
        return self._over(zipped(self._plan, other._plan))

    def zipWithIndex(self, indexColName: str = "index") -> Self:
        """The rows with their numbers from 0, as a last column."""
        items: list[Expression] = [*self._plan.output, Alias(Apply("row_index"), indexColName)]
        return self._over(relations.keeping(self._analyzer, self._plan, items))


def _listed(given: Any) -> list[Expression]:
    return [expression_of(one) for one in (given if isinstance(given, (list, tuple)) else [given])]
