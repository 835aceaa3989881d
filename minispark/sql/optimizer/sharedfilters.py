"""Few rows of a file that a query reads twice are chosen once, and kept meanwhile (Catalyst reuses the exchange)."""

from __future__ import annotations

from minispark.sql.library.function import Settings
from minispark.sql.optimizer.collapse import from_around, steady
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Call, Expression
from minispark.sql.plan.nodes import Filter, Hinted, Named, Node, Once, Project, Scan, fold_plan, over_children

BYTES_MAX = 256 << 20
"""The largest files that this is done for: the rows chosen of larger ones may not fit into memory."""
_FEW = ("=", "<=>", "in", "like", "startswith", "endswith", "contains", "rlike")
"""Conditions that leave few rows, as a rule."""


def shared_filters(plan: Node, settings: Settings) -> Node:
    """The plan where such rows, which several of its nodes read, are ``Once``.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(shared_filters(OneRow(), None)).__name__
    'OneRow'
    """
    readers: dict[int, int] = {}

    def count(node: Node, below: list[None]) -> None:
        for child in node.children:
            readers[id(child)] = readers.get(id(child), 0) + 1

    fold_plan(plan, count)
    if all(number < 2 for number in readers.values()):
        return plan

    def over(node: Node, children: list[Node]) -> Node:
        made = over_children(node, children)
        return Once(made) if readers.get(id(node), 0) > 1 and _worth(node) else made

    return fold_plan(plan, over)


def _worth(node: Node) -> bool:
    """Whether a node gives few rows of a file, and does no more than to choose and compute."""
    chosen = False
    while isinstance(node, (Filter, Project, Named, Hinted)):
        if not all(steady(one) and not from_around(one) for one in node.expressions):
            return False
        chosen = chosen or (isinstance(node, Filter) and any(map(few, conjuncts(node.condition))))
        node = node.child
    return chosen and small(node)


def few(condition: Expression) -> bool:
    """Whether a condition leaves few rows, as a rule."""
    return isinstance(condition, Call) and condition.name in _FEW


def small(node: Node) -> bool:
    """Whether a node reads files whose chosen rows fit into memory."""
    return isinstance(node, Scan) and getattr(node.source, "bytes", BYTES_MAX) < BYTES_MAX
