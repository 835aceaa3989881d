"""Chains of projections and conditions become one of each (Catalyst's ``CollapseProject``, ``CombineFilters`` and
``PushPredicateThroughNonJoin``)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from minispark.sql.library import lookup
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    Outer,
    Over,
    PythonCall,
    Subquery,
    find,
    holds,
    transform,
    walk,
)
from minispark.sql.plan.nodes import Filter, Node, Project, transform_plan
from minispark.sql.plan.nodes import project as project_node  # noqa: F401 - the doctest's
from minispark.sql.types import BooleanType

SIZE_MAX = 100
"""The most nodes of an expression that takes a column's place, so that long chains cost no square of their length."""


def collapse(plan: Node, settings: Settings) -> Node:
    """The plan with conditions below projections, and each chain of projections or of conditions as one node.

    A computed column that is used several times stays a column of its own, and so do random numbers, window functions
    and subqueries.

    >>> from minispark.sql.plan.expressions import Literal
    >>> from minispark.sql.plan.nodes import OneRow
    >>> from minispark.sql.types import IntegerType
    >>> one = project_node(OneRow(), (Alias(Literal(1, IntegerType()), "a", None, 1),))
    >>> two = project_node(one, (Alias(one.output[0], "b", None, 2),))
    >>> type(collapse(two, None).child).__name__
    'OneRow'
    """
    return transform_plan(plan, _Collapsing().node)


class _Collapsing:
    """One pass over a plan. Columns stay the same objects from step to step: what is known of them goes by identity."""

    def __init__(self) -> None:
        self._steady: dict[int, tuple[Expression, bool]] = {}

    def node(self, node: Node) -> Node:
        if isinstance(node, Filter):
            return self._filter(node)
        if isinstance(node, Project) and isinstance(node.child, Project):
            items = self._through(node.items, node.child)
            if items is not None:
                return Project(node.child.child, items, node.output)
        return node

    def _is_steady(self, item: Expression) -> bool:
        known = self._steady.get(id(item))
        if known is None:
            # a row of the query around may have a column of the same id as one below a projection that renames it
            known = self._steady[id(item)] = (item, steady(item) and not from_around(item))
        return known[1]

    def _filter(self, node: Filter) -> Node:
        below = node.child
        if isinstance(below, Project) and self._is_steady(node.condition) and all(map(self._is_steady, below.items)):
            meanings = {item.id: item.child for item in below.items if isinstance(item, Alias)}
            if self._movable(node.condition, meanings):
                lower = self._filter(Filter(below.child, _replaced(node.condition, meanings)))
                return Project(lower, below.items, below.output)
        if isinstance(below, Filter) and not _large(below.condition):
            both = (below.condition, node.condition)
            if all(map(self._is_steady, both)):
                return Filter(below.child, Call(lookup("and"), both, BooleanType()))
        return node

    def _movable(self, condition: Expression, meanings: dict[int, Expression]) -> bool:
        """Whether a condition may compute by itself what it uses: nothing large, and nothing more than twice."""
        uses = _uses([condition], meanings)
        computed = {id: count for id, count in uses.items() if meanings[id].children}
        return all(count <= 2 and not _large(meanings[id]) for id, count in computed.items())

    def _through(self, items: Sequence[Expression], below: Project) -> tuple[Expression, ...] | None:
        """The items over the lower projection's child; None where that would compute something twice, or otherwise."""
        if any(holds(item, Subquery, PythonCall, Outer) for item in items):
            return None
        meanings = {item.id: item for item in below.items if isinstance(item, Alias)}
        uses = _uses(items, meanings)
        for id, count in uses.items():
            meaning = meanings[id].child
            if not self._is_steady(meaning) or _large(meaning) or (count > 1 and meaning.children):
                return None
        if any(_raises(meanings[id].child) for id in meanings.keys() - uses.keys()):
            return None
        plain = {id: item.child for id, item in meanings.items()}
        return tuple(
            meanings.get(item.id, item) if isinstance(item, Attribute) else _replaced(item, plain) for item in items
        )


def _uses(items: Sequence[Expression], meanings: dict[int, Expression] | dict[int, Alias]) -> dict[int, int]:
    """How often each of the lower columns is used."""
    uses: dict[int, int] = {}
    for item in items:
        for one in walk(item):
            if isinstance(one, Attribute) and one.id in meanings:
                uses[one.id] = uses.get(one.id, 0) + 1
    return uses


def _replaced(expression: Expression, meanings: dict[int, Expression]) -> Expression:
    def before(one: Expression) -> Expression | None:
        return meanings.get(one.id) if isinstance(one, Attribute) else None

    return transform(expression, lambda one: one, before)


def steady(expression: Expression) -> bool:
    """Whether an expression means the same wherever in the row's way it is computed."""
    if holds(expression, Over, Subquery, PythonCall):
        return False
    return all(call.function.deterministic for call in find(expression, Call))


def from_around(expression: Expression) -> bool:
    """Whether it uses a row of a query around."""
    return holds(expression, Outer)


def _large(expression: Expression) -> bool:
    return sum(1 for _ in itertools.islice(walk(expression), SIZE_MAX)) == SIZE_MAX


def _raises(expression: Expression) -> bool:
    """Whether an expression is there to raise an error."""
    return any(call.name in ("raise_error", "assert_true_or") for call in find(expression, Call))
