"""Defaults of a table's columns, looked at when they are declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.parsing import commands as c
from minispark.sql.plan.expressions import Subquery, holds


def check_defaults(session: Any, columns: Sequence[c.ColumnDef], statement: str) -> None:
    """Raises AnalysisException for a default that is a query, or of columns."""
    for column in columns:
        if column.default is not None:
            _check(session, column.name[-1], column.default, statement)


def _check(session: Any, name: str, text: str, statement: str) -> None:
    from minispark.sql.commands.statements import planner_of
    from minispark.sql.parsing.queries import parse_expression

    told = {"statement": statement, "colName": f"`{name}`", "defaultValue": text}
    expression = parse_expression(text)
    if holds(expression, Subquery):
        raise AnalysisException(
            f"the default of column `{name}` must not hold a query: {text}",
            "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION",
            told,
        )
    try:
        planner_of(session).resolve(expression)
    except AnalysisException as error:
        if str(error.getCondition()).startswith("UNRESOLVED_COLUMN"):
            raise AnalysisException(
                f"the default of column `{name}` must be a constant, not {text}",
                "INVALID_DEFAULT_VALUE.NOT_CONSTANT",
                told,
            ) from None
