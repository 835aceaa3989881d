"""Rows of window functions come in the order of their windows, as Spark's do within a partition.

Spark sorts by partition and order to compute a window, and hands the rows on so. DuckDB promises no order there; where
a query's rows are shown or collected, and nothing above sorts, this order is asked for. It costs little beside the
rows' way to Python, and a limit above makes it a search for the first rows.
"""

from __future__ import annotations

from minispark.sql.analysis.hidden import rebuilt
from minispark.sql.library import lookup
from minispark.sql.plan.expressions import Alias, Call, Expression, Over, SortOrder, fresh_id
from minispark.sql.plan.nodes import Filter, Hinted, Limit, Named, Node, Project, Sort, project
from minispark.sql.types import IntegerType

_PASSING = (Limit, Filter, Hinted, Named)


def ordered_by_windows(plan: Node) -> Node:
    """The plan with its rows in the order of the last window of its topmost projection, if nothing else orders them.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> plan = OneRow()
    >>> ordered_by_windows(plan) is plan
    True
    """
    path: list[Node] = []
    node = plan
    while isinstance(node, _PASSING) or (isinstance(node, Project) and _last_window(node) is None):
        path.append(node)
        node = node.child
    window = _last_window(node) if isinstance(node, Project) else None
    if window is None or not isinstance(node, Project):
        return plan
    if not window.partition and not window.order:
        return plan
    place = Over(Call(lookup("row_number"), (), IntegerType(), False), window.partition, window.order)
    keys = tuple(Alias(one, "key", None, fresh_id()) for one in (*window.partition, place))
    wide = project(node.child, (*node.items, *keys))
    orders = tuple(SortOrder(one.attribute) for one in keys)
    made: Node = Project(Sort(wide, orders), node.output, node.output)
    return rebuilt(path, made)


def _last_window(node: Project) -> Over | None:
    found: Over | None = None
    specifications: list[tuple[tuple[Expression, ...], tuple[Expression, ...]]] = []
    waiting: list[Expression] = list(reversed(node.items))
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Over):
            waiting += reversed(one.children)
        elif (one.partition, one.order) not in specifications:
            specifications.append((one.partition, one.order))
            found = one
    return found
