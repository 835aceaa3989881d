"""A row beside an aggregate of its own group is found by grouping the rows that are left, not the whole table.

``price < (select avg(price) from sales s where s.item = item.id)`` over ``sales`` joined with ``item``: the conditions
on ``item`` choose whole groups, so their rows have the same averages. After Zuzarte et al., "WinMagic" (SIGMOD 2003),
with a join in place of the window.
"""

from __future__ import annotations

from typing import NamedTuple

from minispark.engine.core.values import replace
from minispark.sql.library import lookup
from minispark.sql.library.function import Settings
from minispark.sql.optimizer.collapse import steady
from minispark.sql.optimizer.conjuncts import filtered
from minispark.sql.optimizer.joined import taken_apart
from minispark.sql.optimizer.samerows import plain, translated
from minispark.sql.optimizer.wholegroups import places, unchanged, whole_groups
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    Outer,
    Subquery,
    find,
    fresh_id,
    holds,
    references,
    transform,
)
from minispark.sql.plan.nodes import Aggregate, Filter, Join, Node, Once, Project, plan_holds, transform_plan
from minispark.sql.types import BooleanType


class _Asked(NamedTuple):
    """``select f(aggregates) from tables where key = outer and own conditions``."""

    query: Subquery
    value: Expression
    aggregates: tuple[Alias, ...]
    tables: list[Node]
    key: Attribute
    outer: Attribute
    own: list[Expression]


def group_limits(plan: Node, settings: Settings) -> Node:
    """The plan where such a condition compares with groups of the rows that the other conditions leave.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(group_limits(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Subquery)


def _node(node: Node) -> Node:
    if not isinstance(node, Filter):
        return node
    parts = conjuncts(node.condition)
    for part in parts:
        asked = _asked(part)
        if asked is not None:
            changed = _grouped(node, asked, part, [one for one in parts if one is not part])
            if changed is not None:
                return changed
    return node


def _asked(part: Expression) -> _Asked | None:
    queries = list(find(part, Subquery))
    if len(queries) != 1 or queries[0].kind != "scalar" or len(queries[0].outer) != 1:
        return None
    node: Node = queries[0].plan
    if not (isinstance(node, Project) and len(node.items) == 1):
        return None
    top = node.items[0]
    node = node.child
    if not (isinstance(node, Aggregate) and not node.keys and node.sets is None and isinstance(node.child, Filter)):
        return None
    aggregates = tuple(one for one in node.items if isinstance(one, Alias) and unchanged(one.child))
    if len(aggregates) != len(node.items):
        return None
    tables, own = taken_apart(node.child.child)
    keys = []
    for condition in conjuncts(node.child.condition):
        key = _key(condition)
        if key is not None:
            keys.append(key)
        else:
            own.append(condition)
    if len(keys) != 1 or any(holds(one, Outer) or not steady(one) for one in own):
        return None
    value = top.child if isinstance(top, Alias) else top
    return _Asked(queries[0], value, aggregates, tables, *keys[0], own)


def _key(condition: Expression) -> tuple[Attribute, Attribute] | None:
    """The columns that a condition says to be equal, that of the table first."""
    if isinstance(condition, Call) and condition.name == "=":
        one, other = condition.args
        if isinstance(one, Outer):
            one, other = other, one
        if isinstance(one, Attribute) and isinstance(other, Outer):
            return one, other.attribute
    return None


def _grouped(node: Filter, asked: _Asked, part: Expression, rest: list[Expression]) -> Node | None:
    around, conditions = taken_apart(node.child)
    conditions = [*rest, *conditions]
    names = places(asked.tables, around)
    if names is None or not all(map(steady, conditions)) or plan_holds(node.child, Outer):
        return None
    key = names.get(asked.key.id)
    used = set().union(*map(references, (*asked.aggregates, *asked.own)))
    if key is None or not used <= names.keys():
        return None
    mine = {one.id for one in names.values()}
    own = [plain(translated(one, names)) for one in asked.own]
    if asked.outer.id in mine or not whole_groups(conditions, own, key.id, asked.outer.id, mine):
        return None
    rows = Once(filtered(node.child, rest))
    again = Alias(asked.outer, asked.outer.name, None, fresh_id())
    sums = tuple(replace(one, child=translated(one.child, names)) for one in asked.aggregates)
    groups = Aggregate(rows, (asked.outer,), (again, *sums), (again.attribute, *(one.attribute for one in sums)))
    same = Call(lookup("="), (asked.outer, again.attribute), BooleanType())
    joined = Join(rows, groups, "inner", same, (*rows.output, *groups.output))
    condition = transform(part, lambda one: asked.value if one is asked.query else one)
    return Project(Filter(joined, condition), node.output, node.output)
