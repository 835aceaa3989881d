"""Queries inside of expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.telling import text_of
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


def lengths(left: Sequence[Any], right: Sequence[Any]) -> dict[str, str]:
    """What the error of ``IN`` tells of sides with other numbers of columns."""
    columns = [", ".join(map(text_of, side)) for side in (left, right)]
    shown = text_of(left[0]) if len(left) == 1 else f'"named_struct({", ".join(_named(one) for one in left)})"'
    return {
        "leftLength": str(len(left)),
        "rightLength": str(len(right)),
        "leftColumns": columns[0],
        "rightColumns": columns[1],
        "sqlExpr": f'"({shown[1:-1]} IN (listquery()))"',
    }


def _named(one: Any) -> str:
    text = text_of(one)[1:-1]
    return f"'{getattr(one, 'name', text)}', {text}"


def typed(one: Subquery, plan: Node, outer: tuple[object, ...]) -> Subquery:
    """The subquery over a resolved plan. Raises AnalysisException for a value of several columns."""
    if one.kind == "exists":
        return replace(one, plan=plan, dtype=BooleanType(), nullable=False, outer=outer)
    if one.kind == "in":
        if len(one.left) != len(plan.output):
            raise AnalysisException(
                f"IN compares {len(one.left)} value(s) with {len(plan.output)} column(s) of the subquery",
                "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
                lengths(one.left, plan.output),
            )
        return replace(one, plan=plan, dtype=BooleanType(), nullable=True, outer=outer)
    if len(plan.output) != 1:
        raise AnalysisException(
            f"a subquery used as a value must have one column, not {len(plan.output)}",
            "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
            {"number": str(len(plan.output))},
        )
    return replace(one, plan=plan, dtype=plan.output[0].dtype, nullable=True, outer=outer)
