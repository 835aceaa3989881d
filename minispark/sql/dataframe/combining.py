"""Several DataFrames: joins and set operations."""

from __future__ import annotations

from typing import Any, Self

from minispark.sql.analysis import joins, relations
from minispark.sql.column import Column
from minispark.sql.dataframe.base import Base
from minispark.sql.plan.expressions import Apply, Expression, Subquery


class Combining(Base):
    """The part of DataFrame that takes others."""

    def join(self, other: Any, on: Any = None, how: str | None = None) -> Self:
        """Pairs of rows of both: by equal columns of a name or names (each once in the result), or by conditions.

        ``how`` is inner, cross, outer, left_outer, right_outer, left_semi, left_anti or one of their short forms.
        Raises AnalysisException for another, and for names and conditions that do not fit.
        """
        if how is not None and not isinstance(how, str):
            raise AssertionError(f"how should be a string, not {how!r:.200}")
        kind = joins.join_kind(how or "inner")
        parts = [] if on is None else list(on) if isinstance(on, (list, tuple)) else [on]
        if parts and all(isinstance(one, str) for one in parts):
            return self._over(joins.join_using(self._analyzer, self._plan, other._plan, kind, parts))
        condition: Expression | None = None
        for one in parts:
            if not isinstance(one, Column):
                raise AssertionError(f"on should be Column or list of Column, not {one!r:.200}")
            condition = one._expression if condition is None else Apply("and", (condition, one._expression))
        return self._over(joins.join(self._analyzer, self._plan, other._plan, kind, condition))

    def crossJoin(self, other: Any) -> Self:
        """All pairs of rows."""
        return self._over(joins.join(self._analyzer, self._plan, other._plan, "cross"))

    def lateralJoin(self, other: Any, on: Any = None, how: str | None = None) -> Self:
        """For each row of this the rows of ``other``, whose columns of this are marked by ``outer()``."""
        from minispark.sql.analysis.laterals import lateral_join

        condition = None if on is None else on._expression
        scope = self._analyzer.scope(self._plan.output)
        right = other.plan_in(scope) if hasattr(other, "plan_in") else other._plan
        return self._over(lateral_join(self._analyzer, self._plan, right, how or "inner", condition))

    def scalar(self) -> Column:
        """Its one value, as a Column of other DataFrames: more than one row is an error when the query runs."""
        return Column(Subquery("scalar", self._plan))

    def exists(self) -> Column:
        """Whether it has a row, as a condition on other DataFrames."""
        return Column(Subquery("exists", self._plan))

    def union(self, other: Any) -> Self:
        """The rows of both, by the columns' positions; duplicates stay."""
        return self._over(joins.merge(self._analyzer, (self._plan, other._plan), "union", True))

    unionAll = union

    def unionByName(self, other: Any, allowMissingColumns: bool = False) -> Self:
        """The rows of both, by the columns' names; with ``allowMissingColumns`` those that one lacks are null."""
        return self._over(joins.union_by_name(self._analyzer, self._plan, other._plan, allowMissingColumns))

    def intersect(self, other: Any) -> Self:
        """Rows that are in both, each once."""
        return self._compared("intersect", other, False)

    def intersectAll(self, other: Any) -> Self:
        """Rows that are in both, as often as in both."""
        return self._compared("intersect", other, True)

    def subtract(self, other: Any) -> Self:
        """Rows that are not in the other, each once."""
        return self._compared("except", other, False)

    def exceptAll(self, other: Any) -> Self:
        """Rows, as often as they are more often here than there."""
        return self._compared("except", other, True)

    def _compared(self, kind: str, other: Any, all: bool) -> Self:
        relations.distinct(self._plan)  # raises for columns that cannot be compared
        return self._over(joins.merge(self._analyzer, (self._plan, other._plan), kind, all))
