"""Keys of USING and NATURAL joins by the name of a side: ``t2.k`` is still there where ``*`` shows ``k`` once."""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.sql.analysis.joins import joined_output
from minispark.sql.plan.nodes import Filter, Generate, Hinted, Join, Limit, Node, Project, Sample, Sort, project

_PASSING = (Filter, Sort, Hinted, Limit, Sample)


def exposed(node: Node) -> Node:
    """A source of rows with the keys that its joins show once as further columns, hidden from ``*``.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(exposed(OneRow())).__name__
    'OneRow'
    """
    if isinstance(node, Project) and isinstance(node.child, Join):
        below = exposed(node.child)
        given = {one.id for one in node.output}
        further = tuple(replace(one, hidden=True) for one in below.output if one.id not in given)
        return project(below, (*node.items, *further)) if further else node
    if isinstance(node, Join) and not node.lateral:
        left, right = exposed(node.left), node.right
        if node.kind not in ("semi", "anti"):
            right = exposed(right)
        if left is not node.left or right is not node.right:
            return replace(node, left=left, right=right, output=joined_output(left, right, node.kind))
    elif isinstance(node, _PASSING):
        below = exposed(node.child)
        if below is not node.child:
            return replace(node, child=below)
    elif isinstance(node, Generate):
        below = exposed(node.child)
        if below is not node.child:
            kept = node.output[: len(node.output) - len(node.made)]
            further = below.output[len(node.child.output) :]
            return replace(node, child=below, output=(*kept, *further, *node.made))
    return node


def shown(node: Node) -> Node:
    """The plan without its hidden columns.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(shown(OneRow())).__name__
    'OneRow'
    """
    if not any(one.hidden for one in node.output):
        return node
    return project(node, tuple(one for one in node.output if not one.hidden))
