"""What inner joins join, in whatever order."""

from __future__ import annotations

from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Expression
from minispark.sql.plan.nodes import Filter, Join, Named, Node


def unfiltered(node: Node) -> tuple[Node, list[Expression]]:
    """The node below conditions, and these.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> one = OneRow()
    >>> unfiltered(one) == (one, [])
    True
    """
    conditions: list[Expression] = []
    while isinstance(node, Filter):
        conditions += conjuncts(node.condition)
        node = node.child
    return node, conditions


def taken_apart(node: Node) -> tuple[list[Node], list[Expression]]:
    """What inner joins join, and on what conditions.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> one, two = OneRow(), OneRow()
    >>> taken_apart(Join(one, two, "inner", None, ())) == ([two, one], [])
    True
    """
    tables: list[Node] = []
    conditions: list[Expression] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Join) and one.kind == "inner" and not one.lateral:
            conditions += [] if one.condition is None else conjuncts(one.condition)
            waiting += one.children
        elif isinstance(one, Named) and isinstance(one.child, (Join, Named)):
            waiting.append(one.child)
        else:
            tables.append(one)
    return tables, conditions
