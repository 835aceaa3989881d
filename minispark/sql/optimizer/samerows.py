"""Whether two parts of a plan give the same rows under other names: what a query reads twice can be computed once."""

from __future__ import annotations

from typing import Any

from minispark.sql.optimizer.collapse import steady
from minispark.sql.plan.expressions import Alias, Attribute, Expression, Outer, named, transform
from minispark.sql.plan.nodes import Filter, Join, Named, Node, Project
from minispark.sql.types import NullType

Names = dict[int, Attribute]
"""For the id of a column of the one part, the column of the other."""


def same_rows(one: Node, other: Node) -> Names | None:
    """For each column of ``one`` that ``other`` gives too, that column; None where the rows may differ.

    Seen through are names of tables, renamed columns, conditions and inner joins.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> row = OneRow()
    >>> same_rows(row, Named(row, ("t",), ())), same_rows(row, OneRow())
    ({}, None)
    """
    first, meant = renamed(one)
    second, seen = renamed(other)
    below = _same(first, second)
    if below is None:
        return None
    visible = {attribute.id: one for one, attribute in zip(other.output, seen, strict=True)}
    found = {}
    for column, attribute in zip(one.output, meant, strict=True):
        there = below.get(attribute.id)
        if there is not None and there.id in visible:
            found[column.id] = visible[there.id]
    return found


def renamed(node: Node) -> tuple[Node, tuple[Attribute, ...]]:
    """The node below new names, and what each column is there.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> row = OneRow()
    >>> renamed(Named(row, ("t",), ())) == (row, ())
    True
    """
    columns = node.output
    while isinstance(node, Named) or (isinstance(node, Project) and all(map(_renames, node.items))):
        if isinstance(node, Project):
            meanings: Names = {named(item).id: _meant(item) for item in node.items}
            columns = tuple([meanings[one.id] for one in columns])
        node = node.child
    return node, columns


def _renames(item: Expression) -> bool:
    return isinstance(item, Attribute) or (isinstance(item, Alias) and isinstance(item.child, Attribute))


def _meant(item: Any) -> Attribute:
    return item.child if isinstance(item, Alias) else item  # type: ignore[return-value]  # _renames said so


def _same(one: Node, other: Node) -> Names | None:
    if one is other:
        return {attribute.id: attribute for attribute in one.output}
    if isinstance(one, Filter) and isinstance(other, Filter):
        names = same_rows(one.child, other.child)
        return names if names is not None and _equal(one.condition, other.condition, names) else None
    if isinstance(one, Join) and isinstance(other, Join) and one.kind == other.kind == "inner" and not one.lateral:
        left, right = same_rows(one.left, other.left), same_rows(one.right, other.right)
        if left is None or right is None or other.lateral:
            return None
        both = {**left, **right}
        if one.condition is None or other.condition is None:
            return both if one.condition is other.condition else None
        return both if _equal(one.condition, other.condition, both) else None
    return None


def _equal(one: Expression, other: Expression, names: Names) -> bool:
    return steady(one) and plain(translated(one, names)) == plain(other)


def translated(expression: Expression, names: Names) -> Expression:
    """The expression over the other part's columns, as far as they are known."""
    return transform(expression, lambda one: names.get(one.id, one) if isinstance(one, Attribute) else one)


def plain(expression: Expression) -> Expression:
    """The expression to compare with others: its columns with nothing but their ids."""

    def bare(one: Expression) -> Expression:
        if isinstance(one, Outer):
            return Outer(Attribute("outer", NullType(), True, one.attribute.id))
        return Attribute("", NullType(), True, one.id) if isinstance(one, Attribute) else one

    return transform(expression, bare)
