"""Groups that a program joins with the rows they are made of, or with some of them, are made of the joined rows.

``parts.join(offers, ...).join(offers.groupBy("part").agg(min("cost")), ...)``: conditions on ``parts`` choose whole
groups, so the others need not be made. As ``group_limits``, for joins instead of subqueries.
"""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.sql.library.function import Settings
from minispark.sql.optimizer.collapse import steady
from minispark.sql.optimizer.joined import taken_apart, unfiltered
from minispark.sql.optimizer.samerows import Names, plain, renamed, translated
from minispark.sql.optimizer.wholegroups import places, unchanged, whole_groups
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Alias, Attribute, Call, Expression, Outer, named, references
from minispark.sql.plan.nodes import Aggregate, Filter, Join, Node, Once, plan_holds, swapped, transform_plan


def group_joins(plan: Node, settings: Settings) -> Node:
    """The plan where such a join is with groups of the rows on its other side.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(group_joins(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Aggregate)


def _node(node: Node) -> Node:
    if not isinstance(node, Join) or node.kind != "inner" or node.lateral or node.condition is None:
        return node
    made = _made(node.condition, node.left, node.right)
    if made is not None:
        return replace(node, left=made[0], right=made[1])
    made = _made(node.condition, node.right, node.left)
    return node if made is None else replace(node, left=made[1], right=made[0])


def _made(condition: Expression, rows: Node, groups: Node) -> tuple[Node, Node] | None:
    """The rows, and the groups made of them; None where those of ``groups`` may be others."""
    inner, columns = renamed(groups)
    if not isinstance(inner, Aggregate) or len(inner.keys) != 1 or inner.sets is not None or plan_holds(rows, Outer):
        return None
    sums = [one for one in inner.items if not _gives(one, inner.keys[0])]
    if not sums or not all(isinstance(one, Alias) and unchanged(one.child) for one in sums):
        return None
    shown = {named(one).id for one in inner.items if one not in sums}
    keys = {one.id for one, meant in zip(groups.output, columns, strict=True) if meant.id in shown}
    outer = next((one for part in conjuncts(condition) if (one := _equal(part, keys, rows)) is not None), None)
    names = None if outer is None else _chosen(inner, rows, outer)
    if outer is None or names is None:
        return None
    used = {id for one in sums for id in references(one)}
    if not used <= names.keys() or not {outer.id, *(names[id].id for id in used)} <= {one.id for one in rows.output}:
        return None
    kept = Once(rows)
    items = tuple(_over(one, outer, names) if one in sums else _key(one, outer) for one in inner.items)
    made = Aggregate(kept, (outer,), items, inner.output)
    return kept, swapped(groups, inner, made)


def _gives(item: Any, key: Attribute) -> bool:
    """Whether an item of a list is the key."""
    below = item.child if isinstance(item, Alias) else item
    return isinstance(below, Attribute) and below.id == key.id


def _key(item: Any, outer: Attribute) -> Alias:
    return Alias(outer, item.name, item.metadata or None, item.id)


def _over(item: Any, outer: Attribute, names: Names) -> Any:
    return replace(item, child=translated(item.child, names))


def _equal(part: Expression, keys: set[int], rows: Node) -> Attribute | None:
    """The column of the rows that a condition says to be the groups' key."""
    if not isinstance(part, Call) or part.name != "=":
        return None
    one, other = part.args
    if not isinstance(one, Attribute) or not isinstance(other, Attribute):
        return None
    if one.id in keys:
        one, other = other, one
    mine = {attribute.id for attribute in rows.output}
    return one if other.id in keys and one.id in mine else None


def _chosen(inner: Aggregate, rows: Node, outer: Attribute) -> Names | None:
    """What the columns below the groups are among the rows, if these are of whole groups that ``outer`` chooses."""
    tables, own, names = _table_columns(inner.child)
    around, conditions, _ = _table_columns(rows)
    found = places(tables, around)
    if found is None or not all(map(steady, (*own, *conditions))):
        return None
    known = {id: found[one.id] for id, one in names.items() if one.id in found}
    key = known.get(inner.keys[0].id)
    mine = {one.id for one in found.values()}
    if key is None or (outer.id in mine and outer.id != key.id):
        return None
    fewer = any(not mine & {one.id for one in table.output} and plan_holds(table, Filter) for table in around)
    own = [plain(translated(one, found)) for one in own]
    return known if whole_groups(conditions, own, key.id, outer.id, mine, fewer) else None


def _table_columns(node: Node) -> tuple[list[Node], list[Expression], Names]:
    """What a part of a plan joins, on what conditions, and what each of its columns is there."""
    below, meant = renamed(node)
    names = {one.id: there for one, there in zip(node.output, meant, strict=True)}
    below, own = unfiltered(below)
    tables, conditions = taken_apart(below)
    return tables, [*own, *conditions], names
