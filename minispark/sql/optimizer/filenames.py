"""``input_file_name()`` becomes a column of the files below; where there are none it is empty, as in Spark."""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import Attribute, Call, Expression, find, fresh_id, transform
from minispark.sql.plan.nodes import Filter, Hinted, Limit, Named, Node, Project, Sample, Scan, Sort, transform_plan
from minispark.sql.plan.nodes import project as project_node
from minispark.sql.types import StringType

FUNCTION = "input_file_name"
COLUMN = "_input_file_name"
"""The source's column."""


def file_names(plan: Node, settings: Settings) -> Node:
    """The plan with the function's calls replaced.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(file_names(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node)


def _node(node: Node) -> Node:
    if not isinstance(node, (Project, Filter)) or not any(map(_calls, node.expressions)):
        return node
    exposed = _exposed(node.child)
    if exposed is None:
        return node
    child, column = exposed
    if isinstance(node, Project):
        return replace(node, child=child, items=tuple(_replaced(item, column) for item in node.items))
    return project_node(Filter(child, _replaced(node.condition, column)), node.output)


def _calls(expression: Expression) -> bool:
    return any(call.name == FUNCTION for call in find(expression, Call))


def _replaced(expression: Expression, column: Attribute) -> Expression:
    return transform(expression, lambda part: column if isinstance(part, Call) and part.name == FUNCTION else part)


def _exposed(node: Node) -> tuple[Node, Attribute] | None:
    """The node with the files' names as a further column."""
    if isinstance(node, Scan):
        if not hasattr(node.source, "files"):
            return None
        column = Attribute(COLUMN, StringType(), False, fresh_id())
        return replace(node, columns=(*node.columns, COLUMN), output=(*node.output, column)), column
    if not isinstance(node, (Filter, Hinted, Limit, Named, Project, Sample, Sort)):
        return None
    below = _exposed(node.child)
    if below is None:
        return None
    child, column = below
    if isinstance(node, Named):
        return replace(node, child=child, output=(*node.output, column)), column
    if isinstance(node, Project):
        return replace(node, child=child, items=(*node.items, column), output=(*node.output, column)), column
    return replace(node, child=child), column
