"""Lateral joins: the right side may use columns of the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis import joins
from minispark.sql.plan.expressions import Alias, Expression, Outer, transform
from minispark.sql.plan.nodes import Generate, Join, Named, Node, OneRow, Project

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def lateral_join(analyzer: Analyzer, left: Node, right: Node, how: str, condition: Expression | None) -> Node:
    """For each row of the left the rows of the right, which was analysed within the left's scope.

    Raises AnalysisException for other joins than inner, cross and left ones.
    """
    kind = joins.join_kind(how)
    if kind not in ("inner", "cross", "left"):
        raise AnalysisException(
            f"a lateral join is inner, cross or left, not {how!r}",
            "UNSUPPORTED_JOIN_TYPE",
            {"typ": how, "supported": "'inner', 'leftouter', 'left', 'left_outer', 'cross'"},
        )
    made = exploded(left, right, kind == "left") if condition is None else None
    if made is not None:
        return made
    joined = joins.join(analyzer, left, right, kind, condition)
    return replace(joined, lateral=True) if isinstance(joined, Join) else joined


def exploded(left: Node, right: Node, outer: bool) -> Node | None:
    """A lateral join with a generator's rows alone as the generator over the left side, which keeps their order.

    With ``outer`` rows of the left that have none stay. None where the right side is more than a generator.
    """
    below = right
    while isinstance(below, Named) or (isinstance(below, Project) and _renames(below)):
        below = below.child
    if not isinstance(below, Generate) or not isinstance(below.child, OneRow) or below.output != below.made:
        return None
    here = {one.id for one in left.output}
    generator = transform(
        below.generator, lambda one: one.attribute if isinstance(one, Outer) and one.attribute.id in here else one
    )
    outer = outer or below.outer
    made = tuple(replace(one, nullable=one.nullable or outer) for one in right.output)
    return Generate(left, generator, outer, made, (*left.output, *made))


def _renames(node: Project) -> bool:
    """Whether a projection gives all columns below in their order, under other names at most."""
    given = [item.child if isinstance(item, Alias) else item for item in node.items]
    return [getattr(one, "id", None) for one in given] == [one.id for one in node.child.output]
