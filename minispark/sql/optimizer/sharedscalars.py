"""An aggregate of what the query joins anyway, asked in a subquery, is computed from the same rows (Catalyst reuses
the exchange)."""

from __future__ import annotations

from functools import partial

from minispark.sql.library.function import Settings
from minispark.sql.optimizer.conjuncts import all_of
from minispark.sql.optimizer.samerows import same_rows
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Alias, Expression, Subquery, find, references, transform
from minispark.sql.plan.nodes import (
    Aggregate,
    Filter,
    Join,
    Node,
    Project,
    project,
    transform_plan,
    walk_plan,
)


def shared_scalars(plan: Node, settings: Settings) -> Node:
    """The plan where a condition's subquery over a join that lies below the condition too takes it from there.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(shared_scalars(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Subquery)


def _node(node: Node) -> Node:
    if not isinstance(node, Filter):
        return node
    child, parts, changed = node.child, [], False
    for part in conjuncts(node.condition):
        asked = list(find(part, Subquery))
        shared = _shared(asked[0], node.child) if len(asked) == 1 else None
        if shared is not None:
            value = shared.output[0]
            child = Join(child, shared, "inner", None, (*child.output, value))
            part = transform(part, partial(_unless_query, value))
            changed = True
        parts.append(part)
    return Project(Filter(child, all_of(parts)), node.output, node.output) if changed else node


def _unless_query(value: Expression, one: Expression) -> Expression:
    return value if isinstance(one, Subquery) else one


def _shared(one: Subquery, below: Node) -> Node | None:
    """The subquery's only row, from rows that are computed below."""
    if one.kind != "scalar" or one.outer:
        return None
    path: list[Project] = []
    node = one.plan
    while isinstance(node, Project):
        path.append(node)
        node = node.child
    if not isinstance(node, Aggregate) or node.keys or node.sets is not None:
        return None
    if not any(isinstance(part, Join) for part in walk_plan(node.child)):
        return None
    for part in walk_plan(below):
        if isinstance(part, (Filter, Join)):
            names = same_rows(node.child, part)
            if names is not None and _needed(node.items) <= names.keys():
                again = tuple(Alias(names[id], names[id].name, None, id) for id in sorted(_needed(node.items)))
                made: Node = Aggregate(project(part, again), (), node.items, node.output)
                for above in reversed(path):
                    made = Project(made, above.items, above.output)
                return made
    return None


def _needed(items: tuple[Expression, ...]) -> set[int]:
    return set().union(*map(references, items))
