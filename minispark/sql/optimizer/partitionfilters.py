"""Conditions above files tell them which partitions need not be read (Catalyst's ``PruneFileSourcePartitions``)."""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.sql.library.function import Settings
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Expression, Outer, Subquery, holds, references
from minispark.sql.plan.nodes import Filter, Hinted, Named, Node, Once, Project, Sample, Scan, Sort, transform_plan


def partition_filters(plan: Node, settings: Settings) -> Node:
    """The plan whose scans know the conditions on their columns. The conditions stay where they are.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(partition_filters(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node)


def _node(node: Node) -> Node:
    if not isinstance(node, Filter):
        return node
    child = _told(node.child, [one for one in conjuncts(node.condition) if not _asks(one)])
    return node if child is node.child else Filter(child, node.condition)


def _told(node: Node, conditions: list[Expression]) -> Node:
    if isinstance(node, Scan):
        if not getattr(node.source, "partitions", ()):
            return node
        names = {field.name for field in node.source.partitions}
        pairs = zip(node.columns, node.output, strict=True)
        ids = {one.id for column, one in pairs if column in names and column == one.name}
        known = tuple(one for one in conditions if references(one) and references(one) <= ids)
        return replace(node, filters=(*node.filters, *known)) if known else node
    if isinstance(node, (Filter, Hinted, Named, Once, Project, Sample, Sort)):
        child = _told(node.child, conditions)
        return node if child is node.child else replace(node, child=child)
    return node


def _asks(condition: Expression) -> bool:
    return holds(condition, Subquery, Outer)
