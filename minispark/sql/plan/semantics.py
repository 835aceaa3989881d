"""Whether two plans mean the same: a form of a plan without names, ids and hints (Catalyst's ``canonicalized``)."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import field_names
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Call, Expression
from minispark.sql.plan.nodes import Hinted, Local, Named, Node, Project, Scan, fold_plan

_SWAPPABLE = frozenset(("+", "*", "and", "or", "=", "<=>", "&", "|", "^"))
_TURNED = {">": "<", ">=": "<="}


def canonical_plan(plan: Node) -> Any:
    """A value that is equal for plans that give the same rows by the same steps over the same data.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> canonical_plan(OneRow()) == canonical_plan(OneRow())
    True
    """
    places: dict[int, int] = {}

    def over(node: Node, below: list[Any]) -> Any:
        if isinstance(node, (Hinted, Named)) or (isinstance(node, Project) and _everything(node)):
            return below[0]
        if isinstance(node, (Local, Scan)):
            for one in node.output:
                places.setdefault(one.id, len(places))
            data = id(node.table) if isinstance(node, Local) else repr(node.source)
            return (type(node).__name__, data, tuple(places[one.id] for one in node.output))
        fields = []
        for name in field_names(node):
            if name not in node.below and name not in ("output", "made"):
                fields.append(_value(getattr(node, name), places))
        for one in node.output:
            places.setdefault(one.id, len(places))
        return (type(node).__name__, tuple(fields), tuple(below))

    return (fold_plan(plan, over), tuple(places[one.id] for one in plan.output))


def _everything(node: Project) -> bool:
    """Whether a list of columns is just those below it."""
    ids = [one.id for one in node.items if isinstance(one, Attribute)]
    return len(ids) == len(node.items) and ids == [one.id for one in node.child.output]


def _value(item: Any, places: dict[int, int]) -> Any:
    if isinstance(item, Attribute):
        return ("column", places.setdefault(item.id, len(places)))
    if isinstance(item, Alias):
        inner = _value(item.child, places)
        places.setdefault(item.id, len(places))
        return ("computed", inner)
    if isinstance(item, (Call, Apply)):
        args = tuple(_value(one, places) for one in item.args)
        name = item.name
        if name in _SWAPPABLE:
            args = tuple(sorted(args, key=repr))
        elif name in _TURNED:
            name, args = _TURNED[name], args[::-1]
        rest = (item.distinct, _value(item.where, places), _value(item.within, places), repr(item.ignore_nulls))
        return (name, args, rest)
    if isinstance(item, Expression):
        parts = [_value(one, places) for one in item.children]
        own = [
            repr(getattr(item, name))
            for name in field_names(item)
            if name not in item.inner and name not in ("plan", "text", "outer")
        ]
        plan = getattr(item, "plan", None)
        return (type(item).__name__, tuple(parts), tuple(own), canonical_plan(plan) if isinstance(plan, Node) else None)
    if isinstance(item, tuple):
        return tuple(_value(one, places) for one in item)
    return repr(item)
