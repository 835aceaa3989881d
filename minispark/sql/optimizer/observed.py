"""A limit goes below what is observed: only the rows that a limit lets through pass, and only these count."""

from __future__ import annotations

from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import Call, Over, find, holds
from minispark.sql.plan.nodes import Limit, Node, Observed, Project, transform_plan


def observed(plan: Node, settings: Settings) -> Node:
    """The plan with limits right above an Observed below it.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(observed(Limit(Observed(OneRow(), "seen", (), None), 1), None).child).__name__
    'Limit'
    """
    return transform_plan(plan, _below, Observed)


def _below(node: Node) -> Node:
    if not isinstance(node, Limit) or node.count is None or node.offset:
        return node
    if isinstance(node.child, Observed):
        below = node.child
        return below.with_children((Limit(below.child, node.count),))
    if isinstance(node.child, Project) and _steady(node.child):
        inner = _below(Limit(node.child.child, node.count))
        if isinstance(inner, (Observed, Project)):
            return node.child.with_children((inner,))
    return node


def _steady(node: Project) -> bool:
    if any(holds(item, Over) for item in node.items):
        return False
    return all(call.function.deterministic for item in node.items for call in find(item, Call))
