"""Columns that nobody uses are not made, nor read (Catalyst's ``ColumnPruning``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import Alias, Attribute, Expression, references  # noqa: F401 - the doctest's
from minispark.sql.plan.nodes import (
    Aggregate,
    Distinct,
    EvalPython,
    Filter,
    Generate,
    Hinted,
    Join,
    Limit,
    Merged,
    Named,
    Node,
    Observed,
    Once,
    Project,
    Sample,
    Scan,
    Sort,
    fold_plan,
    over_children,
    project,
)

Ids = set[int]


def prune(plan: Node, settings: Settings) -> Node:
    """The plan, where each node gives only columns that a node above uses.

    >>> from minispark.sql.plan.expressions import Literal
    >>> from minispark.sql.plan.nodes import OneRow
    >>> from minispark.sql.types import IntegerType
    >>> both = project(OneRow(), tuple(Alias(Literal(n, IntegerType()), "a", None, n) for n in (1, 2)))
    >>> [one.id for one in prune(project(both, both.output[:1]), None).child.output]
    [1]
    """
    order: list[Node] = []
    fold_plan(plan, lambda node, below: order.append(node))
    wanted: dict[int, Ids] = {id(plan): {one.id for one in plan.output}}
    for node in reversed(order):
        for child, ids in zip(node.children, _wants(node, wanted[id(node)]), strict=True):
            wanted.setdefault(id(child), set()).update(ids)
    return fold_plan(plan, lambda node, below: _kept(node, tuple(below), wanted[id(node)]))


def _refs(expressions: Iterable[Expression]) -> Ids:
    found: Ids = set()
    for one in expressions:
        found |= references(one)
    return found


def _everything(node: Node) -> list[Ids]:
    return [{one.id for one in child.output} for child in node.children]


def _named(item: Any) -> int:
    found: int = item.id
    return found


def _items(node: Any, wanted: Ids) -> tuple[Expression, ...]:
    """The items of a list that are wanted; of an aggregation of everything at least one, which makes its row."""
    kept = tuple(item for item in node.items if _named(item) in wanted)
    if not kept and isinstance(node, Aggregate):
        return node.items[:1]
    return kept


def _wants(node: Node, wanted: Ids) -> list[Ids]:
    """The ids that a node needs of each child, to give those wanted of it."""
    if isinstance(node, Project):
        return [_refs(_items(node, wanted))]
    if isinstance(node, (Filter, Sort, Observed)):
        return [wanted | _refs(node.expressions)]
    if isinstance(node, Aggregate):
        return [_refs(_items(node, wanted)) | {one.id for one in node.keys}]
    if isinstance(node, Distinct):
        return _everything(node) if node.keys is None else [wanted | {one.id for one in node.keys}]
    if isinstance(node, (Generate, EvalPython)):
        return [(wanted | _refs(node.expressions)) & {one.id for one in node.child.output}]
    if isinstance(node, Join) and not node.lateral:
        both = wanted | _refs(node.expressions)
        return [both & {one.id for one in side.output} for side in (node.left, node.right)]
    if isinstance(node, Merged) and node.kind == "union" and node.all:
        places = [place for place, one in enumerate(node.output) if one.id in wanted]
        return [{part.output[place].id for place in places} for part in node.parts]
    if isinstance(node, (Limit, Sample, Named, Hinted, Once)):
        return [set(wanted)]
    return _everything(node)


def _only(attributes: tuple[Attribute, ...], wanted: Ids) -> tuple[Attribute, ...]:
    return (
        attributes
        if all(one.id in wanted for one in attributes)
        else tuple(one for one in attributes if one.id in wanted)
    )


def _kept(node: Node, below: tuple[Node, ...], wanted: Ids) -> Node:
    """The node over pruned children, with what is wanted of it."""
    rule = _RULES.get(type(node))
    if rule is not None:
        return rule(node, below, wanted)
    return over_children(node, below)


def _project(node: Project, below: tuple[Node, ...], wanted: Ids) -> Node:
    items = _items(node, wanted)
    if len(items) == len(node.items) and below[0] is node.child:
        return node
    return Project(below[0], items, _only(node.output, wanted))


def _aggregate(node: Aggregate, below: tuple[Node, ...], wanted: Ids) -> Node:
    items = _items(node, wanted)
    ids = {_named(item) for item in items}
    return replace(node, child=below[0], items=items, output=_only(node.output, ids))


def _generate(node: Any, below: tuple[Node, ...], wanted: Ids) -> Node:
    made = (
        node.output[len(node.output) - len(node.made) :]
        if isinstance(node, Generate)
        else node.output[len(node.child.output) :]
    )
    pruned: Node = replace(node, child=below[0], output=(*below[0].output, *made))
    return pruned


def _join(node: Join, below: tuple[Node, ...], wanted: Ids) -> Node:
    left, right = below
    given = {one.id for one in left.output} | {one.id for one in right.output}
    return replace(
        node,
        left=left,
        right=right,
        output=_only(node.output, given if node.kind not in ("semi", "anti") else {one.id for one in left.output}),
    )


def _named_node(node: Named, below: tuple[Node, ...], wanted: Ids) -> Node:
    return replace(node, child=below[0], output=_only(node.output, {one.id for one in below[0].output}))


def _merged(node: Merged, below: tuple[Node, ...], wanted: Ids) -> Node:
    if node.kind != "union" or not node.all:
        return _exact(node, below, list(range(len(node.output))))
    return _exact(node, below, [place for place, one in enumerate(node.output) if one.id in wanted])


def _exact(node: Merged, below: tuple[Node, ...], places: list[int]) -> Node:
    parts = []
    for old, new in zip(node.parts, below, strict=True):
        columns = tuple(old.output[place] for place in places)
        same = [one.id for one in new.output] == [one.id for one in columns]
        parts.append(new if same else project(new, columns))
    return Merged(tuple(parts), node.kind, node.all, tuple(node.output[place] for place in places))


def _scan(node: Scan, below: tuple[Node, ...], wanted: Ids) -> Node:
    kept = [(name, one) for name, one in zip(node.columns, node.output, strict=True) if one.id in wanted]
    if len(kept) == len(node.columns):
        return node
    return replace(node, columns=tuple(name for name, _ in kept), output=tuple(one for _, one in kept))


_RULES: dict[type[Node], Callable[[Any, tuple[Node, ...], Ids], Node]] = {
    Project: _project,
    Aggregate: _aggregate,
    Generate: _generate,
    EvalPython: _generate,
    Join: _join,
    Named: _named_node,
    Merged: _merged,
    Scan: _scan,
}
