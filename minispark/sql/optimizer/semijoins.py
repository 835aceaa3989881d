"""``EXISTS`` of rows that fit an outer row becomes a semi join (Catalyst's ``RewritePredicateSubquery``).

``NOT EXISTS`` stays: DuckDB's own way with it reads only the inner rows that could fit, its anti join all of them.
"""

from __future__ import annotations

from minispark.sql.library.function import Settings
from minispark.sql.optimizer.collapse import from_around, steady
from minispark.sql.optimizer.conjuncts import all_of, filtered
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Expression, Literal, Outer, Subquery, references, transform
from minispark.sql.plan.nodes import (
    Distinct,
    Filter,
    Hinted,
    Join,
    Named,
    Node,
    Project,
    Sort,
    transform_plan,
)
from minispark.sql.plan.subplans import uses_from_around


def semi_joins(plan: Node, settings: Settings) -> Node:
    """The plan with joins in place of conditions that ask whether a query has rows for this one.

    Only where the inner query uses the outer row in its conditions alone: such a condition is true or not, never null,
    as a row of a join is found or not.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(semi_joins(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Subquery)


def _node(node: Node) -> Node:
    if not isinstance(node, Filter):
        return node
    rest: list[Expression] = []
    joins: list[tuple[Node, Expression]] = []
    for part in conjuncts(node.condition):
        joined = _join(part, node.child)
        if joined is None:
            rest.append(part)
        else:
            joins.append(joined)
    if not joins:
        return node
    made = filtered(node.child, [part for part in rest if _repeats(part)])
    for right, condition in joins:
        made = Join(made, right, "semi", condition, made.output)
    return filtered(made, [part for part in rest if not _repeats(part)])


def _repeats(condition: Expression) -> bool:
    """Whether a condition says the same of a row wherever it is asked; it may ask queries."""

    def known(one: Expression) -> Expression:
        return Literal(None, one.dtype) if isinstance(one, Subquery) else one

    return steady(transform(condition, known))


def _join(part: Expression, left: Node) -> tuple[Node, Expression] | None:
    """The right side and condition of the join that a condition is."""
    if not (isinstance(part, Subquery) and part.kind == "exists" and part.outer):
        return None
    taken = _taken_apart(part.plan)
    if taken is None:
        return None
    right, fits = taken
    ids = {one.id for one in left.output}
    given = {one.id for one in right.output}
    if ids & given or not all(references(one) <= ids | given for one in fits):
        return None
    return transform_plan(right, _node), all_of(fits)


def _taken_apart(plan: Node) -> tuple[Node, list[Expression]] | None:
    """The rows of an inner query without what uses the outer row, and the conditions that do."""
    node = plan
    fits: list[Expression] = []
    own: list[Expression] = []
    while True:
        if isinstance(node, Filter):
            for part in conjuncts(node.condition):
                (fits if from_around(part) else own).append(part)
        elif isinstance(node, Project):
            if fits or own or not all(map(steady, node.items)):
                break
        elif not isinstance(node, (Named, Hinted, Sort)) and not (isinstance(node, Distinct) and node.keys is None):
            break
        node = node.child
    if not fits or not all(map(steady, fits)):
        return None
    rows = filtered(node, own)
    if any(True for _ in uses_from_around(rows)):
        return None
    return rows, [_inside(one) for one in fits]


def _inside(condition: Expression) -> Expression:
    return transform(condition, lambda one: one.attribute if isinstance(one, Outer) else one)
