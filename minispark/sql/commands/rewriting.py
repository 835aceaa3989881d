"""Plans with the columns around them replaced by values, or with their own columns as a schema says."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import field_names, replace
from minispark.sql.plan.expressions import Attribute, Expression, Outer, Subquery, fresh_id, transform, walk
from minispark.sql.plan.nodes import Node, transform_plan


def with_outer(plan: Node, values: dict[int, Any]) -> Node:
    """The plan with columns of the query around it, by id, as these expressions; columns in them are around it then.

    A column that is in place of one already stays.
    """
    moved = {id: transform(value, _outward) for id, value in values.items()}

    def change(one: Expression) -> Expression:
        if isinstance(one, Outer):
            return moved.get(one.attribute.id, one)
        if isinstance(one, Subquery) and any(each.id in values for each in one.outer):
            further = {
                part.attribute.id: part.attribute
                for each in one.outer
                if each.id in values
                for part in walk(moved[each.id])
                if isinstance(part, Outer)
            }
            kept = tuple(each for each in one.outer if each.id not in values)
            return replace(one, plan=with_outer(one.plan, values), outer=(*kept, *further.values()))
        return one

    return transform_plan(plan, lambda node: _changed(node, change))


def _outward(one: Expression) -> Expression:
    return Outer(one) if isinstance(one, Attribute) else one


def _changed(node: Node, change: Any) -> Node:
    changes: dict[str, Any] = {}
    for name in field_names(node):
        part = getattr(node, name)
        if name == "output" or name in node.below:
            continue
        new = _mapped(part, change)
        if new is not part:
            changes[name] = new
    return replace(node, **changes) if changes else node


def _mapped(part: Any, change: Any) -> Any:
    if isinstance(part, Expression):
        return transform(part, change)
    if isinstance(part, tuple) and any(isinstance(one, (Expression, tuple)) for one in part):
        new = tuple(_mapped(one, change) for one in part)
        return part if all(one is other for one, other in zip(new, part, strict=True)) else new
    return part


def as_schema(session: Any, plan: Node, schema: Any) -> Node:
    """The plan with the names, types and comments that a schema says."""
    from minispark.sql.analysis.relations import cast_to
    from minispark.sql.plan.expressions import Alias
    from minispark.sql.plan.nodes import project
    from minispark.sql.types.limits import noted

    analyzer = session._analyzer
    items = []
    for one, field in zip(plan.output, map(noted, schema.fields), strict=True):
        metadata = tuple((field.metadata or {}).items())
        items.append(Alias(cast_to(analyzer, one, field.dataType), field.name, metadata, fresh_id()))
    return project(plan, tuple(items))
