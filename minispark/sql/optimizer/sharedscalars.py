"""An aggregate of what the query joins or chooses anyway, asked in a subquery, is computed from the same rows (Catalyst
reuses the exchange)."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from minispark.sql.library.function import Settings
from minispark.sql.library.shortcircuit import may_raise
from minispark.sql.optimizer.collapse import steady
from minispark.sql.optimizer.conjuncts import all_of, filtered
from minispark.sql.optimizer.joined import taken_apart, unfiltered
from minispark.sql.optimizer.samerows import Names, plain, renamed, same_rows, translated
from minispark.sql.optimizer.sharedfilters import few, small
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Alias, Expression, Subquery, find, references, transform
from minispark.sql.plan.nodes import (
    Aggregate,
    Filter,
    Join,
    Node,
    Once,
    Project,
    project,
    swapped,
    transform_plan,
    walk_plan,
)


def shared_scalars(plan: Node, settings: Settings) -> Node:
    """The plan where a condition's subquery over a join that lies below the condition too takes it from there; and so
    where it is over few rows of a file, of which the condition chooses the same.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(shared_scalars(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Subquery)


def _node(node: Node) -> Node:
    if not isinstance(node, Filter):
        return node
    child, parts, changed = node.child, conjuncts(node.condition), False
    for part in list(parts):
        asked = list(find(part, Subquery))
        found = _aggregated(asked[0]) if len(asked) == 1 else None
        if found is None:
            continue
        shared = _shared(found, node.child)
        if shared is None and not changed:
            once = _chosen_once(found, child, [one for one in parts if one is not part])
            if once is not None:
                child, met, shared = once
                parts = [one for one in parts if one not in met]
        if shared is not None:
            value = shared.output[0]
            child = Join(child, shared, "inner", None, (*child.output, value))
            parts = [transform(one, partial(_unless_query, value)) if one is part else one for one in parts]
            changed = True
    return Project(Filter(child, all_of(parts)), node.output, node.output) if changed else node


def _unless_query(value: Expression, one: Expression) -> Expression:
    return value if isinstance(one, Subquery) else one


class _Found(NamedTuple):
    """A subquery's only row: projections of an aggregation."""

    path: list[Project]
    aggregate: Aggregate

    def over(self, rows: Node) -> Node:
        """The same of other rows."""
        made: Node = Aggregate(rows, (), self.aggregate.items, self.aggregate.output)
        for above in reversed(self.path):
            made = Project(made, above.items, above.output)
        return made


def _aggregated(one: Subquery) -> _Found | None:
    if one.kind != "scalar" or one.outer:
        return None
    path: list[Project] = []
    node = one.plan
    while isinstance(node, Project):
        path.append(node)
        node = node.child
    return _Found(path, node) if isinstance(node, Aggregate) and not node.keys and node.sets is None else None


def _shared(found: _Found, below: Node) -> Node | None:
    """The subquery's only row, from rows that are computed below."""
    node = found.aggregate
    if not any(isinstance(part, Join) for part in walk_plan(node.child)):
        return None
    for part in walk_plan(below):
        if isinstance(part, (Filter, Join)):
            names = same_rows(node.child, part)
            if names is not None and _needed(node.items) <= names.keys():
                return found.over(_again(part, names, _needed(node.items)))
    return None


def _chosen_once(found: _Found, child: Node, parts: list[Expression]) -> tuple[Node, list[Expression], Node] | None:
    """For few rows of a file, which subquery and query choose by the same conditions: the child that gives those only,
    the conditions met by them, and the subquery's only row."""
    below, columns = renamed(found.aggregate.child)
    below, own = unfiltered(below)
    for table in taken_apart(child)[0] if own else ():
        names = same_rows(below, table)
        if names is None or not small(renamed(table)[0]):
            continue
        told = {plain(translated(one, names)): one for one in own if steady(one)}
        met = [one for one in parts if plain(one) in told and not may_raise(one)]
        if not any(map(few, met)):
            continue
        shared = [told[plain(one)] for one in met]
        rest = [one for one in own if one not in shared]
        inner = {one.id: there for one, there in zip(found.aggregate.child.output, columns, strict=True)}
        needed = {inner[id].id for id in _needed(found.aggregate.items)} | _needed(tuple(rest))
        if not needed <= names.keys() or not all(map(steady, rest)):
            continue
        once = Once(filtered(table, met))
        rows = filtered(_again(once, names, needed), rest)
        rows = _again(rows, inner, _needed(found.aggregate.items))
        return swapped(child, table, once), met, found.over(rows)
    return None


def _again(rows: Node, names: Names, ids: set[int]) -> Node:
    """Columns of the rows by the ids that a part of a plan has for them."""
    return project(rows, tuple(Alias(names[id], names[id].name, None, id) for id in sorted(ids)))


def _needed(items: tuple[Expression, ...]) -> set[int]:
    return set().union(*map(references, items))
