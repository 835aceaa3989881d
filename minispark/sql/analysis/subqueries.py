"""Queries inside of expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.plan.expressions import Subquery
from minispark.sql.plan.nodes import Node
from minispark.sql.types import BooleanType

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def analysed(one: Subquery, scope: Scope, analyzer: Analyzer) -> Subquery:
    """A subquery over a plan that is resolved already, with its type."""
    plan: Node = one.plan
    return typed(one, plan, ())


def typed(one: Subquery, plan: Node, outer: tuple[object, ...]) -> Subquery:
    """The subquery over a resolved plan. Raises AnalysisException for a value of several columns."""
    if one.kind == "exists":
        return replace(one, plan=plan, dtype=BooleanType(), nullable=False, outer=outer)
    if one.kind == "in":
        if len(one.left) != len(plan.output):
            raise AnalysisException(
                f"IN compares {len(one.left)} value(s) with {len(plan.output)} column(s) of the subquery",
                "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
                {"leftLength": str(len(one.left)), "rightLength": str(len(plan.output))},
            )
        return replace(one, plan=plan, dtype=BooleanType(), nullable=True, outer=outer)
    if len(plan.output) != 1:
        raise AnalysisException(
            f"a subquery used as a value must have one column, not {len(plan.output)}",
            "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
            {"number": str(len(plan.output))},
        )
    return replace(one, plan=plan, dtype=plan.output[0].dtype, nullable=True, outer=outer)
