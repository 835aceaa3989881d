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
from minispark.sql.optimizer.conjuncts import conjuncts, filtered
from minispark.sql.optimizer.samerows import Names, same_rows, translated
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
from minispark.sql.plan.nodes import Aggregate, Filter, Join, Named, Node, Project, plan_holds, transform_plan
from minispark.sql.types import BooleanType, DecimalType, IntegralType

_ANY = ("min", "max")
"""Aggregates that several equal rows do not change."""


class _Asked(NamedTuple):
    """``select f(aggregates) from table where key = outer``."""

    query: Subquery
    value: Expression
    aggregates: tuple[Alias, ...]
    table: Node
    key: Attribute
    outer: Attribute


def group_limits(plan: Node, settings: Settings) -> Node:
    """The plan where such a condition compares with groups of the rows that the other conditions leave.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(group_limits(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node) if plan_holds(plan, Subquery) else plan


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
    aggregates = tuple(one for one in node.items if isinstance(one, Alias) and _unchanged(one.child))
    if len(aggregates) != len(node.items):
        return None
    key = _key(node.child.condition)
    if key is None:
        return None
    value = top.child if isinstance(top, Alias) else top
    return _Asked(queries[0], value, aggregates, node.child.child, *key)


def _unchanged(one: Expression) -> bool:
    """Whether an aggregate is the same where each row is there a number of times."""
    if not isinstance(one, Call) or one.distinct or one.where is not None or one.within or not steady(one):
        return False
    if len(one.args) != 1 or holds(one, Outer):
        return False
    kind = one.args[0].dtype
    return one.name in _ANY or (one.name == "avg" and isinstance(kind, (DecimalType, IntegralType)))


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
    known = _places(node.child, asked.table)
    if known is None or not all(map(steady, rest)):
        return None
    names, conditions = known
    conditions = [*rest, *conditions]
    key = names.get(asked.key.id)
    used = set().union(*map(references, asked.aggregates))
    if key is None or not used <= names.keys():
        return None
    mine = {one.id for one in names.values()}
    if asked.outer.id in mine or not _whole_groups(conditions, key.id, asked.outer.id, mine):
        return None
    rows = filtered(node.child, rest)
    again = Alias(asked.outer, asked.outer.name, None, fresh_id())
    sums = tuple(replace(one, child=translated(one.child, names)) for one in asked.aggregates)
    groups = Aggregate(rows, (asked.outer,), (again, *sums), (again.attribute, *(one.attribute for one in sums)))
    same = Call(lookup("="), (asked.outer, again.attribute), BooleanType())
    joined = Join(rows, groups, "inner", same, (*rows.output, *groups.output))
    condition = transform(part, lambda one: asked.value if one is asked.query else one)
    return Project(Filter(joined, condition), node.output, node.output)


def _places(node: Node, table: Node) -> tuple[Names, list[Expression]] | None:
    """The table's columns among those of inner joins, and the conditions of these; None where it is not just one."""
    found: list[Names] = []
    conditions: list[Expression] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        names = same_rows(table, one)
        if names is not None:
            found.append(names)
        elif isinstance(one, Join) and one.kind == "inner" and not one.lateral:
            conditions += [] if one.condition is None else conjuncts(one.condition)
            waiting += one.children
        elif isinstance(one, Named):
            waiting.append(one.child)
    return (found[0], conditions) if len(found) == 1 and all(map(steady, conditions)) else None


def _whole_groups(conditions: list[Expression], key: int, outer: int, mine: set[int]) -> bool:
    """Whether conditions leave all rows of a group or none, as often each, and fewer groups than there are."""
    tied = fewer = False
    for one in conditions:
        ids = references(one)
        if isinstance(one, Call) and one.name == "=" and ids == {key, outer} and len(one.args) == 2:
            tied = tied or all(isinstance(arg, Attribute) for arg in one.args)
        elif ids & mine:
            return False
        fewer = fewer or (bool(ids) and not ids & mine and not _joins(one))
    return tied and fewer


def _joins(one: Expression) -> bool:
    return isinstance(one, Call) and one.name == "=" and all(isinstance(arg, Attribute) for arg in one.args)
