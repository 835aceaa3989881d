"""What every node of a plan has, and the walks over plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import is_not
from typing import Any, ClassVar, Self, TypeVar

from minispark.engine.core.values import replace
from minispark.sql.plan.expressions import Attribute, Expression
from minispark.sql.plan.trees import bits_of, has_kind, kinds_in, short_children

T = TypeVar("T")
N = TypeVar("N", bound="Node")


class Node:
    """A node of a plan."""

    __slots__ = ("__weakref__", "_kinds")

    below: ClassVar[tuple[str, ...]] = ()
    """The fields that hold nodes: one or a tuple of them."""

    @property
    def output(self) -> tuple[Attribute, ...]:
        """The columns it gives, in order."""
        raise NotImplementedError

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes right below, in order."""
        found: list[Node] = []
        for name in self.below:
            part = getattr(self, name)
            found += part if isinstance(part, tuple) else (part,)
        return tuple(found)

    def __init_subclass__(cls) -> None:
        children = short_children(cls, cls.below)
        if children is not None and "children" not in cls.__dict__:
            cls.children = children  # type: ignore[assignment, method-assign]  # a property made for this class

    def with_children(self, children: tuple[Node, ...]) -> Self:
        """The same node over other children, which give the same attributes."""
        rest = iter(children)
        changes: dict[str, Any] = {}
        for name in self.below:
            part = getattr(self, name)
            changes[name] = tuple(next(rest) for _ in part) if isinstance(part, tuple) else next(rest)
        return replace(self, **changes) if changes else self

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of the node itself."""
        return ()


class Passing(Node):
    """A node of one child that gives the child's columns. They are noted when it is made, so that chains stay cheap."""

    __slots__ = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "output", self.children[0].output)


def walk_plan(plan: Node) -> Iterator[Node]:
    """The node and all below it, each before its children."""
    waiting = [plan]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def plan_holds(plan: Node, *kinds: type) -> bool:
    """Whether a node of one of these classes is in the plan or in an expression of its; not in those of subqueries.

    >>> from minispark.sql.plan.nodes import Limit, OneRow
    >>> plan_holds(Limit(OneRow(), 1), OneRow), plan_holds(OneRow(), Limit)
    (True, False)
    """
    if not hasattr(plan, "_kinds"):
        fold_plan(plan, _note_kinds, lambda node: hasattr(node, "_kinds"))
    return has_kind(plan._kinds, kinds)  # type: ignore[attr-defined]  # a slot of notes, not a field


def _note_kinds(node: Node, below: list[Any]) -> None:
    if not hasattr(node, "_kinds"):
        bits = bits_of(node)
        for child in node.children:
            bits |= child._kinds  # type: ignore[attr-defined]  # noted before
        for expression in node.expressions:
            bits |= kinds_in(expression)
        object.__setattr__(node, "_kinds", bits)


def fold_plan(plan: Node, combine: Callable[[Node, list[T]], T], leaf: Callable[[Node], bool] | None = None) -> T:
    """Bottom up: ``combine(node, results of its children)`` of the whole plan; a node met twice is combined once.

    What is below a ``leaf`` is not gone into, and no results of it are given.
    """
    known: dict[int, T] = {}
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(plan, ())]
    while waiting:
        one, entered = waiting.pop()
        if id(one) in known:
            continue
        if entered:
            known[id(one)] = combine(one, [known[id(child)] for child in entered])
            continue
        below = one.children if leaf is None or not leaf(one) else ()
        if below:
            waiting.append((one, below))
            waiting += [(child, ()) for child in below]
        else:
            known[id(one)] = combine(one, [])
    return known[id(plan)]


def transform_plan(plan: Node, change: Callable[[Node], Node], *kinds: type) -> Node:
    """Bottom up: every node over its changed children, then changed itself.

    A plan that ``plan_holds`` none of ``kinds`` is not gone into, where some are named.
    """
    if kinds and not plan_holds(plan, *kinds):
        return plan

    return fold_plan(plan, lambda node, children: change(over_children(node, children)))


def over_children(node: N, children: Sequence[Node]) -> N:
    """The node over these children; itself where they are its own."""
    return node.with_children(tuple(children)) if any(map(is_not, children, node.children)) else node


def swapped(plan: Node, old: Node, new: Node) -> Node:
    """The plan with a node in another's place.

    >>> from minispark.sql.plan.nodes import Limit, OneRow
    >>> one, two = OneRow(), OneRow()
    >>> swapped(Limit(one, 1), one, two).child is two
    True
    """
    return transform_plan(plan, lambda one: new if one is old else one)


def with_expressions(node: Any, change: Callable[[Expression], Expression]) -> Any:
    """The node with each of its own expressions changed; what it gives and groups by stays."""

    def over(part: Any) -> Any:
        if isinstance(part, tuple):
            made = tuple(map(over, part))
            return part if all(new is old for new, old in zip(made, part, strict=True)) else made
        return change(part) if isinstance(part, Expression) else part

    changes: dict[str, Any] = {}
    for name in node.__match_args__:
        if name not in ("output", "keys", "made", *node.below):
            part = getattr(node, name)
            made = over(part)
            if made is not part:
                changes[name] = made
    return replace(node, **changes) if changes else node
