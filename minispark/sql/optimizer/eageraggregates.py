"""Rows are grouped before a left join that would only repeat them (Yan and Larson, "Eager Aggregation and Lazy
Aggregation", VLDB 1995).

``select id, count(item) from customers left join orders on id = customer group by id``: each customer meets one row of
counts, not all orders. The left rows all stay, so that grouping first costs no more than grouping what is joined.
"""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library import lookup
from minispark.sql.library.function import Settings
from minispark.sql.optimizer.collapse import steady
from minispark.sql.optimizer.conjuncts import all_of, filtered
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Alias, Attribute, Call, Expression, Literal, fresh_id, references
from minispark.sql.plan.nodes import (
    Aggregate,
    Filter,
    Hinted,
    Join,
    Named,
    Node,
    Project,
    Scan,
    transform_plan,
)

TIMES_MIN = 4
"""How many times as many bytes the right side's files must have: then its groups are likely fewer than its rows."""
_KEYS = (t.IntegralType, t.DateType, t.DecimalType)
_ORDERED = (t.NumericType, t.DateType, t.TimestampType, t.TimestampNTZType)
_FOLDED: dict[str, tuple[type, ...]] = {"min": _ORDERED, "max": _ORDERED, "sum": (t.LongType, t.DecimalType)}
"""Aggregates of their own results, of these types."""


def eager_aggregates(plan: Node, settings: Settings) -> Node:
    """The plan where the right side of such joins is grouped by the columns that it is joined by.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(eager_aggregates(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Join)


def _node(node: Node) -> Node:
    if not isinstance(node, Aggregate) or node.sets is not None or not node.keys or not isinstance(node.child, Join):
        return node
    join = node.child
    if join.kind != "left" or join.lateral or join.condition is None or not _repeats(join):
        return node
    left, right = ({one.id for one in side.output} for side in (join.left, join.right))
    keys, own, rest = _sides(conjuncts(join.condition), left, right)
    if not keys or not rest or not {one.id for one in node.keys} <= left:
        return node
    partials: list[Alias] = []
    items: list[Expression] = []
    for item in node.items:
        made = item if references(item) <= left and not _aggregates(item) else _halved(item, right, partials)
        if made is None:
            return node
        items.append(made)
    if not partials:
        return node
    output = (*keys, *(one.attribute for one in partials))
    grouped = Aggregate(filtered(join.right, own), keys, (*keys, *partials), output)
    nullable = tuple(replace(one, nullable=True) for one in output)
    joined = Join(join.left, grouped, "left", all_of(rest), (*join.left.output, *nullable))
    return replace(node, child=joined, items=tuple(items))


def _sides(
    conditions: list[Expression], left: set[int], right: set[int]
) -> tuple[tuple[Attribute, ...], list[Expression], list[Expression]]:
    """The right columns that must equal left ones, the conditions on right rows alone, and those that the join keeps.

    Nothing where a condition is of another kind.
    """
    keys: dict[int, Attribute] = {}
    own: list[Expression] = []
    rest: list[Expression] = []
    for one in conditions:
        ids = references(one)
        key = _key(one, left, right)
        if key is not None:
            keys[key.id] = key
            rest.append(one)
        elif ids and ids <= right and steady(one):
            own.append(one)
        else:
            return (), [], []
    return tuple(keys.values()), own, rest


def _key(one: Expression, left: set[int], right: set[int]) -> Attribute | None:
    if isinstance(one, Call) and one.name == "=":
        for here, there in (one.args, one.args[::-1]):
            if not isinstance(here, Attribute) or not isinstance(there, Attribute) or here.dtype != there.dtype:
                return None
            if here.id in left and there.id in right and isinstance(there.dtype, _KEYS):
                return there
    return None


def _aggregates(item: Expression) -> bool:
    return isinstance(item, Alias) and isinstance(item.child, Call)


def _halved(item: Expression, right: set[int], partials: list[Alias]) -> Alias | None:
    """An aggregate over the aggregates of groups, which go to ``partials``; None for one that cannot be made so."""
    if not isinstance(item, Alias):
        return None
    call = item.child
    if not isinstance(call, Call) or call.function.kind != "aggregate" or len(call.args) != 1 or not steady(call):
        return None
    if call.distinct or call.where is not None or call.within or not references(call) or not references(call) <= right:
        return None
    partial = Alias(call, call.name, None, fresh_id())
    column = replace(partial.attribute, nullable=True)
    long = t.LongType()
    if call.name == "count":
        known = Call(lookup("coalesce"), (column, Literal(0, long)), long, False)
        whole = Call(lookup("sum"), (known,), long, False)
    elif isinstance(call.dtype, _FOLDED.get(call.name, ())):
        whole = replace(call, args=(column,))
    else:
        return None
    partials.append(partial)
    return Alias(whole, item.name, item.metadata, item.id)


def _repeats(join: Join) -> bool:
    """Whether every left row is there, and several right rows are likely to meet each."""
    left, right = _bytes(join.left, ()), _bytes(join.right, (Filter,))
    return left is not None and right is not None and right >= TIMES_MIN * left


def _bytes(node: Node, through: tuple[type[Node], ...]) -> int | None:
    while isinstance(node, (Named, Hinted, Project, *through)):
        (node,) = node.children
    return getattr(node.source, "bytes", None) if isinstance(node, Scan) else None
