"""``EXISTS`` asks for no columns, so that its query makes none (Catalyst's ``RewritePredicateSubquery`` drops them)."""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import Expression, Subquery, transform
from minispark.sql.plan.nodes import Node, Project, transform_plan, with_expressions


def existence(plan: Node, settings: Settings) -> Node:
    """The plan where queries inside of EXISTS give rows without columns.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(existence(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Subquery)


def _node(node: Node) -> Node:
    return with_expressions(node, lambda one: transform(one, _without_columns))  # type: ignore[no-any-return]  # a node


def _without_columns(one: Expression) -> Expression:
    if isinstance(one, Subquery) and one.kind == "exists" and one.plan.output:
        return replace(one, plan=Project(one.plan, (), ()))
    return one
