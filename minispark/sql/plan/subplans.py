"""The plans inside of a plan's expressions: subqueries."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from minispark.engine.core.values import replace
from minispark.sql.plan.expressions import Attribute, Expression, Outer, Subquery, find, holds, transform, walk
from minispark.sql.plan.node import Node, transform_plan, walk_plan, with_expressions


def transform_subplans(plan: Node, change: Callable[[Node], Node]) -> Node:
    """The plan with the plan of each subquery in its expressions changed, not those within these."""

    def over(one: Expression) -> Expression:
        if not isinstance(one, Subquery):
            return one
        inner = change(one.plan)
        return one if inner is one.plan else replace(one, plan=inner)

    def node(one: Node) -> Node:
        return with_expressions(one, lambda expression: transform(expression, over)) if has_subquery(one) else one

    return transform_plan(plan, node, Subquery)


def nodes_at_all_depths(plan: Node) -> Iterator[Node]:
    """The nodes of a plan, and of the plans of subqueries in it and in these."""
    pending = [plan]
    while pending:
        for node in walk_plan(pending.pop()):
            yield node
            for expression in node.expressions:
                pending += [one.plan for one in find(expression, Subquery)]


def has_subquery(node: Node) -> bool:
    """Whether a node's own expressions have one."""
    return any(holds(expression, Subquery) for expression in node.expressions)


def uses_from_around(plan: Node) -> Iterator[Attribute]:
    """The attributes that a subquery's plan takes from queries around it.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> list(uses_from_around(OneRow()))
    []
    """
    nodes = list(walk_plan(plan))
    own = {one.id for node in nodes for one in node.output}
    for node in nodes:
        for expression in node.expressions:
            if not holds(expression, Outer, Subquery):
                continue
            for one in walk(expression):
                if isinstance(one, Outer):
                    yield one.attribute
                elif isinstance(one, Subquery):
                    yield from (attribute for attribute in one.outer if attribute.id not in own)
