"""Queries in HAVING that use the groups around them: ``HAVING EXISTS (SELECT 1 FROM t WHERE t.x < min(o.y))``.

Keys and aggregate functions of the query around are computed there, and read in the inner one as columns (Catalyst's
``UpdateOuterReferences``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.sql.analysis.resolver import is_aggregate
from minispark.sql.plan.expressions import Attribute, Expression, Outer, Subquery, transform, walk
from minispark.sql.plan.nodes import transform_plan, with_expressions

if TYPE_CHECKING:
    from minispark.sql.analysis.aggregates import Builder


def is_outer_aggregate(one: Expression) -> bool:
    """Whether a resolved call is an aggregate function of columns of a query around alone."""
    if not is_aggregate(one):
        return False
    parts = list(walk(one))
    return any(isinstance(part, Outer) for part in parts) and not any(isinstance(part, Attribute) for part in parts)


def moved_out(
    query: Subquery, builder: Builder, held: Callable[[int], bool], strange: Callable[[Attribute], None]
) -> Subquery:
    """The query with keys and aggregates of the groups around it as columns of these.

    ``held`` tells columns below the groups; ``strange`` is told of those that are no keys.
    """
    found: list[Attribute] = []

    def before(one: Expression) -> Expression | None:
        if isinstance(one, Subquery):
            return moved_out(one, builder, held, strange)
        if is_outer_aggregate(one):
            return of_groups(transform(one, _inside))
        if isinstance(one, Outer) and held(one.attribute.id):
            return of_groups(one.attribute)
        return None

    def of_groups(one: Expression) -> Expression:
        made = builder.before(one)
        if not isinstance(made, Attribute):
            for part in walk(one):
                if isinstance(part, Attribute):
                    strange(part)
            return one
        found.append(made)
        return Outer(made)

    def over(node: Any) -> Any:
        return with_expressions(node, lambda one: transform(one, lambda each: each, before))

    plan = transform_plan(query.plan, over)
    rest = [one for one in query.outer if not held(one.id)]
    return replace(query, plan=plan, outer=tuple({one.id: one for one in (*rest, *found)}.values()))


def _inside(one: Expression) -> Expression:
    return one.attribute if isinstance(one, Outer) else one
