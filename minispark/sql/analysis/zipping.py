"""``zip``: two lists of columns over the same rows become one list."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.plan.expressions import Attribute, Expression, named
from minispark.sql.plan.nodes import Hinted, Named, Node, Project, project
from minispark.sql.plan.semantics import canonical_plan


def zipped(left: Node, right: Node) -> Node:
    """The columns of both. Raises AnalysisException where they are not lists of columns over the same plan."""
    mine, base = _lists(left)
    theirs, other = _lists(right)
    if base is not other and canonical_plan(base) != canonical_plan(other):
        raise AnalysisException(
            "the two sides of zip must be made of the same rows by select, withColumn and the like alone; join them "
            "by a key instead",
            "ZIP_PLANS_NOT_MERGEABLE",
            {},
        )
    if base is not other:
        ids = {old.id: new.id for old, new in zip(other.output, base.output, strict=True)}
        base = project(base, base.output)
        if any(old != new for old, new in ids.items()):
            from minispark.sql.plan.expressions import Alias

            copies = (Alias(new, old.name, None, old.id) for old, new in zip(other.output, base.output, strict=True))
            base = project(base, (*base.output, *copies))
    made = _over(base, mine, base.output)
    made = _over(made, theirs, left.output)
    qualified = (*left.output, *right.output)
    return replace(project(made, qualified), output=qualified)


def _lists(plan: Node) -> tuple[list[tuple[Expression, ...]], Node]:
    """The lists of columns on top of a plan, the lowest first, and what is below them."""
    found: list[tuple[Expression, ...]] = []
    while isinstance(plan, (Project, Named, Hinted)):
        if isinstance(plan, Project):
            found.append(plan.items)
        plan = plan.child
    return found[::-1], plan


def _over(plan: Node, lists: Sequence[tuple[Expression, ...]], kept: Sequence[Attribute]) -> Node:
    """The lists over a plan, each with the columns that are still needed."""
    for items in lists:
        have = {named(one).id for one in items}
        plan = project(plan, (*items, *(one for one in kept if one.id not in have)))
    return plan
