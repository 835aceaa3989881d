"""Chains of projections and of conditions become one (Catalyst's ``CollapseProject`` and ``CombineFilters``)."""

from __future__ import annotations

from minispark.sql.library import lookup
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    Over,
    PythonCall,
    Subquery,
    transform,
    walk,
)
from minispark.sql.plan.nodes import Filter, Node, Project, transform_plan
from minispark.sql.types import BooleanType

SIZE_MAX = 200
"""The most nodes that an expression may have after taking another's place more than once."""


def collapse(plan: Node, settings: Settings) -> Node:
    """The plan with each projection over a projection, and condition over a condition, as one node.

    A computed column that is used several times stays a column of its own, and so do random numbers, window functions
    and subqueries.

    >>> from minispark.sql.plan.expressions import Literal
    >>> from minispark.sql.plan.nodes import OneRow
    >>> from minispark.sql.types import IntegerType
    >>> one = project_node(OneRow(), (Alias(Literal(1, IntegerType()), "a", None, 1),))
    >>> two = project_node(one, (Alias(one.output[0], "b", None, 2),))
    >>> type(collapse(two, None).child).__name__
    'OneRow'
    """
    return transform_plan(plan, _merged)


def _merged(node: Node) -> Node:
    if isinstance(node, Project) and isinstance(node.child, Project):
        items = _through(node.items, node.child)
        if items is not None:
            return Project(node.child.child, items, node.output)
    if isinstance(node, Filter) and isinstance(node.child, Filter):
        both = Call(lookup("and"), (node.child.condition, node.condition), BooleanType())
        if all(map(_steady, both.args)):
            return Filter(node.child.child, both)
    return node


def _through(items: tuple[Expression, ...], below: Project) -> tuple[Expression, ...] | None:
    """The items over the lower projection's child; None where that would compute something twice, or otherwise."""
    meanings = {item.id: item for item in below.items if isinstance(item, Alias)}
    uses: dict[int, int] = {}
    for item in items:
        for one in walk(item):
            if isinstance(one, (Subquery, PythonCall)):
                return None
            if isinstance(one, Attribute) and one.id in meanings:
                uses[one.id] = uses.get(one.id, 0) + 1
    for id, count in uses.items():
        meaning = meanings[id].child
        if not _steady(meaning) or (count > 1 and not isinstance(meaning, Attribute) and meaning.children):
            return None
    for id, item in meanings.items():
        if id not in uses and any(_raises(one) for one in walk(item.child)):
            return None

    def before(one: Expression) -> Expression | None:
        found = meanings.get(one.id) if isinstance(one, Attribute) else None
        return None if found is None else found.child

    changed: list[Expression] = []
    for item in items:
        if isinstance(item, Attribute) and item.id in meanings:
            changed.append(meanings[item.id])
        else:
            changed.append(transform(item, lambda one: one, before))
    return tuple(changed)


def _steady(expression: Expression) -> bool:
    """Whether an expression means the same wherever in the row's way it is computed."""
    return not any(
        isinstance(one, (Over, Subquery, PythonCall)) or (isinstance(one, Call) and not one.function.deterministic)
        for one in walk(expression)
    )


def _raises(one: Expression) -> bool:
    return isinstance(one, Call) and one.name == "raise_error"
