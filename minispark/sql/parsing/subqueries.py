"""Queries as values: what they give, and which columns of the queries around them they use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.relations import cast_to
from minispark.sql.analysis.subqueries import lengths
from minispark.sql.library import coercion
from minispark.sql.library.byplace import by_place
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import Alias, Attribute, Outer, Subquery, fresh_id, holds, walk
from minispark.sql.plan.nodes import Node, walk_plan
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def resolved_subquery(analyzer: Analyzer, one: Subquery, plan: Node, scope: Scope) -> Subquery:
    """A subquery of a resolved plan: its type, and the columns around it that it uses. ``one.left`` is resolved.

    Raises AnalysisException for a wrong number of columns, and for types that cannot be compared.
    """
    outer = outer_columns(plan, scope)
    written = None if isinstance(one.plan, Node) or callable(one.plan) else one.plan
    if one.kind == "exists":
        return Subquery("exists", plan, (), t.BooleanType(), False, outer, written)
    if one.kind == "scalar":
        if len(plan.output) != 1:
            raise AnalysisException(
                f"a query in the place of a value must give one column, and this one gives {len(plan.output)}",
                "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
                {"number": str(len(plan.output))},
            )
        return Subquery("scalar", plan, (), plan.output[0].dtype, True, outer, written)
    left, plan = _compared(analyzer, _unpacked(analyzer, one.left, len(plan.output)), plan)
    nullable = any(part.nullable for part in (*left, *plan.output))
    return Subquery("in", plan, tuple(left), t.BooleanType(), nullable, outer, written)


def outer_columns(plan: Node, scope: Scope) -> tuple[Attribute, ...]:
    """The columns of the queries around a plan that it uses, each once."""
    found: dict[int, Attribute] = {}
    for node in walk_plan(plan):
        for expression in node.expressions:
            if not holds(expression, Outer, Subquery):
                continue
            for part in walk(expression):
                if isinstance(part, Outer):
                    found.setdefault(part.attribute.id, part.attribute)
                elif isinstance(part, Subquery):
                    for each in part.outer:
                        found.setdefault(each.id, each)
    return tuple(one for one in found.values() if _held(one, scope))


def _held(one: Attribute, scope: Scope | None) -> bool:
    while scope is not None:
        if scope.holds(one.id):
            return True
        scope = scope.outer
    return False


def _unpacked(analyzer: Analyzer, left: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """A struct on the left stands for its fields where the query gives several columns."""
    if len(left) == 1 and count > 1 and isinstance(left[0].dtype, t.StructType):
        from minispark.sql.analysis.fields import extracted
        from minispark.sql.plan.expressions import Field, Literal

        fields = left[0].dtype.fields
        return tuple(extracted(analyzer, Field(left[0], Literal(field.name, t.StringType()))) for field in fields)
    return left


def _column(one: Any) -> str:
    name = ".".join((*getattr(one, "qualifier", ())[-1:], getattr(one, "name", "")))
    return f"{name}:{one.dtype.simpleString()}"


def _compared(analyzer: Analyzer, left: tuple[Any, ...], plan: Node) -> tuple[list[Any], Node]:
    if len(left) != len(plan.output):
        raise AnalysisException(
            f"IN compares {len(left)} value(s) with a query of {len(plan.output)} column(s)",
            "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
            lengths(left, plan.output),
        )
    values: list[Any] = []
    items: list[Any] = []
    for one, column in zip(left, plan.output, strict=True):
        meant: Any = column
        if t.StringType.in_use:
            from minispark.sql.analysis.collating import coerced

            one, meant = coerced("in_subquery", (one, column))
        target = coercion.wider(one.dtype, meant.dtype, analyzer.settings.ansi) or by_place((one.dtype, meant.dtype))
        if target is None:
            raise AnalysisException(
                f"IN compares {one.dtype.simpleString()} with a column of {column.dtype.simpleString()}; cast one",
                "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH",
                {
                    "sqlExpr": lengths(left, plan.output)["sqlExpr"],
                    "leftType": ", ".join(shown(each.dtype) for each in left),
                    "rightType": ", ".join(shown(each.dtype) for each in plan.output),
                    "mismatchedColumns": f"({_column(one)}, {_column(column)})",
                },
            )
        values.append(cast_to(analyzer, one, target))
        same = column.dtype == target
        items.append(column if same else Alias(cast_to(analyzer, column, target), column.name, None, fresh_id()))
    if all(isinstance(item, Attribute) for item in items):
        return values, plan
    return values, project_node(plan, tuple(items))
