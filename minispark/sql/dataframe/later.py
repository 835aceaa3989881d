"""DataFrames that use columns of a query around them (``Column.outer``): made when that query takes them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.analysis.joins import apart
from minispark.sql.analysis.scope import OuterNeeded, Scope, around
from minispark.sql.column import Column
from minispark.sql.plan.expressions import Subquery
from minispark.sql.plan.nodes import Node

if TYPE_CHECKING:
    from minispark.sql.dataframe.frame import DataFrame

METHODS = (
    "select", "selectExpr", "filter", "where", "withColumn", "withColumns", "sort", "orderBy", "agg", "join",
    "lateralJoin", "drop", "withColumnRenamed", "limit", "distinct", "alias", "union", "unionAll", "toDF",
)  # fmt: skip
"""The methods whose Columns may be of a query around."""


class Later:
    """What such a method gives: it takes the same methods, and goes into another DataFrame.

    It does so as a value (``scalar``), as a condition (``exists``) or as the right side of ``lateralJoin``. Anything
    else raises what its columns raise where there is no query around.
    """

    def __init__(self, make: Callable[[Scope], DataFrame], error: AnalysisException) -> None:
        self._make = make
        self._error = error

    def plan_in(self, scope: Scope) -> Node:
        """The plan within a query of these columns."""
        token = around.set(scope)
        try:
            return self._make(scope)._plan
        finally:
            around.reset(token)

    def scalar(self) -> Column:
        """Its one value, for each row of the query around."""
        return Column(Subquery("scalar", self.plan_in))

    def exists(self) -> Column:
        """Whether it has a row, for each row of the query around."""
        return Column(Subquery("exists", self.plan_in))

    def __repr__(self) -> str:
        raise self._error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in METHODS:
            raise self._error
        made = self._make
        return lambda *args, **kwargs: Later(lambda scope: getattr(made(scope), name)(*args, **kwargs), self._error)


def deferrable(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which gives a Later where its columns are those of a query around that is not there yet."""

    @functools.wraps(method)
    def deferred(self: DataFrame, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except OuterNeeded as needed:
            return Later(lambda scope: getattr(_renamed(self, scope), name)(*args, **kwargs), needed.error)

    return deferred


def _renamed(frame: DataFrame, scope: Scope) -> DataFrame:
    """The DataFrame with other ids for columns that the query around has too: it may be one with itself."""
    level: Scope | None = scope
    plan = frame._plan
    while level is not None:
        plan, _ = apart(level, plan)
        level = level.outer
    return frame if plan is frame._plan else frame._over(plan)
